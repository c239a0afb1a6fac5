/* SPDX-License-Identifier: Apache-2.0
 *
 * Gains and codes (SPEC 1) of every I and F.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "slow/slow.h"

static struct ks_config config_of(int int_bits, int frac_bits) {
  struct ks_config config;
  ks_config_default(&config);
  config.int_bits = int_bits;
  config.frac_bits = frac_bits;
  return config;
}

static struct ks_tensor tensor_of(enum ks_dtype dtype, size_t count, void *data) {
  return (struct ks_tensor){.dtype = dtype, .rank = 1, .shape = {count}, .data = data};
}

/* Every quarter of a code over the range and a little beyond, which has every tie in it. */
static void every_quarter_code(void **state) {
  (void)state;
  for (int int_bits = 1; int_bits <= 8; int_bits++)
    for (int frac_bits = 0; frac_bits <= 8; frac_bits++) {
      struct ks_config config = config_of(int_bits, frac_bits);
      struct ks_error error;
      for (int i = -(5 << (int_bits + frac_bits)); i <= 5 << (int_bits + frac_bits); i++) {
        double gain = 8, x = ldexp(i, -2 - 3 - frac_bits);
        struct ks_tensor tensor = tensor_of(KS_FLOAT64, 1, &x);
        int32_t code;
        assert_int_equal(ks_quantise(&config, "x", &tensor, gain, 0, 1, &code, &error), KS_OK);
        assert_int_equal(code, slow_quantise(&config, x, gain));
      }
    }
}

static void huge_values_saturate(void **state) {
  (void)state;
  struct ks_config config = config_of(5, 3);
  struct ks_error error;
  double x[] = {1e300, -1e300, 1e-300, -1e-300};
  struct ks_tensor tensor = tensor_of(KS_FLOAT64, 4, x);
  int32_t codes[4];
  assert_int_equal(ks_quantise(&config, "x", &tensor, 1, 0, 4, codes, &error), KS_OK);
  assert_int_equal(codes[0], 255);
  assert_int_equal(codes[1], -256);
  assert_int_equal(codes[2], 0);
  assert_int_equal(codes[3], 0);
}

static void integers_are_codes(void **state) {
  (void)state;
  struct ks_config config = config_of(5, 3);
  struct ks_error error = {""};
  int16_t x[] = {7, -256, 255, 0, 256, 0, -257};
  struct ks_tensor tensor = tensor_of(KS_INT16, 7, x);
  int32_t codes[7];
  assert_true(ks_gain_auto(&config, &tensor) == 1);
  assert_int_equal(ks_quantise(&config, "x.npy", &tensor, 1, 1, 3, codes, &error), KS_OK);
  assert_int_equal(codes[0], -256);
  assert_int_equal(codes[1], 255);
  for (size_t first = 4; first <= 6; first += 2) {
    assert_int_equal(ks_quantise(&config, "x.npy", &tensor, 1, first, 1, codes, &error), KS_USER_ERROR);
    char element[32];
    snprintf(element, sizeof element, "%zu", first);
    assert_non_null(strstr(error.text, "x.npy"));
    assert_non_null(strstr(error.text, element));
    assert_non_null(strstr(error.text, "-256..255"));
  }
}

/* The definition: g is legal and 2 g is not. */
static void check_gain(const struct ks_config *config, double x) {
  float single = (float)x;
  double limit = ldexp(1, config->int_bits) - ldexp(1, -config->frac_bits);
  struct ks_tensor tensor = tensor_of(KS_FLOAT32, 1, &single);
  double gain = ks_gain_auto(config, &tensor);
  int exponent;
  assert_true(frexp(gain, &exponent) == 0.5);
  assert_true(fabs((double)single) * gain <= limit);
  assert_true(fabs((double)single) * gain * 2 > limit);
}

static void gains_are_the_largest(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int int_bits = 1; int_bits <= 8; int_bits++)
    for (int frac_bits = 0; frac_bits <= 8; frac_bits++) {
      struct ks_config config = config_of(int_bits, frac_bits);
      double limit = ldexp(1, int_bits) - ldexp(1, -frac_bits);
      for (int exponent = -30; exponent <= 30; exponent++) {
        check_gain(&config, ldexp(limit, exponent));
        check_gain(&config, nextafter(ldexp(limit, exponent), INFINITY));
        check_gain(&config, -ldexp((double)nextafterf((float)limit, INFINITY), exponent));
        check_gain(&config, ldexp((double)nextafterf((float)limit, 0), exponent));
        check_gain(&config, ldexp(0.5 + random_unit(&random) / 2, exponent));
      }
    }
}

static void gains_of_extreme_files(void **state) {
  (void)state;
  struct ks_config config = config_of(5, 3);
  double x[] = {0, 0, 0};
  struct ks_tensor tensor = tensor_of(KS_FLOAT64, 3, x);
  assert_true(ks_gain_auto(&config, &tensor) == 1);
  x[1] = -1.5; /* the whole file counts, and its sign does not */
  x[2] = 1;
  assert_true(ks_gain_auto(&config, &tensor) == 16);
  x[1] = 0x1p-1000;
  x[2] = 0;
  assert_true(ks_gain_auto(&config, &tensor) == 0x1p1004);
  x[1] = 1e308;
  assert_true(ks_gain_auto(&config, &tensor) > 0);
}

/* So small that the gain SPEC 1 asks for, or that times 2^F, would pass what a double holds. */
static void gains_of_the_smallest_numbers(void **state) {
  (void)state;
  for (int frac_bits = 0; frac_bits <= 8; frac_bits++) {
    struct ks_config config = config_of(5, frac_bits);
    for (int exponent = -1074; exponent <= -1000; exponent++) {
      double x = ldexp(1, exponent), gain;
      int32_t code;
      struct ks_error error;
      struct ks_tensor tensor = tensor_of(KS_FLOAT64, 1, &x);
      gain = ks_gain_auto(&config, &tensor);
      assert_true(gain == ldexp(1, 4 - exponent < 1023 - frac_bits ? 4 - exponent : 1023 - frac_bits));
      assert_int_equal(ks_quantise(&config, "x", &tensor, gain, 0, 1, &code, &error), KS_OK);
      assert_int_equal(code, (int)nearbyint(ldexp(x * gain, frac_bits)));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_quarter_code),     cmocka_unit_test(huge_values_saturate),
      cmocka_unit_test(integers_are_codes),     cmocka_unit_test(gains_are_the_largest),
      cmocka_unit_test(gains_of_extreme_files), cmocka_unit_test(gains_of_the_smallest_numbers),
  };
  return cmocka_run_group_tests_name("quantise", tests, NULL, NULL);
}
