/* SPDX-License-Identifier: Apache-2.0
 *
 * The two cycle models agree wherever the recursion applies: random programs that load first and then attend,
 * in every configuration of the sweep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/cycle_program.h"
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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(recursion_equals_steps)};
  return cmocka_run_group_tests_name("cycles", tests, NULL, NULL);
}
