/* SPDX-License-Identifier: Apache-2.0
 *
 * The constant tables, every entry of every size: exponentials (SPEC 2) and reciprocals (SPEC 4).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../cmodel/tables.h"
#include "slow/slow.h"

static struct ks_config defaults(void) {
  struct ks_config config;
  ks_config_default(&config);
  return config;
}

static void every_exponential(void **state) {
  (void)state;
  struct ks_config config = defaults();
  for (config.exp_frac = 3; config.exp_frac <= 8; config.exp_frac++) {
    struct ks_table table = ks_table_exp(&config);
    assert_int_equal(table.entries, 1 << config.exp_frac);
    assert_int_equal(table.frac, config.exp_frac);
    for (int f = 0; f < 1 << config.exp_frac; f++) {
      assert_int_equal(table.value[f], slow_exp_entry(config.exp_frac, f));
      assert_true(table.value[f] >= 1u << config.exp_frac && table.value[f] < 2u << config.exp_frac);
      assert_true(fabs(ldexp(table.real[f], table.frac) - table.value[f]) <= 0.5);
    }
    ks_table_free(&table);
  }
}

static void every_reciprocal(void **state) {
  (void)state;
  struct ks_config config = defaults();
  for (config.recip_frac = 3; config.recip_frac <= 12; config.recip_frac++) {
    struct ks_table table = ks_table_reciprocal(&config);
    assert_int_equal(table.entries, 1 << config.recip_frac);
    assert_int_equal(table.frac, config.recip_frac + 2);
    for (int idx = 0; idx < 1 << config.recip_frac; idx++) {
      assert_int_equal(table.value[idx], slow_reciprocal(config.recip_frac, idx));
      assert_true(table.value[idx] < 1u << table.bits);
      assert_true(fabs(ldexp(table.real[idx], table.frac) - table.value[idx]) <= 0.5);
    }
    ks_table_free(&table);
  }
}

/* accumulator = float: the sum's whole significand is the index. */
static void every_reciprocal_of_a_float(void **state) {
  (void)state;
  struct ks_config config = defaults();
  config.accumulator = KS_ACCUMULATOR_FLOAT;
  for (config.recip_frac = 5; config.recip_frac <= 12; config.recip_frac++) {
    struct ks_table table = ks_table_reciprocal(&config);
    assert_int_equal(table.entries, 32);
    assert_int_equal(table.frac, config.recip_frac + 2);
    for (uint32_t idx = 0; idx < 32; idx++) {
      uint32_t ms = idx + 32, exact = (1u << table.frac) * 32;
      assert_int_equal(table.value[idx], (2 * exact + ms) / (2 * ms));
      assert_true(table.value[idx] < 1u << table.bits);
    }
    ks_table_free(&table);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_exponential),
      cmocka_unit_test(every_reciprocal),
      cmocka_unit_test(every_reciprocal_of_a_float),
  };
  return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
