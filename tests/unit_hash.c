/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash (SPEC 6) against the slow model, and what any such hash obeys.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/hash.h"
#include "inputs.h"
#include "random.h"
#include "slow/slow.h"

static struct ks_config configure(enum ks_hash kind, int d, int k) {
  struct ks_config config;
  ks_config_default(&config);
  config.hash = kind;
  config.d = d;
  config.k = k;
  config.int_bits = config.frac_bits = 8;
  config.divide_multipliers = 1;
  return config;
}

static struct ks_hasher make_hasher(enum ks_hash kind, int d, int k) {
  struct ks_config config = configure(kind, d, k);
  return ks_hasher_new(&config);
}

static int bit_of(const struct ks_hash_code *code, int bit) {
  return (int)(code->word[bit / 64] >> (bit % 64) & 1);
}

static void check(const struct ks_config *config, const struct ks_hasher *hasher, const int32_t *x) {
  uint8_t slow[KS_MAX_HASH];
  struct ks_hash_code fast = ks_hash_row(hasher, x);
  slow_hash(config, x, slow);
  for (int bit = 0; bit < KS_MAX_HASH; bit++)
    if (bit_of(&fast, bit) != (bit < config->k ? slow[bit] : 0))
      fail_msg("hash %d, factors %s, d %d, k %d, bit %d: fast %d", config->hash, config->hash_factors,
               config->d, config->k, bit, bit_of(&fast, bit));
}

/* One row of every kind. */
static void check_kinds(const struct ks_config *config, uint64_t *random) {
  struct ks_hasher hasher = ks_hasher_new(config);
  for (int kind = 0; kind < ROWS_KINDS; kind++) {
    int32_t *row = inputs_rows_new(config, (enum inputs_rows)kind, 1, random);
    check(config, &hasher, row);
    free(row);
  }
  ks_hasher_free(&hasher);
}

static void check_both(int d, int k, uint64_t *random) {
  for (int kind = KS_HASH_HADAMARD; kind <= KS_HASH_KRONECKER; kind++) {
    struct ks_config config = configure((enum ks_hash)kind, d, k);
    check_kinds(&config, random);
  }
}

static void every_d(void **state) {
  (void)state;
  static const int ks[] = {1, 2, 3, 31, 63, 64, 65, 127, 128, 200, 255, 256};
  uint64_t random = 1;
  for (int d = 1; d <= 256; d++)
    for (size_t i = 0; i < sizeof ks / sizeof *ks; i++) check_both(d, ks[i], &random);
}

static void every_k(void **state) {
  (void)state;
  static const int ds[] = {1, 3, 50, 64, 256};
  uint64_t random = 2;
  for (int k = 1; k <= 256; k++)
    for (size_t i = 0; i < sizeof ds / sizeof *ds; i++) check_both(ds[i], k, &random);
}

/* Every list of factors whose product is d <= 256, in every order. */
static void try_lists(const char *list, int d, uint64_t *random) {
  struct ks_config config = configure(KS_HASH_KRONECKER, d, 256);
  struct ks_error error;
  for (int size = KS_LEAST_FACTOR; size <= KS_LARGEST_FACTOR && d * size <= KS_MAX_DIM; size++) {
    char longer[64];
    snprintf(longer, sizeof longer, "%s%s%d", list, *list ? "," : "", size);
    try_lists(longer, d * size, random);
  }
  if (!*list) return;
  assert_int_equal(ks_config_set(&config, "--set", "hash_factors", list, &error), KS_OK);
  assert_int_equal(ks_config_check(&config, &error), KS_OK);
  check_kinds(&config, random);
}

static void every_list_of_factors(void **state) {
  (void)state;
  uint64_t random = 3;
  try_lists("", 1, &random);
}

static void expect_factors(int d, const char *expected) {
  struct ks_config config = configure(KS_HASH_KRONECKER, d, 64);
  struct ks_factors factors = ks_factors_of(&config);
  char text[64] = "";
  for (int i = 0; i < factors.count; i++) {
    size_t length = strlen(text);
    snprintf(text + length, sizeof text - length, "%s%d", i ? "," : "", factors.size[i]);
  }
  assert_string_equal(text, expected);
}

static void factors_as_equal_as_they_come(void **state) {
  (void)state;
  expect_factors(64, "4,4,4");
  expect_factors(256, "8,8,4");
  expect_factors(128, "8,4,4");
  expect_factors(50, "5,5,2");
  expect_factors(16, "4,2,2");
  expect_factors(8, "2,2,2");
  expect_factors(7, "7");
  expect_factors(2, "2");
  expect_factors(1, "2");       /* the least that is a product: 2 */
  expect_factors(11, "3,2,2");  /* 12 */
  expect_factors(251, "7,6,6"); /* 252 */
}

/* ELSA 3.2: 768 multiplications at d = k = 64; a batch more doubles them. */
static void cycles_of_a_vector(void **state) {
  (void)state;
  static const struct {
    int k, multipliers;
    const char *factors;
    int cycles;
  } cases[] = {{64, 256, "4,4,4", 3},       {64, 256, "auto", 3}, {64, 1, "4,4,4", 768}, {64, 1, "8,8", 1024},
               {64, 1, "2,2,2,2,2,2", 768}, {65, 256, "auto", 6}, {64, 767, "auto", 2},  {64, 768, "auto", 1},
               {256, 1024, "auto", 3},      {1, 100, "auto", 8}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct ks_config config = configure(KS_HASH_KRONECKER, 64, cases[i].k);
    struct ks_sizes sizes;
    config.hash_multipliers = cases[i].multipliers;
    snprintf(config.hash_factors, sizeof config.hash_factors, "%s", cases[i].factors);
    ks_sizes_derive(&config, &sizes);
    assert_int_equal(sizes.hash_cycles, cases[i].cycles);
  }
}

/* ---- widths of the hash unit ---- */

/* What an element between the factors and a sum have to hold. */
struct extremes {
  int64_t least_value, most_value, least_sum, most_sum;
};

static void widen(int64_t x, int64_t *least, int64_t *most) {
  if (x < *least) *least = x;
  if (x > *most) *most = x;
}

/* A x of one batch by columns, every partial sum looked at. */
static void watch(const struct ks_factors *factors, int batch, int64_t x[], struct extremes *seen) {
  for (int factor = 0, step = factors->dim; factor < factors->count; factor++) {
    const int8_t *matrix = ks_factors_matrix(factors, batch, factor);
    int64_t y[KS_MAX_DIM];
    int size = factors->size[factor];
    step /= size;
    for (int i = 0; i < factors->dim; i++) {
      int row = i / step % size;
      y[i] = 0;
      for (int column = 0; column < size; column++) {
        y[i] += matrix[row * size + column] * x[i + (column - row) * step];
        widen(y[i], &seen->least_sum, &seen->most_sum);
      }
    }
    for (int i = 0; i < factors->dim && factor < factors->count - 1; i++) {
      x[i] = (int64_t)slow_rshr(y[i], KS_FACTOR_FRAC);
      widen(x[i], &seen->least_value, &seen->most_value);
    }
  }
}

/* The codes of largest magnitude whose signs are those of a row of A, or the opposite ones: in every factor the
 * products that make this row's element have one sign. */
static void match_signs(const struct ks_factors *factors, int batch, int row, int turn, int code_bits,
                        int64_t x[]) {
  for (int i = 0; i < factors->dim; i++) {
    bool negative = turn;
    for (int factor = 0, step = factors->dim; factor < factors->count; factor++) {
      int size = factors->size[factor];
      step /= size;
      negative ^= ks_factors_matrix(factors, batch, factor)[row / step % size * size + i / step % size] < 0;
    }
    x[i] = negative ? -((int64_t)1 << (code_bits - 1)) : ((int64_t)1 << (code_bits - 1)) - 1;
  }
}

static struct extremes extremes_of(const struct ks_config *config, const struct ks_sizes *sizes,
                                   uint64_t *random) {
  struct ks_factors factors = ks_factors_of(config);
  struct extremes seen = {0, 0, 0, 0};
  int64_t x[KS_MAX_DIM], half = (int64_t)1 << (sizes->code_bits - 1);
  for (int batch = 0; batch < sizes->hash_batches; batch++) {
    for (int row = 0; row < 2 * factors.dim; row++) {
      match_signs(&factors, batch, row / 2, row % 2, sizes->code_bits, x);
      watch(&factors, batch, x, &seen);
    }
    for (int i = 0; i < factors.dim; i++)
      x[i] = random_between(random, 0, 1) ? random_between(random, -half, half - 1) : -half;
    watch(&factors, batch, x, &seen);
  }
  return seen;
}

static bool holds(int bits, int64_t least, int64_t most) {
  return least >= -((int64_t)1 << (bits - 1)) && most < (int64_t)1 << (bits - 1);
}

/* Nothing overflows, and a bound is missed by less than what rounding and the positive end of a code's range
 * take away. */
static void check_widths(const struct ks_config *config, uint64_t *random) {
  struct ks_sizes sizes;
  ks_sizes_derive(config, &sizes);
  struct ks_factors factors = ks_factors_of(config);
  struct ks_factor_bounds bounds = ks_factors_bounds(&factors, sizes.hash_batches, sizes.code_bits);
  struct extremes seen = extremes_of(config, &sizes, random);
  if (!holds(sizes.hash_work_bits, seen.least_value, seen.most_value) ||
      !holds(sizes.hash_sum_bits, seen.least_sum, seen.most_sum))
    fail_msg("factors %s, d %d, k %d, B %d: overflow", config->hash_factors, config->d, config->k,
             sizes.code_bits);
  assert_true(seen.most_value <= bounds.value && -seen.least_value <= bounds.value);
  assert_true(seen.most_sum <= bounds.sum && -seen.least_sum <= bounds.sum);
  assert_true(sizes.hash_work_bits >= sizes.code_bits);
  assert_true(sizes.hash_sum_bits >= sizes.hash_work_bits + KS_FACTOR_FRAC + 1);
  if (sizes.hash_batches == 1 && sizes.code_bits >= 9) {
    assert_true(-seen.least_sum + seen.most_sum >= bounds.sum * 19 / 10);
    assert_true(-seen.least_value + seen.most_value >= bounds.value * 19 / 10);
  }
}

static void no_width_overflows(void **state) {
  (void)state;
  static const char *const lists[] = {"auto", "2",   "8",     "3,5",   "5,3",           "7,7",  "2,2,2",
                                      "4,4,4", "8,8", "8,8,4", "6,5,8", "2,2,2,2,2,2,2,2"};
  static const int ds[] = {1, 2, 8, 15, 15, 49, 8, 64, 64, 256, 240, 256};
  uint64_t random = 4;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    for (int k = 1; k <= 256; k += 51)
      for (int code_bits = 2; code_bits <= 17; code_bits++) {
        struct ks_config config = configure(KS_HASH_KRONECKER, ds[i], k);
        config.int_bits = code_bits - 1 < 8 ? code_bits - 1 : 8;
        config.frac_bits = code_bits - 1 - config.int_bits;
        snprintf(config.hash_factors, sizeof config.hash_factors, "%s", lists[i]);
        check_widths(&config, &random);
      }
  for (int d = 1; d <= 256; d++) {
    struct ks_config config = configure(KS_HASH_KRONECKER, d, 256);
    check_widths(&config, &random);
  }
}

/* Rows of length one, at right angles, but for the rounding of their elements. */
static void matrices_are_orthogonal(void **state) {
  (void)state;
  for (int size = KS_LEAST_FACTOR; size <= KS_LARGEST_FACTOR; size++) {
    struct ks_factors one = {size, 1, {size}};
    for (int batch = 0; batch < (KS_MAX_HASH + size - 1) / size; batch++) {
      const int8_t *a = ks_factors_matrix(&one, batch, 0);
      for (int i = 0; i < size; i++)
        for (int j = 0; j <= i; j++) {
          int dot = 0;
          for (int c = 0; c < size; c++) dot += a[i * size + c] * a[j * size + c];
          assert_true(abs(dot - (i == j ? 1024 : 0)) <= 70);
        }
    }
  }
}

/* The first outputs of xorshift64* from state 1 are 0x47e4ce4b896cdd1d, 0xabcfa6a8e079651d,
 * 0xb9d10d8feb731f57. */
static void signs_begin_as_the_generator_does(void **state) {
  (void)state;
  int32_t signs[1000];
  ks_hash_signs(signs, 1000);
  assert_int_equal(signs[0], 1);
  assert_int_equal(signs[1], -1);
  assert_int_equal(signs[2], -1);
  int sum = 0;
  for (int i = 0; i < 1000; i++) {
    assert_true(signs[i] == 1 || signs[i] == -1);
    sum += signs[i];
  }
  assert_true(abs(sum) < 130); /* four deviations */
}

/* H H = dim I. */
static void hadamard_twice_is_the_identity(void **state) {
  (void)state;
  uint64_t random = 1;
  for (size_t dim = 1; dim <= 256; dim *= 2) {
    int32_t x[256], y[256];
    for (size_t i = 0; i < dim; i++) y[i] = x[i] = (int32_t)random_between(&random, -32768, 32767);
    ks_hadamard(y, dim);
    for (size_t r = 0; r < dim; r++) {
      int32_t sum = 0;
      for (size_t i = 0; i < dim; i++) sum += __builtin_popcountll(r & i) % 2 ? -x[i] : x[i];
      assert_int_equal(y[r], sum);
    }
    ks_hadamard(y, dim);
    for (size_t i = 0; i < dim; i++) assert_int_equal(y[i], (int32_t)dim * x[i]);
  }
}

/* Hadamard is exact, so h is linear: a positive factor changes no bit, -x turns every bit whose h is not 0,
 * and 0 hashes to ones.
 */
static void signs_follow_the_vector(void **state) {
  (void)state;
  uint64_t random = 1;
  struct ks_hasher hasher = make_hasher(KS_HASH_HADAMARD, 50, 100);
  for (int i = 0; i < 500; i++) {
    int32_t x[50], larger[50], negated[50];
    for (int j = 0; j < 50; j++) {
      x[j] = (int32_t)random_between(&random, -1000, 1000);
      larger[j] = 3 * x[j];
      negated[j] = -x[j];
    }
    struct ks_hash_code of_x = ks_hash_row(&hasher, x), of_larger = ks_hash_row(&hasher, larger),
                        of_negated = ks_hash_row(&hasher, negated);
    assert_memory_equal(&of_x, &of_larger, sizeof of_x);
    for (int bit = 0; bit < 100; bit++) assert_true(bit_of(&of_x, bit) || bit_of(&of_negated, bit));
  }
  const int32_t zero[50] = {0};
  struct ks_hash_code of_zero = ks_hash_row(&hasher, zero);
  for (int bit = 0; bit < 100; bit++) assert_int_equal(bit_of(&of_zero, bit), 1);
  ks_hasher_free(&hasher);
}

/* A row built shorter is the same row padded with zeros, as long as dp is the same. */
static void padding_is_zeros(void **state) {
  (void)state;
  uint64_t random = 1;
  struct ks_hasher narrow = make_hasher(KS_HASH_HADAMARD, 37, 90),
                   wide_hasher = make_hasher(KS_HASH_HADAMARD, 64, 90);
  int32_t x[64] = {0};
  for (int j = 0; j < 37; j++) x[j] = (int32_t)random_between(&random, -1000, 1000);
  struct ks_hash_code of_narrow = ks_hash_row(&narrow, x), of_wide = ks_hash_row(&wide_hasher, x);
  assert_memory_equal(&of_narrow, &of_wide, sizeof of_wide);
  ks_hasher_free(&narrow);
  ks_hasher_free(&wide_hasher);
}

/* pi/k times the Hamming distance estimates the angle (ELSA 3.1). */
static void distance_estimates(enum ks_hash kind) {
  uint64_t random = 1;
  struct ks_hasher hasher = make_hasher(kind, 64, 256);
  double error = 0;
  for (int i = 0; i < 300; i++) {
    int32_t x[64], y[64];
    double xx = 0, yy = 0, xy = 0, mix = random_unit(&random);
    for (int j = 0; j < 64; j++) {
      double a = 1000 * random_normal(&random), b = 1000 * random_normal(&random);
      x[j] = (int32_t)a;
      y[j] = (int32_t)(mix * a + (1 - mix) * b);
      xx += (double)x[j] * x[j];
      yy += (double)y[j] * y[j];
      xy += (double)x[j] * y[j];
    }
    struct ks_hash_code of_x = ks_hash_row(&hasher, x), of_y = ks_hash_row(&hasher, y);
    int hamming = 0;
    for (int bit = 0; bit < 256; bit++) hamming += bit_of(&of_x, bit) != bit_of(&of_y, bit);
    error += M_PI / 256 * hamming - acos(xy / sqrt(xx * yy));
  }
  assert_true(fabs(error / 300) < 0.02); /* no bias: five deviations of the mean */
  ks_hasher_free(&hasher);
}

static void distance_estimates_the_angle(void **state) {
  (void)state;
  distance_estimates(KS_HASH_HADAMARD);
  distance_estimates(KS_HASH_KRONECKER);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_d),
      cmocka_unit_test(every_k),
      cmocka_unit_test(every_list_of_factors),
      cmocka_unit_test(factors_as_equal_as_they_come),
      cmocka_unit_test(cycles_of_a_vector),
      cmocka_unit_test(no_width_overflows),
      cmocka_unit_test(matrices_are_orthogonal),
      cmocka_unit_test(signs_begin_as_the_generator_does),
      cmocka_unit_test(hadamard_twice_is_the_identity),
      cmocka_unit_test(signs_follow_the_vector),
      cmocka_unit_test(padding_is_zeros),
      cmocka_unit_test(distance_estimates_the_angle),
  };
  return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
