/* SPDX-License-Identifier: Apache-2.0 */
#include "minifloat.h"

#include "fixed.h"

enum { FRAC = KS_MINIFLOAT_FRAC, LEAST = 1, LARGEST = 1023 };

static ks_minifloat pack(bool negative, int64_t field, uint32_t significand) {
  return (ks_minifloat)((uint32_t)negative << 15 | (uint32_t)field << FRAC | (significand & 31));
}

/* Drops the last `bits` bits, ties to even. */
static uint32_t round_even(uint32_t x, int bits) {
  uint32_t kept = x >> bits, rest = x & ((1u << bits) - 1), half = 1u << bits >> 1;
  return kept + (rest > half || (rest == half && (kept & 1)));
}

/* +-magnitude * 2^exponent; every operation ends here. */
static ks_minifloat round_pack(bool negative, uint32_t magnitude, int64_t exponent, bool *overflow) {
  if (!magnitude) return 0;
  int top = ks_top_one(magnitude);
  uint32_t significand = top > FRAC ? round_even(magnitude, top - FRAC) : magnitude << (FRAC - top);
  int64_t field = exponent + top + KS_MINIFLOAT_BIAS + (significand >> (FRAC + 1)); /* 64: a power of two */
  if (field < LEAST) return 0;
  if (field <= LARGEST) return pack(negative, field, significand);
  *overflow = true;
  return pack(negative, LARGEST, 31);
}

ks_minifloat ks_minifloat_weight(int32_t m, int64_t e, bool *overflow) {
  return round_pack(false, (uint32_t)m, e - FRAC, overflow);
}

/* Of the last bit of the significand, as a power of two. */
static int unit(ks_minifloat x) {
  return ks_minifloat_field(x) - KS_MINIFLOAT_BIAS - FRAC;
}

ks_minifloat ks_minifloat_multiply(ks_minifloat x, int32_t v, bool *overflow) {
  uint32_t magnitude = (uint32_t)ks_minifloat_significand(x) * (uint32_t)(v < 0 ? -v : v);
  return round_pack(ks_minifloat_negative(x) != (v < 0), magnitude, unit(x), overflow);
}

static int32_t signed_significand(ks_minifloat x) {
  return ks_minifloat_negative(x) ? -ks_minifloat_significand(x) : ks_minifloat_significand(x);
}

ks_minifloat ks_minifloat_add(ks_minifloat x, ks_minifloat y, bool *overflow) {
  if (ks_minifloat_field(x) < ks_minifloat_field(y)) return ks_minifloat_add(y, x, overflow);
  int apart = ks_minifloat_field(x) - ks_minifloat_field(y);
  if (apart > FRAC + 2) return x; /* y is below a quarter of x's unit: no tie even below a power of two */
  if (!ks_minifloat_field(y)) return x;
  int32_t sum = signed_significand(x) * (1 << apart) + signed_significand(y);
  return round_pack(sum < 0, (uint32_t)(sum < 0 ? -sum : sum), unit(y), overflow);
}
