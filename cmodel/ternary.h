/* SPDX-License-Identifier: Apache-2.0
 *
 * LISA's ternary keys: tern(k) = +1 if k > tau, -1 if k < -tau, else 0 (SPEC 8).
 */
#ifndef KS_TERNARY_H
#define KS_TERNARY_H

#include "keysieve.h"

/* A ternary row is two planes of ks_ternary_words(d) words, element i being bit i % 64 of word i / 64 of
 * each: where an element is +1 the first plane has a one, where it is -1 the second. */
enum { KS_TERNARY_WORDS = KS_MAX_DIM / 64 };

static inline size_t ks_ternary_words(size_t d) {
  return (d + 63) / 64;
}

/* The ternary row of d codes, 2 * ks_ternary_words(d) words; tau is a code from 0 up. Returns how many of
 * its elements are not 0. */
int ks_ternary_row(int32_t tau, const int32_t k[], size_t d, uint64_t ternary[]);

#endif
