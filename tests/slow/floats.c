/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <fenv.h>
#include <math.h>

#include "slow.h"

#define LEAST ldexp(1, 1 - 511)             /* field 1, fraction 0 */
#define LARGEST ldexp(63. / 32, 1023 - 511) /* field 1023, fraction 31 */

double slow_float(double x, bool *overflow) {
  assert(fegetround() == FE_TONEAREST);
  int exponent;
  double fraction = frexp(x, &exponent); /* 1/2 or more, below 1: its six bits are 1/2 to 1/64 */
  double rounded = ldexp(nearbyint(ldexp(fraction, 6)), exponent - 6);
  if (isinf(x)) rounded = x;
  if (fabs(rounded) < LEAST) return 0;
  if (fabs(rounded) <= LARGEST) return rounded;
  *overflow = true;
  return copysign(LARGEST, x);
}

/* x = +-2^(field - 511) (m / 32), x not 0. */
static void take_apart(double x, int *field, int *m) {
  int exponent;
  *m = (int)ldexp(frexp(fabs(x), &exponent), 6);
  *field = exponent - 1 + 511;
}

bool slow_divide_floats(const struct ks_config *config, const double *acc, double sum, int32_t *out) {
  int w = config->recip_frac + 2, out_frac = slow_out_frac(config), xs, ms;
  take_apart(sum, &xs, &ms);
  wide r = (wide)floor(pow(2, w) / (ms / 32.) + 0.5), left = (wide)1 << (out_frac - config->frac_bits);
  bool saturated = false;
  for (int i = 0; i < config->d; i++) {
    int xa = 0, ma = 0;
    if (acc[i] != 0) take_apart(acc[i], &xa, &ma);
    wide product = (acc[i] < 0 ? -ma : ma) * r * left;
    int shift = product ? 5 + w - (xa - xs) : 0;
    if (shift < -60) shift = -60; /* saturates all the same */
    wide exact = shift < 0 ? product * ((wide)1 << -shift) : slow_rshr(product, shift);
    out[i] = (int32_t)slow_saturate(exact, 1 + config->int_bits + out_frac);
    saturated |= out[i] != exact;
  }
  return saturated;
}
