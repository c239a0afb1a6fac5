/* SPDX-License-Identifier: Apache-2.0
 *
 * ELSA: the two cycle models agree wherever the recursion applies: random programs that load first and then
 * attend, in every configuration of the sweep. A3, which has the stepped one only: the pace and the latency that it
 * was designed for, in every configuration of its sweep. (Co-simulation holds each against the hardware.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/cycle_program.h"
#include "../cmodel/filter.h"
#include "../cmodel/fixed.h"
#include "random.h"
#include "sweep.h"

enum { PROGRAMS = 20, MAX_QUERIES = 40 };

static int pick(uint64_t *random, int low, int high) {
  return (int)random_between(random, low, high);
}

/* Fills the page by up to three LOADs; returns its keys. */
static int load(struct ks_clock *clock, int page, uint64_t *random) {
  int keys = 0, most = pick(random, 0, 2) ? (clock->config.n + 3) / 4 : clock->config.n;
  for (int i = pick(random, 1, 3); i > 0 && keys < most; i--) {
    int count = pick(random, 1, most - keys);
    ks_clock_load(clock, page, keys, count);
    keys += count;
  }
  return keys;
}

/* Banks that take no key, some, or all, the virtual key too. */
static void attend(struct ks_clock *clock, int page, int keys, uint64_t *random) {
  uint16_t taken[MAX_QUERIES * KS_MAX_BANKS];
  int banks = clock->config.banks, queries = pick(random, 1, MAX_QUERIES), share = pick(random, 0, 100);
  bool exact = pick(random, 0, 3) == 0;
  for (int i = 0; i < queries * banks; i++) {
    int all = (keys + banks - 1 - i % banks) / banks;
    taken[i] = (uint16_t)(exact ? all : pick(random, 0, all * share / 100) + (i % banks == 0));
  }
  ks_clock_attend(clock, page, keys, exact, queries, taken);
}

/* All LOADs, then ATTENDs, the page loaded last first: so no LOAD meets a query. */
static struct ks_clock *random_program(const struct ks_config *config, uint64_t *random) {
  struct ks_clock *clock = ks_clock_new(config);
  int keys[KS_MAX_PAGES], page = config->pages - 1;
  for (int i = 0; i < config->pages; i++) keys[i] = load(clock, i, random);
  for (int i = pick(random, 1, 6); i > 0; i--) {
    attend(clock, page, keys[page], random);
    if (pick(random, 0, 4) == 0) ks_clock_refuse(clock);
    page = pick(random, 0, config->pages - 1);
  }
  return clock;
}

static void recursion_equals_steps(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read();
  for (int i = 0; i < sweep->count * PROGRAMS; i++) {
    uint64_t random = (uint64_t)i;
    struct ks_clock *clock = random_program(&sweep->configs[i / PROGRAMS], &random);
    struct ks_charges reckoned, stepped = ks_cycles_stepped(clock);
    assert_true(ks_cycles_reckoned(clock, &reckoned));
    if (memcmp(&reckoned, &stepped, sizeof stepped))
      fail_msg("seed %d: load %d, attend %d, select %d, drain %d; stepped %d, %d, %d, %d: %s", i,
               (int)reckoned.load, (int)reckoned.attend, (int)reckoned.select, (int)reckoned.drain,
               (int)stepped.load, (int)stepped.attend, (int)stepped.select, (int)stepped.drain,
               sweep->lines[i / PROGRAMS]);
    ks_clock_free(clock);
  }
  free(sweep);
}

/* ---- A3, LISA ------------------------------------------------------------------------------- */

/* All queries alike: of `candidates` the last `used` ones are used, the others of A3 are dropped as they come. */
struct search {
  int keys, iterations, candidates, used;
  bool exact;
};

static int cycles_of(const struct ks_config *config, struct search search, int queries) {
  struct ks_clock *clock = ks_clock_new(config);
  struct ks_counters counters;
  ks_clock_load(clock, 0, 0, search.keys);
  if (search.exact) {
    ks_clock_exact(clock, 0, search.keys, queries);
  } else {
    size_t count = (size_t)(queries * search.candidates);
    struct ks_passage *passages = calloc((size_t)queries, sizeof *passages);
    uint8_t *fates = calloc(count, 1);
    assert_true(passages && fates);
    for (int i = 0; i < queries; i++)
      passages[i] = (struct ks_passage){
          .iterations = (uint16_t)search.iterations,
          .candidates = (uint16_t)search.candidates,
          .used = (uint16_t)search.used,
          .virtual_key = config->compensate == KS_COMPENSATE_MEAN && search.used < search.keys,
      };
    for (size_t i = 0; i < count; i++) {
      int place = (int)(i % (size_t)search.candidates);
      /* The first score is kept, as no larger one is known, and the first used one finds it too small. */
      bool used = place >= search.candidates - search.used;
      fates[i] = used ? KS_FATE_USED : place ? KS_FATE_DROPPED : 0;
      if (used && place && place == search.candidates - search.used) fates[i] |= KS_FATE_EMPTIES;
    }
    struct ks_constants constants = {.iterations = (uint32_t)search.iterations,
                                     .top_k = (uint32_t)search.candidates,
                                     .top_q = (uint32_t)search.used};
    ks_clock_search(clock, 0, search.keys, false, queries, &constants, passages, fates);
    free(passages);
    free(fates);
  }
  ks_clock_counters(clock, &counters);
  ks_clock_free(clock);
  return (int)counters.cycles;
}

static int larger_of(int a, int b) {
  return a > b ? a : b;
}

/* DESIGN 2: an exact query every keys + 9, another every max(M, candidates + [virtual], D) + ceil(log2 d) + 6. */
static void a3_keeps_its_pace(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read_a3();
  for (int i = 0; i < sweep->count * 8; i++) {
    const struct ks_config *config = &sweep->configs[i / 8];
    struct ks_sizes sizes;
    uint64_t random = (uint64_t)i;
    ks_sizes_derive(config, &sizes);
    struct search search = {.keys = pick(&random, 1, config->n), .exact = i % 4 == 0};
    search.iterations = pick(&random, 1, pick(&random, 1, larger_of(1, config->iterations / 8)));
    search.candidates = pick(&random, 1, search.keys);
    search.used = pick(&random, 1, search.candidates);
    bool has_virtual = config->compensate == KS_COMPENSATE_MEAN && search.used < search.keys;
    int slowest = larger_of(search.iterations, search.candidates + has_virtual);
    int allowed = larger_of(search.exact ? search.keys : slowest, sizes.divide_cycles);
    allowed += search.exact ? 9 : ks_log2_up((uint64_t)config->d) + 6;
    int extra = cycles_of(config, search, 40) - cycles_of(config, search, 20);
    if (extra > 20 * allowed)
      fail_msg("seed %d: %d cycles for 20 queries more, not %d each: %s", i, extra, allowed,
               sweep->lines[i / 8]);
  }
  free(sweep);
}

/* Issue 4: M + candidates + 2 * used + 48 for the first query of a design of d = 64, from the LOAD's end on. */
static void a3_answers_in_time(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.engine = KS_ENGINE_A3, config.n = 320, config.iterations = 640;
  for (int i = 0; i < 200; i++) {
    uint64_t random = (uint64_t)i;
    struct search search = {.keys = 320, .iterations = pick(&random, 1, 640), .candidates = pick(&random, 1, 320)};
    search.used = pick(&random, 1, search.candidates);
    int load = 320 + KS_RECIPROCAL_STEPS; /* less than it takes */
    int latency = cycles_of(&config, search, 1) - load;
    assert_true(latency <= search.iterations + search.candidates + 2 * search.used + 48);
  }
}

/* DESIGN 2, of a group of `rows` queries: with its lists as long as they were asked for, or shorter. An exact query
 * over a single key takes two cycles to be read out, of which DESIGN knows nothing (docs/cycles.md). */
static int group_allowed(const struct ks_config *config, struct search search, int top_k, int top_q) {
  struct ks_sizes sizes;
  ks_sizes_derive(config, &sizes);
  int lists = search.keys < top_k ? search.keys : top_k;
  int query = search.exact ? larger_of(search.keys, 2) : larger_of(lists, top_q) + 1;
  int group = config->rows * larger_of(query, sizes.divide_cycles);
  return 8 + larger_of(search.exact ? 0 : search.keys, group);
}

static void lisa_keeps_its_pace(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read_lisa();
  for (int i = 0; i < sweep->count * 8; i++) {
    const struct ks_config *config = &sweep->configs[i / 8];
    uint64_t random = (uint64_t)i;
    struct search search = {.keys = pick(&random, 1, config->n), .exact = i % 4 == 0};
    int top_k = pick(&random, 1, config->top_k);
    int top_q = pick(&random, 1, top_k < config->top_q ? top_k : config->top_q);
    search.candidates = search.keys < top_k ? search.keys : top_k;
    if (i % 3 == 0) search.candidates = pick(&random, 1, search.candidates); /* positive_only */
    search.used = search.candidates < top_q ? search.candidates : top_q;
    int allowed = group_allowed(config, search, top_k, top_q);
    int extra = cycles_of(config, search, 40 * config->rows) - cycles_of(config, search, 20 * config->rows);
    if (extra > 20 * allowed)
      fail_msg("seed %d: %d cycles for 20 groups more, not %d each: %s", i, extra, allowed, sweep->lines[i / 8]);
  }
  free(sweep);
}

/* Issue 5: 128 queries over 128 keys on lisa-paper, and a third of its exact mode. */
static void lisa_paper_is_in_time(void **state) {
  (void)state;
  struct ks_config config;
  ks_config_default(&config);
  config.engine = KS_ENGINE_LISA, config.n = 128, config.rows = 4, config.top_k = 32, config.top_q = 16;
  config.compensate = KS_COMPENSATE_NONE;
  int cycles = cycles_of(&config, (struct search){.keys = 128, .candidates = 32, .used = 16}, 128);
  int exact = cycles_of(&config, (struct search){.keys = 128, .exact = true}, 128);
  assert_true(cycles <= 128 + 128 * 33 + 160);
  assert_true(3 * cycles <= exact);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recursion_equals_steps),
      cmocka_unit_test(a3_keeps_its_pace),
      cmocka_unit_test(a3_answers_in_time),
      cmocka_unit_test(lisa_keeps_its_pace),
      cmocka_unit_test(lisa_paper_is_in_time),
  };
  return cmocka_run_group_tests_name("cycles", tests, NULL, NULL);
}
