/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine of A3: the fast one equals the slow one. Random heads, structured corners, the sweep, pages,
 * refusals.
 *
 *   unit_a3 [HEADS [SEED]]
 *
 * Head i is drawn from seed SEED + i; a failure names the seed that repeats it alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inputs.h"
#include "pair.h"
#include "random.h"
#include "sweep.h"

static int pick(uint64_t *random, int low, int high) {
  return (int)random_between(random, low, high);
}

static int least(int a, int b) {
  return a < b ? a : b;
}

/* The constants of M and T in a design; M is cut to what it has. */
static struct ks_constants constants_of(const struct ks_config *config, int iterations, double percent) {
  uint64_t random = 1;
  struct ks_constants constants = inputs_constants(config, CONSTANTS_REAL, &random);
  constants.iterations = (uint32_t)least(iterations, config->iterations);
  constants.margin = (uint64_t)slow_margin(config, 1 / 8.0, percent);
  return constants;
}

static void run_head(struct pair *pair, enum inputs_rows k_kind, enum inputs_rows q_kind,
                     const struct ks_constants *constants, int keys, int queries, uint64_t *random) {
  const struct ks_config *config = &pair->config;
  int32_t *k = inputs_rows_new(config, k_kind, keys, random);
  int32_t *v = inputs_rows_new(config, ROWS_UNIFORM, keys, random);
  int32_t *q = inputs_rows_new(config, q_kind, queries, random);
  pair_constants(pair, constants);
  pair_load_rows(pair, 0, keys, k, v);
  pair_attend_rows(pair, false, queries, q);
  pair_attend_rows(pair, true, queries, q);
  free(k);
  free(v);
  free(q);
}

static void random_heads(void **state) {
  const struct pair_options *options = *state;
  print_message("unit_a3: %d random heads, seed %llu\n", options->heads, (unsigned long long)options->seed);
  for (int i = 0; i < options->heads; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    char origin[128];
    snprintf(origin, sizeof origin, "unit_a3 1 %llu", (unsigned long long)random);
    struct ks_config config = inputs_config_a3(&random);
    struct pair *pair = pair_new(&config, origin);
    enum inputs_rows k = (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1);
    enum inputs_rows q = (enum inputs_rows)(pick(&random, 0, 2) ? 0 : pick(&random, 0, ROWS_KINDS - 1));
    enum inputs_constants kind = (enum inputs_constants)pick(&random, 0, CONSTANTS_KINDS - 1);
    struct ks_constants constants = inputs_constants(&config, kind, &random);
    run_head(pair, k, q, &constants, pick(&random, 1, config.n), 3, &random);
    pair_free(pair);
  }
}

/* Every kind of keys and of queries with M of 1, .., 2 n and T of 0.1 to 100, on one machine. Returns its
 * sticky flags. */
static uint32_t corners_of(const struct ks_config *config, const char *what, int keys, uint64_t seed) {
  static const double percents[] = {0.1, 1, 5, 50, 100};
  struct pair *pair = pair_new(config, what);
  int iterations[] = {1, 2, (keys + 1) / 2, keys, 2 * keys};
  for (int kind = 0; kind < ROWS_KINDS * ROWS_KINDS; kind++)
    for (int i = 0; i < 5; i++) {
      uint64_t random = seed + (uint64_t)(kind * 5 + i);
      struct ks_constants constants = constants_of(config, iterations[i], percents[(i + kind) % 5]);
      snprintf(pair->origin, sizeof pair->origin, "%s, rows kinds %d and %d, M = %d, T = %g", what,
               kind / ROWS_KINDS, kind % ROWS_KINDS, iterations[i], percents[(i + kind) % 5]);
      run_head(pair, (enum inputs_rows)(kind / ROWS_KINDS), (enum inputs_rows)(kind % ROWS_KINDS), &constants,
               keys, 2, &random);
    }
  struct ks_counters counters;
  ks_machine_counters(pair->fast, &counters);
  pair_free(pair);
  return counters.sticky;
}

static struct ks_config a3(int n, int d) {
  struct ks_config config;
  ks_config_default(&config);
  config.engine = KS_ENGINE_A3;
  config.n = n, config.d = d, config.divide_multipliers = d < 16 ? d : 16, config.iterations = 2 * n;
  return config;
}

static void corners_of_the_usual_machines(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = a3(40, 64);
  corners_of(&config, "n = 40, d = 64", 40, options->seed);
  config.compensate = KS_COMPENSATE_NONE;
  corners_of(&config, "n = 40, d = 64, compensate = none", 39, options->seed);
  config = a3(37, 50);
  corners_of(&config, "n = 37, d = 50", 37, options->seed);
}

static void corners_of_one_key(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = a3(1, 64);
  corners_of(&config, "n = 1", 1, options->seed);
  config = a3(1, 1);
  corners_of(&config, "n = 1, d = 1", 1, options->seed);
  config = a3(9, 1);
  corners_of(&config, "n = 9, d = 1", 9, options->seed);
}

static void corners_of_the_widest_machine(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = a3(KS_MAX_KEYS, KS_MAX_DIM);
  config.int_bits = config.frac_bits = 8, config.out_frac = 16, config.exp_frac = 8, config.guard_bits = 16;
  config.recip_frac = 12;
  corners_of(&config, "everything at its largest", 12, options->seed);
}

static void corners_of_floats(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = a3(30, 12);
  config.accumulator = KS_ACCUMULATOR_FLOAT, config.ways = 1;
  corners_of(&config, "accumulator = float", 30, options->seed);
}

static void every_key_of_512(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = a3(512, 128);
  struct pair *pair = pair_new(&config, "n = 512, d = 128");
  uint64_t random = options->seed;
  for (int iterations = 1; iterations <= 1024; iterations *= 4) {
    struct ks_constants constants = constants_of(&config, iterations, 5);
    run_head(pair, ROWS_NORMAL, ROWS_NORMAL, &constants, 512, 2, &random);
  }
  pair_free(pair);
}

/* Expects the mask of one query over `keys` keys of a machine of their size, and the same of the slow one. */
static void expect_mask(const struct ks_config *config, const struct ks_constants *constants,
                        const int32_t *k, const int32_t *q, const uint8_t *expected) {
  struct pair *pair = pair_new(config, "by hand");
  int32_t out[KS_MAX_DIM];
  uint8_t mask[64];
  pair_constants(pair, constants);
  pair_load_rows(pair, 0, config->n, k, k);
  pair_attend_rows(pair, false, 1, q);
  struct ks_command attend = {.opcode = KS_ATTEND, .count = 1};
  assert_int_equal(ks_machine_attend(pair->fast, attend, q, out, mask, (size_t)config->n), KS_ACCEPTED);
  assert_memory_equal(mask, expected, (size_t)config->n);
  assert_int_equal(slow_machine_attend(pair->slow, attend, q, out, mask, (size_t)config->n), KS_ACCEPTED);
  pair_free(pair);
}

/* Products of keys 0..3 are 6 3 -1 -8 and 2 -5 4 1, scores 8 -2 3 -7; two iterations find keys 0 and 2. */
static void candidates_and_used_by_hand(void **state) {
  (void)state;
  struct ks_config config = a3(4, 2);
  const int32_t k[] = {6, 2, /**/ 3, -5, /**/ -1, 4, /**/ -8, 1}, q[] = {1, 1}, zero[] = {0, 0};
  struct ks_constants constants = constants_of(&config, 2, 100);
  expect_mask(&config, &constants, k, q, (const uint8_t[]){2, 0, 1, 0});
  constants.margin = 4;
  expect_mask(&config, &constants, k, q, (const uint8_t[]){2, 0, 1, 0});
  constants.margin = 5;
  expect_mask(&config, &constants, k, q, (const uint8_t[]){2, 0, 2, 0});
  expect_mask(&config, &constants, k, zero, (const uint8_t[]){2, 0, 0, 0});
  /* no product above zero, then none below: fallback to the first step; ties from the end of the column */
  const int32_t negative[] = {-1, 0, /**/ -2, 0, /**/ -2, 0, /**/ -1, 0}, plus[] = {9, 0}, minus[] = {-9, 0};
  expect_mask(&config, &constants, negative, plus, (const uint8_t[]){2, 0, 0, 0});
  expect_mask(&config, &constants, negative, minus, (const uint8_t[]){0, 2, 2, 0});
}

static void the_sweep(void **state) {
  const struct pair_options *options = *state;
  struct sweep *sweep = sweep_read_a3();
  for (int i = 0; i < sweep->count; i++) {
    const struct ks_config *config = &sweep->configs[i];
    struct pair *pair = pair_new(config, sweep->lines[i]);
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_constants constants = inputs_constants(config, CONSTANTS_REAL, &random);
    run_head(pair, ROWS_NORMAL, ROWS_NORMAL, &constants, least(config->n, 600), 2, &random);
    constants = inputs_constants(config, CONSTANTS_RANDOM, &random);
    run_head(pair, ROWS_TINY, ROWS_UNIFORM, &constants, least(config->n, pick(&random, 1, 100)), 2, &random);
    pair_free(pair);
  }
  print_message("unit_a3: %d configurations of the sweep\n", sweep->count);
  free(sweep);
}

/* ---- commands -------------------------------------------------------------------------------- */

static struct ks_command random_command(const struct ks_config *config, uint64_t *random) {
  return (struct ks_command){
      .opcode = (uint8_t)(pick(random, 0, 15) ? pick(random, KS_LOAD, KS_ATTEND) : pick(random, 0, 15)),
      .page = (uint8_t)(pick(random, 0, 15) ? pick(random, 0, config->pages - 1) : pick(random, 0, 15)),
      .flags = (uint8_t)(pick(random, 0, 15) ? pick(random, 0, KS_FLAG_EXACT) : pick(random, 0, 255)),
      .base = (uint16_t)(pick(random, 0, 5) ? 0 : pick(random, 0, config->n)),
      .count = (uint16_t)pick(random, 0, least(config->n + 1, 12)),
  };
}

/* LOADs and ATTENDs on both pages in any order, illegal ones among them, constants changing between. */
static void any_sequence_of_commands(void **state) {
  const struct pair_options *options = *state;
  int seen[KS_REFUSED_ITERATIONS + 1] = {0};
  for (int i = 0; i < 60; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_config config = inputs_config_a3(&random);
    struct pair *pair = pair_new(&config, "");
    snprintf(pair->origin, sizeof pair->origin, "commands of seed %llu", (unsigned long long)random);
    for (int step = 0; step < 40; step++) {
      struct ks_constants constants =
          inputs_constants(&config, (enum inputs_constants)pick(&random, 0, CONSTANTS_KINDS - 1), &random);
      if (pick(&random, 0, 9) == 0) constants.exp_shift = (uint32_t)(pick(&random, 0, 1) ? 48 : 7);
      if (pick(&random, 0, 9) == 0)
        constants.iterations = pick(&random, 0, 1) ? 0 : (uint32_t)config.iterations + 1;
      pair_constants(pair, &constants);
      struct ks_command command = random_command(&config, &random);
      int32_t *rows = inputs_rows_new(&config, ROWS_UNIFORM, 2 * command.count + 1, &random);
      const int32_t *v = rows + command.count * config.d;
      seen[command.opcode == KS_ATTEND ? pair_attend(pair, command, rows)
                                       : pair_load(pair, command, rows, v)]++;
      free(rows);
    }
    pair_free(pair);
  }
  for (int refusal = KS_ACCEPTED; refusal <= KS_REFUSED_ITERATIONS; refusal++) assert_true(seen[refusal] > 0);
}

static void what_only_a3_refuses(void **state) {
  (void)state;
  struct ks_config config = a3(8, 2);
  struct pair *pair = pair_new(&config, "refusals");
  struct ks_constants constants = constants_of(&config, 16, 5);
  const int32_t rows[8 * 2] = {1, 2, 3};
  struct ks_command load = {.opcode = KS_LOAD, .count = 2}, attend = {.opcode = KS_ATTEND, .count = 1};
  struct ks_command exact = attend;
  exact.flags = KS_FLAG_EXACT;
  assert_int_equal(pair_load(pair, load, rows, rows), KS_ACCEPTED);
  load.base = 2; /* the keys loaded */
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_BASE);
  load.base = 0, load.count = 8;
  assert_int_equal(pair_load(pair, load, rows, rows), KS_ACCEPTED);

  pair_constants(pair, &constants);
  assert_int_equal(pair_attend(pair, attend, rows), KS_ACCEPTED);
  const uint32_t bad[] = {0, 17, UINT32_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    constants.iterations = bad[i];
    pair_constants(pair, &constants);
    assert_int_equal(pair_attend(pair, attend, rows), KS_REFUSED_ITERATIONS);
    assert_int_equal(pair_attend(pair, exact, rows), KS_ACCEPTED);
  }
  constants.exp_shift = 48;
  pair_constants(pair, &constants);
  assert_int_equal(pair_attend(pair, attend, rows), KS_REFUSED_SCALE); /* the lower code */
  pair_free(pair);
}

int main(int argc, char **argv) {
  struct pair_options options = pair_options(argc, argv, 1200, 20240701);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(random_heads, &options),
      cmocka_unit_test_prestate(corners_of_the_usual_machines, &options),
      cmocka_unit_test_prestate(corners_of_one_key, &options),
      cmocka_unit_test_prestate(corners_of_the_widest_machine, &options),
      cmocka_unit_test_prestate(corners_of_floats, &options),
      cmocka_unit_test_prestate(every_key_of_512, &options),
      cmocka_unit_test(candidates_and_used_by_hand),
      cmocka_unit_test_prestate(the_sweep, &options),
      cmocka_unit_test_prestate(any_sequence_of_commands, &options),
      cmocka_unit_test(what_only_a3_refuses),
  };
  return cmocka_run_group_tests_name("a3", tests, NULL, NULL);
}
