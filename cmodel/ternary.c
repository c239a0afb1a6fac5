/* SPDX-License-Identifier: Apache-2.0 */
#include "ternary.h"

#include <string.h>

int ks_ternary_row(int32_t tau, const int32_t k[], size_t d, uint64_t ternary[]) {
  size_t words = ks_ternary_words(d);
  uint64_t *plus = ternary, *minus = ternary + words;
  memset(ternary, 0, 2 * words * sizeof(*ternary));
  int nonzeros = 0;
  for (size_t i = 0; i < d; i++) {
    plus[i / 64] |= (uint64_t)(k[i] > tau) << i % 64;
    minus[i / 64] |= (uint64_t)(k[i] < -tau) << i % 64;
  }
  for (size_t w = 0; w < 2 * words; w++) nonzeros += __builtin_popcountll(ternary[w]);
  return nonzeros;
}
