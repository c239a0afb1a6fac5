/* SPDX-License-Identifier: Apache-2.0
 *
 * The norm by table and multiplication is the nearest integer root: every square below 2^20, corners and
 * random ones to the largest, for every width of a code and a spread of d.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../cmodel/norm.h"
#include "random.h"
#include "slow/slow.h"

/* One design's square-root unit. */
struct unit {
  struct ks_sizes sizes;
  struct ks_table table;
  uint64_t largest; /* d times the square of the least code */
  int d, code_bits;
};

static struct unit make_unit(int d, int int_bits, int frac_bits) {
  struct ks_config config;
  struct unit unit;
  ks_config_default(&config);
  config.d = d;
  config.int_bits = int_bits;
  config.frac_bits = frac_bits;
  config.divide_multipliers = 1;
  ks_sizes_derive(&config, &unit.sizes);
  unit.table = ks_table_root(&unit.sizes);
  unit.d = d;
  unit.code_bits = slow_code_bits(&config);
  unit.largest = (uint64_t)d << (2 * (unit.code_bits - 1));
  return unit;
}

/* The error that docs/norm.md derives: the candidate is within 1/2 of the root, so one compare mends it. */
static void check_candidate(const struct unit *unit, uint64_t square) {
  int frac;
  ks_uint128 candidate = ks_norm_approximate(&unit->sizes, &unit->table, square, &frac);
  long double error = ldexpl((long double)candidate, -frac) - sqrtl((long double)square);
  if (fabsl(error) > 0.5L)
    fail_msg("d %d, B %d, S %llu: candidate off by %Lf", unit->d, unit->code_bits, (unsigned long long)square,
             error);
}

static void check(const struct unit *unit, uint64_t square) {
  if (square > unit->largest) return;
  uint32_t slow = (uint32_t)slow_root((wide)square),
           tabulated = ks_norm_tabulated(&unit->sizes, &unit->table, square);
  if (tabulated != slow || ks_norm_nearest(square) != slow)
    fail_msg("d %d, B %d, S %llu: tabulated %u, nearest %u, slow %u", unit->d, unit->code_bits,
             (unsigned long long)square, tabulated, ks_norm_nearest(square), slow);
  if (square > 0) check_candidate(unit, square);
}

/* Where the root turns over from r to r + 1 (after r^2 + r), and squares. */
static void check_near_root(const struct unit *unit, uint64_t r) {
  for (uint64_t near = 0; near < 3; near++) {
    if (r * r + near >= 1) check(unit, r * r + near - 1);
    if (r * r + r + near >= 1) check(unit, r * r + r + near - 1);
  }
}

static void check_corners(const struct unit *unit, uint64_t *random) {
  for (int bit = 0; bit < 42; bit++)
    for (uint64_t near = 0; near < 3; near++) check(unit, (UINT64_C(1) << bit) + near - 1);
  for (uint64_t near = 0; near < 100; near++)
    if (near <= unit->largest) check(unit, unit->largest - near);
  uint64_t largest_root = (uint64_t)slow_root((wide)unit->largest);
  for (int i = 0; i < 2000; i++) {
    check(unit, random_bits(random) % (unit->largest + 1));
    check_near_root(unit, random_bits(random) % (largest_root + 1));
  }
  check_near_root(unit, largest_root);
}

static void every_square_below_2_to_20(void **state) {
  (void)state;
  struct unit unit = make_unit(64, 5, 3), widest = make_unit(256, 8, 8);
  for (uint64_t square = 0; square < 1 << 20; square++) {
    check(&unit, square);
    check(&widest, square);
  }
  ks_table_free(&unit.table);
  ks_table_free(&widest.table);
}

/* The whole range of a root decides: both sides of every turn-over. */
static void every_turn_over_of_the_default(void **state) {
  (void)state;
  struct unit unit = make_unit(64, 5, 3);
  for (uint64_t r = 0; r * r <= unit.largest; r++) check_near_root(&unit, r);
  ks_table_free(&unit.table);
}

static void every_turn_over_of_the_widest(void **state) {
  (void)state;
  struct unit unit = make_unit(256, 8, 8);
  for (uint64_t r = 0; r * r <= unit.largest; r++) check_near_root(&unit, r);
  ks_table_free(&unit.table);
}

static void corners_of_every_width(void **state) {
  (void)state;
  static const int ds[] = {1, 2, 3, 5, 24, 31, 32, 50, 64, 96, 128, 129, 255, 256};
  uint64_t random = 1;
  for (int code_bits = 2; code_bits <= 17; code_bits++)
    for (size_t i = 0; i < sizeof ds / sizeof *ds; i++) {
      int int_bits = code_bits - 1 < 8 ? code_bits - 1 : 8;
      struct unit unit = make_unit(ds[i], int_bits, code_bits - 1 - int_bits);
      check_corners(&unit, &random);
      ks_table_free(&unit.table);
    }
}

/* Where the whole range is small it is tried whole. */
static void every_square_of_narrow_designs(void **state) {
  (void)state;
  for (int code_bits = 2; code_bits <= 9; code_bits++)
    for (int d = 1; d <= 256; d = 3 * d / 2 + 1) {
      struct unit unit =
          make_unit(d, code_bits - 1 < 8 ? code_bits - 1 : 8, code_bits - 1 < 8 ? 0 : code_bits - 9);
      for (uint64_t square = 0; square <= unit.largest && unit.largest <= 1 << 20; square++)
        check(&unit, square);
      ks_table_free(&unit.table);
    }
}

/* norm_bits = 8: the root of every square below 2^20, and of corners above, rounded once more. */
static void stored_norms_of_8_bits(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  for (config.frac_bits = 0; config.frac_bits <= 8; config.frac_bits++)
    for (uint64_t square = 0; square < 1u << 20; square++) {
      uint64_t wide_square = square % 64 ? square : square << 20;
      config.norm_bits = 8;
      wide rounded = slow_rshr(slow_root((wide)wide_square), config.frac_bits);
      assert_int_equal(ks_norm_stored(&config, wide_square), rounded < 255 ? rounded : 255);
      config.norm_bits = KS_AUTO;
      assert_int_equal(ks_norm_stored(&config, wide_square), ks_norm_nearest(wide_square));
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_square_below_2_to_20),     cmocka_unit_test(every_turn_over_of_the_default),
      cmocka_unit_test(every_turn_over_of_the_widest),  cmocka_unit_test(corners_of_every_width),
      cmocka_unit_test(every_square_of_narrow_designs),
      cmocka_unit_test(stored_norms_of_8_bits),
  };
  return cmocka_run_group_tests_name("norm", tests, NULL, NULL);
}
