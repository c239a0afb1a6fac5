/* SPDX-License-Identifier: Apache-2.0 */
#include "score.h"

#include "clones.h"
#include "pairs.h"

KS_IN_CLONE int32_t dot_narrow(const int32_t a[], const int32_t b[], int d) {
  int32_t sum = 0;
  for (int i = 0; i < d; i++) sum += a[i] * b[i];
  return sum;
}

KS_IN_CLONE int64_t dot_wide(const int32_t a[], const int32_t b[], int d) {
  int64_t sum = 0;
  for (int i = 0; i < d; i++) sum += (int64_t)a[i] * b[i];
  return sum;
}

KS_CLONES void ks_score_keys(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                             const uint16_t key[], size_t count, int64_t scores[]) {
  int d = design->config.d;
  for (size_t t = 0; t < count; t++) {
    const int32_t *k = page->k + (size_t)key[t] * (size_t)d;
    scores[t] = design->narrow ? dot_narrow(q, k, d) : dot_wide(q, k, d);
  }
}

void ks_score_page(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                   int64_t scores[]) {
  int16_t pairs[KS_MAX_DIM + 1] = {0};
  size_t count = ((size_t)design->config.d + 1) / 2;
  for (int i = 0; i < design->config.d; i++) pairs[i] = (int16_t)q[i];
  for (int first = 0; first < page->keys; first += KS_TILE) {
    int32_t sums[KS_TILE] = {0};
    ks_pairs_multiply(sums, page->k_pairs + (size_t)first * 2 * count, 2 * KS_TILE, pairs, count);
    for (int x = 0; x < KS_TILE && first + x < page->keys; x++) scores[first + x] = sums[x];
  }
}
