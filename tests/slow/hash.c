/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmodel/kronecker_table.h"
#include "slow.h"

/* ---- hadamard ---------------------------------------------------------------------------------------- */

/* xorshift64*; -1 if the output's bit 63 is set, else +1. */
static int next_sign(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return (x * UINT64_C(2685821657736338717)) >> 63 ? -1 : 1;
}

/* Sylvester-Hadamard by its definition: (-1)^(number of ones of row & column). */
static int hadamard(int row, int column) {
  return __builtin_popcount((unsigned)(row & column)) % 2 ? -1 : 1;
}

static void hadamard_hash(int d, int k, const int32_t *x, uint8_t *bits) {
  int dp = 1;
  while (dp < d) dp *= 2;
  int signs[KS_MAX_HASH];
  assert(dp <= KS_MAX_HASH);

  uint64_t state = 1;
  for (int bit = 0; bit < k; bit++) {
    int row = bit % dp;
    if (row == 0)
      for (int i = 0; i < dp; i++) signs[i] = next_sign(&state);
    int64_t h = 0;
    for (int i = 0; i < d; i++) h += (int64_t)hadamard(row, i) * signs[i] * x[i]; /* x[d..dp) is zero */
    bits[bit] = h >= 0;
  }
}

/* ---- kronecker --------------------------------------------------------------------------------------- */

#define MOST_FACTORS 8

/* A = A1 (x) A2 (x) .. of `dim` = their product rows. */
struct factors {
  int dim, count, size[MOST_FACTORS];
};

/* auto: the smallest dim >= d that is a product of at most three factors 2..8, and those of them whose sum is
 * least, the largest first. */
static struct factors usual_factors(int d) {
  struct factors best = {0};
  int least = 0;
  for (int dim = d < 2 ? 2 : d; !best.dim; dim++)
    for (int a = 2; a <= 8; a++)
      for (int b = 1; b <= a; b++)
        for (int c = 1; c <= b; c++) {
          if (a * b * c != dim || (best.dim && a + b + c >= least)) continue;
          least = a + b + c;
          best = (struct factors){dim, 1 + (b > 1) + (c > 1), {a, b, c}};
        }
  return best;
}

static struct factors factors_of(const struct ks_config *config) {
  if (strcmp(config->hash_factors, "auto") == 0) return usual_factors(config->d);
  struct factors f = {.dim = 1};
  char text[64], *rest = NULL;
  strcpy(text, config->hash_factors);
  for (char *item = strtok_r(text, ",", &rest); item; item = strtok_r(NULL, ",", &rest))
    f.dim *= f.size[f.count++] = atoi(item);
  assert(f.dim == config->d);
  return f;
}

/* Element (row, column) of matrix `index` of a size; LSB 1/32. The sizes' matrices follow each other. */
static int element(int size, int index, int row, int column) {
  static const int8_t table[] = {KS_KRONECKER_TABLE};
  int at = 0;
  for (int s = 2; s < size; s++) at += s * s * ((256 + s - 1) / s);
  return table[at + (index * size + row) * size + column];
}

/* Each batch has matrices of its own: those of a size are dealt out in the order of batch, then factor. */
static int matrix_of(const struct factors *f, int batch, int factor) {
  int in_a_batch = 0, before = 0;
  for (int i = 0; i < f->count; i++) {
    in_a_batch += f->size[i] == f->size[factor];
    before += i < factor && f->size[i] == f->size[factor];
  }
  return batch * in_a_batch + before;
}

/* Applies one factor: an index is written in digits, the first factor's the most significant, and the
 * factor's own digit is summed over. */
static void apply(const struct factors *f, int batch, int factor, const wide *x, wide *y) {
  int weight = 1, size = f->size[factor], index = matrix_of(f, batch, factor);
  for (int i = factor + 1; i < f->count; i++) weight *= f->size[i];
  for (int at = 0; at < f->dim; at++) {
    int digit = at / weight % size;
    y[at] = 0;
    for (int c = 0; c < size; c++) y[at] += element(size, index, digit, c) * x[at + (c - digit) * weight];
  }
}

static void kronecker_hash(const struct ks_config *config, const int32_t *x, uint8_t *bits) {
  struct factors f = factors_of(config);
  wide from[2 * KS_MAX_DIM], to[2 * KS_MAX_DIM];
  for (int bit = 0; bit < config->k; bit++) {
    if (bit % f.dim == 0) {
      for (int i = 0; i < f.dim; i++) from[i] = i < config->d ? x[i] : 0;
      for (int i = 0; i < f.count; i++) {
        apply(&f, bit / f.dim, i, from, to);
        /* what goes on to the next factor keeps F fraction bits; the last sums stay as they are */
        for (int at = 0; at < f.dim; at++) from[at] = slow_rshr(to[at], 5);
      }
    }
    bits[bit] = to[bit % f.dim] >= 0;
  }
}

void slow_hash(const struct ks_config *config, const int32_t *x, uint8_t *bits) {
  if (config->hash == KS_HASH_KRONECKER)
    kronecker_hash(config, x, bits);
  else
    hadamard_hash(config->d, config->k, x, bits);
}
