/* SPDX-License-Identifier: Apache-2.0 */
#include "hash.h"

#include <stdlib.h>
#include <string.h>

#include "clones.h"

void ks_hash_signs(int32_t out[], size_t count) {
  uint64_t x = 1;
  for (size_t i = 0; i < count; i++) {
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    out[i] = x * UINT64_C(2685821657736338717) >> 63 ? -1 : 1;
  }
}

/* Each stage adds and subtracts the halves of index bit 0 and moves that bit to the top: after log2(dim) of
 * them every bit has had its turn and is back in its place. */
KS_CLONES void ks_hadamard(int32_t x[], size_t dim) {
  int32_t y[KS_MAX_DIM];
  size_t half = dim / 2;
  for (size_t stage = 1; stage < dim; stage *= 2) {
    memcpy(y, x, dim * sizeof(*x));
    for (size_t i = 0; i < half; i++) {
      x[i] = y[2 * i] + y[2 * i + 1];
      x[i + half] = y[2 * i] - y[2 * i + 1];
    }
  }
}

/* Bit r of the word tells whether h[r] >= 0; count <= 64. */
KS_IN_CLONE uint64_t sign_bits(const int32_t h[], size_t count) {
  uint64_t word = 0;
  for (size_t r = 0; r < count; r++) word |= (uint64_t)(h[r] >= 0) << r;
  return word;
}

/* A batch of products with x, of which h holds a copy padded with zeros. */
KS_IN_CLONE void transform(const struct ks_hasher *hasher, size_t batch, int32_t h[]) {
  if (hasher->kind == KS_HASH_KRONECKER) {
    ks_kronecker(&hasher->factors, (int)batch, h);
  } else {
    const int32_t *signs = hasher->signs + batch * hasher->dim;
    for (size_t i = 0; i < hasher->d; i++) h[i] *= signs[i];
    ks_hadamard(h, hasher->dim);
  }
}

KS_CLONES struct ks_hash_code ks_hash_row(const struct ks_hasher *hasher, const int32_t x[]) {
  size_t k = hasher->k;
  int32_t h[2 * KS_MAX_HASH] = {0}; /* the last batch may pass k */
  for (size_t first = 0; first < k; first += hasher->dim) {
    memcpy(h + first, x, hasher->d * sizeof(*x));
    transform(hasher, first / hasher->dim, h + first);
  }
  struct ks_hash_code code = {{0}};
  for (size_t r = 0; r < k; r += 64) code.word[r / 64] = sign_bits(h + r, k - r < 64 ? k - r : 64);
  return code;
}

struct ks_hasher ks_hasher_new(const struct ks_config *config) {
  struct ks_sizes sizes;
  ks_sizes_derive(config, &sizes);
  struct ks_hasher hasher = {.kind = (enum ks_hash)config->hash,
                             .d = (size_t)config->d,
                             .k = (size_t)config->k,
                             .dim = (size_t)sizes.hash_dim};
  if (hasher.kind == KS_HASH_KRONECKER) {
    hasher.factors = ks_factors_of(config);
    return hasher;
  }
  size_t signs = (hasher.k + hasher.dim - 1) / hasher.dim * hasher.dim;
  hasher.signs = malloc(signs * sizeof(*hasher.signs));
  if (!hasher.signs) abort();
  ks_hash_signs(hasher.signs, signs);
  return hasher;
}

void ks_hasher_free(struct ks_hasher *hasher) {
  free(hasher->signs);
}
