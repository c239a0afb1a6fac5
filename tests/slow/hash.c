/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "slow.h"

/* xorshift64*; -1 if the output's bit 63 is set, else +1. */
static int next_sign(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return (x * UINT64_C(2685821657736338717)) >> 63 ? -1 : 1;
}

/* Sylvester-Hadamard by its definition: (-1)^(number of ones of row & column). */
static int hadamard(int row, int column) {
  return __builtin_popcount((unsigned)(row & column)) % 2 ? -1 : 1;
}

void slow_hash(int d, int k, const int32_t *x, uint8_t *bits) {
  int dp = 1;
  while (dp < d) dp *= 2;
  int signs[KS_MAX_HASH];
  assert(dp <= KS_MAX_HASH);

  uint64_t state = 1;
  for (int bit = 0; bit < k; bit++) {
    int row = bit % dp;
    if (row == 0)
      for (int i = 0; i < dp; i++) signs[i] = next_sign(&state);
    int64_t h = 0;
    for (int i = 0; i < d; i++) h += (int64_t)hadamard(row, i) * signs[i] * x[i]; /* x[d..dp) is zero */
    bits[bit] = h >= 0;
  }
}
