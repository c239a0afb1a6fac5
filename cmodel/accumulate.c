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
 * Until a key raises the exponent, what the keys add does not depend on their order. Those left of the LSB
 * add weight * v, those right of it rshr(m v, right) = rshr(m v 2^(15 - right), 15), which the kernels of
 * pairs.h do for many at once. */

enum { PART_BITS = 15 };

/* Weights of a run as the kernels take them, key t at [t]: a key has `left`, or `part` with m, or none. */
struct run {
  int16_t left[KS_MAX_KEYS], m[KS_MAX_KEYS], part[KS_MAX_KEYS];
  bool rounds; /* a part is not 0 */
};

/* The exponent to start with. Where no key is right of the LSB of the highest one, raising rounds nothing, so
 * that the whole row may be one run. */
KS_IN_CLONE int64_t first_exponent(const struct ks_sizes *sizes, const struct ks_taken *taken) {
  int64_t low = taken->e[0], high = low;
  for (size_t t = 0; t < taken->count; t++) {
    low = taken->e[t] < low ? taken->e[t] : low;
    high = taken->e[t] > high ? taken->e[t] : high;
  }
  return high - low <= sizes->guard_bits ? high : taken->e[0];
}

/* The end of the run that starts with key `first`. */
KS_IN_CLONE size_t run_end(const struct ks_taken *taken, size_t first, int64_t exponent) {
  size_t end = first + 1;
  while (end < taken->count && taken->e[end] <= exponent) end++;
  return end;
}

/* Weighs the keys first..end-1; the others of their blocks get no weight. Returns the sum of weights. */
KS_IN_CLONE int32_t weigh_run(const struct ks_sizes *sizes, int64_t exponent, const struct ks_taken *taken,
                              size_t first, size_t end, struct run *restrict run) {
  const size_t begin = first / KS_BLOCK * KS_BLOCK, blocks = (end - begin + KS_BLOCK - 1) / KS_BLOCK;
  const int32_t *restrict m = taken->m + begin;
  const int64_t *restrict e = taken->e + begin;
  int16_t *restrict lefts = run->left + begin, *restrict ms = run->m + begin;
  int16_t *restrict parts = run->part + begin;
  const int32_t low = (int32_t)(first - begin), high = (int32_t)(end - begin);
  int32_t total = 0, any = 0, guard = sizes->guard_bits, widest = sizes->product_bits;
  for (int32_t i = 0; i < (int32_t)blocks * KS_BLOCK; i++) {
    int32_t right = (int32_t)(exponent - e[i]) - guard, here = (i >= low) & (i < high);
    uint32_t left = (uint32_t)m[i] << (-(uint32_t)right & 31);
    int32_t weight = (int32_t)left & -(here & (right <= 0));
    int32_t part = 1 << PART_BITS >> (right & 31) & -(here & (right > 0) & (right < widest));
    lefts[i] = (int16_t)weight;
    ms[i] = (int16_t)m[i];
    parts[i] = (int16_t)part;
    total += weight + ks_rshr32(m[i] * part, PART_BITS);
    any |= part;
  }
  run->rounds = any;
  return total;
}

/* Adds the keys first..end-1, by pairs; the other key of a pair that is cut has no weight. */
KS_IN_CLONE void add_run(const struct ks_sizes *sizes, size_t d, struct state_narrow *state,
                         const struct ks_taken *taken, size_t first, size_t end, const int16_t *pairs,
                         size_t pair_stride) {
  struct run run;
  size_t even = first / 2 * 2, count = (end - even + 1) / 2;
  state->sum += weigh_run(sizes, state->exponent, taken, first, end, &run);
  pairs += even / 2 * pair_stride;
  for (size_t x = 0; x < d; x += KS_TILE) {
    ks_pairs_multiply(state->acc + x, pairs + 2 * x, pair_stride, run.left + even, count);
    if (run.rounds)
      ks_pairs_round(state->acc + x, pairs + 2 * x, pair_stride, run.m + even, run.part + even, count);
  }
}

KS_CLONES void ks_accumulate_pairs(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken,
                                   const int16_t *pairs, size_t pair_stride, struct ks_row *row) {
  struct state_narrow state;
  start_narrow(&state, (d + KS_TILE - 1) / KS_TILE * KS_TILE, first_exponent(sizes, taken));
  for (size_t first = 0, end; first < taken->count; first = end) {
    raise_narrow(&state, d, taken->e[first]);
    end = run_end(taken, first, state.exponent);
    add_run(sizes, d, &state, taken, first, end, pairs, pair_stride);
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
