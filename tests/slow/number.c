/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "slow.h"

/* "round(x) is floor(x + 1/2) in IEEE double unless half-to-even is said." */
static double round_up_halves(double x) {
  return floor(x + 0.5);
}

/* By the definition rather than by the rounding mode. */
static double round_half_to_even(double x) {
  double below = floor(x);
  double rest = x - below;
  if (rest > 0.5) return below + 1;
  if (rest < 0.5) return below;
  return fmod(below, 2) == 0 ? below : below + 1;
}

static wide floor_divide(wide a, wide b) {
  wide quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

static wide power_of_two(int exponent) {
  assert(exponent >= 0 && exponent < 126);
  return (wide)1 << exponent;
}

/* x / 2^s + 1/2 = (2 x + 2^s) / 2^(s+1). */
wide slow_rshr(wide x, wide s) {
  assert(s >= 0 && x < power_of_two(100) && x > -power_of_two(100));
  if (s > 101) return 0; /* |x / 2^s| < 1/2 */
  return floor_divide(2 * x + power_of_two((int)s), power_of_two((int)s + 1));
}

int slow_top_one(wide x) {
  assert(x >= 1);
  int p = 0;
  while (power_of_two(p + 1) <= x) p++;
  return p;
}

wide slow_saturate(wide x, int bits) {
  wide high = power_of_two(bits - 1) - 1, low = -power_of_two(bits - 1);
  if (x > high) return high;
  if (x < low) return low;
  return x;
}

int slow_code_bits(const struct ks_config *config) {
  return 1 + config->int_bits + config->frac_bits;
}

int slow_out_frac(const struct ks_config *config) {
  return config->out_frac == KS_AUTO ? config->frac_bits : config->out_frac;
}

int slow_guard_bits(const struct ks_config *config) {
  if (config->guard_bits != KS_AUTO) return config->guard_bits;
  int g = 0;
  while (power_of_two(g) < config->n) g++;
  return g;
}

int slow_banks(const struct ks_config *config) {
  return config->engine == KS_ENGINE_ELSA ? config->banks : 1;
}

int32_t slow_quantise(const struct ks_config *config, double x, double gain) {
  double high = pow(2, slow_code_bits(config) - 1) - 1;
  double code = round_half_to_even(x * gain * pow(2, config->frac_bits));
  return (int32_t)fmax(-high - 1, fmin(high, code));
}

int slow_exp_entry(int exp_frac, int f) {
  double entries = pow(2, exp_frac);
  return (int)round_up_halves(entries * pow(2, f / entries));
}

bool slow_scale(const struct ks_config *config, double scale, uint32_t *exp_mul, uint32_t *exp_shift) {
  double g = scale * M_LOG2E * pow(2, config->exp_frac - 2 * config->frac_bits);
  int shift = 0;
  while (shift < 47 && round_up_halves(g * pow(2, shift)) < 32768) shift++;
  if (shift < 8) return false;
  *exp_shift = (uint32_t)shift;
  *exp_mul = (uint32_t)round_up_halves(g * pow(2, shift));
  return true;
}

struct slow_weight slow_weight_of(int exp_frac, wide score, uint32_t exp_mul, uint32_t exp_shift) {
  wide entries = power_of_two(exp_frac);
  wide y = floor_divide(score * exp_mul, power_of_two((int)exp_shift));
  wide e = floor_divide(y, entries);
  int f = (int)(y - e * entries);
  return (struct slow_weight){slow_exp_entry(exp_frac, f), e};
}

int slow_reciprocal(int recip_frac, int idx) {
  int w = recip_frac + 2;
  return (int)round_up_halves(pow(2, w) / (1 + (idx + 0.5) / pow(2, recip_frac)));
}

/* r is the nearest where (r - 1/2)^2 < x < (r + 1/2)^2, that is r^2 - r < x <= r^2 + r in integers. */
wide slow_root(wide x) {
  wide low = 0, high = power_of_two(31);
  while (low < high) {
    wide r = (low + high) / 2;
    if (x <= r * r + r)
      high = r;
    else
      low = r + 1;
  }
  return low;
}

int slow_cosine(int k, double theta, int h) {
  return (int)round_up_halves(512 * cos(fmax(0, M_PI / k * h - theta)));
}

int slow_threshold_code(double t) {
  return (int)fmax(-1024, fmin(1023, round_half_to_even(512 * t)));
}
