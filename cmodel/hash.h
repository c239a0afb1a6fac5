/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash of a row of codes (SPEC 6): sign bits of orthogonal transforms. hash = hadamard: randomised
 * Walsh-Hadamard transforms; hash = kronecker: kronecker.h.
 */
#ifndef KS_HASH_H
#define KS_HASH_H

#include "kronecker.h"

enum { KS_HASH_WORDS = KS_MAX_HASH / 64 };

/* Bit r of a hash is bit r % 64 of word[r / 64]; bits from k on are zero. */
struct ks_hash_code {
  uint64_t word[KS_HASH_WORDS];
};

/* What a configuration hashes with. */
struct ks_hasher {
  enum ks_hash kind;
  size_t d, k, dim;          /* dim: bits of a batch */
  int32_t *signs;            /* hadamard: dim a batch */
  struct ks_factors factors; /* kronecker */
};

/* The configuration has passed ks_config_check. Aborts when memory is out. */
struct ks_hasher ks_hasher_new(const struct ks_config *config);
void ks_hasher_free(struct ks_hasher *hasher);

/* The k-bit hash of x, d codes. */
struct ks_hash_code ks_hash_row(const struct ks_hasher *hasher, const int32_t x[]);

/* The sign sequence: out[i] = -1 or +1, the first `count` outputs of xorshift64* from state 1. */
void ks_hash_signs(int32_t out[], size_t count);

/* h = H x in place, H the Sylvester-Hadamard matrix of `dim` rows, dim a power of two. */
void ks_hadamard(int32_t x[], size_t dim);

#endif
