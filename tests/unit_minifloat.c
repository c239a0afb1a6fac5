/* SPDX-License-Identifier: Apache-2.0
 *
 * The small floats of accumulator = float (SPEC 3) against rounding in double: every pair of significands and
 * signs at every distance that matters, both ends of the exponents, every product with a code.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../cmodel/minifloat.h"
#include "random.h"
#include "slow/slow.h"

static double value_of(ks_minifloat x) {
  double magnitude = ldexp(ks_minifloat_significand(x), ks_minifloat_field(x) - 511 - 5);
  return ks_minifloat_negative(x) ? -magnitude : magnitude;
}

static ks_minifloat make(int negative, int field, int fraction) {
  return (ks_minifloat)(field ? negative << 15 | field << 5 | fraction : 0);
}

static void same(const char *what, double a, double b, ks_minifloat fast, bool fast_flag, double exact) {
  bool slow_flag = false;
  double slow = slow_float(exact, &slow_flag);
  if (value_of(fast) != slow || fast_flag != slow_flag || (slow == 0 && fast != 0))
    fail_msg("%a %s %a: fast %a (%d), slow %a (%d)", a, what, b, value_of(fast), fast_flag, slow, slow_flag);
}

static void check_sum(ks_minifloat x, ks_minifloat y) {
  bool flag = false;
  ks_minifloat sum = ks_minifloat_add(x, y, &flag);
  same("+", value_of(x), value_of(y), sum, flag, value_of(x) + value_of(y));
}

static void check_product(ks_minifloat x, int32_t v) {
  bool flag = false;
  ks_minifloat product = ks_minifloat_multiply(x, v, &flag);
  same("*", value_of(x), v, product, flag, value_of(x) * v);
}

/* Fields around both ends and in the middle, and zero. */
static const int fields[] = {0, 1, 2, 3, 5, 6, 7, 8, 13, 511, 1015, 1018, 1020, 1021, 1022, 1023};
enum { FIELDS = sizeof fields / sizeof fields[0] };

static void every_sum_of_neighbours(void **state) {
  (void)state;
  for (int f = 0; f < FIELDS; f++)
    for (int apart = 0; apart <= 12 && fields[f] + apart <= 1023; apart++)
      for (int signs = 0; signs < 4; signs++)
        for (int a = 0; a < 32; a++)
          for (int b = 0; b < 32; b++) {
            ks_minifloat x = make(signs & 1, fields[f] + apart, a), y = make(signs >> 1, fields[f], b);
            check_sum(x, y);
            check_sum(y, x);
          }
}

static ks_minifloat any(uint64_t *random) {
  return make((int)random_between(random, 0, 1), (int)random_between(random, 0, 1023),
              (int)random_between(random, 0, 31));
}

static void any_two(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int i = 0; i < 1 << 20; i++) {
    check_sum(any(&random), any(&random));
    check_product(any(&random), (int32_t)random_between(&random, -65536, 65536));
  }
}

/* Codes of 9 bits: every one with every significand; and around the powers of two of the widest codes. */
static void every_product_with_a_code(void **state) {
  (void)state;
  for (int f = 0; f < FIELDS; f++)
    for (int a = 0; a < 64; a++) {
      ks_minifloat x = make(a & 1, fields[f], a >> 1);
      for (int32_t v = -256; v <= 256; v++) check_product(x, v);
      for (int bit = 8; bit <= 16; bit++)
        for (int32_t near = -70; near <= 70; near++) {
          if ((1 << bit) + near > 65536) continue;
          check_product(x, (1 << bit) + near);
          check_product(x, -(1 << bit) - near);
        }
    }
}

static void every_weight(void **state) {
  (void)state;
  for (int64_t e = -600; e <= 600; e++)
    for (int32_t m = 32; m < 64; m++) {
      bool flag = false;
      ks_minifloat weight = ks_minifloat_weight(m, e, &flag);
      same("* 2^", m, (double)e, weight, flag, ldexp(m, (int)e - 5));
      if (e >= -510 && e <= 512) assert_int_equal(weight, (e + 511) << 5 | (m - 32));
    }
  bool flag = false;
  assert_int_equal(ks_minifloat_weight(63, -(INT64_C(1) << 40), &flag), 0);
  assert_false(flag);
  assert_int_equal(ks_minifloat_weight(32, INT64_C(1) << 40, &flag), 1023 << 5 | 31);
  assert_true(flag);
}

/* The weakness of the paper's accumulator: 64 + 1 is 64. */
static void equal_weights_stall_at_64(void **state) {
  (void)state;
  bool flag = false;
  ks_minifloat one = ks_minifloat_weight(32, 0, &flag), sum = 0;
  for (int i = 0; i < 512; i++) sum = ks_minifloat_add(sum, one, &flag);
  assert_true(value_of(sum) == 64);
  assert_false(flag);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_sum_of_neighbours),   cmocka_unit_test(any_two),
      cmocka_unit_test(every_product_with_a_code), cmocka_unit_test(every_weight),
      cmocka_unit_test(equal_weights_stall_at_64),
  };
  return cmocka_run_group_tests_name("minifloat", tests, NULL, NULL);
}
