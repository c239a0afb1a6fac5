/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clones.h"
#include "keysieve.h"

static size_t size_of(enum ks_dtype dtype) {
  static const size_t sizes[] = {[KS_FLOAT32] = 4, [KS_FLOAT64] = 8, [KS_INT16] = 2, [KS_UINT8] = 1};
  return sizes[dtype];
}

struct ks_tensor ks_tensor_new(enum ks_dtype dtype, int rank, const size_t shape[]) {
  assert(rank >= 1 && rank <= 3);
  struct ks_tensor tensor = {.dtype = dtype, .rank = rank};
  for (int i = 0; i < rank; i++) tensor.shape[i] = shape[i];
  tensor.data = calloc(ks_tensor_count(&tensor), size_of(dtype));
  if (!tensor.data) abort();
  return tensor;
}

void ks_tensor_free(struct ks_tensor *tensor) {
  free(tensor->data);
  *tensor = (struct ks_tensor){0};
}

size_t ks_tensor_count(const struct ks_tensor *tensor) {
  size_t count = 1;
  for (int i = 0; i < tensor->rank; i++) count *= tensor->shape[i];
  return count;
}

double ks_tensor_at(const struct ks_tensor *tensor, size_t element) {
  switch (tensor->dtype) {
    case KS_FLOAT32: return (double)((const float *)tensor->data)[element];
    case KS_FLOAT64: return ((const double *)tensor->data)[element];
    case KS_INT16: return ((const int16_t *)tensor->data)[element];
    case KS_UINT8: return ((const uint8_t *)tensor->data)[element];
  }
  return 0;
}

/* Magnitudes are in the order of their bits, in which infinity comes after every number and NaN after it. */
#define DEFINE_LARGEST(name, real, integer, sign)            \
  KS_CLONES static real name(const real *x, size_t count) {  \
    integer largest = 0;                                     \
    for (size_t i = 0; i < count; i++) {                     \
      integer bits;                                          \
      memcpy(&bits, x + i, sizeof bits);                     \
      bits &= (sign)-1;                                      \
      largest = bits > largest ? bits : largest;             \
    }                                                        \
    real magnitude;                                          \
    memcpy(&magnitude, &largest, sizeof magnitude);          \
    return magnitude;                                        \
  }

DEFINE_LARGEST(largest_float, float, uint32_t, UINT32_C(1) << 31)
DEFINE_LARGEST(largest_double, double, uint64_t, UINT64_C(1) << 63)

#undef DEFINE_LARGEST

double ks_tensor_largest(const struct ks_tensor *tensor) {
  size_t count = ks_tensor_count(tensor);
  if (tensor->dtype == KS_FLOAT32) return (double)largest_float(tensor->data, count);
  if (tensor->dtype == KS_FLOAT64) return largest_double(tensor->data, count);
  double largest = 0;
  for (size_t i = 0; i < count; i++) {
    double magnitude = fabs(ks_tensor_at(tensor, i));
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}
