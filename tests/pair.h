/* SPDX-License-Identifier: Apache-2.0
 *
 * The fast machine and the slow one side by side: each call goes to both, and any difference in refusals,
 * outputs, masks, counters or what is known of a query fails the running cmocka test with the call that shows
 * it.
 */
#ifndef TESTS_PAIR_H
#define TESTS_PAIR_H

#include "slow/slow.h"

struct pair {
  struct ks_config config;
  struct ks_machine *fast;
  struct slow_machine *slow;
  struct ks_constants constants; /* as last set */
  int keys[KS_MAX_PAGES];        /* loaded */
  char origin[640]; /* opens the message of a failure: how to repeat it */
};

/* What a test that runs on pairs may be told: PROGRAM [HEADS [SEED]]. */
struct pair_options {
  int heads; /* random ones */
  uint64_t seed;
};
struct pair_options pair_options(int argc, char **argv, int heads, uint64_t seed);

/* `origin` says where the configuration and the data come from. */
struct pair *pair_new(const struct ks_config *config, const char *origin);

/* Compares the counters once more and frees both. */
void pair_free(struct pair *pair);

void pair_constants(struct pair *pair, const struct ks_constants *constants);

/* Both return the refusal that the two agree on. */
enum ks_refusal pair_load(struct pair *pair, struct ks_command command, const int32_t *k, const int32_t *v);
enum ks_refusal pair_attend(struct pair *pair, struct ks_command command, const int32_t *q);

/* Short forms of what most tests send: page 0, everything legal, refusal is a failure. */
void pair_load_rows(struct pair *pair, int base, int count, const int32_t *k, const int32_t *v);
void pair_attend_rows(struct pair *pair, bool exact, int count, const int32_t *q);

#endif
