/* SPDX-License-Identifier: Apache-2.0
 *
 * Learned thresholds (SPEC 6) against the slow model and against the published figures on real data.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data.h"
#include "inputs.h"
#include "random.h"

/* Sums of doubles in another order differ in the last bits. */
static void close_to(double fast, double slow) {
  if (!(fabs(fast - slow) <= 1e-9)) fail_msg("fast %.17g, slow %.17g", fast, slow);
}

static void random_inputs(void **state) {
  (void)state;
  static const double ps[] = {0, 0.5, 1, 2, 4, 8};
  for (uint64_t seed = 1; seed <= 200; seed++) {
    uint64_t random = seed;
    struct ks_config config = inputs_config(&random);
    int keys = (int)random_between(&random, 1, config.n), queries = 5;
    enum inputs_rows kind = (enum inputs_rows)random_between(&random, 0, ROWS_KINDS - 1);
    int32_t *k = inputs_rows_new(&config, kind, keys, &random);
    int32_t *q = inputs_rows_new(&config, ROWS_SPARSE, queries, &random);
    double scale = ldexp(1, (int)random_between(&random, -12, 1)), p = ps[seed % 6], sum = 0;
    size_t count = 0;
    struct ks_learner learner = {0};
    for (int part = 0; part < 2; part++) { /* over several inputs: over all their queries */
      slow_learn(&config, queries, q, keys, k, scale, p, &sum, &count);
      ks_learn(&config, &learner, q, (size_t)queries, k, (size_t)keys, scale, p);
    }
    assert_int_equal(learner.queries, count);
    close_to(ks_learned(&learner), count ? sum / (double)count : 0);
    free(k);
    free(q);
  }
}

static void no_query_no_threshold(void **state) {
  (void)state;
  struct ks_learner learner = {0};
  assert_true(ks_learned(&learner) == 0);
  struct ks_config config;
  ks_config_default(&config);
  const int32_t zero[64] = {0}, ones[64] = {1, 1, 1};
  ks_learn(&config, &learner, zero, 1, ones, 1, 1, 1);
  assert_int_equal(learner.queries, 0);
  assert_true(ks_learned(&learner) == 0);
}

/* One query along the one key is at angle zero. */
static void cosine_of_a_match_is_one(void **state) {
  (void)state;
  struct ks_learner learner = {0};
  struct ks_config config;
  ks_config_default(&config);
  const int32_t row[64] = {3, -4};
  ks_learn(&config, &learner, row, 1, row, 1, 1, 1);
  close_to(ks_learned(&learner), 1);
}

/* workloads/README.md: t on queries 0:285 of digits is 0.5858 at p = 1 and 0.6965 at p = 8. */
static void figures_on_digits(void **state) {
  (void)state;
  static const struct { double p, t; } figures[] = {{1, 0.5858}, {8, 0.6965}};
  struct ks_config config;
  ks_config_default(&config);
  struct data *data = data_read(&config, "digits", 20);
  if (!data) skip();
  for (int i = 0; i < 2; i++) {
    struct ks_learner learner = {0};
    double sum = 0;
    size_t count = 0;
    ks_learn(&config, &learner, data->q, 285, data->k, (size_t)data->keys, data->scale, figures[i].p);
    slow_learn(&config, 285, data->q, data->keys, data->k, data->scale, figures[i].p, &sum, &count);
    close_to(ks_learned(&learner), sum / (double)count);
    if (fabs(ks_learned(&learner) - figures[i].t) > 0.00005)
      fail_msg("p = %g: t = %.5f, not %.4f", figures[i].p, ks_learned(&learner), figures[i].t);
  }
  data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_inputs),
      cmocka_unit_test(no_query_no_threshold),
      cmocka_unit_test(cosine_of_a_match_is_one),
      cmocka_unit_test(figures_on_digits),
  };
  return cmocka_run_group_tests_name("learn", tests, NULL, NULL);
}
