/* SPDX-License-Identifier: Apache-2.0
 *
 * What `show` and the manifest count: the design elsa, an odd one and the paper's hash and norms by hand, from
 * rtl/; the identity of the multipliers, and the tables as they are made, over the sweep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/tables.h"
#include "../gen/inventory.h"
#include "sweep.h"

struct inventory {
  struct ks_sizes sizes;
  struct ks_inventory_row rows[KS_INVENTORY_MAX];
  size_t count;
};

static struct inventory inventory_of(const struct ks_config *config) {
  struct inventory inventory;
  ks_sizes_derive(config, &inventory.sizes);
  inventory.count = ks_inventory(config, &inventory.sizes, inventory.rows);
  return inventory;
}

static bool is_same(const struct ks_inventory_row *a, const struct ks_inventory_row *b) {
  return a->part == b->part && !strcmp(a->stage, b->stage) && !strcmp(a->what, b->what) &&
         a->count == b->count && a->a == b->a && a->b == b->b;
}

static void expect_rows(const struct inventory *found, const struct ks_inventory_row expected[],
                        size_t count) {
  for (size_t i = 0; i < count && i < found->count; i++) {
    const struct ks_inventory_row *a = &found->rows[i], *b = &expected[i];
    if (!is_same(a, b))
      fail_msg("row %zu is %d %s, %s: %d of %d x %d, not %d %s, %s: %d of %d x %d", i, a->part, a->stage,
               a->what, a->count, a->a, a->b, b->part, b->stage, b->what, b->count, b->a, b->b);
  }
  assert_int_equal(found->count, count);
}

/* n = 512, d = k = 64, 4 banks of 8 lanes, 16 output multipliers: B = 9, norms of 12 bits, 128 rows and 16
 * scan words a bank and page. */
static void elsa_by_hand(void **state) {
  (void)state;
  const struct ks_inventory_row expected[] = {
      {KS_MULTIPLIER, "score", "q.k and |k|^2", 4 * 64, 9, 9},
      {KS_MULTIPLIER, "accumulate", "weight * v", 4 * 64, 6, 9},
      {KS_MULTIPLIER, "divide", "output and mean rows", 16, 33, 10},
      {KS_SELECTOR, "select", "norm * cosine", 4 * 8, 12, 11},
      {KS_SINGLE, "load", "norm: table entry * operand", 1, 15 + 2, 22 + 2},
      {KS_SINGLE, "load", "norm: root * next", 1, 12, 13},
      {KS_SINGLE, "select", "threshold * largest norm", 1, 11, 12},
      {KS_SINGLE, "weigh", "score * scale", 4, 24, 16},
      {KS_SINGLE, "weigh", "virtual key's weight", 1, 6, 10},
      {KS_ADDER, "hash", "butterflies, level 1", 64, 9 + 1, 0},
      {KS_ADDER, "hash", "butterflies, level 2", 64, 9 + 2, 0},
      {KS_ADDER, "hash", "butterflies, level 3", 64, 9 + 3, 0},
      {KS_ADDER, "hash", "butterflies, level 4", 64, 9 + 4, 0},
      {KS_ADDER, "hash", "butterflies, level 5", 64, 9 + 5, 0},
      {KS_ADDER, "hash", "butterflies, level 6", 64, 9 + 6, 0},
      {KS_ADDER, "load", "norm: halves", 1, 17 + 24, 0},
      {KS_ADDER, "load", "norm: next, nearest", 2, 13, 0},
      {KS_ADDER, "load", "running sums", 2 * 64, 9 + 9, 0},
      {KS_ADDER, "load", "mean rows: halves, round", 16, 9 + 21, 0},
      {KS_ADDER, "select", "Hamming distance", 32 * 63, 7, 0},
      {KS_ADDER, "score", "tree, stage 1", 4 * 48, 18 + 2, 0},
      {KS_ADDER, "score", "tree, stage 2", 4 * 12, 18 + 4, 0},
      {KS_ADDER, "score", "tree, stage 3", 4 * 3, 18 + 6, 0},
      {KS_ADDER, "weigh", "score * scale: halves", 4, 24 + 9, 0},
      {KS_ADDER, "weigh", "virtual key: round", 1, 6 + 10 + 1, 0},
      {KS_ADDER, "accumulate", "element", 4 * 64, 30, 0},
      {KS_ADDER, "accumulate", "sum of weights", 4, 22, 0},
      {KS_ADDER, "merge", "tree, stage 1", 16 * 6, 30 + 2, 0},
      {KS_ADDER, "merge", "tree, stage 2", 16, 30 + 4, 0},
      {KS_ADDER, "merge", "sum of weights, stage 1", 6, 22 + 2, 0},
      {KS_ADDER, "merge", "sum of weights, stage 2", 1, 22 + 4, 0},
      {KS_ADDER, "divide", "output rows: round", 16, 9 + 2, 0},
      {KS_COMPARATOR, "load", "norm: nearest", 1, 2 * 12 + 1, 0},
      {KS_COMPARATOR, "load", "largest norm", 2, 12, 0},
      {KS_COMPARATOR, "select", "threshold", 32, 12 + 11, 0},
      {KS_COMPARATOR, "select", "best key: tree, so far", 31 + 1, 12 + 11, 0},
      {KS_MEMORY, "select", "hashes", 4 * 8, 2 * 16, 64},
      {KS_MEMORY, "select", "norms", 4 * 8, 2 * 16, 12},
      {KS_MEMORY, "select", "queries", 1, 7, 64 * 9},
      {KS_MEMORY, "select", "candidate lists", 4, 7 * 16, 8 + 8},
      {KS_MEMORY, "score", "keys", 4, 2 * 128, 64 * 9},
      {KS_MEMORY, "accumulate", "values", 4, 2 * 128, 64 * 9},
      {KS_TABLE, "load", "norm", 1, 32, 17},
      {KS_TABLE, "weigh", "exponential", 4, 32, 6},
      {KS_TABLE, "divide", "reciprocal", 1, 256, 10},
      {KS_REGISTERS, "load", "rows taken: k, v, q", 3, 1, 64 * 9},
      {KS_REGISTERS, "load", "running sums", 1, 2, 2 * 64 * 18},
      {KS_REGISTERS, "load", "mean rows", 1, 2 + 1, 2 * 64 * 9},
      {KS_REGISTERS, "hash", "row", 1, 1, 64 * 9},
      {KS_REGISTERS, "select", "cosines", 1, 64 + 1, 11},
      {KS_REGISTERS, "score", "query rows", 1, 2, 64 * 9},
      {KS_REGISTERS, "score", "operands", 4, 2, 64 * 9},
      {KS_REGISTERS, "accumulate", "elements, and held ones", 4 * 2, 2, 64 * 30},
      {KS_REGISTERS, "accumulate", "sums of weights, and held ones", 4 * 2, 2, 22},
      {KS_REGISTERS, "divide", "output rows", 1, 2, 64 * 9},
      /* A query: context 2, number 16, last 1. A place: bank 2, row 8. Words in four lists: 5 each. */
      {KS_REGISTERS, "select", "hashed queries", 1, 5, 19 + 64},
      {KS_REGISTERS, "select", "ready queries", 1, 7, 19 + 1 + 10 + 10 + 20},
      {KS_REGISTERS, "score", "queries in the banks", 1, 2, 2 + 19 + 10 + 10 + 10 + 20},
      {KS_REGISTERS, "accumulate", "weighted keys", 4, 15, 3 + 8 + 2 + 6 + 28},
      {KS_REGISTERS, "accumulate", "exponents of queries", 4, 3, 28 + 2 * (5 + 1)},
      {KS_REGISTERS, "merge", "shifts of queries", 1, 3, 8 * (5 + 1)},
      {KS_REGISTERS, "merge", "queries in flight", 1, 23, 19},
      {KS_REGISTERS, "commands", "contexts", 1, 4, 3 + 16 + 16 + 6 + 23 + 10 + 18 + 2},
  };
  struct ks_config config;
  ks_config_default(&config);
  struct inventory found = inventory_of(&config);
  expect_rows(&found, expected, sizeof expected / sizeof expected[0]);
  assert_int_equal(ks_inventory_total(found.rows, found.count, KS_MULTIPLIER), 528);
  assert_int_equal(ks_inventory_bits(found.rows, found.count, 1u << KS_MEMORY, true),
                   512 * 2 * (64 + 12) + 7 * 64 * 9 + 4 * 7 * 16 * 16);
  assert_int_equal(ks_inventory_bits(found.rows, found.count, 1u << KS_MULTIPLIER | 1u << KS_SELECTOR, false),
                   256 * 81 + 256 * 54 + 16 * 33 * 10 + 32 * 12 * 11);
  assert_int_equal(ks_inventory_bits(found.rows, found.count, 1u << KS_ADDER, true),
                   64 * (10 + 11 + 12 + 13 + 14 + 15) + 32 * 63 * 7);
  assert_int_equal(ks_inventory_total(found.rows, found.count, KS_MEMORY),
                   4 * 2 * 128 * 2 * 64 * 9 + 512 * 2 * (64 + 12) + 7 * 64 * 9 + 4 * 7 * 16 * 16);
}

/* The row of this name, which is there. */
static struct ks_inventory_row row_of(const struct inventory *found, enum ks_part part, const char *what) {
  for (size_t i = 0; i < found->count; i++)
    if (found->rows[i].part == part && !strcmp(found->rows[i].what, what)) return found->rows[i];
  fail_msg("no row %s", what);
  return (struct ks_inventory_row){0};
}

static bool has_row(const struct inventory *found, const char *what) {
  for (size_t i = 0; i < found->count; i++)
    if (!strcmp(found->rows[i].what, what)) return true;
  return false;
}

/* Nothing is a power of two; no mean, one page, one way, streams of the trace. */
static void odd_by_hand(void **state) {
  (void)state;
  struct ks_config c;
  ks_config_default(&c);
  c.n = 24, c.d = 5, c.k = 20, c.banks = 3, c.lanes = 2, c.divide_multipliers = 2;
  c.compensate = KS_COMPENSATE_NONE, c.pages = 1, c.ways = 1, c.trace = 1;
  struct inventory found = inventory_of(&c);
  /* dp = 8. Pairs of elements of which the upper is not padding: 2, then 2, then 4. */
  assert_int_equal(row_of(&found, KS_ADDER, "butterflies, level 1").count, 2 * 2);
  assert_int_equal(row_of(&found, KS_ADDER, "butterflies, level 2").count, 2 * 2);
  assert_int_equal(row_of(&found, KS_ADDER, "butterflies, level 3").count, 2 * 4);
  assert_int_equal(row_of(&found, KS_ADDER, "Hamming distance").count, 6 * 19);
  assert_int_equal(row_of(&found, KS_ADDER, "tree, stage 1").count, 3 * 3); /* 5 to 2 */
  assert_int_equal(row_of(&found, KS_ADDER, "tree, stage 2").count, 3);
  assert_int_equal(row_of(&found, KS_REGISTERS, "batches").a, 3);
  assert_int_equal(row_of(&found, KS_REGISTERS, "beats").count, 3);
  /* 8 rows, 4 words of a bank: a number of rows has 4 bits. */
  struct ks_inventory_row lists = row_of(&found, KS_MEMORY, "candidate lists");
  assert_int_equal(lists.a, found.sizes.slots * 4);
  assert_int_equal(lists.b, 4 + 2);
  assert_false(has_row(&found, "running sums"));
  assert_false(has_row(&found, "mean rows"));
  assert_false(has_row(&found, "virtual key's weight"));
}

/* 24 keys in 3 banks of 2 lanes: a row number of a bank has 4 bits, a queue of 5 a length of 3. */
static void queues_by_hand(void **state) {
  (void)state;
  struct ks_config c;
  ks_config_default(&c);
  c.n = 24, c.banks = 3, c.lanes = 2, c.issue = KS_ISSUE_LQF, c.queue_depth = 5;
  struct inventory found = inventory_of(&c);
  struct ks_inventory_row queues = row_of(&found, KS_REGISTERS, "candidate queues");
  assert_int_equal(queues.count, 3 * 2);
  assert_int_equal(queues.a, 5);
  assert_int_equal(queues.b, 4);
  struct ks_inventory_row longest = row_of(&found, KS_COMPARATOR, "longest queue");
  assert_int_equal(longest.count, 3);
  assert_int_equal(longest.a, 3);
}

static struct inventory inventory_of_kronecker(int d, int k, const char *hash_factors, int multipliers) {
  struct ks_config config;
  ks_config_default(&config);
  config.d = d, config.k = k, config.hash = KS_HASH_KRONECKER, config.hash_multipliers = multipliers;
  strcpy(config.hash_factors, hash_factors);
  return inventory_of(&config);
}

/* The published point, a factor a cycle: 64 sums of 4 products. Rows of the 4 x 4 matrices reach an L1 norm of
 * 64 = 2 in values: 256 becomes at most 512, then 1024. */
static void kronecker_by_hand(void **state) {
  (void)state;
  struct inventory found = inventory_of_kronecker(64, 64, "4,4,4", 256);
  struct ks_inventory_row factors = row_of(&found, KS_MULTIPLIER, "factors");
  assert_int_equal(factors.count, 256);
  assert_int_equal(factors.a, found.sizes.hash_work_bits);
  assert_in_range(factors.a, 10, 12);
  assert_int_equal(factors.b, 6);
  assert_int_equal(row_of(&found, KS_ADDER, "factors: sums").count, 64 * 3);
  assert_int_equal(row_of(&found, KS_ADDER, "factors: sums").a, found.sizes.hash_sum_bits);
  assert_int_equal(row_of(&found, KS_ADDER, "factors: round").count, 64);
  assert_int_equal(row_of(&found, KS_REGISTERS, "between factors").a, 2 * 64);
  assert_int_equal(row_of(&found, KS_REGISTERS, "bits").b, 64);
  assert_int_equal(row_of(&found, KS_TABLE, "factors").count, 256);
  assert_int_equal(row_of(&found, KS_TABLE, "factors").a, 3);
  assert_false(has_row(&found, "sign flips"));
  assert_false(has_row(&found, "butterflies, level 1"));
  assert_false(has_row(&found, "batches"));
}

/* Two batches of one factor of 5: ten sums one after another on seven multipliers. They begin on each of
 * them; begun on 0 to 6 they have 4, 4, 4, 3, 2, 1, 0 adders to the end or the border, and beyond it up to
 * four products are added to the part that was carried. On two multipliers: one adder, and two to it. */
static void sums_over_borders_by_hand(void **state) {
  (void)state;
  struct inventory found = inventory_of_kronecker(5, 7, "5", 7);
  assert_int_equal(row_of(&found, KS_MULTIPLIER, "factors").count, 7);
  assert_int_equal(row_of(&found, KS_TABLE, "factors").a, 8);
  assert_int_equal(row_of(&found, KS_ADDER, "factors: sums").count, 18 + 4);
  assert_false(has_row(&found, "factors: round"));
  assert_false(has_row(&found, "between factors"));
  found = inventory_of_kronecker(5, 7, "5", 2);
  assert_int_equal(row_of(&found, KS_ADDER, "factors: sums").count, 1 + 2);
  found = inventory_of_kronecker(5, 7, "5", 1);
  assert_int_equal(row_of(&found, KS_ADDER, "factors: sums").count, 1);
  found = inventory_of_kronecker(5, 7, "5", 1024);
  assert_int_equal(row_of(&found, KS_MULTIPLIER, "factors").count, 50);
  assert_int_equal(row_of(&found, KS_ADDER, "factors: sums").count, 40);
}

/* The exact norm stays inside. */
static void norms_of_8_bits_by_hand(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.norm_bits = 8;
  struct inventory found = inventory_of(&config);
  assert_int_equal(row_of(&found, KS_SINGLE, "norm: root * next").a, 12);
  assert_int_equal(row_of(&found, KS_ADDER, "norm: next, nearest").a, 13);
  assert_int_equal(row_of(&found, KS_ADDER, "norm: integer part").a, 12 + 8 + 1);
  assert_int_equal(row_of(&found, KS_COMPARATOR, "norm: nearest").a, 25);
  assert_int_equal(row_of(&found, KS_SELECTOR, "norm * cosine").a, 8);
  assert_int_equal(row_of(&found, KS_MEMORY, "norms").b, 8);
}

/* The paper's accumulator, 3 banks of 5 lanes: significands of 6 bits, their exact sums of 14. */
static void floats_by_hand(void **state) {
  (void)state;
  static const struct {
    const char *stage, *what;
    int count, bits;
  } adders[] = {
      {"accumulate", "value: magnitude", 3 * 5, 9},
      {"accumulate", "product: round", 3 * 5, 7},
      {"accumulate", "element: add", 3 * 5, 14},
      {"accumulate", "element: sign", 3 * 5, 6},
      {"accumulate", "element: round", 3 * 5, 7},
      {"accumulate", "sum of weights: add", 3, 14},
      {"accumulate", "sum of weights: sign", 3, 6},
      {"accumulate", "sum of weights: round", 3, 7},
      {"merge", "element: add", 2 * 2, 14},
      {"merge", "element: sign", 2 * 2, 6},
      {"merge", "element: round", 2 * 2, 7},
      {"merge", "sum of weights: add", 2, 14},
      {"merge", "sum of weights: sign", 2, 6},
      {"merge", "sum of weights: round", 2, 7},
      {"divide", "element: sign", 2, 7},
      {"divide", "output rows: round", 2, 11 + 2},
  };
  struct ks_config c;
  ks_config_default(&c);
  c.n = 24, c.d = 5, c.k = 8, c.banks = 3, c.lanes = 2, c.divide_multipliers = 2;
  c.compensate = KS_COMPENSATE_NONE, c.accumulator = KS_ACCUMULATOR_FLOAT, c.ways = 1;
  c.recip_frac = 5, c.out_frac = 5;
  struct inventory found = inventory_of(&c);
  size_t seen = 0;
  for (size_t i = 0; i < found.count; i++) {
    const struct ks_inventory_row *row = &found.rows[i];
    if (row->part != KS_ADDER || (strcmp(row->stage, "accumulate") && strcmp(row->stage, "merge") &&
                                  strcmp(row->stage, "divide")))
      continue;
    assert_true(seen < sizeof adders / sizeof *adders);
    assert_string_equal(row->stage, adders[seen].stage);
    assert_string_equal(row->what, adders[seen].what);
    assert_int_equal(row->count, adders[seen].count);
    assert_int_equal(row->a, adders[seen].bits);
    seen++;
  }
  assert_int_equal(seen, sizeof adders / sizeof *adders);
  struct ks_inventory_row divide = row_of(&found, KS_MULTIPLIER, "output rows");
  assert_true(divide.count == 2 && divide.a == 7 && divide.b == 8);
  struct ks_inventory_row weigh = row_of(&found, KS_MULTIPLIER, "weight * v");
  assert_true(weigh.count == 3 * 5 && weigh.a == 6 && weigh.b == 9);
  struct ks_inventory_row table = row_of(&found, KS_TABLE, "reciprocal");
  assert_true(table.a == 32 && table.b == 8);
  struct ks_inventory_row elements = row_of(&found, KS_REGISTERS, "elements, and held ones");
  assert_true(elements.count == 3 * 2 && elements.a == 1 && elements.b == 5 * 16);

  /* Mean rows need wider multipliers: rn, and half a sum of 17 + 5 bits. */
  c.compensate = KS_COMPENSATE_MEAN, c.int_bits = 8, c.frac_bits = 8, c.out_frac = 16;
  found = inventory_of(&c);
  divide = row_of(&found, KS_MULTIPLIER, "output and mean rows");
  assert_true(divide.a == 22 && divide.b == 11);
  assert_int_equal(row_of(&found, KS_ADDER, "output rows: round").a, 25 + 2);
}

/* A3, n = 24, d = 7, 48 iterations: products of 17 bits beside the sign, rows of 5 bits. A tree over 7 columns has
 * levels of 4, 2 and 1 mergers, one of them with one child. */
static void a3_by_hand(void **state) {
  (void)state;
  struct ks_config c;
  ks_config_default(&c);
  c.engine = KS_ENGINE_A3, c.n = 24, c.d = 7, c.iterations = 48, c.divide_multipliers = 4;
  struct inventory found = inventory_of(&c);
  assert_int_equal(ks_inventory_total(found.rows, found.count, KS_MULTIPLIER), 2 * 7 + 4);
  assert_int_equal(ks_inventory_total(found.rows, found.count, KS_SELECTOR), 2 * 7);
  assert_int_equal(ks_inventory_total(found.rows, found.count, KS_SINGLE), 2);
  struct ks_inventory_row columns = row_of(&found, KS_MEMORY, "sorted columns");
  assert_true(columns.count == 7 && columns.a == 2 * 24 && columns.b == 9 + 5);
  struct ks_inventory_row sums = row_of(&found, KS_MEMORY, "greedy scores");
  assert_true(sums.count == 2 && sums.a == 24 && sums.b == 16 + 3);
  struct ks_inventory_row scores = row_of(&found, KS_MEMORY, "scores");
  assert_true(scores.count == 1 && scores.a == 24 + 5 + 6 && scores.b == 5 + 20);
  struct ks_inventory_row entries = row_of(&found, KS_REGISTERS, "columns' and mergers' entries");
  assert_true(entries.count == 2 * (7 + 7) && entries.a == 2 && entries.b == 19 + 5);
  assert_int_equal(row_of(&found, KS_COMPARATOR, "merge trees").count, 2 * 6);
  assert_int_equal(row_of(&found, KS_ADDER, "total of the steps").a, 17 + 6);
  assert_false(has_row(&found, "hashes"));
  assert_false(has_row(&found, "largest norm"));
  assert_false(has_row(&found, "cosines"));
}

/* LISA, n = 25, d = 7, groups of 3, lists of 9 and 5: predictions of 12 bits, scores of 20, rows of 5. A score
 * comes after 5 cycles and passes 1 + 1 stages of cells, so that the ring has 9 + 1 + 8 + 1 entries. A query's
 * name has a context of 3 bits. */
static void lisa_by_hand(void **state) {
  (void)state;
  const struct ks_inventory_row expected[] = {
      {KS_ADDER, "load", "ternary non-zeros, stage 1", 5, 4, 0}, /* 7 to 2 */
      {KS_ADDER, "load", "ternary non-zeros, stage 2", 1, 6, 0},
      {KS_ADDER, "select", "prediction, stage 1", 3 * 5, 9 + 2, 0},
      {KS_ADDER, "select", "prediction, stage 2", 3, 9 + 4, 0},
      {KS_ADDER, "select", "elements of -1, stage 1", 5, 4, 0},
      {KS_ADDER, "select", "elements of -1, stage 2", 1, 6, 0},
      {KS_ADDER, "select", "prediction: elements of -1", 3, 9 + 3, 0},
      {KS_COMPARATOR, "load", "elements with tau and its opposite", 2 * 7, 9, 0},
      {KS_COMPARATOR, "select", "lists of the largest predictions", 3 * 9, 12, 0},
      {KS_COMPARATOR, "filter", "list of the largest scores", 5, 20, 0},
      {KS_MEMORY, "select", "ternary keys", 1, 2 * 25, 2 * 7},
      {KS_MEMORY, "select", "queries", 1, 2 * 3, 7 * 9},
      {KS_MEMORY, "select", "candidate lists", 1, 4 * 3, 25 + 5},
      {KS_MEMORY, "score", "queries", 1, (4 + 2) * 3, 7 * 9},
      {KS_MEMORY, "filter", "scores", 1, 19, 3 + 20 + 5 + 5 + 20},
      {KS_REGISTERS, "select", "rows of the array: query", 3, 1, 7 * 9},
      {KS_REGISTERS, "select", "rows of the array: key", 3, 1, 2 * 7},
      {KS_REGISTERS, "select", "lists: largest predictions", 3, 9, 1 + 12 + 5},
      {KS_REGISTERS, "select", "lists: keys left", 3, 1, 25},
      {KS_REGISTERS, "select", "candidates read out", 1, 4, 8},
      {KS_REGISTERS, "filter", "largest scores", 1, 5, 1 + 20 + 5},
      {KS_REGISTERS, "filter", "scores left", 1, 1, 19},
      {KS_REGISTERS, "select", "groups to be predicted", 1, 8, 2 + 3 + 2},
      {KS_REGISTERS, "select", "groups with their rows", 1, 2, 2 + 20},
      {KS_REGISTERS, "select", "groups with lists", 1, 4, 1 + 5 + 2 + 20},
      {KS_REGISTERS, "filter", "queries scored", 1, 8 / 2 + 3, 1 + 4},
      {KS_REGISTERS, "commands", "contexts", 1, 8, 3 + 16 + 16 + 6 + 5 + 2 + 2 + 4 + 3},
  };
  struct ks_config c;
  ks_config_default(&c);
  c.engine = KS_ENGINE_LISA, c.n = 25, c.d = 7, c.divide_multipliers = 4;
  c.rows = 3, c.top_k = 9, c.top_q = 5;
  struct inventory found = inventory_of(&c);
  size_t seen = 0, count = sizeof expected / sizeof expected[0];
  for (size_t i = 0; i < found.count && seen < count; i++) seen += is_same(&found.rows[i], &expected[seen]);
  const struct ks_inventory_row *next = &expected[seen < count ? seen : 0];
  if (seen < count)
    fail_msg("no row %s, %s: %d of %d x %d", next->stage, next->what, next->count, next->a, next->b);
  assert_int_equal(ks_inventory_total(found.rows, found.count, KS_SELECTOR), 0);
  assert_int_equal(ks_inventory_bits(found.rows, found.count, 1u << KS_MEMORY, true),
                   2 * 25 * 2 * 7 + 2 * 3 * 7 * 9 + 4 * 3 * 30);
  assert_int_equal(ks_inventory_bits(found.rows, found.count, 1u << KS_COMPARATOR, true), 3 * 9 * 12);
  assert_false(has_row(&found, "sorted columns taken"));
  assert_false(has_row(&found, "score less margin"));
  assert_false(has_row(&found, "hashes"));
}

/* LISA selects without a multiplier. */
static void identity_of_lisa_over_the_sweep(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read_lisa();
  for (int i = 0; i < sweep->count; i++) {
    const struct ks_config *c = &sweep->configs[i];
    struct inventory found = inventory_of(c);
    assert_int_equal(ks_inventory_total(found.rows, found.count, KS_MULTIPLIER),
                     2 * c->d + found.sizes.divide_multipliers);
    assert_int_equal(ks_inventory_total(found.rows, found.count, KS_SELECTOR), 0);
    assert_int_equal(ks_inventory_total(found.rows, found.count, KS_SINGLE),
                     1 + (c->compensate == KS_COMPENSATE_MEAN));
  }
  free(sweep);
}

/* Two multipliers a dimension and bank, m_o for the output rows, m_h of the Kronecker hash, one a selector; the
 * single ones: two of the norm, one of the threshold, one a bank for the scale, one for the virtual key. No
 * squarers. */
static void identity_over_the_sweep(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read();
  for (int i = 0; i < sweep->count; i++) {
    const struct ks_config *c = &sweep->configs[i];
    struct inventory found = inventory_of(c);
    int expected = 2 * c->banks * c->d + found.sizes.divide_multipliers + found.sizes.hash_products;
    assert_int_equal(ks_inventory_total(found.rows, found.count, KS_MULTIPLIER), expected);
    assert_int_equal(ks_inventory_total(found.rows, found.count, KS_SELECTOR), c->banks * c->lanes);
    assert_int_equal(ks_inventory_total(found.rows, found.count, KS_SINGLE),
                     3 + c->banks + (c->compensate == KS_COMPENSATE_MEAN));
  }
  free(sweep);
}

static void expect_table(const struct inventory *found, const char *what, struct ks_table table) {
  struct ks_inventory_row row = row_of(found, KS_TABLE, what);
  assert_int_equal(row.a, table.entries);
  assert_int_equal(row.b, table.bits);
  ks_table_free(&table);
}

static void tables_over_the_sweep(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read();
  for (int i = 0; i < sweep->count; i++) {
    struct inventory found = inventory_of(&sweep->configs[i]);
    expect_table(&found, "exponential", ks_table_exp(&sweep->configs[i]));
    expect_table(&found, "reciprocal", ks_table_reciprocal(&sweep->configs[i]));
    expect_table(&found, "norm", ks_table_root(&found.sizes));
  }
  free(sweep);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elsa_by_hand),
      cmocka_unit_test(odd_by_hand),
      cmocka_unit_test(queues_by_hand),
      cmocka_unit_test(kronecker_by_hand),
      cmocka_unit_test(sums_over_borders_by_hand),
      cmocka_unit_test(norms_of_8_bits_by_hand),
      cmocka_unit_test(floats_by_hand),
      cmocka_unit_test(a3_by_hand),
      cmocka_unit_test(lisa_by_hand),
      cmocka_unit_test(identity_of_lisa_over_the_sweep),
      cmocka_unit_test(identity_over_the_sweep),
      cmocka_unit_test(tables_over_the_sweep),
  };
  return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
