/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact attention and the quality figures (SPEC 9) on examples worked out by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../cmodel/keysieve.h"

static void close_to(double value, double expected) {
  if (!(fabs(value - expected) <= 1e-12)) fail_msg("%.17g, not %.17g", value, expected);
}

/* Scores 0 and 2 of scale ln(3) / 2: weights 1/4 and 3/4. */
static void two_keys(void **state) {
  (void)state;
  const double q[] = {1, 0}, k[] = {0, 5, 2, 7}, v[] = {8, 0, 0, 4};
  double o[2], weights[2];
  ks_exact_attention(q, k, v, 1, 2, 2, log(3) / 2, o, weights);
  close_to(weights[0], 0.25);
  close_to(weights[1], 0.75);
  close_to(o[0], 2);
  close_to(o[1], 3);
  ks_exact_attention(q, k, v, 1, 2, 2, log(3) / 2, o, NULL);
  close_to(o[1], 3);
}

/* No exp overflows, whichever way the scores are far away. */
static void huge_scores(void **state) {
  (void)state;
  const double q[] = {1, -1}, k[] = {1e6, 1e6 - 1}, v[] = {1, 3};
  double o[2], weights[4];
  ks_exact_attention(q, k, v, 2, 2, 1, 1, o, weights);
  close_to(weights[0], 1 / (1 + exp(-1)));
  close_to(weights[3], 1 / (1 + exp(-1)));
  close_to(o[0] + o[1], 4);
}

/* Two queries over six keys; the used keys hold 0.7 and 0.4 of the mass. */
static void figures(void **state) {
  (void)state;
  const double weights[] = {0.4, 0.3, 0.1, 0.1, 0.06, 0.04, 0.1, 0.2, 0.3, 0.25, 0.1, 0.05};
  const uint8_t mask[] = {2, 2, 1, 0, 0, 0, 2, 0, 2, 1, 0, 0};
  const double exact[] = {3, 0, 0, 4}, out[] = {3, 0, 0.3, 3.6};
  struct ks_quality quality = ks_quality_of(exact, weights, out, mask, 2, 6, 2);
  close_to(quality.error, 0.5 / 5);
  close_to(quality.mass, (0.7 + 0.4) / 2);
  close_to(quality.recall2, (1 + 0.5) / 2);         /* {0, 1} both used; of {2, 3} one */
  close_to(quality.recall5, (2. / 5 + 2. / 5) / 2); /* 0..4: 0 and 1; 2, 3, 1, 0, 4: 2 and 0 */
}

/* With fewer keys than the figure names, of those there are. */
static void one_key(void **state) {
  (void)state;
  const double weights[] = {1}, exact[] = {2}, out[] = {2};
  const uint8_t mask[] = {2};
  struct ks_quality quality = ks_quality_of(exact, weights, out, mask, 1, 1, 1);
  close_to(quality.error, 0);
  close_to(quality.mass, 1);
  close_to(quality.recall2, 1);
  close_to(quality.recall5, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_keys),
      cmocka_unit_test(huge_scores),
      cmocka_unit_test(figures),
      cmocka_unit_test(one_key),
  };
  return cmocka_run_group_tests_name("quality", tests, NULL, NULL);
}
