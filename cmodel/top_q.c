/* SPDX-License-Identifier: Apache-2.0 */
#include "top_q.h"

#include "largest.h"

size_t ks_top_q(size_t top_q, uint16_t key[], int64_t score[], size_t count) {
  if (top_q >= count) return count;
  int64_t least = ks_rank_of_largest(score, count, top_q);
  size_t kept = 0;
  for (size_t t = 0; t < count; t++) {
    if (ks_rank(score[t], t) < least) continue;
    key[kept] = key[t];
    score[kept++] = score[t];
  }
  return kept;
}
