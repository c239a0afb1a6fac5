/* SPDX-License-Identifier: Apache-2.0 */
#include "select.h"

#include "clones.h"

enum { WORD = KS_SCAN_WORD };

/* Ones of x, by sums of ever wider fields: unlike the processor's own instruction it takes a vector at a
 * time. */
KS_IN_CLONE int32_t ones(uint64_t x) {
  x -= x >> 1 & UINT64_C(0x5555555555555555);
  x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
  x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  x += x >> 8;
  x += x >> 16;
  x += x >> 32;
  return (int32_t)(x & 127);
}

/* norm * cos_code[hamming] of WORD keys from `first`: |value| <= 2^20 * 2^9. */
KS_IN_CLONE void predict(const int16_t cosine[], const struct ks_scan *scan, const struct ks_hash_code *query,
                         int first, int32_t value[WORD]) {
  int32_t hamming[WORD] = {0};
  for (int w = 0; w < scan->words; w++) {
    const uint64_t *hash = scan->hash + (size_t)w * scan->stride + first;
    for (int i = 0; i < WORD; i++) hamming[i] += ones(hash[i] ^ query->word[w]);
  }
  for (int i = 0; i < WORD; i++) value[i] = scan->norm[first + i] * cosine[hamming[i]];
}

KS_IN_CLONE uint64_t above(const int32_t value[WORD], int32_t limit) {
  uint64_t word = 0;
  for (uint64_t i = 0; i < WORD; i++) word |= (uint64_t)(value[i] > limit) << i;
  return word;
}

struct best {
  int32_t value;
  int key;
};

KS_IN_CLONE struct best better(struct best best, const int32_t value[], int first, int count) {
  for (int i = 0; i < count; i++)
    if (value[i] > best.value) best = (struct best){value[i], first + i};
  return best;
}

KS_CLONES int ks_select(const struct ks_constants *constants, const struct ks_scan *scan,
                        const struct ks_hash_code *query, uint64_t bitmap[]) {
  int32_t limit = constants->t_code * scan->max_norm;
  struct best best = {INT32_MIN, 0};
  int candidates = 0;
  for (int first = 0; first < scan->keys; first += WORD) {
    int32_t value[WORD];
    int count = scan->keys - first < WORD ? scan->keys - first : WORD;
    predict(constants->cos_code, scan, query, first, value);
    uint64_t word = above(value, limit) & UINT64_MAX >> (WORD - count);
    bitmap[first / WORD] = word;
    candidates += __builtin_popcountll(word);
    if (!candidates) best = better(best, value, first, count);
  }
  if (candidates) return candidates;
  bitmap[best.key / WORD] |= (uint64_t)1 << best.key % WORD;
  return 1;
}
