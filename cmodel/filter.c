/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

#include <stdbool.h>

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

/* score is more than the margin below `largest`. */
static bool is_beyond(uint64_t margin, int64_t largest, int64_t score) {
  return score < largest && (uint64_t)(largest - score) > margin;
}

void ks_filter_fates(uint64_t margin, const int64_t score[], size_t count, uint8_t fate[]) {
  int64_t largest = score[0];
  for (size_t t = 0; t < count; t++) {
    fate[t] = is_beyond(margin, largest, score[t]) ? KS_FATE_DROPPED : 0;
    if (is_beyond(margin, score[t], largest)) fate[t] |= KS_FATE_EMPTIES;
    if (score[t] > largest) largest = score[t];
  }
  for (size_t t = 0; t < count; t++)
    if (!is_beyond(margin, largest, score[t])) fate[t] |= KS_FATE_USED;
}
