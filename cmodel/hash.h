/* SPDX-License-Identifier: Apache-2.0
 *
 * hash = hadamard: sign bits of randomised Walsh-Hadamard transforms (SPEC 6; ELSA 3.2 for the idea).
 */
#ifndef KS_HASH_H
#define KS_HASH_H

#include "keysieve.h"

enum { KS_HASH_WORDS = KS_MAX_HASH / 64 };

/* Bit r of a hash is bit r % 64 of word[r / 64]; bits from k on are zero. */
struct ks_hash_code {
  uint64_t word[KS_HASH_WORDS];
};

/* The sign sequence: out[i] = -1 or +1, the first `count` outputs of xorshift64* from state 1. */
void ks_hash_signs(int32_t out[], size_t count);

/* h = H x in place, H the Sylvester-Hadamard matrix of `dim` rows, dim a power of two. */
void ks_hadamard(int32_t x[], size_t dim);

/* The k-bit hash of x, d codes; signs holds hash_cycles * hash_dim of them (ks_hash_signs). */
struct ks_hash_code ks_hash_row(const struct ks_config *config, const struct ks_sizes *sizes,
                                const int32_t signs[], const int32_t x[]);

#endif
