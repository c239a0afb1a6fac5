/* SPDX-License-Identifier: Apache-2.0 */
#include "predict.h"

#include <string.h>

#include "clones.h"
#include "largest.h"

enum { MAX_BITS = 17, WORDS = KS_TERNARY_WORDS };

/* A query turned round: bit b of all its elements, as a plane of a ternary row has them. */
struct planes {
  uint64_t word[MAX_BITS][WORDS];
};

static void turn(const int32_t q[], size_t d, int bits, struct planes *planes) {
  memset(planes, 0, (size_t)bits * sizeof(planes->word[0]));
  for (size_t i = 0; i < d; i++)
    for (int b = 0; b < bits; b++) planes->word[b][i / 64] |= (uint64_t)((uint32_t)q[i] >> b & 1) << i % 64;
}

/* Bit b of an element counts 2^b, its sign bit -2^b: so do the elements that are added, less those that are
 * taken away. */
KS_IN_CLONE int32_t predict_row(const uint64_t ternary[], const struct planes *planes, int bits,
                                size_t words) {
  int32_t sum = 0;
  for (int b = 0; b < bits; b++) {
    int32_t ones = 0;
    for (size_t w = 0; w < words; w++)
      ones += __builtin_popcountll(ternary[w] & planes->word[b][w]) -
              __builtin_popcountll(ternary[words + w] & planes->word[b][w]);
    sum += (b == bits - 1 ? -ones : ones) * ((int32_t)1 << b);
  }
  return sum;
}

KS_CLONES void ks_predict_values(const struct ks_prediction *prediction, const int32_t q[],
                                 int64_t value[]) {
  size_t words = ks_ternary_words(prediction->d);
  struct planes planes;
  turn(q, prediction->d, prediction->code_bits, &planes);
  for (int j = 0; j < prediction->keys; j++)
    value[j] =
        predict_row(prediction->ternary + (size_t)j * 2 * words, &planes, prediction->code_bits, words);
}

/* The rank from which on a key is a candidate. */
static int64_t cut(const struct ks_prediction *prediction, const int64_t value[]) {
  const int64_t positive = ks_rank(1, KS_MAX_KEYS - 1); /* the lowest rank of a value above 0 */
  size_t keys = (size_t)prediction->keys, top_k = (size_t)prediction->top_k;
  int64_t rank = ks_rank_of_largest(value, keys, top_k < keys ? top_k : keys);
  if (!prediction->positive_only || rank >= positive) return rank;
  for (size_t j = 0; j < keys; j++)
    if (value[j] > 0) return positive;
  return ks_rank_of_largest(value, keys, 1);
}

int ks_predict(const struct ks_prediction *prediction, const int32_t q[], int64_t value[],
               uint64_t bitmap[]) {
  ks_predict_values(prediction, q, value);
  int64_t least = cut(prediction, value);
  int candidates = 0;
  memset(bitmap, 0, ((size_t)prediction->keys + 63) / 64 * sizeof(*bitmap));
  for (int j = 0; j < prediction->keys; j++) {
    bool candidate = ks_rank(value[j], (size_t)j) >= least;
    bitmap[j / 64] |= (uint64_t)candidate << j % 64;
    candidates += candidate;
  }
  return candidates;
}
