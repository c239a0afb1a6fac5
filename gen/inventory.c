/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "../cmodel/cycle_program.h"
#include "../cmodel/fixed.h"
#include "../cmodel/hash.h"
#include "../cmodel/minifloat.h"
#include "inventory.h"

/* Parameters of rtl/ that are not sizes: SPEC 9's tag or number of a row, a cosine; of LISA the groups that
 * wait for their rows, and that have them all. */
enum { NUMBER_BITS = 16, COS_BITS = 11, GROUPS_BEFORE = 8, GROUPS_COMPLETE = 2 };
enum { SUMS_WAITING = 3 }; /* queries of a bank whose exponents are known and that the merge has not taken */
enum { RECIPROCAL_BITS = KS_RECIPROCAL_STEPS - 1 };  /* rn, unsigned: ks_mean's quotient without its first bit */
enum { OUTPUT_STAGES = 4 };                          /* ks_divide: multipliers to an output row being offered */
enum { SIGNIFICAND_BITS = KS_MINIFLOAT_FRAC + 1 };   /* the hidden one included */
enum { FLOAT_SUM_BITS = 14 };                        /* ks_float_add: a significand 7 bits up, carry, sign */

struct list {
  const struct ks_config *c;
  const struct ks_sizes *s;
  bool mean, is_float, is_elsa, is_a3, is_lisa;
  struct ks_inventory_row *rows;
  size_t count;
};

/* A stage that the configuration does without has zero parts and no row. */
static void add(struct list *l, enum ks_part part, const char *stage, const char *what, int count, int a,
                int b) {
  if (count == 0) return;
  assert(l->count < KS_INVENTORY_MAX);
  l->rows[l->count++] = (struct ks_inventory_row){part, stage, what, count, a, b};
}

static int max_of(int a, int b) {
  return a > b ? a : b;
}

/* Bits of an index 0..count-1; ks_elsa gives it a wire even if there is one only. */
static int index_bits(int count) {
  return max_of(1, ks_log2_up((uint64_t)count));
}

/* Of a query under way: context, number, last. */
static int info_bits(const struct ks_sizes *s) {
  return index_bits(s->contexts) + NUMBER_BITS + 1;
}

static bool is_lqf(const struct ks_config *config) {
  return config->issue == KS_ISSUE_LQF;
}

/* What is multiplied by a reciprocal: a merged element, of a float its significand and sign. */
static int dividend_bits(const struct list *l) {
  return l->is_float ? SIGNIFICAND_BITS + 1 : l->s->merged_bits;
}

/* Widths of ks_greedy: a product's magnitude, an entry of its queues and trees, a row's sum, the total of all
 * products that can be added. */
struct greedy_bits {
  int term, rank, entry, sum, total;
};

static struct greedy_bits greedy_bits(const struct list *l) {
  const struct ks_config *c = l->c;
  int term = 2 * l->s->code_bits - 1, rank = 2 * l->s->code_bits + 1;
  int products = c->iterations / c->d < c->n ? c->iterations : c->n * c->d;
  return (struct greedy_bits){term, rank, rank + l->s->rank_bits, term - 1 + ks_log2_up((uint64_t)c->d + 1),
                              term + ks_log2_up((uint64_t)products + 1)};
}

/* Cells of a row's list behind one another, and of a filter's: ks_sorter. Its items have a tag. */
static int cell_bits(int number_bits, int tags) {
  return 1 + number_bits + index_bits(tags);
}

/* Cycles in ks_top_q from the issue of a query's last key to its leaving. */
static int ring_stay(const struct list *l) {
  return l->s->score_latency + 2 + (l->c->top_q - 1 + l->s->stage_cells - 1) / l->s->stage_cells;
}

/* Entries of its ring: the longest query as it arrives and leaves, and one that stays free. */
static int ring_depth(const struct list *l) {
  return l->c->top_k + 1 + ring_stay(l) + 1;
}

/* Of an entry: through, last, mean; score, key; the query's candidates and name. */
static int ring_bits(const struct list *l) {
  return 3 + l->s->score_bits + l->s->rank_bits + l->s->count_bits + info_bits(l->s);
}

/* Of a score less the margin, and what is compared with it. */
static int low_bits(const struct ks_sizes *s) {
  return max_of(s->score_bits, s->margin_bits + 1) + 1;
}

/* Two-way mergers of a tree over the columns, those of one child included. */
static int merge_nodes(const struct list *l) {
  int nodes = 0;
  for (int streams = l->c->d; streams > 1; streams = (streams + 1) / 2)
    nodes += (streams + 1) / 2;
  return nodes;
}

/* ---- multipliers ---------------------------------------------------------------------------- */

static void add_multipliers(struct list *l) {
  const struct ks_sizes *s = l->s;
  int lanes = l->s->bank_count * l->c->d;
  if (l->is_elsa)
    add(l, KS_MULTIPLIER, "hash", "factors", s->hash_products, s->hash_work_bits, KS_FACTOR_FRAC + 1);
  add(l, KS_MULTIPLIER, "score", l->is_elsa ? "q.k and |k|^2" : "q.k", lanes, s->code_bits, s->code_bits);
  add(l, KS_MULTIPLIER, "accumulate", "weight * v", lanes, s->weight_bits, s->code_bits);
  if (l->mean)
    add(l, KS_MULTIPLIER, "divide", "output and mean rows", s->divide_multipliers,
        max_of(dividend_bits(l), RECIPROCAL_BITS + 1), max_of(s->recip_bits, (s->sum_bits + 1) / 2));
  else
    add(l, KS_MULTIPLIER, "divide", "output rows", s->divide_multipliers, dividend_bits(l), s->recip_bits);
  if (l->is_elsa)
    add(l, KS_SELECTOR, "select", "norm * cosine", l->s->bank_count * l->c->lanes, s->norm_bits, COS_BITS);
  if (l->is_a3)
    add(l, KS_SELECTOR, "select", "key * query, from both ends", 2 * l->c->d, s->code_bits, s->code_bits);
}

static int norm_operand_bits(const struct ks_sizes *s) {
  return max_of(s->square_bits - 1, s->sqrt_index_bits + 2) + 2;
}

/* The norm's first and the weight's are built as two halves and an adder. */
static void add_single_multipliers(struct list *l) {
  const struct ks_sizes *s = l->s;
  if (l->is_elsa) {
    add(l, KS_SINGLE, "load", "norm: table entry * operand", 1, s->sqrt_const_frac + 2,
        norm_operand_bits(s));
    add(l, KS_SINGLE, "load", "norm: root * next", 1, s->root_bits, s->root_bits + 1);
    add(l, KS_SINGLE, "select", "threshold * largest norm", 1, COS_BITS, s->norm_bits);
  }
  add(l, KS_SINGLE, "weigh", "score * scale", l->s->bank_count, s->score_bits, 16);
  add(l, KS_SINGLE, "weigh", "virtual key's weight", l->mean, s->weight_bits, s->count_bits);
}

/* ---- adders --------------------------------------------------------------------------------- */

/* Elements that some batch of the hash takes the negative of; the signs of a single batch are folded. */
static int sign_flips(const struct list *l) {
  int32_t signs[2 * KS_MAX_HASH];
  int flips = 0, batches = l->s->hash_batches, dim = l->s->hash_dim;
  assert(batches * dim <= 2 * KS_MAX_HASH);
  if (batches == 1) return 0;
  ks_hash_signs(signs, (size_t)(batches * dim));
  for (int i = 0; i < l->c->d; i++) {
    bool flip = false;
    for (int batch = 0; batch < batches; batch++) flip |= signs[batch * dim + i] < 0;
    flips += flip;
  }
  return flips;
}

/* A sum and a difference a pair, unless the padding with zeros has made the pair's upper element zero: at
 * level l an element is a sum over its block of 2^l. */
static int butterflies(const struct list *l, int level) {
  int adders = 0, half = 1 << level;
  for (int block = 0; block + half < l->c->d; block += 2 * half) adders += 2 * half;
  return adders;
}

/* The adders of ks_hash_kronecker, equal ones once: those that add a product, those that round. */
struct kronecker_adders {
  int sums, rounders;
};

/* A sum is told by its last product's multiplier and by how many of its products lie before that one in the
 * same cycle, with an earlier cycle's part or without: a bit each. */
static struct kronecker_adders kronecker_adders(const struct list *l) {
  struct ks_factors factors = ks_factors_of(l->c);
  struct kronecker_adders adders = {0, 0};
  uint32_t sums[KS_MAX_HASH_MULTIPLIERS] = {0}, rounded[KS_MAX_HASH_MULTIPLIERS] = {0};
  int product = 0, multipliers = l->s->hash_products;
  for (int factor = 0; factor < factors.count; factor++)
    for (int output = 0; output < l->s->hash_batches * factors.dim; output++) {
      int before = 0, multiplier = 0;
      bool carried = false;
      for (int column = 0; column < factors.size[factor]; column++, product++) {
        multiplier = product % multipliers;
        bool border = multiplier == 0 && column > 0;
        carried |= border;
        before = border || column == 0 ? 0 : before + 1;
        if (carried || before) sums[multiplier] |= 1u << (2 * before + carried);
      }
      if (factor < factors.count - 1) rounded[multiplier] |= 1u << (2 * before + carried);
    }
  for (int i = 0; i < multipliers; i++) {
    adders.sums += __builtin_popcount(sums[i]);
    adders.rounders += __builtin_popcount(rounded[i]);
  }
  return adders;
}

static const char *const butterfly_levels[] = {"butterflies, level 1", "butterflies, level 2",
                                               "butterflies, level 3", "butterflies, level 4",
                                               "butterflies, level 5", "butterflies, level 6",
                                               "butterflies, level 7", "butterflies, level 8"};

static void add_hash_adders(struct list *l) {
  const struct ks_sizes *s = l->s;
  if (l->c->hash == KS_HASH_KRONECKER) {
    struct kronecker_adders adders = kronecker_adders(l);
    add(l, KS_ADDER, "hash", "factors: sums", adders.sums, s->hash_sum_bits, 0);
    add(l, KS_ADDER, "hash", "factors: round", adders.rounders, s->hash_sum_bits, 0);
  } else {
    int in_bits = s->code_bits + (s->hash_batches > 1);
    add(l, KS_ADDER, "hash", "sign flips", sign_flips(l), in_bits, 0);
    for (int level = 0; 1 << level < s->hash_dim; level++)
      add(l, KS_ADDER, "hash", butterfly_levels[level], butterflies(l, level), in_bits + level + 1, 0);
  }
}

/* ks_adder_tree: `trees` sums of `inputs` numbers of `bits` bits, up to four to one a stage. */
static void add_tree(struct list *l, const char *stage, const char *const what[4], int trees, int inputs,
                     int bits) {
  for (int s = 0; inputs > 1; s++, bits += 2) {
    int outputs = (inputs + 3) / 4;
    assert(s < 4);
    add(l, KS_ADDER, stage, what[s], trees * (inputs - outputs), bits + 2, 0);
    inputs = outputs;
  }
}

/* ks_predict: in each row a prediction, beside the first the number of elements of -1. */
static void add_predict_adders(struct list *l) {
  static const char *const prediction[] = {"prediction, stage 1", "prediction, stage 2",
                                           "prediction, stage 3", "prediction, stage 4"};
  static const char *const minus[] = {"elements of -1, stage 1", "elements of -1, stage 2",
                                      "elements of -1, stage 3", "elements of -1, stage 4"};
  add_tree(l, "select", prediction, l->c->rows, l->c->d, l->s->code_bits);
  add_tree(l, "select", minus, 1, l->c->d, 2);
  add(l, KS_ADDER, "select", "prediction: elements of -1", l->c->rows, l->s->prediction_bits, 0);
}

static void add_load_adders(struct list *l) {
  static const char *const nonzeros[] = {"ternary non-zeros, stage 1", "ternary non-zeros, stage 2",
                                         "ternary non-zeros, stage 3", "ternary non-zeros, stage 4"};
  const struct ks_sizes *s = l->s;
  int mean_lanes = l->mean ? s->divide_multipliers : 0;
  if (l->is_elsa) {
    add_hash_adders(l);
    add(l, KS_ADDER, "load", "norm: halves", 1, norm_operand_bits(s) + s->sqrt_const_frac + 2, 0);
    add(l, KS_ADDER, "load", "norm: next, nearest", 2, s->root_bits + 1, 0);
    add(l, KS_ADDER, "load", "norm: integer part", l->c->norm_bits != KS_AUTO,
        s->root_bits + s->norm_bits + 1, 0);
  }
  if (l->is_lisa) add_tree(l, "load", nonzeros, 1, l->c->d, 2);
  add(l, KS_ADDER, "load", "running sums", l->mean ? 2 * l->c->d : 0, s->sum_bits, 0);
  add(l, KS_ADDER, "load", "mean rows: halves, round", mean_lanes, s->code_bits + RECIPROCAL_BITS, 0);
}

/* ks_float_add: `count` sums of two floats; what: the sum, its sign, its rounding. */
static void add_float_sums(struct list *l, const char *stage, const char *const what[3], int count) {
  add(l, KS_ADDER, stage, what[0], count, FLOAT_SUM_BITS, 0);
  add(l, KS_ADDER, stage, what[1], count, SIGNIFICAND_BITS, 0);
  add(l, KS_ADDER, stage, what[2], count, SIGNIFICAND_BITS + 1, 0);
}

static const char *const element_sum[] = {"element: add", "element: sign", "element: round"};
static const char *const weight_sum[] = {"sum of weights: add", "sum of weights: sign",
                                         "sum of weights: round"};

/* ks_lane_float; the product with the code 1 needs nothing. */
static void add_float_accumulators(struct list *l) {
  int lanes = l->s->bank_count * l->c->d;
  add(l, KS_ADDER, "accumulate", "value: magnitude", lanes, l->s->code_bits, 0);
  add(l, KS_ADDER, "accumulate", "product: round", lanes, SIGNIFICAND_BITS + 1, 0);
  add_float_sums(l, "accumulate", element_sum, lanes);
  add_float_sums(l, "accumulate", weight_sum, l->s->bank_count);
}

/* Nothing is rounded before it is added (ks_shift). */
static void add_shared_accumulators(struct list *l) {
  const struct ks_sizes *s = l->s;
  int banks = l->s->bank_count, lanes = banks * l->c->d;
  add(l, KS_ADDER, "accumulate", "element", lanes, s->acc_bits, 0);
  add(l, KS_ADDER, "accumulate", "sum of weights", banks, s->total_bits, 0);
}

static void add_bank_adders(struct list *l) {
  static const char *const tree[] = {"tree, stage 1", "tree, stage 2", "tree, stage 3", "tree, stage 4"};
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  if (l->is_elsa) {
    add(l, KS_ADDER, "select", "Hamming distance", s->bank_count * c->lanes * (c->k - 1), s->ham_bits, 0);
  } else if (l->is_lisa) {
    add_predict_adders(l);
  } else {
    struct greedy_bits bits = greedy_bits(l);
    add(l, KS_ADDER, "select", "total of the steps", 2, bits.total, 0);
    add(l, KS_ADDER, "select", "greedy scores", 2, bits.sum, 0);
  }
  add_tree(l, "score", tree, s->bank_count, c->d, 2 * s->code_bits);
  add(l, KS_ADDER, "filter", "score less margin", l->is_a3, low_bits(s), 0);
  add(l, KS_ADDER, "weigh", "score * scale: halves", s->bank_count, s->score_bits + 9, 0);
  add(l, KS_ADDER, "weigh", "virtual key: round", l->mean, s->weight_bits + s->count_bits + 1, 0);
  if (l->is_float) add_float_accumulators(l);
  else add_shared_accumulators(l);
}

static void add_shared_merge(struct list *l) {
  static const char *const tree[] = {"tree, stage 1", "tree, stage 2", "tree, stage 3", "tree, stage 4"};
  static const char *const total_tree[] = {"sum of weights, stage 1", "sum of weights, stage 2",
                                           "sum of weights, stage 3", "sum of weights, stage 4"};
  const struct ks_sizes *s = l->s;
  int sources = l->s->bank_count * l->c->ways, lanes = s->divide_multipliers;
  add_tree(l, "merge", tree, lanes, sources, s->acc_bits);
  add_tree(l, "merge", total_tree, 1, sources, s->total_bits);
}

static void add_output_adders(struct list *l) {
  const struct ks_sizes *s = l->s;
  int lanes = s->divide_multipliers, more = l->s->bank_count - 1;
  if (l->is_float) {
    add_float_sums(l, "merge", element_sum, lanes * more);
    add_float_sums(l, "merge", weight_sum, more);
    add(l, KS_ADDER, "divide", "element: sign", lanes, SIGNIFICAND_BITS + 1, 0);
  } else {
    add_shared_merge(l);
  }
  add(l, KS_ADDER, "divide", "output rows: round", lanes, s->out_bits + 2, 0);
}

static void add_elsa_comparators(struct list *l) {
  const struct ks_sizes *s = l->s;
  int selectors = l->s->bank_count * l->c->lanes, product = s->norm_bits + COS_BITS;
  add(l, KS_COMPARATOR, "load", "norm: nearest", 1, max_of(s->square_bits, 2 * s->root_bits + 1), 0);
  add(l, KS_COMPARATOR, "load", "largest norm", l->c->pages, s->norm_bits, 0);
  add(l, KS_COMPARATOR, "select", "threshold", selectors, product, 0);
  add(l, KS_COMPARATOR, "select", "best key: tree, so far", selectors, product, 0);
  add(l, KS_COMPARATOR, "score", "longest queue", is_lqf(l->c) * l->s->bank_count * (l->c->lanes - 1),
      ks_bits_of((uint64_t)l->c->queue_depth), 0);
}

/* ks_column checks an entry against the one before: the code, and the row. */
static void add_a3_comparators(struct list *l) {
  struct greedy_bits bits = greedy_bits(l);
  add(l, KS_COMPARATOR, "load", "order of the codes of a column", l->c->d, l->s->code_bits, 0);
  add(l, KS_COMPARATOR, "load", "order of the rows of equal codes", l->c->d, l->s->rank_bits, 0);
  add(l, KS_COMPARATOR, "select", "merge trees", 2 * (l->c->d - 1), bits.rank, 0);
  add(l, KS_COMPARATOR, "select", "greedy scores", 4, bits.sum, 0);
  add(l, KS_COMPARATOR, "filter", "score with the largest and its margin", 4, low_bits(l->s), 0);
}

static void add_lisa_comparators(struct list *l) {
  add(l, KS_COMPARATOR, "load", "elements with tau and its opposite", 2 * l->c->d, l->s->code_bits, 0);
  add(l, KS_COMPARATOR, "select", "lists of the largest predictions", l->c->rows * l->c->top_k,
      l->s->prediction_bits, 0);
  add(l, KS_COMPARATOR, "filter", "list of the largest scores", l->c->top_q, l->s->score_bits, 0);
}

static void add_comparators(struct list *l) {
  switch ((enum ks_engine)l->c->engine) {
    case KS_ENGINE_A3: add_a3_comparators(l); break;
    case KS_ENGINE_LISA: add_lisa_comparators(l); break;
    default: add_elsa_comparators(l); break;
  }
}

/* ---- memories, tables, registers -------------------------------------------------------------- */

static void add_elsa_memories(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  int selectors = s->bank_count * c->lanes, words = c->pages * s->bank_words;
  add(l, KS_MEMORY, "select", "hashes", selectors, words, s->hash_bits);
  add(l, KS_MEMORY, "select", "norms", selectors, words, s->norm_bits);
  add(l, KS_MEMORY, "select", "queries", 1, s->slots, c->d * s->code_bits);
  add(l, KS_MEMORY, "select", "candidate lists", s->bank_count, s->slots * s->bank_words,
      s->row_count_bits + c->lanes);
}

static void add_a3_memories(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  add(l, KS_MEMORY, "select", "sorted columns", c->d, c->pages * c->n, s->code_bits + s->rank_bits);
  add(l, KS_MEMORY, "select", "greedy scores", 2, c->n, greedy_bits(l).sum);
  add(l, KS_MEMORY, "score", "queries", 1, s->slots, c->d * s->code_bits);
}

static void add_lisa_memories(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  add(l, KS_MEMORY, "select", "ternary keys", 1, c->pages * c->n, s->ternary_bits);
  add(l, KS_MEMORY, "select", "queries", 1, 2 * c->rows, c->d * s->code_bits);
  add(l, KS_MEMORY, "select", "candidate lists", 1, s->lists * c->rows, c->n + s->count_bits);
  add(l, KS_MEMORY, "score", "queries", 1, s->slots, c->d * s->code_bits);
}

static void add_memories(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  int rows = c->pages * s->bank_rows, row = c->d * s->code_bits;
  if (l->is_elsa) add_elsa_memories(l);
  if (l->is_a3) add_a3_memories(l);
  if (l->is_lisa) add_lisa_memories(l);
  add(l, KS_MEMORY, "score", "keys", s->bank_count, rows, row);
  if (l->is_a3) add(l, KS_MEMORY, "filter", "scores", 1, s->filter_depth, s->rank_bits + s->score_bits);
  if (l->is_lisa) add(l, KS_MEMORY, "filter", "scores", 1, ring_depth(l), ring_bits(l));
  add(l, KS_MEMORY, "accumulate", "values", s->bank_count, rows, row);
}

static void add_tables(struct list *l) {
  const struct ks_sizes *s = l->s;
  if (l->is_elsa) {
    add(l, KS_TABLE, "hash", "factors", s->hash_products, s->hash_cycles, KS_FACTOR_FRAC + 1);
    add(l, KS_TABLE, "load", "norm", 1, 2 << s->sqrt_index_bits, s->sqrt_const_frac + 2);
  }
  add(l, KS_TABLE, "weigh", "exponential", l->s->bank_count, 1 << l->c->exp_frac, s->weight_bits);
  add(l, KS_TABLE, "divide", "reciprocal", 1, 1 << s->recip_index_bits, s->recip_bits);
}

/* What goes from factor to factor waits for its products, and the hash's bits for one another. */
static void add_hash_registers(struct list *l) {
  const struct ks_sizes *s = l->s;
  if (l->c->hash == KS_HASH_KRONECKER) {
    int values = (ks_factors_of(l->c).count - 1) * s->hash_batches * s->hash_dim;
    add(l, KS_REGISTERS, "hash", "between factors", values > 0, values, s->hash_work_bits);
    add(l, KS_REGISTERS, "hash", "bits", 1, 1, s->hash_bits);
  } else {
    add(l, KS_REGISTERS, "hash", "row", 1, 1, l->c->d * s->code_bits);
    add(l, KS_REGISTERS, "hash", "batches", s->hash_batches > 1, s->hash_batches, s->hash_dim);
  }
}

/* ks_read_out: words of about as many bits as there are words. */
static int read_bits(int keys) {
  return 1 << (keys <= 2 ? 1 : (ks_log2_up((uint64_t)keys) + 1) / 2);
}

static int read_words(int keys) {
  return (keys + read_bits(keys) - 1) / read_bits(keys);
}

static void add_a3_registers(struct list *l) {
  int n = l->c->n;
  add(l, KS_REGISTERS, "select", "columns' and mergers' entries", 2 * (l->c->d + merge_nodes(l)), 2,
      greedy_bits(l).entry);
  add(l, KS_REGISTERS, "select", "rows with sums, candidates", 3, 1, n);
  add(l, KS_REGISTERS, "select", "candidates read out", 1, read_words(n), read_bits(n));
}

static void add_lisa_registers(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  add(l, KS_REGISTERS, "select", "rows of the array: query", c->rows, 1, c->d * s->code_bits);
  add(l, KS_REGISTERS, "select", "rows of the array: key", c->rows, 1, s->ternary_bits);
  add(l, KS_REGISTERS, "select", "lists: largest predictions", c->rows, c->top_k,
      cell_bits(s->prediction_bits, c->n));
  add(l, KS_REGISTERS, "select", "lists: keys left", c->rows, 1, c->n);
  add(l, KS_REGISTERS, "select", "candidates read out", 1, read_words(c->n), read_bits(c->n));
  add(l, KS_REGISTERS, "filter", "largest scores", 1, c->top_q, cell_bits(s->score_bits, ring_depth(l)));
  add(l, KS_REGISTERS, "filter", "scores left", 1, 1, ring_depth(l));
}

/* A row that is offered, and those that follow until it is gone. */
static int output_places(const struct ks_sizes *s) {
  return 1 + (OUTPUT_STAGES + s->divide_cycles - 1) / s->divide_cycles;
}

static void add_row_registers(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  int row = c->d * s->code_bits;
  add(l, KS_REGISTERS, "load", "rows taken: k, v, q", 3, 1, row);
  if (l->is_a3)
    add(l, KS_REGISTERS, "load", "sorted columns taken", 1, 1, c->d * (s->code_bits + s->rank_bits));
  add(l, KS_REGISTERS, "load", "running sums", l->mean, c->pages, 2 * c->d * s->sum_bits);
  add(l, KS_REGISTERS, "load", "mean rows", l->mean, c->pages + 1, 2 * row);
  if (l->is_elsa) {
    add_hash_registers(l);
    add(l, KS_REGISTERS, "select", "cosines", 1, c->k + 1, COS_BITS);
    add(l, KS_REGISTERS, "score", "query rows", 1, 2, row);
  }
  if (l->is_a3) add_a3_registers(l);
  if (l->is_lisa) add_lisa_registers(l);
  add(l, KS_REGISTERS, "score", "operands", s->bank_count, 2, row);
  add(l, KS_REGISTERS, "accumulate", "elements, and held ones", 2 * s->bank_count, c->ways, c->d * s->acc_bits);
  add(l, KS_REGISTERS, "accumulate", "sums of weights, and held ones", 2 * s->bank_count, c->ways, s->total_bits);
  add(l, KS_REGISTERS, "divide", "output rows", 1, output_places(s), c->d * s->out_bits);
}

/* Returns the bits that the engine alone has in a context. */
static int add_elsa_queues(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  int bank = index_bits(s->bank_count), word_count = ks_bits_of((uint64_t)s->bank_words);
  int counts = s->bank_count * word_count, best = bank + s->row_count_bits;
  int set = 2 + info_bits(s) + 2 * best + s->count_bits + counts;
  add(l, KS_REGISTERS, "select", "hashed queries", 1, s->hash_queue, info_bits(s) + s->hash_bits);
  add(l, KS_REGISTERS, "select", "ready queries", 1, s->slots,
      info_bits(s) + 1 + best + s->count_bits + counts);
  add(l, KS_REGISTERS, "score", "queries in the banks", 1, 2, set);
  add(l, KS_REGISTERS, "score", "candidate queues", is_lqf(c) * s->bank_count * c->lanes, c->queue_depth,
      s->row_count_bits);
  return s->norm_bits + COS_BITS + best + index_bits(c->lanes) + word_count;
}

static int add_a3_queues(struct list *l) {
  const struct ks_sizes *s = l->s;
  add(l, KS_REGISTERS, "filter", "queries scored", 1, s->filter_records,
      1 + 3 * s->count_bits + low_bits(s) + s->score_bits + info_bits(s));
  return s->iteration_bits + s->margin_bits;
}

static int add_lisa_queues(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  int queries = ks_bits_of((uint64_t)c->rows), group = queries + info_bits(s);
  int before = 2 + queries + index_bits(s->contexts);
  add(l, KS_REGISTERS, "select", "groups to be predicted", 1, GROUPS_BEFORE, before);
  add(l, KS_REGISTERS, "select", "groups with their rows", 1, GROUPS_COMPLETE, group);
  add(l, KS_REGISTERS, "select", "groups with lists", 1, s->lists, 1 + s->count_bits + group);
  add(l, KS_REGISTERS, "filter", "queries scored", 1, ring_stay(l) / 2 + 3, 1 + s->candidate_bits);
  return 2 + s->candidate_bits + ks_bits_of((uint64_t)c->top_q); /* last, positive_only */
}

static int add_own_queues(struct list *l) {
  switch ((enum ks_engine)l->c->engine) {
    case KS_ENGINE_A3: return add_a3_queues(l);
    case KS_ENGINE_LISA: return add_lisa_queues(l);
    default: return add_elsa_queues(l);
  }
}

static void add_queues(struct list *l) {
  const struct ks_config *c = l->c;
  const struct ks_sizes *s = l->s;
  int slot = ks_log2_up((uint64_t)c->pages + 1), own = add_own_queues(l);
  add(l, KS_REGISTERS, "accumulate", "weighted keys", s->bank_count, s->fifo_depth,
      3 + s->row_bits + slot + s->weight_bits + s->exp_bits);
  int accumulators = s->bank_count * c->ways, shift = l->is_float ? 0 : ks_log2_up((uint64_t)s->acc_bits + 1);
  add(l, KS_REGISTERS, "accumulate", "exponents of queries", s->bank_count, SUMS_WAITING,
      (l->is_float ? 0 : s->exp_bits) + c->ways * (shift + 1));
  add(l, KS_REGISTERS, "merge", "shifts of queries", 1, SUMS_WAITING, accumulators * (shift + 1));
  add(l, KS_REGISTERS, "merge", "queries in flight", 1, s->flight, info_bits(s));
  add(l, KS_REGISTERS, "commands", "contexts", 1, s->contexts,
      3 + 2 * NUMBER_BITS + 6 + s->count_bits + slot + own);
  add(l, KS_REGISTERS, "trace", "beats", c->trace ? s->trace_streams : 0, 1, 2 * NUMBER_BITS + s->count_bits);
}

/* ---- the whole ------------------------------------------------------------------------------ */

size_t ks_inventory(const struct ks_config *config, const struct ks_sizes *sizes,
                    struct ks_inventory_row rows[KS_INVENTORY_MAX]) {
  struct list list = {config,
                      sizes,
                      config->compensate == KS_COMPENSATE_MEAN,
                      config->accumulator == KS_ACCUMULATOR_FLOAT,
                      config->engine == KS_ENGINE_ELSA,
                      config->engine == KS_ENGINE_A3,
                      config->engine == KS_ENGINE_LISA,
                      rows,
                      0};
  add_multipliers(&list);
  add_single_multipliers(&list);
  add_load_adders(&list);
  add_bank_adders(&list);
  add_output_adders(&list);
  add_comparators(&list);
  add_memories(&list);
  add_tables(&list);
  add_row_registers(&list);
  add_queues(&list);
  return list.count;
}

int64_t ks_inventory_total(const struct ks_inventory_row rows[], size_t count, enum ks_part part) {
  int64_t total = 0;
  for (size_t i = 0; i < count; i++) {
    int64_t each = part >= KS_MEMORY ? (int64_t)rows[i].a * rows[i].b : 1;
    if (rows[i].part == part) total += rows[i].count * each;
  }
  return total;
}

static int64_t bits_of_part(const struct ks_inventory_row *row) {
  bool one_width = row->part == KS_ADDER || row->part == KS_COMPARATOR;
  return (int64_t)row->count * row->a * (one_width ? 1 : row->b);
}

/* From hashes, sorted columns or ternary keys to the list of candidates. */
static bool is_selector(const struct ks_inventory_row *row) {
  return !strcmp(row->stage, "hash") || !strcmp(row->stage, "select");
}

int64_t ks_inventory_bits(const struct ks_inventory_row rows[], size_t count, unsigned parts, bool selector) {
  int64_t bits = 0;
  for (size_t i = 0; i < count; i++)
    if (parts >> rows[i].part & 1 && (!selector || is_selector(&rows[i]))) bits += bits_of_part(&rows[i]);
  return bits;
}

json_t *ks_inventory_json(const struct ks_inventory_row rows[], size_t count) {
  static const char *const kinds[KS_PARTS] = {
      "multiplier", "selector", "single multiplier", "adder", "comparator", "memory", "table", "registers"};
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:i, s:i, s:i}", "part", kinds[rows[i].part], "stage", rows[i].stage,
                        "what", rows[i].what, "count", rows[i].count, "a", rows[i].a, "b", rows[i].b));
  return list;
}
