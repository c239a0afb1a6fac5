/* SPDX-License-Identifier: Apache-2.0 */
#include "accumulate.h"

#include <assert.h>
#include <string.h>

#include "clones.h"
#include "fixed.h"
#include "pairs.h"

#define SUM int64_t
#define RSHR ks_rshr
#define NAME(x) x##_wide
#include "accumulate_width.h"
#undef SUM
#undef RSHR
#undef NAME

#define SUM int32_t
#define RSHR ks_rshr32
#define NAME(x) x##_narrow
#include "accumulate_width.h"
#undef SUM
#undef RSHR
#undef NAME

KS_CLONES void ks_accumulate(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken,
                             const int32_t v[], struct ks_row *row) {
  take_wide(sizes, d, taken, v, row);
}

KS_CLONES void ks_accumulate_narrow(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken,
                                    const int32_t v[], struct ks_row *row) {
  take_narrow(sizes, d, taken, v, row);
}

/* ---- a run of keys at a time ----
 * Until a key raises the exponent, keys left of the LSB add weight * v with no rounding, in any order: their
 * weights are multiplied together with those of the run's other keys, which are zero there and are added one
 * by one. */

enum { WEIGHT_BITS = 15 };

/* The end of the run that starts with key `first`. */
KS_IN_CLONE size_t run_end(const struct ks_taken *taken, size_t first) {
  size_t end = first + 1;
  while (end < taken->count && taken->e[end] <= taken->e[first]) end++;
  return end;
}

/* Weights of `count` keys, zero for those that do not fit; sets *rounded when one of these matters. The place
 * is that of add_narrow. */
KS_IN_CLONE void weigh_run(const struct ks_sizes *sizes, int64_t exponent, const int32_t m[restrict],
                           const int64_t e[restrict], size_t count, int16_t weight[restrict], int32_t *sum,
                           bool *rounded) {
  int32_t lowest = -sizes->product_bits, highest = WEIGHT_BITS - sizes->weight_bits, total = 0, others = 0;
  for (size_t t = 0; t < count; t++) {
    int32_t place = (int32_t)(e[t] - exponent) + sizes->guard_bits;
    int32_t fits = (place >= 0) & (place <= highest);
    int32_t now = (int32_t)((uint32_t)m[t] << (place & 31)) & -fits;
    weight[t] = (int16_t)now;
    total += now;
    others |= (place > lowest) & ~fits;
  }
  *sum += total;
  *rounded = others;
}

/* Adds those of the keys first..end-1 that weigh_run left out. */
KS_IN_CLONE void add_rounded(const struct ks_sizes *sizes, size_t d, struct state_narrow *state,
                             const struct ks_taken *taken, const int32_t v[], size_t first, size_t end) {
  const uint64_t highest = (uint64_t)(WEIGHT_BITS - sizes->weight_bits);
  uint16_t left_out[KS_MAX_KEYS];
  size_t count = 0;
  for (size_t t = first; t < end; t++) { /* no branch here: it would be as good as random */
    int64_t place = taken->e[t] - state->exponent + sizes->guard_bits;
    left_out[count] = (uint16_t)t;
    count += ((uint64_t)place > highest) & (place > -sizes->product_bits);
  }
  for (size_t i = 0; i < count; i++) {
    size_t t = left_out[i];
    int64_t place = taken->e[t] - state->exponent + sizes->guard_bits;
    add_narrow(state, d, taken->m[t], place, v + taken->key[t * taken->key_stride] * d);
  }
}

KS_CLONES void ks_accumulate_pairs(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken,
                                   const int32_t v[], const int16_t *pairs, size_t pair_stride,
                                   struct ks_row *row) {
  struct state_narrow state;
  start_narrow(&state, (d + KS_TILE - 1) / KS_TILE * KS_TILE, taken->e[0]);
  for (size_t first = 0, end; first < taken->count; first = end) {
    int16_t weight[KS_MAX_KEYS + 2];
    size_t even = first / 2 * 2;
    bool rounded;
    raise_narrow(&state, d, taken->e[first]);
    end = run_end(taken, first);
    weigh_run(sizes, state.exponent, taken->m + first, taken->e + first, end - first, weight + (first - even),
              &state.sum, &rounded);
    if (first > even) weight[0] = 0;
    weight[end - even] = 0;
    if (rounded) add_rounded(sizes, d, &state, taken, v, first, end);
    for (size_t x = 0; x < d; x += KS_TILE)
      ks_pairs_multiply(state.acc + x, pairs + even / 2 * pair_stride + 2 * x, pair_stride, weight,
                        (end - even + 1) / 2);
  }
  finish_narrow(&state, d, row);
}

KS_CLONES void ks_merge(const struct ks_row rows[], size_t count, size_t d, struct ks_row *merged) {
  merged->empty = true;
  for (size_t a = 0; a < count; a++)
    if (!rows[a].empty && (merged->empty || rows[a].exponent > merged->exponent)) {
      merged->empty = false;
      merged->exponent = rows[a].exponent;
    }
  assert(!merged->empty);
  merged->sum = 0;
  memset(merged->acc, 0, d * sizeof(merged->acc[0]));
  for (size_t a = 0; a < count; a++) {
    if (rows[a].empty) continue;
    int64_t by = merged->exponent - rows[a].exponent;
    merged->sum += ks_rshr(rows[a].sum, by);
    for (size_t i = 0; i < d; i++) merged->acc[i] += ks_rshr(rows[a].acc[i], by);
  }
}
