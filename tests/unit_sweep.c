/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/sweep.txt touches both ends and the middle of every range that concerns ELSA, tests/sweep_a3.txt of
 * every one that concerns A3, tests/sweep_lisa.txt of every one that concerns LISA.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep.h"

/* The values of one integer key over the sweep; KS_AUTO is none of them. */
struct spread {
  int least, largest;
  bool middle;
};

static struct spread spread_of(const struct sweep *sweep, size_t field, int low, int high) {
  struct spread spread = {.least = high + 1, .largest = low - 1};
  for (int i = 0; i < sweep->count; i++) {
    int value;
    memcpy(&value, (const char *)&sweep->configs[i] + field, sizeof value);
    if (value == KS_AUTO) continue;
    if (value < spread.least) spread.least = value;
    if (value > spread.largest) spread.largest = value;
    spread.middle |= value > low && value < high;
  }
  return spread;
}

static void touches(const struct sweep *sweep, const char *key, size_t field, int low, int high) {
  struct spread spread = spread_of(sweep, field, low, high);
  if (spread.least != low || spread.largest != high || (high > low + 1 && !spread.middle))
    fail_msg("%s goes from %d to %d, not from %d to %d with something between", key, spread.least,
             spread.largest, low, high);
}

#define END(key, low, high) touches(sweep, #key, offsetof(struct ks_config, key), low, high);

/* Of the keys that every engine knows. */
static void touches_both_ends(const struct sweep *sweep) {
  END(n, 1, 4096)
  END(d, 1, 256)
  END(int_bits, 1, 8)
  END(frac_bits, 0, 8)
  END(out_frac, 0, 16)
  END(exp_frac, 3, 8)
  END(guard_bits, 0, 16)
  END(recip_frac, 3, 12)
  END(ways, 1, 4)
  END(accumulator, 0, 1)
  END(compensate, 0, 1)
  END(divide_multipliers, 1, 256)
  END(pages, 1, 2)
  END(trace, 0, 1)
}

static void both_ends_of_every_range(void **state) {
  const struct sweep *sweep = *state;
  touches_both_ends(sweep);
  END(k, 1, 256)
  END(banks, 1, 16)
  END(lanes, 1, 32)
  END(hash, 0, 1)
  END(hash_multipliers, 1, 1024)
  END(norm_bits, 8, 8)
  END(issue, 0, 1)
  END(queue_depth, 2, 64)
}

static void both_ends_of_every_range_of_a3(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read_a3();
  touches_both_ends(sweep);
  END(iterations, 1, KS_MAX_ITERATIONS)
  free(sweep);
}

static void both_ends_of_every_range_of_lisa(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read_lisa();
  touches_both_ends(sweep);
  END(rows, 1, 16)
  END(top_k, 1, 4096)
  END(top_q, 1, 4096)
  free(sweep);
}

static bool any(const struct sweep *sweep, bool (*has)(const struct ks_config *)) {
  for (int i = 0; i < sweep->count; i++)
    if (has(&sweep->configs[i])) return true;
  return false;
}

static bool odd_n(const struct ks_config *c) {
  return c->n == 37;
}

static bool odd_d(const struct ks_config *c) {
  return c->d == 50;
}

static bool k_below(const struct ks_config *c) {
  return c->k < c->d;
}

static bool k_at(const struct ks_config *c) {
  return c->k == c->d;
}

static bool k_above(const struct ks_config *c) {
  return c->k > c->d;
}

static bool more_banks_than_keys(const struct ks_config *c) {
  return c->banks > c->n;
}

static bool multipliers_all(const struct ks_config *c) {
  return c->divide_multipliers == c->d;
}

static bool multipliers_uneven(const struct ks_config *c) {
  return c->divide_multipliers != KS_AUTO && c->d % c->divide_multipliers != 0;
}

static bool out_frac_least(const struct ks_config *c) {
  return c->out_frac == c->frac_bits;
}

static bool out_frac_most(const struct ks_config *c) {
  return c->out_frac == c->frac_bits + 8;
}

static void relations_between_keys(void **state) {
  assert_true(any(*state, odd_n));
  assert_true(any(*state, odd_d));
  assert_true(any(*state, k_below));
  assert_true(any(*state, k_at));
  assert_true(any(*state, k_above));
  assert_true(any(*state, more_banks_than_keys));
  assert_true(any(*state, multipliers_all));
  assert_true(any(*state, multipliers_uneven));
  assert_true(any(*state, out_frac_least));
  assert_true(any(*state, out_frac_most));
}

static void at_least_60_most_of_them_small(void **state) {
  const struct sweep *sweep = *state;
  int large = 0;
  for (int i = 0; i < sweep->count; i++) large += sweep->configs[i].banks * sweep->configs[i].d > 300;
  assert_true(sweep->count >= 60);
  assert_true(large >= 1 && large <= 5);
}

static void every_combination_of_the_papers_choices(void **state) {
  const struct sweep *sweep = *state;
  uint32_t seen = 0;
  for (int i = 0; i < sweep->count; i++) {
    const struct ks_config *c = &sweep->configs[i];
    seen |= 1u << (c->hash | c->issue << 1 | c->accumulator << 2 | c->compensate << 3 |
                   (c->norm_bits != KS_AUTO) << 4);
  }
  assert_true(seen == UINT32_MAX);
}

static int read_sweep(void **state) {
  *state = sweep_read();
  return 0;
}

static int free_sweep(void **state) {
  free(*state);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_ends_of_every_range),
      cmocka_unit_test(both_ends_of_every_range_of_a3),
      cmocka_unit_test(both_ends_of_every_range_of_lisa),
      cmocka_unit_test(relations_between_keys),
      cmocka_unit_test(every_combination_of_the_papers_choices),
      cmocka_unit_test(at_least_60_most_of_them_small),
  };
  return cmocka_run_group_tests_name("sweep", tests, read_sweep, free_sweep);
}
