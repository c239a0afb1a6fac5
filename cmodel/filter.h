/* SPDX-License-Identifier: Apache-2.0
 *
 * A3's post-scoring: which candidates are used, now that their scores are known (SPEC 7).
 */
#ifndef KS_FILTER_H
#define KS_FILTER_H

#include <stddef.h>
#include <stdint.h>

/* Keeps those of count >= 1 keys whose score is at most `margin` below the largest, in their order: moves
 * them, and their scores, to the front of both arrays. Returns how many they are, at least 1. */
size_t ks_filter(uint64_t margin, uint16_t key[], int64_t score[], size_t count);

#endif
