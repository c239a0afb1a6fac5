/* SPDX-License-Identifier: Apache-2.0 */
#include "pairs.h"

#include <string.h>

#include "fixed.h"

enum { PART_BITS = 15 }; /* what the processors' rounding multiplication takes off */

void ks_pairs_multiply_portable(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                                size_t pairs) {
  for (size_t t = 0; t < pairs; t++, a += stride)
    for (int x = 0; x < KS_TILE; x++) sums[x] += a[2 * x] * w[2 * t] + a[2 * x + 1] * w[2 * t + 1];
}

void ks_pairs_round_portable(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                             const int16_t part[], size_t pairs) {
  for (size_t t = 0; t < pairs; t++, a += stride)
    for (int x = 0; x < KS_TILE; x++)
      for (size_t i = 0; i < 2; i++)
        sums[x] += ks_rshr32(a[2 * (size_t)x + i] * w[2 * t + i] * part[2 * t + i], PART_BITS);
}

#if defined(__x86_64__)
#include <immintrin.h>

/* GCC finds neither vpmaddwd nor vpmulhrsw by itself; they are three times as fast as what it makes of the
 * plain loops. */
#define NAME(x) x##_avx2
#define TARGET "avx2"
#define BYTES 32
#define RAW __m256i
#define MULTIPLY _mm256_mullo_epi16
#define MULTIPLY_ROUND _mm256_mulhrs_epi16
#define MULTIPLY_ADD _mm256_madd_epi16
#include "pairs_width.h"

#define NAME(x) x##_avx512
#define TARGET "avx512bw"
#define BYTES 64
#define RAW __m512i
#define MULTIPLY _mm512_mullo_epi16
#define MULTIPLY_ROUND _mm512_mulhrs_epi16
#define MULTIPLY_ADD _mm512_madd_epi16
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

void ks_pairs_round(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                    const int16_t part[], size_t pairs) {
  if (__builtin_cpu_supports("avx512bw"))
    round_avx512(sums, a, stride, w, part, pairs);
  else if (__builtin_cpu_supports("avx2"))
    round_avx2(sums, a, stride, w, part, pairs);
  else
    ks_pairs_round_portable(sums, a, stride, w, part, pairs);
}

#else

void ks_pairs_multiply(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                       size_t pairs) {
  ks_pairs_multiply_portable(sums, a, stride, w, pairs);
}

void ks_pairs_round(int32_t sums[KS_TILE], const int16_t *a, size_t stride, const int16_t w[],
                    const int16_t part[], size_t pairs) {
  ks_pairs_round_portable(sums, a, stride, w, part, pairs);
}

#endif
