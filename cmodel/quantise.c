/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <float.h>
#include <math.h>

#include "clones.h"
#include "keysieve.h"

double ks_gain_auto(const struct ks_config *config, const struct ks_tensor *tensor) {
  if (tensor->dtype == KS_INT16) return 1;
  double largest = ks_tensor_largest(tensor);
  double limit = ldexp(1, config->int_bits) - ldexp(1, -config->frac_bits);
  if (largest == 0) return 1;

  /* limit / largest is rounded, so the exponent taken from it may be one too large. */
  int exponent = ilogb(limit) - ilogb(largest) + 1;
  if (exponent >= DBL_MAX_EXP - config->frac_bits) exponent = DBL_MAX_EXP - 1 - config->frac_bits;
  while (ldexp(largest, exponent) > limit) exponent--;
  return ldexp(1, exponent);
}

/* Half to even for |x| < 2^51: the sum has no fraction bits left, so the adder's own rounding does it. */
KS_IN_CLONE int32_t round_even(double x) {
  const double shift = 0x1.8p52;
  return (int32_t)(x + shift - shift);
}

/* Codes low..high of x * factor; false if one of these is not finite. */
#define DEFINE_ROUND_ALL(name, real)                                                                      \
  KS_CLONES static bool name(const real *x, size_t count, double factor, double low, double high,         \
                             int32_t codes[restrict]) {                                                   \
    int32_t broken = 0;                                                                                   \
    for (size_t i = 0; i < count; i++) {                                                                  \
      double scaled = (double)x[i] * factor;                                                              \
      broken |= !(fabs(scaled) <= DBL_MAX);                                                               \
      codes[i] = round_even(!(scaled > low) ? low : scaled > high ? high : scaled);                       \
    }                                                                                                     \
    return !broken;                                                                                       \
  }

DEFINE_ROUND_ALL(round_floats, float)
DEFINE_ROUND_ALL(round_doubles, double)

#undef DEFINE_ROUND_ALL

static int check_codes(const char *name, const int16_t *data, size_t first, size_t count, int low, int high,
                       int32_t codes[], struct ks_error *error) {
  for (size_t i = 0; i < count; i++) {
    codes[i] = data[first + i];
    if (codes[i] < low || codes[i] > high)
      return ks_fail(error, "%s: element %zu is the code %d, outside %d..%d", name, first + i, (int)codes[i],
                     low, high);
  }
  return KS_OK;
}

int ks_quantise(const struct ks_config *config, const char *name, const struct ks_tensor *tensor, double gain,
                size_t first, size_t count, int32_t codes[], struct ks_error *error) {
  assert(tensor->dtype != KS_UINT8);
  int high = (1 << (config->int_bits + config->frac_bits)) - 1, low = -high - 1;
  if (tensor->dtype == KS_INT16)
    return check_codes(name, tensor->data, first, count, low, high, codes, error);
  double factor = ldexp(gain, config->frac_bits);
  if (tensor->dtype == KS_FLOAT32
          ? round_floats((const float *)tensor->data + first, count, factor, low, high, codes)
          : round_doubles((const double *)tensor->data + first, count, factor, low, high, codes))
    return KS_OK;
  while (isfinite(ks_tensor_at(tensor, first) * factor)) first++;
  return ks_fail(error, "%s: element %zu is not finite after its gain", name, first);
}
