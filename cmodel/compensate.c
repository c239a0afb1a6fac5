/* SPDX-License-Identifier: Apache-2.0 */
#include "compensate.h"

#include "fixed.h"

enum { MEAN_FRAC = 20 };

void ks_mean_row(const int32_t sum[], size_t d, int keys, int code_bits, int32_t mean[]) {
  int64_t reciprocal = ((2 << MEAN_FRAC) + keys) / (2 * keys); /* round(2^20 / keys) */
  bool saturated;
  for (size_t i = 0; i < d; i++)
    mean[i] = (int32_t)ks_saturate(ks_rshr(reciprocal * sum[i], MEAN_FRAC), code_bits, &saturated);
}

void ks_multiply_weight(int exp_frac, int skipped, int32_t *m, int64_t *e) {
  int64_t wide = (int64_t)*m * skipped;
  int top = ks_top_one((uint64_t)wide);
  int64_t rounded = ks_rshr(wide, top - exp_frac);
  if (rounded >> exp_frac > 1) {
    rounded >>= 1;
    top++;
  }
  *m = (int32_t)rounded;
  *e += top - exp_frac;
}
