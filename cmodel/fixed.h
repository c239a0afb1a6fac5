/* SPDX-License-Identifier: Apache-2.0
 *
 * Rounding, saturation and bit lengths (SPEC 1): the only place of the model that rounds or saturates.
 */
#ifndef KS_FIXED_H
#define KS_FIXED_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 ks_int128;
__extension__ typedef unsigned __int128 ks_uint128;

/* rshr(x, s) = floor(x / 2^s + 1/2) for every s >= 0: the bit below the last one kept is added to it. Adding
 * after a shift by s - 1 cannot overflow, save for s = 1 and the largest x, which no width here reaches. */
#define KS_DEFINE_RSHR(name, integer, bits)          \
  static inline integer name(integer x, int64_t s) { \
    if (s == 0) return x;                            \
    if (s > bits) return 0;                          \
    return ((x >> ((int)s - 1)) + 1) >> 1;           \
  }

KS_DEFINE_RSHR(ks_rshr32, int32_t, 32)
KS_DEFINE_RSHR(ks_rshr, int64_t, 64)
KS_DEFINE_RSHR(ks_rshr128, ks_int128, 128)

#undef KS_DEFINE_RSHR

/* The nearest value of `bits` two's complement bits, 1..63; sets *saturated when that is not x, else
 * leaves it. */
static inline int64_t ks_saturate(ks_int128 x, int bits, bool *saturated) {
  int64_t high = ((int64_t)1 << (bits - 1)) - 1;
  int64_t low = -high - 1;
  if (x >= low && x <= high) return (int64_t)x;
  *saturated = true;
  return x < 0 ? low : high;
}

/* Index of the top one of x > 0. */
static inline int ks_top_one(uint64_t x) {
  return 63 - __builtin_clzll(x);
}

/* The `bits` bits below the top one of x > 0, the leading one not among them; zeros follow x's last bit. */
static inline uint32_t ks_below_top(uint64_t x, int bits) {
  int top = ks_top_one(x);
  uint64_t kept = top >= bits ? x >> (top - bits) : x << (bits - top);
  return (uint32_t)(kept & (((uint64_t)1 << bits) - 1));
}

/* Unsigned bits of 0..x. */
static inline int ks_bits_of(uint64_t x) {
  return x ? ks_top_one(x) + 1 : 0;
}

/* ceil(log2 x), x >= 1. */
static inline int ks_log2_up(uint64_t x) {
  return ks_bits_of(x - 1);
}

#endif
