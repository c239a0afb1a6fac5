/* SPDX-License-Identifier: Apache-2.0
 *
 * LISA's selector step by step: ternary rows, predictions, the largest of a list, top-k and top-q, tau by
 * default; by hand and against the slow model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/largest.h"
#include "../cmodel/predict.h"
#include "../cmodel/top_q.h"
#include "inputs.h"
#include "random.h"

static int pick(uint64_t *random, int low, int high) {
  return (int)random_between(random, low, high);
}

/* ---- ternary rows ---------------------------------------------------------------------------- */

static void ternary_by_hand(void **state) {
  (void)state;
  const int32_t k[] = {4, 3, 0, -3, -4, 1};
  static const struct {
    int32_t tau;
    uint64_t plus, minus;
  } cases[] = {{0, 0x23, 0x18}, {2, 0x03, 0x18}, {3, 0x01, 0x10}, {4, 0, 0}, {65535, 0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint64_t row[2] = {~(uint64_t)0, ~(uint64_t)0};
    int nonzeros = ks_ternary_row(cases[i].tau, k, 6, row);
    assert_true(row[0] == cases[i].plus && row[1] == cases[i].minus);
    assert_int_equal(nonzeros, __builtin_popcountll(row[0] | row[1]));
  }
}

/* At every d, around the ends of the words too. */
static void ternary_equals_the_slow_model(void **state) {
  (void)state;
  uint64_t random = 5;
  for (int d = 1; d <= KS_MAX_DIM; d++) {
    int32_t k[KS_MAX_DIM], tau = pick(&random, 0, 6);
    uint64_t row[2 * KS_TERNARY_WORDS];
    for (int i = 0; i < d; i++) k[i] = pick(&random, -8, 7);
    int words = (d + 63) / 64, nonzeros = ks_ternary_row(tau, k, (size_t)d, row);
    for (int i = 0; i < 64 * words; i++) {
      int plus = (int)(row[i / 64] >> i % 64 & 1), minus = (int)(row[words + i / 64] >> i % 64 & 1);
      assert_int_equal(plus - minus, i < d ? slow_tern(k[i], tau) : 0);
      assert_false(plus && minus);
      nonzeros -= plus + minus;
    }
    assert_int_equal(nonzeros, 0);
  }
}

static void tau_by_default(void **state) {
  (void)state;
  const int32_t k[] = {5, -5, 9, /**/ 5, -5, -9}; /* a third column that is padding, or is not */
  assert_int_equal(ks_default_tau(k, 2, 3, 2), 4); /* 3.5, to even */
  assert_int_equal(ks_default_tau(k, 2, 3, 3), 4); /* 0.7 * 19 / 3 = 4.43 */
  assert_int_equal(ks_default_tau(k, 1, 1, 1), 4); /* 3.5 */
  const int32_t fifteen[] = {-15}, zero[] = {0, 0};
  assert_int_equal(ks_default_tau(fifteen, 1, 1, 1), 10); /* 10.5 */
  assert_int_equal(ks_default_tau(zero, 2, 1, 1), 0);
  uint64_t random = 3;
  struct ks_config config;
  ks_config_default(&config);
  for (int i = 0; i < 500; i++) {
    config.d = pick(&random, 1, 100);
    int keys = pick(&random, 1, 60);
    int32_t *rows = inputs_rows_new(&config, (enum inputs_rows)(i % ROWS_KINDS), keys, &random);
    assert_int_equal(ks_default_tau(rows, (size_t)keys, (size_t)config.d, (size_t)config.d),
                     slow_tau(keys, config.d, rows));
    free(rows);
  }
}

/* ---- the largest of a list ------------------------------------------------------------------- */

static void expect_largest(const int64_t *value, int count, const char *what) {
  wide values[70];
  for (int t = 0; t < count; t++) values[t] = value[t];
  for (int keep = 1; keep <= count; keep++) {
    uint8_t mask[70] = {0};
    int64_t rank = ks_rank_of_largest(value, (size_t)count, (size_t)keep);
    slow_top(count, values, keep, 0, 1, mask);
    for (int t = 0; t < count; t++)
      if ((ks_rank(value[t], (size_t)t) >= rank) != mask[t])
        fail_msg("%s: place %d of %d, %d to keep", what, t, count, keep);
  }
}

/* Any number of them, with few different values, far apart or next to each other, or all equal. */
static void largest_equals_the_slow_model(void **state) {
  (void)state;
  uint64_t random = 11;
  const int64_t far = INT64_C(1) << 42, spans[] = {0, 1, 3, 100, far};
  for (int i = 0; i < 400; i++) {
    int64_t value[70], span = spans[i % 5], offset = i % 3 == 0 ? 0 : i % 3 == 1 ? -far : far;
    int count = pick(&random, 1, 70);
    for (int t = 0; t < count; t++)
      value[t] = offset + (int64_t)(random_bits(&random) % (uint64_t)(2 * span + 1)) - span;
    expect_largest(value, count, "random values");
  }
  const int64_t ends[] = {-far, far, far - 1, -far, 1 - far, far};
  expect_largest(ends, 6, "both ends");
}

static void largest_of_4096(void **state) {
  (void)state;
  static int64_t value[KS_MAX_KEYS];
  for (size_t t = 0; t < KS_MAX_KEYS; t++) value[t] = -7;
  for (size_t keep = 1; keep <= KS_MAX_KEYS; keep += 91) { /* all equal: the first ones */
    int64_t rank = ks_rank_of_largest(value, KS_MAX_KEYS, keep);
    assert_true(ks_rank(-7, keep - 1) >= rank);
    assert_true(keep == KS_MAX_KEYS || ks_rank(-7, keep) < rank);
  }
}

static void top_q_by_hand(void **state) {
  (void)state;
  static const struct {
    size_t top_q, kept;
    uint16_t keys[5];
  } cases[] = {{1, 1, {3}},           {2, 2, {3, 9}},          {3, 3, {3, 6, 9}},
               {4, 4, {3, 6, 8, 9}},  {5, 5, {3, 5, 6, 8, 9}}, {4096, 5, {3, 5, 6, 8, 9}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint16_t key[] = {3, 5, 6, 8, 9};
    int64_t score[] = {20, -(INT64_C(1) << 41), 10, 10, 20};
    assert_int_equal(ks_top_q(cases[i].top_q, key, score, 5), cases[i].kept);
    assert_memory_equal(key, cases[i].keys, cases[i].kept * sizeof *key);
    assert_int_equal(score[0], 20);
    if (cases[i].kept > 1) assert_int_equal(score[cases[i].kept - 1], 20); /* key 9's */
  }
}

/* ---- candidates ------------------------------------------------------------------------------ */

static uint64_t candidates_of(const int32_t *k, int keys, int d, int tau, const int32_t *q, int top_k,
                              bool positive_only) {
  uint64_t ternary[64], bitmap;
  int64_t room[64];
  assert_true(2 * keys <= 64 && d <= 64);
  for (int j = 0; j < keys; j++) ks_ternary_row(tau, k + j * d, (size_t)d, ternary + 2 * j);
  struct ks_prediction prediction = {ternary, keys, (size_t)d, 9, top_k, positive_only};
  int count = ks_predict(&prediction, q, room, &bitmap);
  assert_int_equal(count, __builtin_popcountll(bitmap));
  return bitmap;
}

/* tau = 2: ternary rows are + -, 0 0, - -, + +, 0 +; predictions by {10, -3} are 13 0 -7 7 -3. */
static void candidates_by_hand(void **state) {
  (void)state;
  const int32_t k[] = {3, -3, /**/ 2, -2, /**/ -9, -4, /**/ 3, 7, /**/ 1, 8}, q[] = {10, -3};
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 1, false), 0x01);
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 2, false), 0x09);
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 3, false), 0x0b);
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 4, false), 0x1b);
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 5, false), 0x1f);
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 99, false), 0x1f);
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 1, true), 0x01);
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 3, true), 0x09); /* 0 is not above 0 */
  assert_int_equal(candidates_of(k, 5, 2, 2, q, 99, true), 0x09);
}

/* Of equal predictions the lowest keys; none above 0: the single largest. */
static void ties_and_nothing_positive(void **state) {
  (void)state;
  const int32_t k[] = {5, 5, -5, 5, -5, 0}, plus[] = {1}, minus[] = {-1}, zero[] = {0};
  assert_int_equal(candidates_of(k, 6, 1, 0, plus, 2, false), 0x03);
  assert_int_equal(candidates_of(k, 6, 1, 0, plus, 5, false), 0x2f);
  assert_int_equal(candidates_of(k, 6, 1, 0, minus, 3, false), 0x34);
  assert_int_equal(candidates_of(k, 6, 1, 0, zero, 4, false), 0x0f);
  assert_int_equal(candidates_of(k, 6, 1, 0, zero, 4, true), 0x01);
  assert_int_equal(candidates_of(k, 6, 1, 255, plus, 4, true), 0x01); /* every ternary 0 */
  assert_int_equal(candidates_of(k, 2, 1, 0, minus, 2, true), 0x01);  /* -5 -5 */
  assert_int_equal(candidates_of(k + 1, 5, 1, 0, minus, 5, true), 0x0a);
  const int32_t low[] = {7, 3, 3};
  assert_int_equal(candidates_of(low, 3, 1, 5, minus, 3, true), 0x02); /* -1 0 0 */
}

static void equals_the_slow_model(void **state) {
  (void)state;
  print_message("unit_predict: 3000 selections, seeds 1..3000\n");
  for (uint64_t seed = 1; seed <= 3000; seed++) {
    uint64_t random = seed, bitmap[2], ternary[70 * 2 * KS_TERNARY_WORDS];
    struct ks_config config = inputs_config_lisa(&random);
    if (seed % 4 == 0) config.d = pick(&random, 60, 70) * (seed % 8 ? 1 : 3);
    int keys = pick(&random, 1, config.n), d = config.d, words = (d + 63) / 64;
    int32_t *k =
        inputs_rows_new(&config, (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1), keys, &random);
    int32_t *q = inputs_rows_new(&config, (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1), 1, &random);
    struct ks_constants constants =
        inputs_constants(&config, (enum inputs_constants)pick(&random, 0, CONSTANTS_KINDS - 1), &random);
    struct ks_prediction prediction = {ternary, keys, (size_t)d, slow_code_bits(&config),
                                       (int)constants.top_k, pick(&random, 0, 1)};
    int64_t value[70];
    wide slow[70] = {0};
    uint8_t mask[70];
    for (int j = 0; j < keys; j++) {
      ks_ternary_row(constants.tau, k + j * d, (size_t)d, ternary + 2 * words * j);
      for (int i = 0; i < d; i++) slow[j] += slow_tern(k[j * d + i], constants.tau) * q[i];
    }
    int count = ks_predict(&prediction, q, value, bitmap);
    slow_predict(keys, slow, (int)constants.top_k, prediction.positive_only, mask);
    for (int j = 0; j < keys; j++) {
      if (value[j] != slow[j]) fail_msg("seed %d, prediction of key %d of %d", (int)seed, j, keys);
      if ((bitmap[j / 64] >> j % 64 & 1) != mask[j]) fail_msg("seed %d, key %d of %d", (int)seed, j, keys);
      count -= mask[j];
    }
    assert_int_equal(count, 0);
    free(k);
    free(q);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ternary_by_hand),
      cmocka_unit_test(ternary_equals_the_slow_model),
      cmocka_unit_test(tau_by_default),
      cmocka_unit_test(largest_equals_the_slow_model),
      cmocka_unit_test(largest_of_4096),
      cmocka_unit_test(top_q_by_hand),
      cmocka_unit_test(candidates_by_hand),
      cmocka_unit_test(ties_and_nothing_positive),
      cmocka_unit_test(equals_the_slow_model),
  };
  return cmocka_run_group_tests_name("predict", tests, NULL, NULL);
}
