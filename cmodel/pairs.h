/* SPDX-License-Identifier: Apache-2.0
 *
 * The fast kernels behind scores and weighted sums: int16 codes, int32 sums, two terms a step.
 */
#ifndef KS_PAIRS_H
#define KS_PAIRS_H

#include <stddef.h>
#include <stdint.h>

/* Columns of a tile: what stays in registers while the terms go by. */
enum { KS_TILE = 64 };

/* Term 2t of column x is a[t * stride + 2x], its neighbour term 2t+1 the next element. For x < KS_TILE:
 * sums[x] += sum over t < pairs of term 2t * w[2t] + term 2t+1 * w[2t+1]. The caller knows that nothing
 * overflows. */
void ks_pairs_multiply(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                       size_t pairs);

/* The same with every product rounded by itself: instead of term * w, rshr(term * w * part, 15) is added. A
 * part is 0 or a power of two; term * w fits int16_t. */
void ks_pairs_round(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                    const int16_t part[], size_t pairs);

/* Both in plain C, for processors without kernels of their own. */
void ks_pairs_multiply_portable(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                                size_t pairs);
void ks_pairs_round_portable(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                             const int16_t part[], size_t pairs);

#endif
