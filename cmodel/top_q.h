/* SPDX-License-Identifier: Apache-2.0
 *
 * LISA's filter: which candidates are used, now that their scores are known (SPEC 8).
 */
#ifndef KS_TOP_Q_H
#define KS_TOP_Q_H

#include <stddef.h>
#include <stdint.h>

/* Keeps the top_q >= 1 keys of largest score of count >= 1, or all if there are fewer, of equal ones the
 * first, in their order: moves them, and their scores, to the front of both arrays. Returns how many they
 * are. */
size_t ks_top_q(size_t top_q, uint16_t key[], int64_t score[], size_t count);

#endif
