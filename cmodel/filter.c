/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

size_t ks_filter(uint64_t margin, uint16_t key[], int64_t score[], size_t count) {
  int64_t largest = score[0];
  for (size_t t = 1; t < count; t++) largest = score[t] > largest ? score[t] : largest;
  size_t kept = 0;
  for (size_t t = 0; t < count; t++) {
    if ((uint64_t)(largest - score[t]) > margin) continue;
    key[kept] = key[t];
    score[kept++] = score[t];
  }
  return kept;
}
