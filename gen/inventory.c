/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "../cmodel/kronecker.h"
#include "../cmodel/minifloat.h"
#include "inventory.h"

struct list {
  struct ks_inventory_row *rows;
  size_t count;
};

/* A stage that the configuration does without has zero parts and no row. */
static void add(struct list *list, enum ks_part part, const char *stage, const char *what, int count, int a,
                int b) {
  if (count == 0) return;
  assert(list->count < KS_INVENTORY_MAX);
  list->rows[list->count++] = (struct ks_inventory_row){part, stage, what, count, a, b};
}

static int log2_up(int x) {
  int bits = 0;
  while (1 << bits < x) bits++;
  return bits;
}

static int max_of(int a, int b) {
  return a > b ? a : b;
}

/* What goes from factor to factor of a kronecker hash: no longer than the row, and rows of rounded factors
 * are less than twice as long as their product should be. */
static int hash_bits(const struct ks_sizes *s) {
  return s->code_bits + (log2_up(s->hash_dim) + 1) / 2 + 1;
}

static void add_multipliers(struct list *l, const struct ks_config *c, const struct ks_sizes *s) {
  bool mean = c->compensate == KS_COMPENSATE_MEAN;
  int divide_a = c->accumulator == KS_ACCUMULATOR_FLOAT ? s->weight_bits : s->merged_bits;
  int divide_b = mean ? max_of(s->recip_bits + 1, s->sum_bits) : s->recip_bits + 1;
  add(l, KS_MULTIPLIER, "score", "q.k and |k|^2", c->banks * c->d, s->code_bits, s->code_bits);
  add(l, KS_MULTIPLIER, "accumulate", "weight * v", c->banks * c->d, s->weight_bits, s->code_bits);
  add(l, KS_MULTIPLIER, "divide", "output and mean rows", s->divide_multipliers, divide_a, divide_b);
  if (c->hash == KS_HASH_KRONECKER)
    add(l, KS_MULTIPLIER, "hash", "factors", c->hash_multipliers, hash_bits(s), 1 + KS_FACTOR_FRAC);
  add(l, KS_MULTIPLIER, "select", "norm * cosine", c->banks * c->lanes, s->norm_bits, 11);
  add(l, KS_MULTIPLIER, "select", "threshold * largest norm", 1, s->norm_bits, 11);
  add(l, KS_MULTIPLIER, "select", "norm: table entry, nearest", 2, s->sqrt_const_frac - 3,
      s->sqrt_const_frac);
  add(l, KS_MULTIPLIER, "weigh", "score * scale", c->banks, s->score_bits, 16);
  add(l, KS_MULTIPLIER, "weigh", "virtual key", mean, s->weight_bits, s->count_bits);
}

static void add_adders(struct list *l, const struct ks_config *c, const struct ks_sizes *s) {
  bool mean = c->compensate == KS_COMPENSATE_MEAN;
  int butterflies = s->hash_dim * log2_up(s->hash_dim);
  if (c->hash == KS_HASH_KRONECKER)
    add(l, KS_ADDER, "hash", "factors", c->hash_multipliers, hash_bits(s) + KS_FACTOR_FRAC, 0);
  else
    add(l, KS_ADDER, "hash", "butterflies", butterflies, s->code_bits + log2_up(s->hash_dim), 0);
  add(l, KS_ADDER, "select", "Hamming distance", c->banks * c->lanes * (c->k - 1), s->ham_bits, 0);
  add(l, KS_ADDER, "load", "running sums", mean ? 2 * c->d : 0, s->sum_bits, 0);
  add(l, KS_ADDER, "score", "tree", c->banks * (c->d - 1), s->score_bits, 0);
  add(l, KS_ADDER, "accumulate", "elements", c->banks * c->d, s->acc_bits, 0);
  add(l, KS_ADDER, "accumulate", "sums of weights", c->banks, s->total_bits, 0);
  add(l, KS_ADDER, "merge", "tree", (c->banks * c->ways - 1) * s->divide_multipliers, s->merged_bits, 0);
}

static void add_memories(struct list *l, const struct ks_config *c, const struct ks_sizes *s) {
  bool mean = c->compensate == KS_COMPENSATE_MEAN;
  int rows = c->pages * s->bank_rows, words = c->pages * s->bank_words;
  int recips = 1 << (c->accumulator == KS_ACCUMULATOR_FLOAT ? KS_MINIFLOAT_FRAC : c->recip_frac);
  add(l, KS_MEMORY, "load", "keys", c->banks, rows, c->d * s->code_bits);
  add(l, KS_MEMORY, "load", "values", c->banks, rows, c->d * s->code_bits);
  add(l, KS_MEMORY, "load", "running sums", mean ? 1 : 0, c->pages, 2 * c->d * s->sum_bits);
  add(l, KS_MEMORY, "select", "hashes", c->banks, words, c->lanes * s->hash_bits);
  add(l, KS_MEMORY, "select", "norms", c->banks, words, c->lanes * s->norm_bits);
  add(l, KS_MEMORY, "select", "root table", 1, 1 << s->sqrt_index_bits, s->sqrt_const_frac);
  if (c->issue == KS_ISSUE_LQF)
    add(l, KS_MEMORY, "select", "candidate queues", c->banks * c->lanes, c->queue_depth, s->word_bits);
  add(l, KS_MEMORY, "score", "queries", c->banks, s->slots, c->d * s->code_bits);
  add(l, KS_MEMORY, "weigh", "exponential table", c->banks, 1 << c->exp_frac, s->weight_bits);
  add(l, KS_MEMORY, "accumulate", "elements", c->banks, c->ways, c->d * s->acc_bits);
  add(l, KS_MEMORY, "accumulate", "finished elements", c->banks, c->ways, c->d * s->acc_bits);
  add(l, KS_MEMORY, "divide", "reciprocal table", 1, recips, s->recip_bits);
}

size_t ks_inventory(const struct ks_config *config, const struct ks_sizes *sizes,
                    struct ks_inventory_row rows[KS_INVENTORY_MAX]) {
  struct list list = {rows, 0};
  add_multipliers(&list, config, sizes);
  add_adders(&list, config, sizes);
  add_memories(&list, config, sizes);
  return list.count;
}

int64_t ks_inventory_total(const struct ks_inventory_row rows[], size_t count, enum ks_part part) {
  int64_t total = 0;
  for (size_t i = 0; i < count; i++) {
    int64_t each = part == KS_MEMORY ? (int64_t)rows[i].a * rows[i].b : 1;
    if (rows[i].part == part) total += rows[i].count * each;
  }
  return total;
}
