/* SPDX-License-Identifier: Apache-2.0
 *
 * The divider (SPEC 4) against the slow model and, as a bound, against true division.
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_small_quotient),
      cmocka_unit_test(wide_quotients),
      cmocka_unit_test(error_bound),
  };
  return cmocka_run_group_tests_name("divide", tests, NULL, NULL);
}
