/* SPDX-License-Identifier: Apache-2.0
 *
 * accumulator = shared: one exponent for a whole row of weighted sums (SPEC 3).
 */
#ifndef KS_ACCUMULATE_H
#define KS_ACCUMULATE_H

#include "keysieve.h"

/* Weights that are looked at together: arrays of them have room for whole blocks. */
enum { KS_BLOCK = 16 };

/* The keys one accumulator takes, in order, at least one: weights (m[t], e[t]), row
 * key[t * key_stride] of V. */
struct ks_taken {
  const int32_t *m;
  const int64_t *e;
  const uint16_t *key;
  size_t key_stride, count;
};

/* Weighted sums, LSB 2^(exponent - E - G - F), and the sum of weights, LSB 2^(exponent - E - G); all in reach
 * of int64_t (merged_bits). `empty` rows have nothing else set. */
struct ks_row {
  int64_t acc[KS_MAX_DIM], sum, exponent;
  bool empty;
};

/* Any design. v holds rows of d codes; row->empty is the caller's to set. */
void ks_accumulate(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken, const int32_t v[],
                   struct ks_row *row);

/* Narrow designs (design.h); the same bits. */
void ks_accumulate_narrow(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken,
                          const int32_t v[], struct ks_row *row);

/* Paired designs; the same bits again, by pairs.h: keys 2t and 2t+1 of `taken` are at
 * pairs + t * pair_stride. */
void ks_accumulate_pairs(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken,
                         const int16_t *pairs, size_t pair_stride, struct ks_row *row);

/* The sum of `count` rows, at least one of them not empty. */
void ks_merge(const struct ks_row rows[], size_t count, size_t d, struct ks_row *merged);

#endif
