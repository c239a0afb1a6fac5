/* SPDX-License-Identifier: Apache-2.0 */
#include "norm.h"

/* r is the root or one less than it (or, for r = isqrt, the floor): sqrt(S) > r + 1/2 iff S > r^2 + r. */
static uint32_t nearest_from(uint64_t r, uint64_t square) {
  return (uint32_t)(r + (square > r * r + r));
}

uint32_t ks_norm_nearest(uint64_t square) {
  uint64_t r = 0;
  for (uint64_t bit = (uint64_t)1 << ks_bits_of(square) / 2; bit; bit >>= 1)
    if ((r | bit) * (r | bit) <= square) r |= bit;
  return nearest_from(r, square);
}

int32_t ks_norm_stored(const struct ks_config *config, uint64_t square) {
  int32_t norm = (int32_t)ks_norm_nearest(square);
  if (config->norm_bits == KS_AUTO) return norm;
  int32_t whole = ks_rshr32(norm, config->frac_bits), largest = (1 << config->norm_bits) - 1;
  return whole < largest ? whole : largest;
}

/* Y = 1.y1 y2 becomes 1.y1 + 2^-(m+2) + y2/2: with x the top bit of y2, the bits 1.y1 x (not x) rest. No
 * adder. y has `frac` fraction bits, the result one more. */
static uint64_t modify(uint64_t y, int frac, int m) {
  uint64_t head = y >> (frac - m);
  uint64_t x = y >> (frac - m - 1) & 1;
  uint64_t rest = y & (((uint64_t)1 << (frac - m - 1)) - 1);
  return head << (frac - m + 1) | x << (frac - m) | (x ^ 1) << (frac - m - 1) | rest;
}

ks_uint128 ks_norm_approximate(const struct ks_sizes *sizes, const struct ks_table *root, uint64_t square,
                               int *frac) {
  int m = sizes->sqrt_index_bits;
  int y_frac = sizes->square_bits - 1;
  int top = ks_top_one(square);
  uint32_t index = (uint32_t)(top & 1) << m | ks_below_top(square, m);
  uint64_t operand = modify(square << (y_frac - top), y_frac, m);
  *frac = root->frac + y_frac + 1;
  return (ks_uint128)root->value[index] * operand << (top / 2);
}

uint32_t ks_norm_tabulated(const struct ks_sizes *sizes, const struct ks_table *root, uint64_t square) {
  if (!square) return 0;
  int frac;
  ks_uint128 approximate = ks_norm_approximate(sizes, root, square, &frac);
  return nearest_from((uint64_t)(approximate >> frac), square);
}
