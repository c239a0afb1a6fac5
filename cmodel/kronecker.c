/* SPDX-License-Identifier: Apache-2.0 */
#include "kronecker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "clones.h"
#include "fixed.h"
#include "kronecker_table.h"

/* ---- factors --------------------------------------------------------------------------------- */

static struct ks_factors parse_factors(const char *text) {
  struct ks_factors factors = {.dim = 1};
  for (const char *at = text; at && factors.dim <= KS_MAX_DIM; at = strchr(at, ',')) {
    at += *at == ',';
    int size = atoi(at);
    factors.dim *= size;
    if (factors.dim <= KS_MAX_DIM) factors.size[factors.count++] = size;
  }
  return factors;
}

/* The three of the least sum, in falling order; 1 stands for no factor. False if there are none. */
static bool split(int dim, struct ks_factors *factors) {
  int least = 3 * KS_LARGEST_FACTOR + 1;
  for (int a = KS_LEAST_FACTOR; a <= KS_LARGEST_FACTOR; a++)
    for (int b = 1; b <= a; b++) {
      int c = dim / (a * b);
      if (a * b * c != dim || c > b || a + b + c >= least) continue;
      least = a + b + c;
      *factors = (struct ks_factors){dim, 1 + (b > 1) + (c > 1), {a, b, c}};
    }
  return least <= 3 * KS_LARGEST_FACTOR;
}

struct ks_factors ks_factors_of(const struct ks_config *config) {
  struct ks_factors factors;
  if (strcmp(config->hash_factors, "auto") != 0) return parse_factors(config->hash_factors);
  int dim = config->d > KS_LEAST_FACTOR ? config->d : KS_LEAST_FACTOR;
  while (!split(dim, &factors)) dim++; /* 256 = 8 * 8 * 4 at the latest */
  return factors;
}

int ks_factors_multiplications(const struct ks_factors *factors) {
  int sum = 0;
  for (int i = 0; i < factors->count; i++) sum += factors->size[i];
  return factors->dim * sum;
}

/* ---- matrices -------------------------------------------------------------------------------- */

/* So many of a size make as many rows as the longest hash has bits. */
static int matrices_of_size(int size) {
  return (KS_MAX_HASH + size - 1) / size;
}

static const int8_t *matrix_of_size(int size, int index) {
  static const int8_t table[] = {KS_KRONECKER_TABLE};
  assert(index < matrices_of_size(size));
  const int8_t *first = table;
  for (int s = KS_LEAST_FACTOR; s < size; s++) first += s * s * matrices_of_size(s);
  return first + index * size * size;
}

const int8_t *ks_factors_matrix(const struct ks_factors *factors, int batch, int factor) {
  int size = factors->size[factor], in_batch = 0, before = 0;
  for (int i = 0; i < factors->count; i++) {
    in_batch += factors->size[i] == size;
    before += factors->size[i] == size && i < factor;
  }
  return matrix_of_size(size, batch * in_batch + before);
}

int ks_factors_elements(const struct ks_factors *factors, int batches) {
  int elements = 0;
  for (int i = 0; i < factors->count; i++) elements += batches * factors->size[i] * factors->size[i];
  return elements;
}

/* ---- bounds ---------------------------------------------------------------------------------- */

/* The largest sum of magnitudes of a row of a factor's matrices. */
static int32_t largest_norm(const struct ks_factors *factors, int batches, int factor) {
  int32_t largest = 0;
  int size = factors->size[factor];
  for (int i = 0; i < batches * size; i++) {
    const int8_t *row = ks_factors_matrix(factors, i / size, factor) + i % size * size;
    int32_t norm = 0;
    for (int column = 0; column < size; column++) norm += abs(row[column]);
    if (norm > largest) largest = norm;
  }
  return largest;
}

struct ks_factor_bounds ks_factors_bounds(const struct ks_factors *factors, int batches, int code_bits) {
  struct ks_factor_bounds bounds = {0, 0};
  int32_t value = (int32_t)1 << (code_bits - 1);
  for (int factor = 0; factor < factors->count; factor++) {
    int32_t sum = value * largest_norm(factors, batches, factor);
    if (factor > 0 && value > bounds.value) bounds.value = value;
    if (sum > bounds.sum) bounds.sum = sum;
    value = ks_rshr32(sum, KS_FACTOR_FRAC);
  }
  return bounds;
}

/* ---- the product ----------------------------------------------------------------------------- */

/* y[r * step] = the r-th row's product with x[0], x[step], .. */
KS_IN_CLONE void multiply(const int8_t *matrix, int size, int step, const int32_t x[], int32_t y[]) {
  for (int row = 0; row < size; row++) {
    int32_t sum = 0;
    for (int column = 0; column < size; column++) sum += matrix[row * size + column] * x[column * step];
    y[row * step] = sum;
  }
}

KS_CLONES void ks_kronecker(const struct ks_factors *factors, int batch, int32_t x[]) {
  int32_t y[KS_MAX_DIM];
  for (int factor = 0, step = factors->dim; factor < factors->count; factor++) {
    const int8_t *matrix = ks_factors_matrix(factors, batch, factor);
    int size = factors->size[factor], span = step;
    bool last = factor == factors->count - 1;
    step /= size;
    for (int first = 0; first < factors->dim; first += span)
      for (int i = 0; i < step; i++) multiply(matrix, size, step, x + first + i, y + first + i);
    for (int i = 0; i < factors->dim; i++) x[i] = last ? y[i] : ks_rshr32(y[i], KS_FACTOR_FRAC);
  }
}
