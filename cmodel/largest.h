/* SPDX-License-Identifier: Apache-2.0
 *
 * The largest of a list of values, equal ones in the order of the list: LISA's top-k and top-q (SPEC 8).
 */
#ifndef KS_LARGEST_H
#define KS_LARGEST_H

#include "keysieve.h"

/* The rank of the value at `place`, 0..KS_MAX_KEYS-1: no two of a list are equal, a larger value ranks
 * higher, and of equal ones the first. |value| < 2^50. */
static inline int64_t ks_rank(int64_t value, size_t place) {
  return value * KS_MAX_KEYS + (KS_MAX_KEYS - 1 - (int64_t)place);
}

/* A rank that exactly `keep` of the values reach, 1 <= keep <= count <= KS_MAX_KEYS. */
int64_t ks_rank_of_largest(const int64_t value[], size_t count, size_t keep);

#endif
