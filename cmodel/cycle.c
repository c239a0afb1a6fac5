/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "cycle_program.h"

struct ks_clock *ks_clock_new(const struct ks_config *config) {
  struct ks_clock *clock = calloc(1, sizeof *clock);
  if (!clock) abort();
  clock->config = *config;
  ks_sizes_derive(config, &clock->sizes);
  return clock;
}

void ks_clock_free(struct ks_clock *clock) {
  if (!clock) return;
  for (size_t i = 0; i < clock->count; i++) {
    free(clock->steps[i].taken);
    free(clock->steps[i].searched);
    free(clock->steps[i].fates);
  }
  free(clock->steps);
  free(clock);
}

static struct ks_step *add_step(struct ks_clock *clock, enum ks_step_kind kind) {
  clock->steps = ks_grow(clock->steps, &clock->room, clock->count + 1, sizeof *clock->steps);
  struct ks_step *step = &clock->steps[clock->count++];
  *step = (struct ks_step){.kind = kind};
  return step;
}

void ks_clock_load(struct ks_clock *clock, int page, int base, int count) {
  struct ks_step *step = add_step(clock, KS_STEP_LOAD);
  step->page = page;
  step->base = base;
  step->count = count;
  bool hashes = clock->config.engine == KS_ENGINE_ELSA;
  clock->bound += (uint64_t)count * (uint64_t)(hashes ? clock->sizes.hash_cycles : 1);
}

void ks_clock_refuse(struct ks_clock *clock) {
  add_step(clock, KS_STEP_REFUSED);
}

int ks_scan_words(const struct ks_config *config, int keys) {
  int rows = (keys + config->banks - 1) / config->banks;
  return (rows + config->lanes - 1) / config->lanes;
}

/* DESIGN 2: a query takes as long as its slowest stage. */
static int query_bound(const struct ks_clock *clock, const struct ks_step *step, const uint16_t *taken) {
  int bound = clock->sizes.divide_cycles;
  if (clock->sizes.hash_cycles > bound) bound = clock->sizes.hash_cycles;
  if (!step->exact && ks_scan_words(&clock->config, step->keys) > bound)
    bound = ks_scan_words(&clock->config, step->keys);
  for (int bank = 0; bank < clock->config.banks; bank++)
    if (taken[bank] > bound) bound = taken[bank];
  return bound;
}

/* ATTEND or PREDICT. */
static struct ks_step *add_queries(struct ks_clock *clock, enum ks_step_kind kind, int page, int keys, bool exact,
                                   int queries) {
  struct ks_step *step = add_step(clock, kind);
  step->page = page;
  step->count = queries;
  step->keys = keys;
  step->exact = exact;
  return step;
}

void ks_clock_attend(struct ks_clock *clock, int page, int keys, bool exact, int queries,
                     const uint16_t *taken) {
  struct ks_step *step = add_queries(clock, KS_STEP_ATTEND, page, keys, exact, queries);
  size_t banks = (size_t)clock->config.banks;
  size_t bytes = (size_t)queries * banks * sizeof *taken;
  step->taken = malloc(bytes);
  if (!step->taken) abort();
  memcpy(step->taken, taken, bytes);
  for (int query = 0; query < queries; query++)
    clock->bound += (uint64_t)query_bound(clock, step, taken + (size_t)query * banks);
}

/* DESIGN 2: steps, scores with that of the mean key, or the divider. */
static int search_bound(const struct ks_clock *clock, const struct ks_step *step,
                        const struct ks_passage *passage) {
  int bound = clock->sizes.divide_cycles;
  int scores = step->exact ? step->keys : passage->candidates + passage->virtual_key;
  if (!step->exact && step->iterations > bound) bound = step->iterations;
  return scores > bound ? scores : bound;
}

static int larger_of(int a, int b) {
  return a > b ? a : b;
}

/* DESIGN 2, of a group of LISA's: keys, scores, used keys, or the divider. */
static int group_bound(const struct ks_clock *clock, const struct ks_step *step, int queries, int top_k, int top_q) {
  int lists = step->keys < top_k ? step->keys : top_k;
  int query = larger_of(larger_of(lists, top_q) + 1, clock->sizes.divide_cycles);
  return 8 + (step->exact ? queries * larger_of(step->keys, clock->sizes.divide_cycles)
                          : larger_of(step->keys, queries * query));
}

static uint64_t bound_of(const struct ks_clock *clock, const struct ks_step *step,
                         const struct ks_constants *constants, const struct ks_passage *passages) {
  int group = clock->config.engine == KS_ENGINE_LISA ? clock->config.rows : 1;
  int top_k = step->exact ? 0 : (int)constants->top_k, top_q = step->exact ? 0 : (int)constants->top_q;
  uint64_t bound = 0;
  for (int i = 0; i < step->count; i += group) {
    int queries = step->count - i < group ? step->count - i : group;
    bound += (uint64_t)(clock->config.engine == KS_ENGINE_LISA
                            ? group_bound(clock, step, queries, top_k, top_q)
                            : search_bound(clock, step, step->exact ? NULL : passages + i));
  }
  return bound;
}

/* What became of the queries of the step. */
static void tell(struct ks_clock *clock, struct ks_step *step, const struct ks_constants *constants,
                 const struct ks_passage *passages, const uint8_t *fates) {
  step->iterations = clock->config.engine == KS_ENGINE_A3 && !step->exact ? (int)constants->iterations : 0;
  clock->bound += bound_of(clock, step, constants, passages);
  size_t queries = step->count > 0 ? (size_t)step->count : 0;
  step->searched = calloc(queries, sizeof *step->searched);
  if (!step->searched) abort();
  size_t count = 0;
  for (int i = 0; i < step->count; i++) {
    step->searched[i] = step->exact ? (struct ks_searched){step->keys, step->keys, 0}
                                    : (struct ks_searched){passages[i].candidates, passages[i].used, count};
    if (!step->exact) count += passages[i].candidates;
  }
  if (step->exact) return;
  step->fates = malloc(count);
  if (!step->fates) abort();
  memcpy(step->fates, fates, count);
}

void ks_clock_search(struct ks_clock *clock, int page, int keys, bool exact, int queries,
                     const struct ks_constants *constants, const struct ks_passage *passages,
                     const uint8_t *fates) {
  tell(clock, add_queries(clock, KS_STEP_ATTEND, page, keys, exact, queries), constants, passages, fates);
}

size_t ks_clock_predict(struct ks_clock *clock, int page, int keys, bool exact, int queries) {
  add_queries(clock, KS_STEP_PREDICT, page, keys, exact, queries);
  return clock->count - 1;
}

void ks_clock_predicted(struct ks_clock *clock, size_t number, const struct ks_constants *constants,
                        const struct ks_passage *passages, const uint8_t *fates) {
  tell(clock, &clock->steps[number], constants, passages, fates);
}

void ks_clock_instruct(struct ks_clock *clock, int stage, int queries) {
  struct ks_step *step = add_step(clock, KS_STEP_INSTRUCT);
  step->stage = stage;
  step->count = queries;
}

void ks_clock_exact(struct ks_clock *clock, int page, int keys, int queries) {
  if (clock->config.engine != KS_ENGINE_ELSA) {
    ks_clock_search(clock, page, keys, true, queries, NULL, NULL, NULL);
    return;
  }
  int banks = clock->config.banks;
  uint16_t *taken = calloc((size_t)(queries * banks), sizeof *taken);
  if (!taken) abort();
  for (int i = 0; i < queries * banks; i++) taken[i] = (uint16_t)((keys + banks - 1 - i % banks) / banks);
  ks_clock_attend(clock, page, keys, true, queries, taken);
  free(taken);
}

void ks_clock_counters(struct ks_clock *clock, struct ks_counters *counters) {
  struct ks_charges charges;
  if (!ks_cycles_reckoned(clock, &charges)) charges = ks_cycles_stepped(clock);
  counters->load = charges.load;
  counters->attend = charges.attend;
  counters->select = charges.select;
  counters->drain = charges.drain;
  counters->cycles = charges.load + charges.attend + charges.select + charges.drain;
  counters->bound = clock->bound;
}
