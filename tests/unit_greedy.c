/* SPDX-License-Identifier: Apache-2.0
 *
 * A3's selector step by step: sorted columns, greedy search, post-scoring and its threshold, by hand and
 * against the slow model.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/filter.h"
#include "../cmodel/greedy.h"
#include "inputs.h"
#include "random.h"

static int pick(uint64_t *random, int low, int high) {
  return (int)random_between(random, low, high);
}

/* ---- sorted columns -------------------------------------------------------------------------- */

static void expect_sorted(const int32_t *k, int rows, int d) {
  size_t count = (size_t)(rows * d);
  struct ks_entry *sorted = calloc(count, sizeof *sorted);
  int *slow = calloc(count, sizeof *slow);
  struct ks_error error = {""};
  assert_true(sorted && slow);
  ks_sort_columns(k, (size_t)rows, (size_t)d, sorted);
  slow_sort(rows, d, k, slow);
  for (int i = 0; i < d; i++)
    for (int r = 0; r < rows; r++) {
      assert_int_equal(sorted[r * d + i].row, slow[i * rows + r]);
      assert_int_equal(sorted[r * d + i].code, k[slow[i * rows + r] * d + i]);
    }
  if (ks_sorted_check(sorted, k, (size_t)rows, (size_t)d, &error) != KS_OK) fail_msg("%s", error.text);
  free(sorted);
  free(slow);
}

/* Codes of every width, every kind of rows, up to a whole page. */
static void columns_are_sorted(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.d = 3;
  uint64_t random = 7;
  for (config.int_bits = 1; config.int_bits <= 8; config.int_bits++)
    for (int kind = 0; kind < ROWS_KINDS; kind++) {
      config.frac_bits = pick(&random, 0, 8);
      int rows = pick(&random, 1, 300);
      int32_t *k = inputs_rows_new(&config, (enum inputs_rows)kind, rows, &random);
      expect_sorted(k, rows, config.d);
      free(k);
    }
  config.int_bits = config.frac_bits = 8, config.d = 2;
  int32_t *k = inputs_rows_new(&config, ROWS_UNIFORM, KS_MAX_KEYS, &random);
  expect_sorted(k, KS_MAX_KEYS, config.d);
  free(k);
}

/* Each fault of a stream of three rows of two codes is told with its place. */
static void faults_of_a_stream_are_named(void **state) {
  (void)state;
  static const int32_t k[] = {5, -1, /**/ 7, -1, /**/ 5, 4};
  static const struct ks_entry good[] = {{7, 1}, {4, 2}, /**/ {5, 0}, {-1, 0}, /**/ {5, 2}, {-1, 1}};
  static const struct {
    size_t at;
    struct ks_entry entry;
    size_t other;
    struct ks_entry other_entry;
    const char *told;
  } faults[] = {
      {2, {5, 2}, 4, {5, 0}, "beat 2, column 0: row 0 comes after row 2"},
      {1, {-1, 0}, 3, {4, 2}, "beat 1, column 1: 4 comes after -1"},
      {5, {-1, 0}, 5, {-1, 0}, "beat 2, column 1: row 0 is named twice"},
      {0, {7, 3}, 0, {7, 3}, "beat 0, column 0: row 3 is not 0..2"},
      {4, {4, 2}, 4, {4, 2}, "beat 2, column 0: row 2 has the code 5, not 4"},
  };
  struct ks_error error;
  assert_int_equal(ks_sorted_check(good, k, 3, 2, &error), KS_OK);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    struct ks_entry stream[6];
    memcpy(stream, good, sizeof stream);
    stream[faults[i].at] = faults[i].entry;
    stream[faults[i].other] = faults[i].other_entry;
    assert_int_equal(ks_sorted_check(stream, k, 3, 2, &error), KS_USER_ERROR);
    if (!strstr(error.text, faults[i].told)) fail_msg("'%s' does not say '%s'", error.text, faults[i].told);
  }
}

/* ---- greedy search --------------------------------------------------------------------------- */

static uint64_t candidates_of(const int32_t *k, int keys, int d, const int32_t *q, int iterations) {
  struct ks_entry sorted[64];
  int64_t score[64];
  uint64_t bitmap;
  assert_true(keys * d <= 64);
  ks_sort_columns(k, (size_t)keys, (size_t)d, sorted);
  int count = ks_greedy(sorted, keys, (size_t)d, q, iterations, score, &bitmap);
  assert_int_equal(count, __builtin_popcountll(bitmap));
  return bitmap;
}

/* Products 6 3 -1 -8 of rows 0..3 in column 0, and 2 -5 4 1 in column 1. Steps: +6 row 0, -8 row 3 (total
 * -2); +4 row 2 (total 2), -5 row 1 (total -3); +3 row 1 (total 0), -1 row 2 (total -1); +2 row 0; +1 row 3. */
static void by_hand(void **state) {
  (void)state;
  const int32_t k[] = {6, 2, /**/ 3, -5, /**/ -1, 4, /**/ -8, 1}, q[] = {1, 1};
  assert_int_equal(candidates_of(k, 4, 2, q, 1), 0x1);
  assert_int_equal(candidates_of(k, 4, 2, q, 2), 0x5);
  assert_int_equal(candidates_of(k, 4, 2, q, 3), 0x5); /* row 1: 3 - 5 */
  assert_int_equal(candidates_of(k, 4, 2, q, 8), 0x5);
  const int32_t turned[] = {-1, -1}; /* 8 row 3, -6 row 0; 5 row 1, -4 row 2; 1 row 2, -3 row 1; -2, -1 */
  assert_int_equal(candidates_of(k, 4, 2, turned, 1), 0x8);
  assert_int_equal(candidates_of(k, 4, 2, turned, 2), 0xa);
  assert_int_equal(candidates_of(k, 4, 2, turned, 8), 0xa);
}

/* While the total is below zero there is no min step: 1 row 0, then -9 row 1 (total -8), then no step may
 * take row 0's -5, and the next max steps 1 of row 2 and 0 change nothing. */
static void min_steps_wait_for_the_total(void **state) {
  (void)state;
  const int32_t k[] = {1, -5, /**/ 0, -9, /**/ 0, 1}, q[] = {1, 1};
  assert_int_equal(candidates_of(k, 3, 2, q, 1), 0x1);
  assert_int_equal(candidates_of(k, 3, 2, q, 6), 0x5);
}

/* The total that a min step looks at has this iteration's max step in it: +9 row 2, -15 row 1 (total -6);
 * then +7 row 0 brings it to 1, so that -8 takes row 0 below zero. */
static void total_includes_the_max_step(void **state) {
  (void)state;
  const int32_t k[] = {7, -8, /**/ -15, 0, /**/ 9, 0}, q[] = {1, 1};
  assert_int_equal(candidates_of(k, 3, 2, q, 1), 0x4);
  assert_int_equal(candidates_of(k, 3, 2, q, 2), 0x4);
}

/* Of equal products the lowest column steps, and in a column the lowest row of those walked down to. */
static void ties(void **state) {
  (void)state;
  const int32_t k[] = {0, 3, /**/ 3, 0, /**/ 3, 3}, q[] = {1, 1};
  assert_int_equal(candidates_of(k, 3, 2, q, 1), 0x2); /* column 0: rows 1, 2; column 1: rows 0, 2 */
  assert_int_equal(candidates_of(k, 3, 2, q, 2), 0x6);
  assert_int_equal(candidates_of(k, 3, 2, q, 3), 0x7);
  const int32_t low[] = {-3, -3, -3}, against[] = {-1};
  assert_int_equal(candidates_of(low, 3, 1, against, 1), 0x4); /* walked up: from the last row */
}

static void without_a_candidate(void **state) {
  (void)state;
  const int32_t k[] = {-4, -3, /**/ -2, -9}, plus[] = {1, 1}, zero[] = {0, 0}, first[] = {1, 0};
  assert_int_equal(candidates_of(k, 2, 2, plus, 1), 0x2); /* -2 is the largest product */
  assert_int_equal(candidates_of(k, 2, 2, plus, 4), 0x2);
  assert_int_equal(candidates_of(k, 2, 2, zero, 4), 0x1);
  assert_int_equal(candidates_of(k, 2, 2, first, 4), 0x2); /* a column of zero takes no part */
}

/* Every kind of rows, iterations up to and beyond the last entry. */
static void equals_the_slow_model(void **state) {
  (void)state;
  print_message("unit_greedy: 3000 searches, seeds 1..3000\n");
  for (uint64_t seed = 1; seed <= 3000; seed++) {
    uint64_t random = seed;
    struct ks_config config = inputs_config_a3(&random);
    int keys = pick(&random, 1, config.n), d = config.d;
    int iterations = pick(&random, 0, 9) ? pick(&random, 1, 2 * keys) : keys * d + pick(&random, -1, 1);
    int32_t *k = inputs_rows_new(&config, (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1), keys, &random);
    int32_t *q = inputs_rows_new(&config, (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1), 1, &random);
    struct ks_entry *sorted = calloc((size_t)(keys * d), sizeof *sorted);
    int *slow_sorted = calloc((size_t)(keys * d), sizeof *slow_sorted);
    uint8_t mask[70];
    uint64_t bitmap[2];
    int64_t score[70];
    assert_true(sorted && slow_sorted && keys <= 70);
    ks_sort_columns(k, (size_t)keys, (size_t)d, sorted);
    slow_sort(keys, d, k, slow_sorted);
    int count = ks_greedy(sorted, keys, (size_t)d, q, iterations, score, bitmap);
    slow_greedy(keys, d, k, slow_sorted, q, iterations, mask);
    for (int j = 0; j < keys; j++) {
      if ((bitmap[j / 64] >> j % 64 & 1) != mask[j]) fail_msg("seed %d, key %d of %d", (int)seed, j, keys);
      count -= mask[j];
    }
    assert_int_equal(count, 0);
    free(k);
    free(q);
    free(sorted);
    free(slow_sorted);
  }
}

/* ---- post-scoring ---------------------------------------------------------------------------- */

static void filter_by_hand(void **state) {
  (void)state;
  static const struct {
    uint64_t margin;
    size_t kept;
    uint16_t keys[5];
  } cases[] = {{0, 2, {3, 9}},           {9, 2, {3, 9}},           {10, 3, {3, 6, 9}},
               {119, 3, {3, 6, 9}},      {120, 4, {3, 6, 8, 9}},   {UINT64_MAX, 5, {3, 5, 6, 8, 9}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint16_t key[] = {3, 5, 6, 8, 9};
    int64_t score[] = {20, -(INT64_C(1) << 41), 10, -100, 20};
    assert_int_equal(ks_filter(cases[i].margin, key, score, 5), cases[i].kept);
    assert_memory_equal(key, cases[i].keys, cases[i].kept * sizeof *key);
    assert_int_equal(score[0], 20);
    assert_int_equal(score[cases[i].kept - 1], 20); /* key 9's */
  }
}

static struct ks_sizes sizes_of(const struct ks_config *config) {
  struct ks_sizes sizes;
  ks_sizes_derive(config, &sizes);
  return sizes;
}

/* The margin is the largest distance at which a weight is still T percent of the largest. */
static void margin_is_where_weights_end(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.engine = KS_ENGINE_A3;
  uint64_t random = 3;
  for (int i = 0; i < 10000; i++) {
    config.frac_bits = pick(&random, 0, 8);
    double scale = exp(12 * random_unit(&random) - 8), percent = 100 * exp(-7 * random_unit(&random));
    double margin = (double)ks_post_margin(&config, scale, percent), unit = ldexp(1, -2 * config.frac_bits);
    double most = ldexp(1, sizes_of(&config).margin_bits) - 1;
    assert_true(margin == fmin(slow_margin(&config, scale, percent), most));
    assert_true(100 * exp(-scale * margin * unit) >= percent * (1 - 1e-9));
    assert_true(margin == most || 100 * exp(-scale * (margin + 1) * unit) < percent * (1 + 1e-9));
  }
}

static void ends_of_the_margin(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.engine = KS_ENGINE_A3;
  uint64_t most = ((uint64_t)1 << sizes_of(&config).margin_bits) - 1;
  assert_int_equal(ks_post_margin(&config, 0.125, 100), 0);
  assert_int_equal(ks_post_margin(&config, 0.125, 5), 1533); /* ln 20 * 8 * 64 = 1533.8 */
  assert_true(ks_post_margin(&config, 0.125, 5e-324) == most);
  assert_true(ks_post_margin(&config, 1e-300, 5) == most);
  config.int_bits = config.frac_bits = 8, config.d = 256;
  assert_true(ks_post_margin(&config, 1e-300, 5) == (UINT64_C(1) << 42) - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_are_sorted),
      cmocka_unit_test(faults_of_a_stream_are_named),
      cmocka_unit_test(by_hand),
      cmocka_unit_test(min_steps_wait_for_the_total),
      cmocka_unit_test(total_includes_the_max_step),
      cmocka_unit_test(ties),
      cmocka_unit_test(without_a_candidate),
      cmocka_unit_test(equals_the_slow_model),
      cmocka_unit_test(filter_by_hand),
      cmocka_unit_test(margin_is_where_weights_end),
      cmocka_unit_test(ends_of_the_margin),
  };
  return cmocka_run_group_tests_name("greedy", tests, NULL, NULL);
}
