/* SPDX-License-Identifier: Apache-2.0
 *
 * Rounding shifts, saturation and top ones (SPEC 1, 4) against the slow model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../cmodel/fixed.h"
#include "random.h"
#include "slow/slow.h"

static void check_rshr(int64_t x, int64_t s) {
  int64_t slow = (int64_t)slow_rshr(x, s);
  if (x >= INT32_MIN / 2 && x <= INT32_MAX / 2) assert_int_equal(ks_rshr32((int32_t)x, s), slow);
  assert_int_equal(ks_rshr(x, s), slow);
  assert_int_equal(ks_rshr128(x, s), slow);
}

static void rshr_of_12_bits_by_anything(void **state) {
  (void)state;
  for (int x = -2048; x < 2048; x++) {
    for (int s = 0; s <= 140; s++) check_rshr(x, s);
    check_rshr(x, INT32_MAX);
    check_rshr(x, INT64_C(1) << 45); /* exponents that far apart do happen */
  }
}

/* Ones, ties and their neighbours at every width. */
static void rshr_of_wide_corners(void **state) {
  (void)state;
  for (int bit = 12; bit < 62; bit++)
    for (int low = 0; low <= bit; low++)
      for (int near = -1; near <= 1; near++)
        for (int s = 0; s < 70; s++) {
          int64_t x = (INT64_C(1) << bit) + (INT64_C(1) << low) + near;
          check_rshr(x, s);
          check_rshr(-x, s);
        }
}

static void rshr_of_random_words(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int i = 0; i < 500000; i++) {
    int64_t x = (int64_t)random_bits(&random) >> random_between(&random, 2, 60);
    check_rshr(x, random_between(&random, 0, 66));
    wide wider = (wide)x * ((wide)1 << random_between(&random, 0, 35)) + 5;
    int64_t s = random_between(&random, 0, 130);
    assert_true(ks_rshr128(wider, s) == slow_rshr(wider, s));
  }
}

static void saturate_at_every_width(void **state) {
  (void)state;
  for (int bits = 1; bits <= 63; bits++)
    for (int bit = 0; bit < 100; bit++)
      for (int near = -2; near <= 2; near++)
        for (int sign = -1; sign <= 1; sign += 2) {
          wide x = sign * (((wide)1 << bit) + near);
          bool saturated = false, sticky = true;
          wide slow = slow_saturate(x, bits);
          assert_true(ks_saturate(x, bits, &saturated) == slow);
          assert_int_equal(saturated, slow != x);
          ks_saturate(x, bits, &sticky);
          assert_true(sticky);
        }
}

static void top_ones(void **state) {
  (void)state;
  uint64_t random = 1;
  for (uint64_t x = 1; x < 1 << 20; x++) assert_int_equal(ks_top_one(x), slow_top_one(x));
  for (int bit = 0; bit < 64; bit++) assert_int_equal(ks_top_one(UINT64_C(1) << bit), bit);
  for (int i = 0; i < 100000; i++) {
    uint64_t x = random_bits(&random) >> random_between(&random, 0, 63) | 1;
    assert_int_equal(ks_top_one(x), slow_top_one((wide)x));
  }
}

/* The digits of x / 2^top in base two, behind the point. */
static void bits_below_the_top(void **state) {
  (void)state;
  for (uint64_t x = 1; x < 1 << 15; x++)
    for (int bits = 1; bits <= 14; bits++) {
      int top = slow_top_one((wide)x);
      uint64_t rest = x - (UINT64_C(1) << top), slow = 0;
      for (int place = 1; place <= bits; place++) {
        rest *= 2;
        slow = slow * 2 + (rest >> top);
        rest -= (rest >> top) << top;
      }
      assert_int_equal(ks_below_top(x, bits), slow);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rshr_of_12_bits_by_anything),
      cmocka_unit_test(rshr_of_wide_corners),
      cmocka_unit_test(rshr_of_random_words),
      cmocka_unit_test(saturate_at_every_width),
      cmocka_unit_test(top_ones),
      cmocka_unit_test(bits_below_the_top),
  };
  return cmocka_run_group_tests_name("fixed", tests, NULL, NULL);
}
