/* SPDX-License-Identifier: Apache-2.0
 *
 * The fast machine equals the slow one: random heads, structured corners, the sweep, causal sequences, pages,
 * refusals.
 *
 *   unit_machine [HEADS [SEED]]
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

/* One head: rows come in LOADs of any size, then an ATTEND with selection and an exact one. */
static void run_head(struct pair *pair, enum inputs_rows kind, enum inputs_constants constants_kind, int keys,
                     int queries, uint64_t *random) {
  const struct ks_config *config = &pair->config;
  int32_t *k = inputs_rows_new(config, kind, keys, random);
  int32_t *v = inputs_rows_new(config, pick(random, 0, 2) ? ROWS_UNIFORM : kind, keys, random);
  int32_t *q = inputs_rows_new(config, pick(random, 0, 2) ? ROWS_UNIFORM : kind, queries, random);
  struct ks_constants constants = inputs_constants(config, constants_kind, random);
  pair_constants(pair, &constants);
  for (int base = 0; base < keys;) {
    int count = pick(random, 1, 3) == 1 ? keys - base : pick(random, 1, keys - base);
    pair_load_rows(pair, base, count, k + base * config->d, v + base * config->d);
    base += count;
  }
  pair_attend_rows(pair, false, queries, q);
  pair_attend_rows(pair, true, queries, q);
  free(k);
  free(v);
  free(q);
}

static void random_heads(void **state) {
  const struct pair_options *options = *state;
  print_message("unit_machine: %d random heads, seed %llu\n", options->heads,
                (unsigned long long)options->seed);
  for (int i = 0; i < options->heads; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    char origin[128];
    snprintf(origin, sizeof origin, "unit_machine 1 %llu", (unsigned long long)random);
    struct ks_config config = inputs_config(&random);
    struct pair *pair = pair_new(&config, origin);
    enum inputs_rows rows = (enum inputs_rows)pick(&random, 0, ROWS_KINDS - 1);
    enum inputs_constants constants = (enum inputs_constants)pick(&random, 0, CONSTANTS_KINDS - 1);
    run_head(pair, rows, constants, pick(&random, 1, config.n), 3, &random);
    pair_free(pair);
  }
}

/* Every kind of rows with every kind of constants, one machine for all of them. Returns its sticky flags. */
static uint32_t corners_of(const struct ks_config *config, const char *what, int keys, uint64_t seed) {
  struct pair *pair = pair_new(config, what);
  for (int rows = 0; rows < ROWS_KINDS; rows++)
    for (int constants = 0; constants < CONSTANTS_KINDS; constants++) {
      uint64_t random = seed + (uint64_t)(rows * CONSTANTS_KINDS + constants);
      snprintf(pair->origin, sizeof pair->origin, "%s, rows kind %d, constants kind %d", what, rows,
               constants);
      run_head(pair, (enum inputs_rows)rows, (enum inputs_constants)constants, keys, 2, &random);
    }
  struct ks_counters counters;
  ks_machine_counters(pair->fast, &counters);
  pair_free(pair);
  return counters.sticky;
}

static void corners_of_the_default_machine(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 40;
  corners_of(&config, "defaults with n = 40", 40, options->seed);
  config.compensate = KS_COMPENSATE_NONE;
  corners_of(&config, "n = 40, compensate = none", 39, options->seed);
}

static void corners_of_one_key(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 1;
  corners_of(&config, "n = 1", 1, options->seed);
  config.d = config.divide_multipliers = 1;
  corners_of(&config, "n = 1, d = 1", 1, options->seed);
  config.n = 9;
  corners_of(&config, "n = 9, d = 1, k = 64", 9, options->seed);
}

static void corners_of_the_widest_machine(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 4096, config.d = 256, config.k = 256, config.int_bits = 8, config.frac_bits = 8;
  config.out_frac = 16, config.exp_frac = 8, config.guard_bits = 16, config.recip_frac = 12;
  corners_of(&config, "everything at its largest", 12, options->seed);
}

static void corners_of_the_narrowest_machine(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 30, config.d = 5, config.k = 1, config.int_bits = 1, config.frac_bits = 0;
  config.exp_frac = 3, config.guard_bits = 0, config.recip_frac = 12; /* the sum may have fewer bits than R */
  config.banks = 1, config.ways = 1;
  corners_of(&config, "everything at its least, recip_frac = 12", 30, options->seed);
}

/* Each of the papers' choices with and without each other one; all that can happen to floats happens. */
static void corners_of_every_combination(void **state) {
  const struct pair_options *options = *state;
  uint32_t sticky = 0;
  for (int choice = 0; choice < 32; choice++) {
    uint64_t random = options->seed + (uint64_t)choice;
    struct ks_config config;
    ks_config_default(&config);
    config.n = 70, config.d = 12, config.k = 30, config.divide_multipliers = 4, config.banks = 2;
    inputs_depart(&config, choice, &random);
    char what[64];
    snprintf(what, sizeof what, "combination %d of hash, issue, ..", choice);
    sticky |= corners_of(&config, what, 69, random);
  }
  assert_int_equal(sticky, KS_STICKY_SATURATED | KS_STICKY_OVERFLOW | KS_STICKY_SUM_ZERO);
}

static void every_key_of_4096(void **state) {
  const struct pair_options *options = *state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 4096, config.d = 4, config.k = 8, config.divide_multipliers = 4, config.guard_bits = 16;
  struct pair *pair = pair_new(&config, "n = 4096, d = 4, guard_bits = 16");
  uint64_t random = options->seed;
  run_head(pair, ROWS_EXTREME, CONSTANTS_FLAT, 4096, 2, &random);
  run_head(pair, ROWS_NORMAL, CONSTANTS_REAL, 4096, 2, &random);
  pair_free(pair);
}

/* Every key of the largest weight and the least code: sums as large as they get, at every width of them. */
static void fullest_accumulators(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.d = config.divide_multipliers = 3, config.k = 8;
  for (config.n = 1; config.n <= 512; config.n *= 8)
    for (config.banks = 1; config.banks <= 2; config.banks++)
      for (config.ways = 1; config.ways <= 4; config.ways *= 2)
        for (config.guard_bits = 0; config.guard_bits <= 16; config.guard_bits++) {
          uint64_t random = 1;
          struct pair *pair = pair_new(&config, "");
          snprintf(pair->origin, sizeof pair->origin,
                   "fullest, n = %d, banks = %d, ways = %d, guard_bits = %d", config.n, config.banks,
                   config.ways, config.guard_bits);
          struct ks_constants constants = inputs_constants(&config, CONSTANTS_EVERY, &random);
          constants.exp_mul = 1, constants.exp_shift = 47; /* any score below zero weighs 2^-2^-E */
          pair_constants(pair, &constants);
          int32_t *rows = inputs_rows_new(&config, ROWS_LEAST, config.n, &random);
          const int32_t q[3] = {1};
          pair_load_rows(pair, 0, config.n, rows, rows);
          pair_attend_rows(pair, true, 1, q);
          pair_attend_rows(pair, false, 1, q);
          free(rows);
          pair_free(pair);
        }
}

/* Scores and squares as large as they get, around every width of them. */
static void largest_scores(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 4, config.k = 8, config.int_bits = 8, config.exp_frac = 3, config.guard_bits = 0;
  for (config.frac_bits = 0; config.frac_bits <= 8; config.frac_bits++)
    for (config.d = 1; config.d <= 256; config.d *= 2) {
      uint64_t random = 1;
      config.divide_multipliers = config.d;
      struct pair *pair = pair_new(&config, "");
      snprintf(pair->origin, sizeof pair->origin, "largest scores, frac_bits = %d, d = %d", config.frac_bits,
               config.d);
      struct ks_constants constants = inputs_constants(&config, CONSTANTS_REAL, &random);
      pair_constants(pair, &constants);
      int32_t *least_codes = inputs_rows_new(&config, ROWS_LEAST, config.n, &random);
      int32_t *extremes = inputs_rows_new(&config, ROWS_EXTREME, config.n, &random);
      memcpy(extremes, least_codes, (size_t)config.d * sizeof *extremes);
      pair_load_rows(pair, 0, config.n, extremes, extremes);
      pair_attend_rows(pair, false, 1, least_codes);
      pair_attend_rows(pair, true, 1, least_codes);
      free(least_codes);
      free(extremes);
      pair_free(pair);
    }
}

/* Two keys whose exponents are 2^4 to 2^32 apart, and nearly so: a difference cut to 32 bits would be near 0.
 */
static void exponents_far_apart(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 2, config.d = config.divide_multipliers = config.k = config.banks = config.ways = 1;
  config.int_bits = 8, config.frac_bits = 7, config.exp_frac = 3, config.guard_bits = 2;
  struct ks_constants constants = {.exp_mul = 32768, .exp_shift = 8}; /* e = 16 times the score */
  for (int product = 0; product <= 28; product++)
    for (int sign = -1; sign <= 1; sign += 2)
      for (int32_t near = 0; near <= 1; near++) {
        const int32_t q = 1 << product / 2, k[2] = {near, sign * (1 << (product + 1) / 2)},
                      v[2] = {999, -999};
        struct pair *pair = pair_new(&config, "");
        snprintf(pair->origin, sizeof pair->origin, "scores %d and %d * 2^%d", near * q, sign, product);
        pair_constants(pair, &constants);
        pair_load_rows(pair, 0, 2, k, v);
        pair_attend_rows(pair, true, 1, &q);
        pair_attend_rows(pair, false, 1, &q);
        pair_free(pair);
      }
}

static void the_sweep(void **state) {
  const struct pair_options *options = *state;
  struct sweep *sweep = sweep_read();
  for (int i = 0; i < sweep->count; i++) {
    const struct ks_config *config = &sweep->configs[i];
    struct pair *pair = pair_new(config, sweep->lines[i]);
    uint64_t random = options->seed + (uint64_t)i;
    run_head(pair, ROWS_NORMAL, CONSTANTS_REAL, config->n, 2, &random);
    run_head(pair, ROWS_UNIFORM, CONSTANTS_RANDOM, least(config->n, pick(&random, 1, 100)), 2, &random);
    run_head(pair, ROWS_LADDER, CONSTANTS_REAL, least(config->n, pick(&random, 1, 100)), 2, &random);
    pair_free(pair);
  }
  print_message("unit_machine: %d configurations of the sweep\n", sweep->count);
  free(sweep);
}

/* Key j is loaded, then query j attends over keys 0..j. */
static void causal(void **state) {
  const struct pair_options *options = *state;
  for (int i = 0; i < 20; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_config config = inputs_config(&random);
    struct pair *pair = pair_new(&config, "causal");
    snprintf(pair->origin, sizeof pair->origin, "causal of seed %llu", (unsigned long long)random);
    struct ks_constants constants = inputs_constants(&config, CONSTANTS_REAL, &random);
    pair_constants(pair, &constants);
    int32_t *rows = inputs_rows_new(&config, ROWS_NORMAL, 3 * config.n, &random);
    for (int j = 0; j < config.n; j++) {
      const int32_t *row = rows + 3 * j * config.d;
      pair_load_rows(pair, j, 1, row, row + config.d);
      pair_attend_rows(pair, false, 1, row + 2 * config.d);
    }
    free(rows);
    pair_free(pair);
  }
}

/* Any command word, mostly near the legal ones. */
static struct ks_command random_command(const struct ks_config *config, const int *loaded, uint64_t *random) {
  struct ks_command command = {
      .opcode = (uint8_t)(pick(random, 0, 15) ? pick(random, KS_LOAD, KS_ATTEND) : pick(random, 0, 15)),
      .page = (uint8_t)(pick(random, 0, 15) ? pick(random, 0, config->pages - 1) : pick(random, 0, 15)),
      .flags = (uint8_t)(pick(random, 0, 15) ? pick(random, 0, KS_FLAG_EXACT) : pick(random, 0, 255)),
      .tag = (uint16_t)random_bits(random),
      .count = (uint16_t)pick(random, 0, least(config->n + 1, 12)),
  };
  int append = command.page < KS_MAX_PAGES ? loaded[command.page] : 0;
  int choice = pick(random, 0, 5);
  command.base = (uint16_t)(choice == 0 ? 0 : choice == 1 ? pick(random, 0, config->n) : append);
  return command;
}

/* LOADs and ATTENDs on both pages in any order, illegal ones among them, constants changing between. */
static void any_sequence_of_commands(void **state) {
  const struct pair_options *options = *state;
  int seen[KS_REFUSED_SCALE + 1] = {0};
  for (int i = 0; i < 60; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_config config = inputs_config(&random);
    struct pair *pair = pair_new(&config, "");
    snprintf(pair->origin, sizeof pair->origin, "commands of seed %llu", (unsigned long long)random);
    int loaded[KS_MAX_PAGES] = {0};
    for (int step = 0; step < 40; step++) {
      struct ks_constants constants =
          inputs_constants(&config, (enum inputs_constants)pick(&random, 0, CONSTANTS_KINDS - 1), &random);
      if (pick(&random, 0, 9) == 0) constants.exp_shift = (uint32_t)(pick(&random, 0, 1) ? 48 : 7);
      if (step == 0 || pick(&random, 0, 2) == 0) pair_constants(pair, &constants);
      struct ks_command command = random_command(&config, loaded, &random);
      int32_t *rows = inputs_rows_new(&config, ROWS_UNIFORM, 2 * command.count + 1, &random);
      const int32_t *v = rows + command.count * config.d;
      enum ks_refusal refusal =
          command.opcode == KS_ATTEND ? pair_attend(pair, command, rows) : pair_load(pair, command, rows, v);
      if (command.opcode == KS_LOAD && refusal == KS_ACCEPTED)
        loaded[command.page] = command.base + command.count;
      seen[refusal]++;
      free(rows);
    }
    pair_free(pair);
  }
  for (int refusal = KS_ACCEPTED; refusal <= KS_REFUSED_SCALE; refusal++) assert_true(seen[refusal] > 0);
}

static void every_refusal_in_order(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 8, config.d = 2, config.divide_multipliers = 1, config.pages = 1;
  uint64_t random = 1;
  struct pair *pair = pair_new(&config, "refusals");
  struct ks_constants good = inputs_constants(&config, CONSTANTS_REAL, &random), bad = good;
  bad.exp_shift = 48;
  pair_constants(pair, &bad);
  const int32_t rows[9 * 2] = {1, 2, 3};
  /* each command breaks one rule fewer than the one before */
  struct ks_command attend = {.opcode = KS_ATTEND, .page = 1, .flags = 2, .count = 0};
  assert_int_equal(pair_attend(pair, attend, rows), KS_REFUSED_PAGE);
  attend.page = 0;
  assert_int_equal(pair_attend(pair, attend, rows), KS_REFUSED_COUNT);
  attend.count = 1;
  assert_int_equal(pair_attend(pair, attend, rows), KS_REFUSED_FLAGS);
  attend.flags = KS_FLAG_EXACT;
  assert_int_equal(pair_attend(pair, attend, rows), KS_REFUSED_EMPTY);

  struct ks_command load = {.opcode = 3, .page = 1, .flags = 255, .base = 3, .count = 0};
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_OPCODE);
  load.opcode = KS_LOAD;
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_PAGE);
  load.page = 0;
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_COUNT);
  load.count = 9;
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_BASE);
  load.base = 0;
  assert_int_equal(pair_load(pair, load, rows, rows), KS_REFUSED_ROOM);
  load.count = 8; /* whatever its flags */
  assert_int_equal(pair_load(pair, load, rows, rows), KS_ACCEPTED);

  assert_int_equal(pair_attend(pair, attend, rows), KS_REFUSED_SCALE);
  pair_constants(pair, &good);
  assert_int_equal(pair_attend(pair, attend, rows), KS_ACCEPTED);
  pair_free(pair);
}

static void a_mask_need_not_be_asked_for(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.n = 8, config.d = 2, config.divide_multipliers = 1;
  uint64_t random = 1;
  struct ks_constants constants = inputs_constants(&config, CONSTANTS_REAL, &random);
  struct ks_machine *machine = ks_machine_new(&config);
  ks_machine_constants(machine, &constants);
  const int32_t rows[2] = {3, -4};
  int32_t out[2];
  struct ks_command load = {.opcode = KS_LOAD, .count = 1}, attend = {.opcode = KS_ATTEND, .count = 1};
  assert_int_equal(ks_machine_load(machine, load, rows, rows), KS_ACCEPTED);
  assert_int_equal(ks_machine_attend(machine, attend, rows, out, NULL, 0), KS_ACCEPTED);
  assert_int_equal(out[0], 3); /* one key: its own value */
  assert_int_equal(out[1], -4);
  ks_machine_free(machine);
}

int main(int argc, char **argv) {
  struct pair_options options = pair_options(argc, argv, 300, 20240601);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(random_heads, &options),
      cmocka_unit_test_prestate(corners_of_the_default_machine, &options),
      cmocka_unit_test_prestate(corners_of_one_key, &options),
      cmocka_unit_test_prestate(corners_of_the_widest_machine, &options),
      cmocka_unit_test_prestate(corners_of_the_narrowest_machine, &options),
      cmocka_unit_test_prestate(corners_of_every_combination, &options),
      cmocka_unit_test_prestate(every_key_of_4096, &options),
      cmocka_unit_test(fullest_accumulators),
      cmocka_unit_test(largest_scores),
      cmocka_unit_test(exponents_far_apart),
      cmocka_unit_test_prestate(the_sweep, &options),
      cmocka_unit_test_prestate(causal, &options),
      cmocka_unit_test_prestate(any_sequence_of_commands, &options),
      cmocka_unit_test(every_refusal_in_order),
      cmocka_unit_test(a_mask_need_not_be_asked_for),
  };
  return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
