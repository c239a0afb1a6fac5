/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "slow.h"

struct page {
  int keys;
  int32_t *k, *v; /* n rows each */
};

struct slow_machine {
  struct ks_config config;
  struct ks_constants constants;
  struct ks_counters counters;
  struct page pages[KS_MAX_PAGES];
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

static enum ks_refusal judge_load(const struct slow_machine *machine, struct ks_command command) {
  if (command.page >= machine->config.pages) return KS_REFUSED_PAGE;
  if (command.count == 0) return KS_REFUSED_COUNT;
  if (command.base != 0 && machine->config.engine == KS_ENGINE_A3) return KS_REFUSED_BASE;
  if (command.base != 0 && command.base != machine->pages[command.page].keys) return KS_REFUSED_BASE;
  if (command.base + command.count > machine->config.n) return KS_REFUSED_ROOM;
  return KS_ACCEPTED;
}

static enum ks_refusal judge_attend(const struct slow_machine *machine, struct ks_command command) {
  if (command.page >= machine->config.pages) return KS_REFUSED_PAGE;
  if (command.count == 0) return KS_REFUSED_COUNT;
  if (command.flags > KS_FLAG_EXACT) return KS_REFUSED_FLAGS;
  if (machine->pages[command.page].keys == 0) return KS_REFUSED_EMPTY;
  if (machine->constants.exp_shift < 8 || machine->constants.exp_shift > 47) return KS_REFUSED_SCALE;
  if (machine->config.engine == KS_ENGINE_A3 && command.flags != KS_FLAG_EXACT &&
      (machine->constants.iterations < 1 ||
       machine->constants.iterations > (uint32_t)machine->config.iterations))
    return KS_REFUSED_ITERATIONS;
  return KS_ACCEPTED;
}

static enum ks_refusal judge(struct slow_machine *machine, struct ks_command command,
                             enum ks_opcode expected) {
  enum ks_refusal refusal = KS_REFUSED_OPCODE;
  if (command.opcode == expected)
    refusal = expected == KS_LOAD ? judge_load(machine, command) : judge_attend(machine, command);
  if (refusal != KS_ACCEPTED) {
    machine->counters.refused++;
    machine->counters.last_refusal = refusal;
  }
  return refusal;
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
  return KS_ACCEPTED;
}

enum ks_refusal slow_machine_attend(struct slow_machine *machine, struct ks_command command, const int32_t *q,
                                    int32_t *out, uint8_t *mask, size_t mask_stride) {
  enum ks_refusal refusal = judge(machine, command, KS_ATTEND);
  if (refusal != KS_ACCEPTED) return refusal;
  const struct page *page = &machine->pages[command.page];
  struct slow_head *head = slow_head_new(&machine->config, page->keys, page->k, page->v);
  int d = machine->config.d;
  memset(mask, 0, command.count * mask_stride);
  for (int i = 0; i < command.count; i++) {
    struct slow_result result = slow_attend(head, &machine->constants, command.flags & KS_FLAG_EXACT,
                                            q + i * d, out + i * d, mask + (size_t)i * mask_stride);
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

void slow_machine_counters(const struct slow_machine *machine, struct ks_counters *counters) {
  *counters = machine->counters;
}
