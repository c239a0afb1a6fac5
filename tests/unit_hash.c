/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash (SPEC 6) against the slow model, and what any such hash obeys.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/hash.h"
#include "inputs.h"
#include "random.h"
#include "slow/slow.h"

struct hasher {
  struct ks_config config;
  struct ks_sizes sizes;
  int32_t *signs;
};

static struct hasher make_hasher(int d, int k) {
  struct hasher hasher;
  ks_config_default(&hasher.config);
  hasher.config.d = d;
  hasher.config.k = k;
  hasher.config.int_bits = hasher.config.frac_bits = 8;
  hasher.config.divide_multipliers = 1;
  ks_sizes_derive(&hasher.config, &hasher.sizes);
  size_t count = (size_t)hasher.sizes.hash_cycles * (size_t)hasher.sizes.hash_dim;
  hasher.signs = calloc(count, sizeof *hasher.signs);
  assert_non_null(hasher.signs);
  ks_hash_signs(hasher.signs, count);
  return hasher;
}

static struct ks_hash_code hash(const struct hasher *hasher, const int32_t *x) {
  return ks_hash_row(&hasher->config, &hasher->sizes, hasher->signs, x);
}

static int bit_of(const struct ks_hash_code *code, int bit) {
  return (int)(code->word[bit / 64] >> (bit % 64) & 1);
}

static void check(const struct hasher *hasher, const int32_t *x) {
  uint8_t slow[KS_MAX_HASH];
  struct ks_hash_code fast = hash(hasher, x);
  slow_hash(hasher->config.d, hasher->config.k, x, slow);
  for (int bit = 0; bit < KS_MAX_HASH; bit++)
    if (bit_of(&fast, bit) != (bit < hasher->config.k ? slow[bit] : 0))
      fail_msg("d %d, k %d, bit %d: fast %d", hasher->config.d, hasher->config.k, bit, bit_of(&fast, bit));
}

/* One row of every kind. */
static void check_kinds(int d, int k, uint64_t *random) {
  struct hasher hasher = make_hasher(d, k);
  for (int kind = 0; kind < ROWS_KINDS; kind++) {
    int32_t *row = inputs_rows_new(&hasher.config, (enum inputs_rows)kind, 1, random);
    check(&hasher, row);
    free(row);
  }
  free(hasher.signs);
}

static void every_d(void **state) {
  (void)state;
  static const int ks[] = {1, 2, 3, 31, 63, 64, 65, 127, 128, 200, 255, 256};
  uint64_t random = 1;
  for (int d = 1; d <= 256; d++)
    for (size_t i = 0; i < sizeof ks / sizeof *ks; i++) check_kinds(d, ks[i], &random);
}

static void every_k(void **state) {
  (void)state;
  static const int ds[] = {1, 3, 50, 64, 256};
  uint64_t random = 2;
  for (int k = 1; k <= 256; k++)
    for (size_t i = 0; i < sizeof ds / sizeof *ds; i++) check_kinds(ds[i], k, &random);
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

/* h is linear: a positive factor changes no bit, -x turns every bit whose h is not 0, and 0 hashes to ones.
 */
static void signs_follow_the_vector(void **state) {
  (void)state;
  uint64_t random = 1;
  struct hasher hasher = make_hasher(50, 100);
  for (int i = 0; i < 500; i++) {
    int32_t x[50], larger[50], negated[50];
    for (int j = 0; j < 50; j++) {
      x[j] = (int32_t)random_between(&random, -1000, 1000);
      larger[j] = 3 * x[j];
      negated[j] = -x[j];
    }
    struct ks_hash_code of_x = hash(&hasher, x), of_larger = hash(&hasher, larger),
                        of_negated = hash(&hasher, negated);
    assert_memory_equal(&of_x, &of_larger, sizeof of_x);
    for (int bit = 0; bit < 100; bit++) assert_true(bit_of(&of_x, bit) || bit_of(&of_negated, bit));
  }
  const int32_t zero[50] = {0};
  struct ks_hash_code of_zero = hash(&hasher, zero);
  for (int bit = 0; bit < 100; bit++) assert_int_equal(bit_of(&of_zero, bit), 1);
  free(hasher.signs);
}

/* A row built shorter is the same row padded with zeros, as long as dp is the same. */
static void padding_is_zeros(void **state) {
  (void)state;
  uint64_t random = 1;
  struct hasher narrow = make_hasher(37, 90), wide_hasher = make_hasher(64, 90);
  int32_t x[64] = {0};
  for (int j = 0; j < 37; j++) x[j] = (int32_t)random_between(&random, -1000, 1000);
  struct ks_hash_code of_narrow = hash(&narrow, x), of_wide = hash(&wide_hasher, x);
  assert_memory_equal(&of_narrow, &of_wide, sizeof of_wide);
  free(narrow.signs);
  free(wide_hasher.signs);
}

/* pi/k times the Hamming distance estimates the angle (ELSA 3.1). */
static void distance_estimates_the_angle(void **state) {
  (void)state;
  uint64_t random = 1;
  struct hasher hasher = make_hasher(64, 256);
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
    struct ks_hash_code of_x = hash(&hasher, x), of_y = hash(&hasher, y);
    int hamming = 0;
    for (int bit = 0; bit < 256; bit++) hamming += bit_of(&of_x, bit) != bit_of(&of_y, bit);
    error += M_PI / 256 * hamming - acos(xy / sqrt(xx * yy));
  }
  assert_true(fabs(error / 300) < 0.02); /* no bias: five deviations of the mean */
  free(hasher.signs);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_d),
      cmocka_unit_test(every_k),
      cmocka_unit_test(signs_begin_as_the_generator_does),
      cmocka_unit_test(hadamard_twice_is_the_identity),
      cmocka_unit_test(signs_follow_the_vector),
      cmocka_unit_test(padding_is_zeros),
      cmocka_unit_test(distance_estimates_the_angle),
  };
  return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
