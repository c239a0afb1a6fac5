/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "slow.h"

struct page {
  int keys;
  int32_t tau;    /* LISA: as it was when the page was begun */
  int32_t *k, *v; /* n rows each */
};

/* A group of LISA's that has gone through `done` of its four instructions. */
struct group {
  int done, page, buffer;
};
enum { MOST_GROUPS = 8 };

struct slow_machine {
  struct ks_config config;
  struct ks_constants constants;
  struct ks_counters counters;
  struct page pages[KS_MAX_PAGES];
  struct group groups[MOST_GROUPS]; /* open ones, oldest first */
  int group_count;
};

struct slow_machine *slow_machine_new(const struct ks_config *config) {
  struct slow_machine *machine = calloc(1, sizeof *machine);
  assert(machine);
  machine->config = *config;
  size_t codes = (size_t)config->n * (size_t)config->d;
  for (int p = 0; p < config->pages; p++) {
    struct page *page = &machine->pages[p];
    page->k = calloc(codes, sizeof *page->k);
    page->v = calloc(codes, sizeof *page->v);
    assert(page->k && page->v);
  }
  return machine;
}

void slow_machine_free(struct slow_machine *machine) {
  for (int p = 0; p < KS_MAX_PAGES; p++) {
    free(machine->pages[p].k);
    free(machine->pages[p].v);
  }
  free(machine);
}

void slow_machine_constants(struct slow_machine *machine, const struct ks_constants *constants) {
  machine->constants = *constants;
}

static bool in_range(uint32_t x, int low, int high) {
  return x >= (uint32_t)low && x <= (uint32_t)high;
}

static enum ks_refusal judge_load(const struct slow_machine *machine, struct ks_command command) {
  int engine = machine->config.engine, high = (1 << (slow_code_bits(&machine->config) - 1)) - 1;
  if (command.page >= machine->config.pages) return KS_REFUSED_PAGE;
  if (command.count == 0) return KS_REFUSED_COUNT;
  if (command.base != 0 && engine == KS_ENGINE_A3) return KS_REFUSED_BASE;
  if (command.base != 0 && command.base != machine->pages[command.page].keys) return KS_REFUSED_BASE;
  if (command.base + command.count > machine->config.n) return KS_REFUSED_ROOM;
  if (engine != KS_ENGINE_LISA) return KS_ACCEPTED;
  if (command.base == 0 && (machine->constants.tau < 0 || machine->constants.tau > high))
    return KS_REFUSED_TAU;
  for (int g = 0; g < machine->group_count; g++)
    if (machine->groups[g].page == command.page) return KS_REFUSED_OPEN;
  return KS_ACCEPTED;
}

/* What is asked of the queries of an ATTEND or a PREDICT. */
static enum ks_refusal judge_queries(const struct slow_machine *machine, int page, int flags) {
  const struct ks_config *config = &machine->config;
  const struct ks_constants *constants = &machine->constants;
  int known = config->engine == KS_ENGINE_LISA ? 3 : 1, exact = flags % 2;
  if (flags > known) return KS_REFUSED_FLAGS;
  if (machine->pages[page].keys == 0) return KS_REFUSED_EMPTY;
  if (!in_range(constants->exp_shift, 8, 47)) return KS_REFUSED_SCALE;
  if (config->engine == KS_ENGINE_A3 && !exact && !in_range(constants->iterations, 1, config->iterations))
    return KS_REFUSED_ITERATIONS;
  if (config->engine == KS_ENGINE_LISA && !exact) {
    if (!in_range(constants->top_k, 1, config->top_k)) return KS_REFUSED_TOP_K;
    if (!in_range(constants->top_q, 1, config->top_q)) return KS_REFUSED_TOP_Q;
    if (constants->top_q > constants->top_k) return KS_REFUSED_TOP_Q;
  }
  return KS_ACCEPTED;
}

static enum ks_refusal judge_attend(const struct slow_machine *machine, struct ks_command command) {
  if (command.page >= machine->config.pages) return KS_REFUSED_PAGE;
  if (command.count == 0) return KS_REFUSED_COUNT;
  enum ks_refusal refusal = judge_queries(machine, command.page, command.flags);
  if (refusal == KS_ACCEPTED && machine->group_count > 0) refusal = KS_REFUSED_OPEN;
  return refusal;
}

static enum ks_refusal count_refusal(struct slow_machine *machine, enum ks_refusal refusal) {
  if (refusal != KS_ACCEPTED) {
    machine->counters.refused++;
    machine->counters.last_refusal = refusal;
  }
  return refusal;
}

static enum ks_refusal judge(struct slow_machine *machine, struct ks_command command,
                             enum ks_opcode expected) {
  enum ks_refusal refusal = KS_REFUSED_OPCODE;
  if (command.opcode == expected)
    refusal = expected == KS_LOAD ? judge_load(machine, command) : judge_attend(machine, command);
  return count_refusal(machine, refusal);
}

enum ks_refusal slow_machine_load(struct slow_machine *machine, struct ks_command command, const int32_t *k,
                                  const int32_t *v) {
  enum ks_refusal refusal = judge(machine, command, KS_LOAD);
  if (refusal != KS_ACCEPTED) return refusal;
  struct page *page = &machine->pages[command.page];
  int d = machine->config.d;
  size_t bytes = (size_t)command.count * (size_t)d * sizeof *k;
  memcpy(page->k + command.base * d, k, bytes);
  memcpy(page->v + command.base * d, v, bytes);
  page->keys = command.base + command.count;
  if (command.base == 0) page->tau = machine->constants.tau;
  if (machine->config.engine == KS_ENGINE_LISA)
    for (int e = 0; e < command.count * d; e++)
      machine->counters.ternary_nonzeros += slow_tern(k[e], page->tau) != 0;
  return KS_ACCEPTED;
}

enum ks_refusal slow_machine_attend(struct slow_machine *machine, struct ks_command command, const int32_t *q,
                                    int32_t *out, uint8_t *mask, size_t mask_stride) {
  enum ks_refusal refusal = judge(machine, command, KS_ATTEND);
  if (refusal != KS_ACCEPTED) return refusal;
  const struct page *page = &machine->pages[command.page];
  struct slow_head *head = slow_head_new(&machine->config, page->keys, page->k, page->v, page->tau);
  int d = machine->config.d;
  memset(mask, 0, command.count * mask_stride);
  for (int i = 0; i < command.count; i++) {
    struct slow_result result = slow_attend(head, &machine->constants, command.flags, q + i * d,
                                            out + i * d, mask + (size_t)i * mask_stride);
    machine->counters.queries++;
    machine->counters.candidates += (uint64_t)result.candidates;
    machine->counters.used += (uint64_t)result.used;
    if (result.saturated) machine->counters.sticky |= KS_STICKY_SATURATED;
    if (result.overflow) machine->counters.sticky |= KS_STICKY_OVERFLOW;
    if (result.sum_zero) machine->counters.sticky |= KS_STICKY_SUM_ZERO;
  }
  slow_head_free(head);
  return KS_ACCEPTED;
}

/* The place of the oldest group that has gone through `done` instructions; -1: there is none. */
static int oldest(const struct slow_machine *machine, int done) {
  for (int g = 0; g < machine->group_count; g++)
    if (machine->groups[g].done == done) return g;
  return -1;
}

/* Instruction `step` of four, 0 PREDICT: the oldest group that waits for it is that of the buffer, and no
 * other group that has come through it and no further has the buffer. */
static bool in_order(const struct slow_machine *machine, int step, int buffer) {
  int group = oldest(machine, step);
  if (step > 0 && (group < 0 || machine->groups[group].buffer != buffer)) return false;
  for (int g = 0; g < machine->group_count && step < 3; g++)
    if (machine->groups[g].done == step + 1 && machine->groups[g].buffer == buffer) return false;
  return true;
}

static void go_on(struct slow_machine *machine, int step, int page, int buffer) {
  int g = step == 0 ? machine->group_count++ : oldest(machine, step);
  assert(g >= 0 && g < MOST_GROUPS);
  if (step == 0) machine->groups[g] = (struct group){0, page, buffer};
  if (++machine->groups[g].done < 4) return;
  machine->group_count--;
  for (; g < machine->group_count; g++) machine->groups[g] = machine->groups[g + 1];
}

enum ks_refusal slow_machine_instruct(struct slow_machine *machine, uint32_t word) {
  int step = (int)(word % 16) - 8, page = word / 16 % 16, flags = word / 256 % 4, buffer = word / 1024 % 2;
  int count = 1 + (int)(word / 4096 % 16);
  if (machine->config.engine != KS_ENGINE_LISA || step < 0 || step > 3)
    return count_refusal(machine, KS_REFUSED_OPCODE);
  if (step == 0) {
    enum ks_refusal refusal = KS_ACCEPTED;
    if (page >= machine->config.pages) refusal = KS_REFUSED_PAGE;
    else if (count > machine->config.rows) refusal = KS_REFUSED_COUNT;
    else refusal = judge_queries(machine, page, flags);
    if (refusal != KS_ACCEPTED) return count_refusal(machine, refusal);
  }
  if (!in_order(machine, step, buffer)) return count_refusal(machine, KS_REFUSED_ORDER);
  go_on(machine, step, page, buffer);
  return KS_ACCEPTED;
}

void slow_machine_counters(const struct slow_machine *machine, struct ks_counters *counters) {
  *counters = machine->counters;
}
