/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine of LISA: the fast one equals the slow one. Random heads, structured corners, the sweep,
 * appends, pages, refusals.
 *
 *   unit_lisa [HEADS [SEED]]
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

static void attend(struct pair *pair, int flags, int count, const int32_t *q) {
  struct ks_command command = {.opcode = KS_ATTEND, .flags = (uint8_t)flags, .count = (uint16_t)count};
  assert_int_equal(pair_attend(pair, command, q), KS_ACCEPTED);
}

/* Rows come in LOADs of any size; queries attend in every way. */
static void run_head(struct pair *pair, enum inputs_rows k_kind, enum inputs_rows q_kind,
                     const struct ks_constants *constants, int keys, int queries, uint64_t *random) {
  const struct ks_config *config = &pair->config;
  int32_t *k = inputs_rows_new(config, k_kind, keys, random);
  int32_t *v = inputs_rows_new(config, ROWS_UNIFORM, keys, random);
  int32_t *q = inputs_rows_new(config, q_kind, queries, random);
  pair_constants(pair, constants);
  for (int base = 0, count; base < keys; base += count) {
    count = pick(random, 0, 2) ? keys - base : pick(random, 1, keys - base);
    pair_load_rows(pair, base, count, k + base * config->d, v + base * config->d);
  }
  attend(pair, 0, queries, q);
  attend(pair, KS_FLAG_POSITIVE, queries, q);
  attend(pair, KS_FLAG_EXACT | pick(random, 0, 1) * KS_FLAG_POSITIVE, queries, q);
  free(k);
  free(v);
  free(q);
}

static void random_heads(void **state) {
  const struct pair_options *options = *state;
  print_message("unit_lisa: %d random heads, seed %llu\n", options->heads,
                (unsigned long long)options->seed);
  for (int i = 0; i < options->heads; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    char origin[128];
    snprintf(origin, sizeof origin, "unit_lisa 1 %llu", (unsigned long long)random);
    struct ks_config config = inputs_config_lisa(&random);
    struct pair *pair = pair_new(&config, origin);
    struct ks_constants constants =
        inputs_constants(&config, (enum inputs_constants)pick(&random, 0, CONSTANTS_KINDS - 1), &random);
    enum inputs_rows k = (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1);
    enum inputs_rows q = (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1);
    run_head(pair, k, q, &constants, pick(&random, 1, config.n), pick(&random, 1, 20), &random);
    pair_free(pair);
  }
}

/* ---- corners --------------------------------------------------------------------------------- */

/* Every kind of keys with every kind of constants, tau at both ends and between. */
static void corners_of(const struct ks_config *config, const char *what, int keys, uint64_t seed) {
  struct pair *pair = pair_new(config, what);
  int32_t high = (1 << (slow_code_bits(config) - 1)) - 1;
  const int32_t taus[] = {-1, 0, 1, high / 2, high}; /* -1: as drawn */
  for (int rows = 0; rows < ROWS_KINDS; rows++)
    for (int kind = 0; kind < CONSTANTS_KINDS; kind++)
      for (size_t t = 0; t < sizeof taus / sizeof *taus; t++) {
        uint64_t random = seed + (uint64_t)(rows * CONSTANTS_KINDS + kind);
        struct ks_constants constants = inputs_constants(config, (enum inputs_constants)kind, &random);
        if (taus[t] >= 0) constants.tau = taus[t];
        snprintf(pair->origin, sizeof pair->origin, "%s, rows kind %d, constants kind %d, tau %d", what,
                 rows, kind, (int)constants.tau);
        run_head(pair, (enum inputs_rows)rows, ROWS_UNIFORM, &constants, keys, 2, &random);
      }
  pair_free(pair);
}

static struct ks_config lisa(int n, int d, int top_k, int top_q) {
  struct ks_config config;
  ks_config_default(&config);
  config.engine = KS_ENGINE_LISA;
  config.n = n, config.d = d, config.divide_multipliers = d < 16 ? d : 16;
  config.top_k = top_k, config.top_q = top_q;
  return config;
}

static void corners_of_the_usual_machines(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = lisa(40, 64, 10, 5);
  corners_of(&config, "n = 40, d = 64", 40, options->seed);
  config.compensate = KS_COMPENSATE_NONE;
  corners_of(&config, "n = 40, d = 64, compensate = none", 39, options->seed);
  config = lisa(37, 65, 37, 37);
  corners_of(&config, "top_k = top_q = n", 37, options->seed);
  config = lisa(37, 50, 37, 1);
  corners_of(&config, "top_k = n, top_q = 1", 36, options->seed);
  config = lisa(37, 50, 20, 20);
  corners_of(&config, "fewer keys than top_k", 7, options->seed);
}

static void corners_of_one_key(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = lisa(1, 64, 1, 1);
  corners_of(&config, "n = 1", 1, options->seed);
  config = lisa(1, 1, 1, 1);
  corners_of(&config, "n = 1, d = 1", 1, options->seed);
  config = lisa(9, 1, 4, 2);
  corners_of(&config, "n = 9, d = 1", 9, options->seed);
}

static void corners_of_the_widest_machine(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = lisa(KS_MAX_KEYS, KS_MAX_DIM, KS_MAX_KEYS, KS_MAX_KEYS);
  config.int_bits = config.frac_bits = 8, config.out_frac = 16, config.exp_frac = 8, config.guard_bits = 16;
  config.recip_frac = 12, config.rows = 16;
  corners_of(&config, "everything at its largest", 12, options->seed);
}

static void corners_of_floats(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = lisa(30, 12, 12, 6);
  config.accumulator = KS_ACCUMULATOR_FLOAT, config.ways = 1;
  corners_of(&config, "accumulator = float", 30, options->seed);
}

/* A last group of every size, in groups of every size. */
static void groups_that_are_not_full(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config = lisa(20, 5, 6, 3);
  for (config.rows = 1; config.rows <= 16; config.rows++) {
    uint64_t random = options->seed;
    struct pair *pair = pair_new(&config, "");
    struct ks_constants constants = inputs_constants(&config, CONSTANTS_REAL, &random);
    for (int queries = 1; queries <= 3 * config.rows + 1; queries++) {
      snprintf(pair->origin, sizeof pair->origin, "%d queries in groups of %d", queries, config.rows);
      run_head(pair, ROWS_NORMAL, ROWS_NORMAL, &constants, 20, queries, &random);
    }
    pair_free(pair);
  }
}

/* Expects the mask of one query over the keys of a machine of their size, in the fast and the slow one. */
static void expect_mask(const struct ks_config *config, const struct ks_constants *constants, int flags,
                        const int32_t *k, const int32_t *q, const uint8_t *expected) {
  struct pair *pair = pair_new(config, "by hand");
  int32_t out[KS_MAX_DIM];
  uint8_t mask[64];
  pair_constants(pair, constants);
  pair_load_rows(pair, 0, config->n, k, k);
  attend(pair, flags, 1, q);
  struct ks_command command = {.opcode = KS_ATTEND, .flags = (uint8_t)flags, .count = 1};
  assert_int_equal(ks_machine_attend(pair->fast, command, q, out, mask, (size_t)config->n), KS_ACCEPTED);
  assert_memory_equal(mask, expected, (size_t)config->n);
  assert_int_equal(slow_machine_attend(pair->slow, command, q, out, mask, (size_t)config->n), KS_ACCEPTED);
  pair_free(pair);
}

/* tau = 2: predictions by {10, -3} are 13 0 -7 7 -3, scores 39 26 -78 9 -14. */
static void candidates_and_used_by_hand(void **state) {
  (void)state;
  struct ks_config config = lisa(5, 2, 5, 4);
  const int32_t k[] = {3, -3, /**/ 2, -2, /**/ -9, -4, /**/ 3, 7, /**/ 1, 8}, q[] = {10, -3},
                minus[] = {-10, 3};
  struct ks_constants constants = {.exp_mul = 40000, .exp_shift = 20, .tau = 2, .top_k = 3, .top_q = 1};
  expect_mask(&config, &constants, 0, k, q, (const uint8_t[]){2, 1, 0, 1, 0});
  constants.top_q = 2;
  expect_mask(&config, &constants, 0, k, q, (const uint8_t[]){2, 2, 0, 1, 0});
  expect_mask(&config, &constants, KS_FLAG_POSITIVE, k, q, (const uint8_t[]){2, 0, 0, 2, 0});
  constants.top_k = 5, constants.top_q = 3;
  expect_mask(&config, &constants, 0, k, q, (const uint8_t[]){2, 2, 1, 2, 1});
  expect_mask(&config, &constants, KS_FLAG_POSITIVE, k, q, (const uint8_t[]){2, 0, 0, 2, 0});
  /* predictions -13 0 7 -7 3 */
  expect_mask(&config, &constants, KS_FLAG_POSITIVE, k, minus, (const uint8_t[]){0, 0, 2, 0, 2});
  constants.top_q = 1;
  expect_mask(&config, &constants, KS_FLAG_POSITIVE, k, minus, (const uint8_t[]){0, 0, 2, 0, 1});
  constants.tau = 255; /* predictions 0: with positive_only the first key alone */
  expect_mask(&config, &constants, KS_FLAG_POSITIVE, k, q, (const uint8_t[]){2, 0, 0, 0, 0});
  expect_mask(&config, &constants, 0, k, minus, (const uint8_t[]){1, 1, 2, 1, 1});
  expect_mask(&config, &constants, KS_FLAG_EXACT, k, q, (const uint8_t[]){2, 2, 2, 2, 2});
}

static void the_sweep(void **state) {
  const struct pair_options *options = *state;
  struct sweep *sweep = sweep_read_lisa();
  for (int i = 0; i < sweep->count; i++) {
    const struct ks_config *config = &sweep->configs[i];
    struct pair *pair = pair_new(config, sweep->lines[i]);
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_constants constants = inputs_constants(config, CONSTANTS_REAL, &random);
    run_head(pair, ROWS_NORMAL, ROWS_NORMAL, &constants, config->n, 2, &random);
    constants = inputs_constants(config, CONSTANTS_RANDOM, &random);
    run_head(pair, ROWS_TINY, ROWS_UNIFORM, &constants, least(config->n, pick(&random, 1, 100)), 5,
             &random);
    pair_free(pair);
  }
  print_message("unit_lisa: %d configurations of the sweep\n", sweep->count);
  free(sweep);
}

/* ---- commands -------------------------------------------------------------------------------- */

/* Key j is loaded, then query j attends over keys 0..j, by a tau that only the first LOAD samples. */
static void causal(void **state) {
  const struct pair_options *options = *state;
  for (int i = 0; i < 20; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_config config = inputs_config_lisa(&random);
    struct pair *pair = pair_new(&config, "causal");
    snprintf(pair->origin, sizeof pair->origin, "causal of seed %llu", (unsigned long long)random);
    int32_t *rows = inputs_rows_new(&config, ROWS_NORMAL, 3 * config.n, &random);
    for (int j = 0; j < config.n; j++) {
      const int32_t *row = rows + 3 * j * config.d;
      struct ks_constants constants = inputs_constants(&config, CONSTANTS_RANDOM, &random);
      if (j > 0 && pick(&random, 0, 3) == 0) constants.tau = pick(&random, 0, 1) ? -5 : 1 << 20;
      pair_constants(pair, &constants);
      pair_load_rows(pair, j, 1, row, row + config.d);
      attend(pair, pick(&random, 0, 1) * KS_FLAG_POSITIVE, 1, row + 2 * config.d);
    }
    free(rows);
    pair_free(pair);
  }
}

/* An append keeps the page's tau, whatever the register says by then; the page begun anew takes it. */
static void appends_keep_tau(void **state) {
  (void)state;
  struct ks_config config = lisa(4, 1, 2, 2);
  struct pair *pair = pair_new(&config, "appends");
  const int32_t k[] = {3, 9, 5, 1};
  struct ks_counters counters;
  struct ks_constants constants = {.exp_mul = 40000, .exp_shift = 20, .tau = 4, .top_k = 2, .top_q = 2};
  pair_constants(pair, &constants);
  pair_load_rows(pair, 0, 2, k, k); /* 0, + */
  constants.tau = 0;
  pair_constants(pair, &constants);
  pair_load_rows(pair, 2, 2, k + 2, k + 2); /* +, 0 */
  ks_machine_counters(pair->fast, &counters);
  assert_int_equal(counters.ternary_nonzeros, 2);
  const int32_t q[] = {1};
  attend(pair, 0, 1, q);
  pair_load_rows(pair, 0, 4, k, k);
  ks_machine_counters(pair->fast, &counters);
  assert_int_equal(counters.ternary_nonzeros, 6);
  attend(pair, 0, 1, q);
  pair_free(pair);
}

static struct ks_command random_command(const struct ks_config *config, const int *loaded,
                                        uint64_t *random) {
  struct ks_command command = {
      .opcode = (uint8_t)(pick(random, 0, 15) ? pick(random, KS_LOAD, KS_ATTEND) : pick(random, 0, 7)),
      .page = (uint8_t)(pick(random, 0, 15) ? pick(random, 0, config->pages - 1) : pick(random, 0, 15)),
      .flags = (uint8_t)(pick(random, 0, 15) ? pick(random, 0, 3) : pick(random, 0, 255)),
      .count = (uint16_t)pick(random, 0, least(config->n + 1, 12)),
  };
  int append = command.page < KS_MAX_PAGES ? loaded[command.page] : 0;
  int choice = pick(random, 0, 5);
  command.base = (uint16_t)(choice <= 1 ? 0 : choice == 2 ? pick(random, 0, config->n) : append);
  return command;
}

static void spoil(const struct ks_config *config, struct ks_constants *constants, uint64_t *random) {
  switch (pick(random, 0, 20)) {
    case 0: constants->exp_shift = (uint32_t)(pick(random, 0, 1) ? 48 : 7); break;
    case 1: constants->tau = pick(random, 0, 1) ? -1 : 1 << (slow_code_bits(config) - 1); break;
    case 2: constants->top_k = pick(random, 0, 1) ? 0 : (uint32_t)config->top_k + 1; break;
    case 3: constants->top_q = pick(random, 0, 1) ? 0 : (uint32_t)config->top_q + 1; break;
    case 4: constants->top_q = constants->top_k + 1; break;
    default: break;
  }
}

/* LOADs and ATTENDs on both pages in any order, illegal ones among them, constants changing between. */
static void any_sequence_of_commands(void **state) {
  const struct pair_options *options = *state;
  int seen[KS_REFUSED_OPEN + 1] = {0};
  for (int i = 0; i < 60; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_config config = inputs_config_lisa(&random);
    struct pair *pair = pair_new(&config, "");
    snprintf(pair->origin, sizeof pair->origin, "commands of seed %llu", (unsigned long long)random);
    int loaded[KS_MAX_PAGES] = {0};
    for (int step = 0; step < 60; step++) {
      struct ks_constants constants =
          inputs_constants(&config, (enum inputs_constants)pick(&random, 0, CONSTANTS_KINDS - 1), &random);
      spoil(&config, &constants, &random);
      pair_constants(pair, &constants);
      struct ks_command command = random_command(&config, loaded, &random);
      int32_t *rows = inputs_rows_new(&config, ROWS_UNIFORM, 2 * command.count + 1, &random);
      const int32_t *v = rows + command.count * config.d;
      enum ks_refusal refusal = command.opcode == KS_ATTEND ? pair_attend(pair, command, rows)
                                                            : pair_load(pair, command, rows, v);
      if (command.opcode == KS_LOAD && refusal == KS_ACCEPTED)
        loaded[command.page] = command.base + command.count;
      seen[refusal]++;
      free(rows);
    }
    pair_free(pair);
  }
  for (int refusal = KS_ACCEPTED; refusal < KS_REFUSED_ORDER; refusal++)
    assert_true(refusal == KS_REFUSED_ITERATIONS || seen[refusal] > 0);
}

static void what_only_lisa_refuses(void **state) {
  (void)state;
  struct ks_config config = lisa(8, 2, 6, 4);
  struct pair *pair = pair_new(&config, "refusals");
  const int32_t rows[8 * 2] = {1, 2, 3};
  struct ks_command load = {.opcode = KS_LOAD, .count = 2}, query = {.opcode = KS_ATTEND, .count = 1};
  struct ks_command exact = query;
  exact.flags = KS_FLAG_EXACT | KS_FLAG_POSITIVE;
  static const struct {
    uint32_t top_k, top_q;
    enum ks_refusal refusal;
  } cases[] = {{6, 4, KS_ACCEPTED},       {1, 1, KS_ACCEPTED},       {4, 4, KS_ACCEPTED},
               {0, 0, KS_REFUSED_TOP_K},  {7, 4, KS_REFUSED_TOP_K},  {UINT32_MAX, 4, KS_REFUSED_TOP_K},
               {6, 5, KS_REFUSED_TOP_Q},  {3, 4, KS_REFUSED_TOP_Q},  {6, 0, KS_REFUSED_TOP_Q},
               {6, UINT32_MAX, KS_REFUSED_TOP_Q}};
  struct ks_constants constants = {.exp_mul = 40000, .exp_shift = 20, .tau = -1, .top_k = 6, .top_q = 4};
  pair_constants(pair, &constants);
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_TAU);
  constants.tau = 256;
  pair_constants(pair, &constants);
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_TAU);
  constants.tau = 255;
  pair_constants(pair, &constants);
  assert_int_equal(pair_load(pair, load, rows, rows), KS_ACCEPTED);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    constants.top_k = cases[i].top_k, constants.top_q = cases[i].top_q;
    pair_constants(pair, &constants);
    assert_int_equal(pair_attend(pair, query, rows), cases[i].refusal);
    assert_int_equal(pair_attend(pair, exact, rows), KS_ACCEPTED);
  }
  constants.exp_shift = 48;
  pair_constants(pair, &constants);
  assert_int_equal(pair_attend(pair, query, rows), KS_REFUSED_SCALE); /* the lower code */
  query.flags = 4;
  assert_int_equal(pair_attend(pair, query, rows), KS_REFUSED_FLAGS);
  pair_free(pair);

  struct ks_config other = config;
  other.engine = KS_ENGINE_A3;
  pair = pair_new(&other, "a flag of LISA's");
  pair_load_rows(pair, 0, 2, rows, rows);
  query.flags = KS_FLAG_POSITIVE;
  assert_int_equal(pair_attend(pair, query, rows), KS_REFUSED_FLAGS);
  pair_free(pair);
}

int main(int argc, char **argv) {
  struct pair_options options = pair_options(argc, argv, 1200, 20240801);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(random_heads, &options),
      cmocka_unit_test_prestate(corners_of_the_usual_machines, &options),
      cmocka_unit_test_prestate(corners_of_one_key, &options),
      cmocka_unit_test_prestate(corners_of_the_widest_machine, &options),
      cmocka_unit_test_prestate(corners_of_floats, &options),
      cmocka_unit_test_prestate(groups_that_are_not_full, &options),
      cmocka_unit_test(candidates_and_used_by_hand),
      cmocka_unit_test_prestate(the_sweep, &options),
      cmocka_unit_test_prestate(causal, &options),
      cmocka_unit_test(appends_keep_tau),
      cmocka_unit_test_prestate(any_sequence_of_commands, &options),
      cmocka_unit_test(what_only_lisa_refuses),
  };
  return cmocka_run_group_tests_name("lisa", tests, NULL, NULL);
}
