/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

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
