/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernels of pairs.h for one width of vector. pairs.c includes this once a width, with
 *   NAME(x)          x with the width's suffix
 *   TARGET           the instruction set
 *   BYTES            of a vector
 *   RAW              the intrinsics' type; these are
 *   MULTIPLY         the low half of each product
 *   MULTIPLY_ROUND   rshr(product, 15)
 *   MULTIPLY_ADD     both products of a pair and their sum
 */

#define KERNEL __attribute__((target(TARGET))) static inline
enum { NAME(LANES) = BYTES / 4, NAME(VECTORS) = KS_TILE / NAME(LANES) };
typedef int32_t NAME(vector) __attribute__((vector_size(BYTES), aligned(2), may_alias));

/* The pair at `w` in every lane. */
KERNEL RAW NAME(repeat)(const int16_t w[2]) {
  int32_t both;
  memcpy(&both, w, sizeof(both));
  return (RAW)((NAME(vector)){0} + both);
}

KERNEL void NAME(multiply)(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                           size_t pairs) {
  NAME(vector) sum[NAME(VECTORS)];
#pragma GCC unroll 8
  for (int i = 0; i < NAME(VECTORS); i++) sum[i] = ((const NAME(vector) *)sums)[i];
  for (size_t t = 0; t < pairs; t++, a += stride) {
    const NAME(vector) *terms = (const NAME(vector) *)a;
    RAW weights = NAME(repeat)(w + 2 * t);
#pragma GCC unroll 8
    for (int i = 0; i < NAME(VECTORS); i++) sum[i] += (NAME(vector))MULTIPLY_ADD((RAW)terms[i], weights);
  }
#pragma GCC unroll 8
  for (int i = 0; i < NAME(VECTORS); i++) ((NAME(vector) *)sums)[i] = sum[i];
}

KERNEL void NAME(round)(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                        const int16_t part[], size_t pairs) {
  const RAW ones = NAME(repeat)((const int16_t[]){1, 1});
  NAME(vector) sum[NAME(VECTORS)];
#pragma GCC unroll 8
  for (int i = 0; i < NAME(VECTORS); i++) sum[i] = ((const NAME(vector) *)sums)[i];
  for (size_t t = 0; t < pairs; t++, a += stride) {
    const NAME(vector) *terms = (const NAME(vector) *)a;
    RAW weights = NAME(repeat)(w + 2 * t), parts = NAME(repeat)(part + 2 * t);
#pragma GCC unroll 8
    for (int i = 0; i < NAME(VECTORS); i++) {
      RAW rounded = MULTIPLY_ROUND(MULTIPLY((RAW)terms[i], weights), parts);
      sum[i] += (NAME(vector))MULTIPLY_ADD(rounded, ones);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < NAME(VECTORS); i++) ((NAME(vector) *)sums)[i] = sum[i];
}

#undef KERNEL
#undef NAME
#undef TARGET
#undef BYTES
#undef RAW
#undef MULTIPLY
#undef MULTIPLY_ROUND
#undef MULTIPLY_ADD
