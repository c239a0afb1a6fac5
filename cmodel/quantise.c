/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "keysieve.h"

static double largest_magnitude(const struct ks_tensor *tensor) {
  size_t count = ks_tensor_count(tensor);
  double largest = 0;
  for (size_t i = 0; i < count; i++) {
    double magnitude = fabs(ks_tensor_at(tensor, i));
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

double ks_gain_auto(const struct ks_config *config, const struct ks_tensor *tensor) {
  if (tensor->dtype == KS_INT16) return 1;
  double largest = largest_magnitude(tensor);
  double limit = ldexp(1, config->int_bits) - ldexp(1, -config->frac_bits);
  if (largest == 0) return 1;

  /* limit / largest is rounded, so the exponent taken from it may be one too large. */
  int exponent = ilogb(limit) - ilogb(largest) + 1;
  while (ldexp(largest, exponent) > limit) exponent--;
  return ldexp(1, exponent);
}

/* Half to even for |x| < 2^51: the sum has no fraction bits left, so the adder's own rounding does it. */
static int32_t round_even(double x) {
  const double shift = 0x1.8p52;
  return (int32_t)(x + shift - shift);
}

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
  int high = (1 << (config->int_bits + config->frac_bits)) - 1, low = -high - 1;
  if (tensor->dtype == KS_INT16)
    return check_codes(name, tensor->data, first, count, low, high, codes, error);
  double factor = ldexp(gain, config->frac_bits), largest = high, least = low;
  for (size_t i = 0; i < count; i++) {
    double x = ks_tensor_at(tensor, first + i) * factor;
    if (!isfinite(x)) return ks_fail(error, "%s: element %zu is not finite after its gain", name, first + i);
    codes[i] = round_even(x < least ? least : x > largest ? largest : x);
  }
  return KS_OK;
}
