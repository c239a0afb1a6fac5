/* SPDX-License-Identifier: Apache-2.0 */
#include "pairs.h"

#include <string.h>

void ks_pairs_multiply_portable(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                                size_t pairs) {
  for (size_t t = 0; t < pairs; t++, a += stride)
    for (int x = 0; x < KS_TILE; x++) sums[x] += a[2 * x] * w[2 * t] + a[2 * x + 1] * w[2 * t + 1];
}

#if defined(__x86_64__)
#include <immintrin.h>

/* GCC does not find vpmaddwd by itself; it is three times as fast as what it makes of the plain loop. */
#define NAME multiply_avx2
#define TARGET "avx2"
#define BYTES 32
#define MADD _mm256_madd_epi16
#define RAW __m256i
#include "pairs_width.h"

#define NAME multiply_avx512
#define TARGET "avx512bw"
#define BYTES 64
#define MADD _mm512_madd_epi16
#define RAW __m512i
#include "pairs_width.h"

void ks_pairs_multiply(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                       size_t pairs) {
  if (__builtin_cpu_supports("avx512bw"))
    multiply_avx512(sums, a, stride, w, pairs);
  else if (__builtin_cpu_supports("avx2"))
    multiply_avx2(sums, a, stride, w, pairs);
  else
    ks_pairs_multiply_portable(sums, a, stride, w, pairs);
}

#else

void ks_pairs_multiply(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                       size_t pairs) {
  ks_pairs_multiply_portable(sums, a, stride, w, pairs);
}

#endif
