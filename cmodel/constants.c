/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "keysieve.h"

/* SPEC: floor(x + 1/2). */
static double rounded(double x) {
  return floor(x + 0.5);
}

int ks_constants_scale(const struct ks_config *config, double scale, struct ks_constants *constants,
                       struct ks_error *error) {
  int exponent = config->exp_frac - 2 * config->frac_bits;
  double g = scale * M_LOG2E * ldexp(1, exponent);
  int shift = 0;
  while (shift < 47 && rounded(ldexp(g, shift)) < 32768) shift++;
  if (!(scale > 0) || shift < 8) {
    double limit = ldexp(32767.5, -7 - exponent) / M_LOG2E; /* round(g 2^7) < 2^15 */
    return ks_fail(error, "scale %g (after the gains) is not between 0 and %g, where weights can be computed",
                   scale, limit);
  }
  constants->exp_shift = (uint32_t)shift;
  constants->exp_mul = (uint32_t)rounded(ldexp(g, shift));
  return KS_OK;
}

void ks_constants_cosine(const struct ks_config *config, struct ks_constants *constants) {
  double theta = isnan(config->theta) ? ks_theta(config) : config->theta;
  for (int h = 0; h <= config->k; h++)
    constants->cos_code[h] = (int16_t)rounded(512 * cos(fmax(0, M_PI / config->k * h - theta)));
}

int32_t ks_threshold_code(double t) {
  return (int32_t)fmin(fmax(nearbyint(512 * t), -1024), 1023);
}

uint64_t ks_post_margin(const struct ks_config *config, double scale, double percent) {
  assert(scale > 0 && percent > 0 && percent <= 100);
  struct ks_sizes sizes;
  ks_sizes_derive(config, &sizes);
  double margin = floor(log(100 / percent) / scale * ldexp(1, 2 * config->frac_bits));
  return (uint64_t)fmin(margin, ldexp(1, sizes.margin_bits) - 1);
}

int32_t ks_default_tau(const int32_t k[], size_t rows, size_t d, size_t d_run) {
  int64_t sum = 0;
  for (size_t j = 0; j < rows; j++)
    for (size_t i = 0; i < d_run; i++) sum += labs(k[j * d + i]);
  return (int32_t)nearbyint(0.7 * ((double)sum / (double)(rows * d_run)));
}
