/* SPDX-License-Identifier: Apache-2.0
 *
 * The fast machine equals the slow one on real tensors: ELSA with thresholds learned at p = 0.5, 1, 2, 4
 * and exact, A3 with M of 1 to 2 n and T of 0.1 to 100, LISA with lists of 1 to n and tau of 0 to the
 * largest code. The digits are in tests/data and always run; kwt1-yes and babi run when KS_SHARED names the
 * folder that holds workloads/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data.h"
#include "pair.h"

#define THETA 0.127 /* of d = k = 64 */

static const double ps[] = {0, 0.5, 1, 2, 4};

static struct ks_constants constants_of(const struct ks_config *config, double scale, double t) {
  struct ks_constants constants = {0};
  assert_true(slow_scale(config, scale, &constants.exp_mul, &constants.exp_shift));
  constants.t_code = slow_threshold_code(t);
  for (int h = 0; h <= config->k; h++) constants.cos_code[h] = (int16_t)slow_cosine(config->k, THETA, h);
  return constants;
}

/* Head `head` at every p: thresholds learned on queries 0..learned-1, attention of queries first..last-1. */
static void run_head(struct pair *pair, const struct data *data, int head, int learned, int first, int last) {
  const struct ks_config *config = &pair->config;
  const int32_t *q = data->q + head * data->queries * config->d;
  const int32_t *k = data->k + head * data->keys * config->d;
  pair_load_rows(pair, 0, data->keys, k, data->v + head * data->keys * config->d);
  for (size_t i = 0; i < sizeof ps / sizeof *ps; i++) {
    double sum = 0;
    size_t count = 0;
    slow_learn(config, learned, q, data->keys, k, data->scale, ps[i], &sum, &count);
    struct ks_constants constants = constants_of(config, data->scale, count ? sum / (double)count : 0);
    pair_constants(pair, &constants);
    pair_attend_rows(pair, ps[i] == 0, last - first, q + first * config->d);
  }
}

/* All heads; every query learns and is run unless `learned` says how many of the first learn and do not run.
 */
static void run(const struct ks_config *config, const char *name, double scale, int learned) {
  struct data *data = data_read(config, name, scale);
  if (!data) skip();
  struct pair *pair = pair_new(config, name);
  for (int head = 0; head < data->heads; head++)
    run_head(pair, data, head, learned ? learned : data->queries, learned, data->queries);
  pair_free(pair);
  data_free(data);
}

static struct ks_config defaults(void) {
  struct ks_config config;
  ks_config_default(&config);
  return config;
}

static void digits(void **state) {
  (void)state;
  struct ks_config config = defaults();
  run(&config, "digits", 20, 285);
}

static void kwt1(void **state) {
  (void)state;
  struct ks_config config = defaults();
  run(&config, "kwt1-yes", 0.125, 0);
}

static void kwt1_without_compensation(void **state) {
  (void)state;
  struct ks_config config = defaults();
  config.compensate = KS_COMPENSATE_NONE;
  run(&config, "kwt1-yes", 0.125, 0);
}

static void babi(void **state) {
  (void)state;
  struct ks_config config = defaults();
  run(&config, "babi", 1, 0);
}

static void babi_in_a_design_of_its_size(void **state) {
  (void)state;
  struct ks_config config = defaults();
  config.n = config.d = config.k = 50;
  run(&config, "babi", 1, 0);
}

static struct ks_config paper(void) {
  struct ks_config config;
  struct ks_error error;
  assert_int_equal(ks_config_read(&config, "configs/elsa-paper.ini", &error), KS_OK);
  assert_int_equal(ks_config_check(&config, &error), KS_OK);
  return config;
}

static void digits_by_the_paper(void **state) {
  (void)state;
  struct ks_config config = paper();
  run(&config, "digits", 20, 285);
}

static void kwt1_by_the_paper(void **state) {
  (void)state;
  struct ks_config config = paper();
  run(&config, "kwt1-yes", 0.125, 0);
}

static void babi_by_the_paper(void **state) {
  (void)state;
  struct ks_config config = paper();
  run(&config, "babi", 1, 0);
}

/* ---- A3 -------------------------------------------------------------------------------------- */

static struct ks_config a3(int n, int d) {
  struct ks_config config = defaults();
  config.engine = KS_ENGINE_A3;
  config.n = n, config.d = d, config.iterations = 2 * n;
  return config;
}

/* M of 1, n / 16, .. , 2 n times T of 100, .., 0.1, each M with another T; then exact. */
static void run_greedy(struct pair *pair, const struct data *data, int head, int first, int last) {
  static const double percents[] = {100, 0.1, 10, 1, 5};
  const struct ks_config *config = &pair->config;
  const int32_t *q = data->q + (head * data->queries + first) * config->d;
  const int iterations[] = {1, (data->keys + 15) / 16, (data->keys + 1) / 2, data->keys, 2 * data->keys};
  pair_load_rows(pair, 0, data->keys, data->k + head * data->keys * config->d,
                 data->v + head * data->keys * config->d);
  for (size_t i = 0; i < 5; i++) {
    struct ks_constants constants = {.iterations = (uint32_t)iterations[i]};
    assert_true(slow_scale(config, data->scale, &constants.exp_mul, &constants.exp_shift));
    constants.margin = (uint64_t)slow_margin(config, data->scale, percents[(i + (size_t)head) % 5]);
    pair_constants(pair, &constants);
    pair_attend_rows(pair, false, last - first, q);
  }
  pair_attend_rows(pair, true, last - first, q);
}

/* One head, loaded into the pair, queries first..last-1, with many constants. */
typedef void run_function(struct pair *pair, const struct data *data, int head, int first, int last);

/* Queries first..last-1 of every head; last 0: all. */
static void run_all(run_function *run_head_of, const struct ks_config *config, const char *name,
                    double scale, int first, int last) {
  struct data *data = data_read(config, name, scale);
  if (!data) skip();
  struct pair *pair = pair_new(config, name);
  for (int head = 0; head < data->heads; head++)
    run_head_of(pair, data, head, first, last ? last : data->queries);
  pair_free(pair);
  data_free(data);
}

static void digits_by_a3(void **state) {
  (void)state;
  struct ks_config config = a3(512, 64);
  run_all(run_greedy, &config, "digits", 20, 285, 585);
}

static void kwt1_by_a3(void **state) {
  (void)state;
  struct ks_config config = a3(320, 64);
  run_all(run_greedy, &config, "kwt1-yes", 0.125, 0, 0);
}

static void kwt1_by_a3_without_compensation(void **state) {
  (void)state;
  struct ks_config config = a3(99, 64);
  config.compensate = KS_COMPENSATE_NONE;
  run_all(run_greedy, &config, "kwt1-yes", 0.125, 0, 0);
}

static void babi_by_a3(void **state) {
  (void)state;
  struct ks_config config = a3(50, 50);
  run_all(run_greedy, &config, "babi", 1, 0, 0);
}

/* ---- LISA ------------------------------------------------------------------------------------ */

static struct ks_config lisa(int n, int d, int rows) {
  struct ks_config config = defaults();
  config.engine = KS_ENGINE_LISA;
  config.n = n, config.d = d, config.top_k = config.top_q = n, config.rows = rows;
  return config;
}

static void attend_lists(struct pair *pair, const struct ks_constants *constants, int flags, int count,
                         const int32_t *q) {
  struct ks_command attend = {.opcode = KS_ATTEND, .flags = (uint8_t)flags, .count = (uint16_t)count};
  pair_constants(pair, constants);
  assert_int_equal(pair_attend(pair, attend, q), KS_ACCEPTED);
}

/* Lists of 1 to all keys at tau by default, with and without positive_only; a quarter and an eighth at
 * other taus; exact. */
static void run_lists(struct pair *pair, const struct data *data, int head, int first, int last) {
  const struct ks_config *config = &pair->config;
  const int32_t *q = data->q + (head * data->queries + first) * config->d;
  const int32_t *k = data->k + head * data->keys * config->d, *v = data->v + head * data->keys * config->d;
  int n = data->keys, count = last - first;
  const int lists[][2] = {{n / 4, n / 8}, {n / 8, n / 32 + 1}, {1, 1}, {n, 1}, {n, n / 8}, {n, n}, {9, 9}};
  const int32_t taus[] = {slow_tau(n, config->d, k), 0, 10, 60, 255};
  struct ks_constants constants = {0};
  assert_true(slow_scale(config, data->scale, &constants.exp_mul, &constants.exp_shift));
  for (size_t t = 0; t < sizeof taus / sizeof *taus; t++) {
    constants.tau = taus[t];
    pair_constants(pair, &constants);
    pair_load_rows(pair, 0, n, k, v);
    for (size_t i = 0; i < (t == 0 ? sizeof lists / sizeof *lists : 1); i++) {
      constants.top_k = (uint32_t)lists[i][0], constants.top_q = (uint32_t)lists[i][1];
      attend_lists(pair, &constants, 0, count, q);
      attend_lists(pair, &constants, KS_FLAG_POSITIVE, count, q);
    }
  }
  attend_lists(pair, &constants, KS_FLAG_EXACT, count, q);
}

static void digits_by_lisa(void **state) {
  (void)state;
  struct ks_config config = lisa(512, 64, 4);
  run_all(run_lists, &config, "digits", 20, 285, 585);
}

static void kwt1_by_lisa(void **state) {
  (void)state;
  struct ks_config config = lisa(128, 64, 4);
  run_all(run_lists, &config, "kwt1-yes", 0.125, 0, 0);
}

static void kwt1_by_lisa_without_compensation(void **state) {
  (void)state;
  struct ks_config config = lisa(99, 64, 7);
  config.compensate = KS_COMPENSATE_NONE;
  run_all(run_lists, &config, "kwt1-yes", 0.125, 0, 0);
}

static void babi_by_lisa(void **state) {
  (void)state;
  struct ks_config config = lisa(50, 50, 4);
  run_all(run_lists, &config, "babi", 1, 0, 0);
}

/* ---- causal ---------------------------------------------------------------------------------- */

/* Key j is loaded, then query j attends over keys 0..j: each layer of the keyword transformer in turn. */
static void kwt1_causal(void **state) {
  (void)state;
  struct ks_config config = defaults();
  struct data *data = data_read(&config, "kwt1-yes", 0.125);
  if (!data) skip();
  struct pair *pair = pair_new(&config, "kwt1-yes, causal");
  struct ks_constants constants = constants_of(&config, data->scale, 0.3);
  pair_constants(pair, &constants);
  for (int head = 0; head < data->heads; head++)
    for (int j = 0; j < data->keys; j++) {
      int row = (head * data->keys + j) * config.d;
      pair_load_rows(pair, j, 1, data->k + row, data->v + row);
      pair_attend_rows(pair, false, 1, data->q + row);
    }
  pair_free(pair);
  data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(digits),
      cmocka_unit_test(digits_by_the_paper),
      cmocka_unit_test(kwt1),
      cmocka_unit_test(kwt1_without_compensation),
      cmocka_unit_test(kwt1_causal),
      cmocka_unit_test(kwt1_by_the_paper),
      cmocka_unit_test(babi),
      cmocka_unit_test(babi_in_a_design_of_its_size),
      cmocka_unit_test(babi_by_the_paper),
      cmocka_unit_test(digits_by_a3),
      cmocka_unit_test(kwt1_by_a3),
      cmocka_unit_test(kwt1_by_a3_without_compensation),
      cmocka_unit_test(babi_by_a3),
      cmocka_unit_test(digits_by_lisa),
      cmocka_unit_test(kwt1_by_lisa),
      cmocka_unit_test(kwt1_by_lisa_without_compensation),
      cmocka_unit_test(babi_by_lisa),
  };
  return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
