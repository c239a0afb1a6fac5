/* SPDX-License-Identifier: Apache-2.0
 *
 * A3's post-scoring: which candidates are used, now that their scores are known (SPEC 7).
 */
#ifndef KS_FILTER_H
#define KS_FILTER_H

#include <stddef.h>
#include <stdint.h>

/* What the hardware does with a candidate's score as it comes, when it knows the largest only so far: it drops it,
 * or keeps it, and then it may be that nothing kept before it can be used any more and goes. */
enum { KS_FATE_DROPPED = 1, KS_FATE_EMPTIES = 2, KS_FATE_USED = 4 };

/* fate[i] of count >= 1 scores in the order of their coming. */
void ks_filter_fates(uint64_t margin, const int64_t score[], size_t count, uint8_t fate[]);

/* Keeps those of count >= 1 keys whose score is at most `margin` below the largest, in their order: moves
 * them, and their scores, to the front of both arrays. Returns how many they are, at least 1. */
size_t ks_filter(uint64_t margin, uint16_t key[], int64_t score[], size_t count);

#endif
