/* SPDX-License-Identifier: Apache-2.0
 *
 * The divider (SPEC 3, 4) against the slow model and, as a bound, against true division.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../cmodel/divide.h"
#include "random.h"
#include "slow/slow.h"

struct divider {
  struct ks_config config;
  struct ks_sizes sizes;
  struct ks_table table;
};

static struct divider make_divider(int recip_frac, int frac_bits, int more_out_frac, int guard_bits) {
  struct divider divider;
  ks_config_default(&divider.config);
  divider.config.d = divider.config.divide_multipliers = 1;
  divider.config.recip_frac = recip_frac;
  divider.config.frac_bits = frac_bits;
  divider.config.out_frac = frac_bits + more_out_frac;
  divider.config.guard_bits = guard_bits;
  ks_sizes_derive(&divider.config, &divider.sizes);
  divider.table = ks_table_reciprocal(&divider.config);
  return divider;
}

static void check(const struct divider *divider, int64_t acc, int64_t sum) {
  int32_t fast, slow;
  wide wide_acc = acc;
  bool fast_flag = false, slow_flag = slow_divide(&divider->config, &wide_acc, sum, &slow);
  ks_divide(&divider->config, &divider->sizes, &divider->table, &acc, sum, &fast, &fast_flag);
  if (fast != slow || fast_flag != slow_flag)
    fail_msg("R %d, F %d, OF %d, %lld / %lld: fast %d (%d), slow %d (%d)", divider->config.recip_frac,
             divider->config.frac_bits, divider->config.out_frac, (long long)acc, (long long)sum, fast,
             fast_flag, slow, slow_flag);
}

static void every_small_quotient(void **state) {
  (void)state;
  for (int recip_frac = 3; recip_frac <= 12; recip_frac += 3) {
    struct divider divider = make_divider(recip_frac, 3, 2, 9);
    for (int64_t sum = 1; sum < 300; sum++)
      for (int64_t acc = -1000; acc <= 1000; acc++) check(&divider, acc, sum);
    ks_table_free(&divider.table);
  }
}

/* Sums up to the widest that the design has; of a row of codes the quotient is a code too, beyond that the
 * flag. */
static void check_wide(const struct divider *divider, uint64_t *random) {
  int sum_bits = divider->sizes.merged_total_bits - 1;
  for (int i = 0; i < 500; i++) {
    int64_t sum = (INT64_C(1) << random_between(random, 0, sum_bits)) - 1;
    sum = i % 2 && sum ? random_between(random, 1, sum) : sum + (sum == 0);
    int64_t bound = sum << (slow_code_bits(&divider->config) - 1);
    check(divider, random_between(random, -bound, bound), sum);
    check(divider, bound, sum);
    check(divider, -bound, sum);
    check(divider, bound - sum, sum);
  }
}

static void wide_quotients(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int recip_frac = 3; recip_frac <= 12; recip_frac++)
    for (int frac_bits = 0; frac_bits <= 8; frac_bits++)
      for (int more = 0; more <= 8; more += 4)
        for (int guard_bits = 0; guard_bits <= 16; guard_bits += 8) {
          struct divider divider = make_divider(recip_frac, frac_bits, more, guard_bits);
          check_wide(&divider, &random);
          ks_table_free(&divider.table);
        }
}

/* The reciprocal's relative error is at most 2^-(R+1), and half of its last bit, 2^-(R+2), and the output is
 * rounded once. */
static void error_bound(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int recip_frac = 3; recip_frac <= 12; recip_frac++) {
    struct divider divider = make_divider(recip_frac, 3, 8, 9);
    for (int i = 0; i < 20000; i++) {
      int64_t sum = random_between(&random, 1, 1 << 24), acc = random_between(&random, -200 * sum, 200 * sum);
      int32_t out;
      bool saturated = false;
      ks_divide(&divider.config, &divider.sizes, &divider.table, &acc, sum, &out, &saturated);
      double exact = (double)acc / (double)sum * 256;
      assert_false(saturated);
      assert_true(fabs(out - exact) <=
                  0.5 + fabs(exact) * (ldexp(1, -recip_frac - 1) + ldexp(1, -recip_frac - 2)));
    }
    ks_table_free(&divider.table);
  }
}

/* ---- accumulator = float ---- */

static struct divider make_float_divider(int recip_frac, int frac_bits, int more_out_frac) {
  struct divider divider = make_divider(recip_frac, frac_bits, more_out_frac, KS_AUTO);
  ks_table_free(&divider.table);
  divider.config.accumulator = KS_ACCUMULATOR_FLOAT;
  divider.config.ways = 1;
  ks_sizes_derive(&divider.config, &divider.sizes);
  divider.table = ks_table_reciprocal(&divider.config);
  return divider;
}

static double value_of(ks_minifloat x) {
  double magnitude = ldexp(ks_minifloat_significand(x), ks_minifloat_field(x) - 511 - 5);
  return ks_minifloat_negative(x) ? -magnitude : magnitude;
}

static void check_floats(const struct divider *divider, ks_minifloat acc, ks_minifloat sum) {
  int32_t fast, slow;
  double wide_acc = value_of(acc);
  struct ks_float_row row = {{acc}, sum};
  bool flag = false, zero = false,
       slow_flag = slow_divide_floats(&divider->config, &wide_acc, value_of(sum), &slow);
  ks_divide_float(&divider->config, &divider->sizes, &divider->table, &row, &fast, &flag, &zero);
  if (fast != slow || flag != slow_flag || zero)
    fail_msg("R %d, F %d, OF %d, %a / %a: fast %d (%d), slow %d (%d)", divider->config.recip_frac,
             divider->config.frac_bits, divider->config.out_frac, wide_acc, value_of(sum), fast, flag, slow,
             slow_flag);
}

/* Every pair of significands and signs, the exponents from far below an output's last bit to far above its
 * first; and the two ends. */
static void every_quotient_of_floats(void **state) {
  (void)state;
  static const int apart[] = {-1022, -500, -64, -33, -32, -31, -30, 30, 31, 32, 33, 63, 64, 500, 1022};
  for (int recip_frac = 5; recip_frac <= 12; recip_frac += 7)
    for (int more = 0; more <= 8; more += 4) {
      struct divider divider = make_float_divider(recip_frac, more, more);
      for (int pair = 0; pair < 2048; pair++)
        for (int i = -29; i < 30 + (int)(sizeof apart / sizeof *apart); i++) {
          int by = i < 30 ? i : apart[i - 30], field = by < 0 ? 1 - by : 1;
          ks_minifloat acc = (ks_minifloat)(pair >> 10 << 15 | (field + by) << 5 | (pair & 31));
          check_floats(&divider, acc, (ks_minifloat)(field << 5 | (pair >> 5 & 31)));
        }
      check_floats(&divider, 0, 1 << 5);
      ks_table_free(&divider.table);
    }
}

static void a_sum_of_zero(void **state) {
  (void)state;
  struct divider divider = make_float_divider(5, 3, 0);
  struct ks_float_row row = {{1 << 5}, 0};
  int32_t out = 7;
  bool saturated = false, zero = false;
  ks_divide_float(&divider.config, &divider.sizes, &divider.table, &row, &out, &saturated, &zero);
  assert_int_equal(out, 0);
  assert_true(zero);
  assert_false(saturated);
  ks_table_free(&divider.table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_small_quotient), cmocka_unit_test(wide_quotients),
      cmocka_unit_test(error_bound),          cmocka_unit_test(every_quotient_of_floats),
      cmocka_unit_test(a_sum_of_zero),
  };
  return cmocka_run_group_tests_name("divide", tests, NULL, NULL);
}
