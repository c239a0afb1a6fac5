/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of accumulator = float (SPEC 3): sign, 10-bit exponent field (bias 511), 5 fraction bits, a
 * hidden one. Field 0 is zero; there is no infinity, no NaN and no minus zero.
 */
#ifndef KS_MINIFLOAT_H
#define KS_MINIFLOAT_H

#include <stdbool.h>
#include <stdint.h>

enum { KS_MINIFLOAT_FRAC = 5, KS_MINIFLOAT_BIAS = 511, KS_MINIFLOAT_BITS = 16 };

/* Sign [15], field [14:5], fraction [4:0]. */
typedef uint16_t ks_minifloat;

static inline bool ks_minifloat_negative(ks_minifloat x) {
  return x >> 15;
}

/* 0 for zero, else 1..1023: |x| = 2^(field - 511) * significand / 32. */
static inline int ks_minifloat_field(ks_minifloat x) {
  return x >> KS_MINIFLOAT_FRAC & 1023;
}

/* 0 for zero, else 32..63. */
static inline int ks_minifloat_significand(ks_minifloat x) {
  return ks_minifloat_field(x) ? (x & 31) | 32 : 0;
}

/* Each result is rounded to nearest, ties to even, then flushed to zero below field 1 and saturated above
 * 1023; that sets *overflow, which is else left alone. */

/* The weight m 2^(e-5), 32 <= m < 64. */
ks_minifloat ks_minifloat_weight(int32_t m, int64_t e, bool *overflow);

/* x * v, v a code taken as an integer, |v| < 2^24. */
ks_minifloat ks_minifloat_multiply(ks_minifloat x, int32_t v, bool *overflow);

ks_minifloat ks_minifloat_add(ks_minifloat x, ks_minifloat y, bool *overflow);

#endif
