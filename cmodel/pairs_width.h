/* SPDX-License-Identifier: Apache-2.0
 *
 * ks_pairs_multiply for one width of vector. pairs.c includes this once a width, with
 *   NAME     the function
 *   TARGET   the instruction set
 *   BYTES    of a vector
 *   MADD     its intrinsic: both products of a pair and their sum
 *   RAW      the intrinsic's type
 */

__attribute__((target(TARGET))) static void NAME(int32_t sums[KS_TILE], const int16_t *a, size_t stride,
                                                 const int16_t w[], size_t pairs) {
  typedef int32_t vector __attribute__((vector_size(BYTES), aligned(2), may_alias));
  enum { LANES = BYTES / 4, VECTORS = KS_TILE / LANES };
  vector sum[VECTORS];
#pragma GCC unroll 8
  for (int i = 0; i < VECTORS; i++) sum[i] = ((const vector *)sums)[i];
  for (size_t t = 0; t < pairs; t++, a += stride) {
    int32_t both;
    memcpy(&both, w + 2 * t, sizeof(both));
    vector weights = (vector){0} + both;
#pragma GCC unroll 8
    for (int i = 0; i < VECTORS; i++) sum[i] += (vector)MADD((RAW)((const vector *)a)[i], (RAW)weights);
  }
#pragma GCC unroll 8
  for (int i = 0; i < VECTORS; i++) ((vector *)sums)[i] = sum[i];
}

#undef NAME
#undef TARGET
#undef BYTES
#undef MADD
#undef RAW
