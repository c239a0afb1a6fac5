/* SPDX-License-Identifier: Apache-2.0
 *
 * Run-time constants: scale, cosine table, threshold code, theta; each against the slow model.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "slow/slow.h"

static struct ks_config config_of(int exp_frac, int frac_bits) {
  struct ks_config config;
  ks_config_default(&config);
  config.exp_frac = exp_frac;
  config.frac_bits = frac_bits;
  return config;
}

static void compare_scale(const struct ks_config *config, double scale) {
  struct ks_constants fast = {0};
  struct ks_error error;
  uint32_t mul = 0, shift = 0;
  bool taken = ks_constants_scale(config, scale, &fast, &error) == KS_OK;
  if (taken != slow_scale(config, scale, &mul, &shift))
    fail_msg("scale %a: fast %staken", scale, taken ? "" : "not ");
  if (taken && (fast.exp_mul != mul || fast.exp_shift != shift))
    fail_msg("scale %a: fast %u >> %u, slow %u >> %u", scale, fast.exp_mul, fast.exp_shift, mul, shift);
  assert_true(!taken || (shift >= 8 && shift <= 47 && mul < 65536));
}

static void every_scale(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int exp_frac = 3; exp_frac <= 8; exp_frac++)
    for (int frac_bits = 0; frac_bits <= 8; frac_bits++) {
      struct ks_config config = config_of(exp_frac, frac_bits);
      for (int exponent = -60; exponent <= 60; exponent++)
        for (int i = 0; i < 4; i++) compare_scale(&config, ldexp(1 + i * random_unit(&random) / 4, exponent));
    }
}

/* Where round(g 2^sh) just reaches 2^15 and just does not. */
static void scales_at_the_edge_of_a_shift(void **state) {
  (void)state;
  struct ks_config config = config_of(5, 3);
  for (int shift = 0; shift <= 48; shift++) {
    double edge = 32767.5 / M_LOG2E * ldexp(1, 6 - 5 - shift);
    double below = edge, above = edge;
    for (int step = 0; step < 8; step++) {
      compare_scale(&config, below);
      compare_scale(&config, above);
      below = nextafter(below, 0);
      above = nextafter(above, INFINITY);
    }
  }
}

static void scales_that_are_refused(void **state) {
  (void)state;
  static const double scales[] = {0, -0.125, 1e300, 400, INFINITY, -INFINITY, NAN};
  struct ks_config config = config_of(5, 3);
  for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
    struct ks_constants constants;
    struct ks_error error = {""};
    assert_int_equal(ks_constants_scale(&config, scales[i], &constants, &error), KS_USER_ERROR);
    if (!strstr(error.text, "scale")) fail_msg("\"%s\" does not mention the scale", error.text);
    if (!isnan(scales[i]) && strstr(error.text, "nan")) fail_msg("\"%s\" is not clear", error.text);
    if (!strstr(error.text, "354.8")) fail_msg("\"%s\" does not name the bound, 354.9", error.text);
  }
}

static void every_cosine(void **state) {
  (void)state;
  static const double thetas[] = {0, 0.05, 0.127, 0.3, 1.1, M_PI / 2, 3.0, 3.15};
  for (int k = 1; k <= KS_MAX_HASH; k++)
    for (size_t i = 0; i < sizeof thetas / sizeof *thetas; i++) {
      struct ks_config config = config_of(5, 3);
      struct ks_constants constants;
      config.k = k;
      config.theta = thetas[i];
      ks_constants_cosine(&config, &constants);
      for (int h = 0; h <= k; h++) {
        assert_int_equal(constants.cos_code[h], slow_cosine(k, thetas[i], h));
        assert_true(constants.cos_code[h] >= -512 && constants.cos_code[h] <= 512);
        assert_true(h == 0 || constants.cos_code[h] <= constants.cos_code[h - 1]);
      }
    }
}

static void every_threshold_code(void **state) {
  (void)state;
  for (int i = -3 * 4096; i <= 3 * 4096; i++) /* quarters of a code: all ties are among them */
    assert_int_equal(ks_threshold_code(i / 2048.), slow_threshold_code(i / 2048.));
  assert_int_equal(ks_threshold_code(0.5 / 512), 0); /* half to even */
  assert_int_equal(ks_threshold_code(1.5 / 512), 2);
  assert_int_equal(ks_threshold_code(-0.5 / 512), 0);
  assert_int_equal(ks_threshold_code(-9), -1024);
  assert_int_equal(ks_threshold_code(9), 1023);
}

static void theta_of_the_paper(void **state) {
  (void)state;
  struct ks_config config = config_of(5, 3);
  assert_true(fabs(ks_theta(&config) - 0.127) <= 0.002);
}

static void theta_is_calibrated(void **state) {
  (void)state;
  struct ks_config config = config_of(5, 3);
  for (uint64_t seed = 1; seed <= 2; seed++)
    assert_true(fabs(ks_calibrate(&config, 20000, seed) - 0.127) <=
                0.005); /* three deviations at so few pairs */
  assert_true(ks_calibrate(&config, 1000, 7) == ks_calibrate(&config, 1000, 7));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_scale),
      cmocka_unit_test(scales_at_the_edge_of_a_shift),
      cmocka_unit_test(scales_that_are_refused),
      cmocka_unit_test(every_cosine),
      cmocka_unit_test(every_threshold_code),
      cmocka_unit_test(theta_of_the_paper),
      cmocka_unit_test(theta_is_calibrated),
  };
  return cmocka_run_group_tests_name("constants", tests, NULL, NULL);
}
