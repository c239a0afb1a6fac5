/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "attend.h"
#include "cycle.h"

struct ks_machine {
  struct ks_design design;
  struct ks_constants constants;
  struct ks_page pages[KS_MAX_PAGES]; /* zeroed until something is loaded there */
  struct ks_attention attention;
  struct ks_clock *clock; /* NULL: no RTL whose cycles it could tell is in this version */
  struct ks_counters counters;
  struct ks_passage *passages; /* of the last ATTEND */
  size_t passage_count;
};

struct ks_machine *ks_machine_new(const struct ks_config *config) {
  struct ks_machine *machine = ks_allocate(1, sizeof(*machine));
  machine->design = ks_design_new(config);
  machine->attention = ks_attention_new(&machine->design);
  if (config->engine != KS_ENGINE_LISA) machine->clock = ks_clock_new(config);
  return machine;
}

void ks_machine_free(struct ks_machine *machine) {
  if (!machine) return;
  for (int page = 0; page < machine->design.config.pages; page++) ks_page_free(&machine->pages[page]);
  ks_attention_free(&machine->attention);
  ks_clock_free(machine->clock);
  free(machine->passages);
  ks_design_free(&machine->design);
  free(machine);
}

void ks_machine_constants(struct ks_machine *machine, const struct ks_constants *constants) {
  machine->constants = *constants;
}

static enum ks_refusal judge_load(const struct ks_machine *machine, struct ks_command command) {
  const struct ks_page *page = &machine->pages[command.page];
  bool appends = machine->design.config.engine != KS_ENGINE_A3 && command.base == page->keys;
  if (command.base != 0 && !appends) return KS_REFUSED_BASE;
  if (command.base + command.count > machine->design.config.n) return KS_REFUSED_ROOM;
  return KS_ACCEPTED;
}

static bool can_iterate(const struct ks_machine *machine) {
  const struct ks_config *config = &machine->design.config;
  uint32_t iterations = machine->constants.iterations;
  return config->engine != KS_ENGINE_A3 || (iterations >= 1 && iterations <= (uint32_t)config->iterations);
}

static enum ks_refusal judge_attend(const struct ks_machine *machine, struct ks_command command) {
  uint32_t shift = machine->constants.exp_shift;
  if (command.flags & ~KS_FLAG_EXACT) return KS_REFUSED_FLAGS;
  if (machine->pages[command.page].keys == 0) return KS_REFUSED_EMPTY;
  if (shift < 8 || shift > 47) return KS_REFUSED_SCALE;
  if (!(command.flags & KS_FLAG_EXACT) && !can_iterate(machine)) return KS_REFUSED_ITERATIONS;
  return KS_ACCEPTED;
}

static enum ks_refusal judge(const struct ks_machine *machine, struct ks_command command) {
  if (command.opcode != KS_LOAD && command.opcode != KS_ATTEND) return KS_REFUSED_OPCODE;
  if (command.page >= machine->design.config.pages) return KS_REFUSED_PAGE;
  if (command.count == 0) return KS_REFUSED_COUNT;
  return command.opcode == KS_LOAD ? judge_load(machine, command) : judge_attend(machine, command);
}

/* Judges the command and, where it is refused, charges and counts that. */
static enum ks_refusal admit(struct ks_machine *machine, struct ks_command command) {
  enum ks_refusal refusal = judge(machine, command);
  if (refusal == KS_ACCEPTED) return refusal;
  machine->counters.refused++;
  machine->counters.last_refusal = refusal;
  if (machine->clock) ks_clock_refuse(machine->clock);
  return refusal;
}

enum ks_refusal ks_machine_load(struct ks_machine *machine, struct ks_command command, const int32_t *k,
                                const int32_t *v) {
  assert(command.opcode != KS_ATTEND);
  enum ks_refusal refusal = admit(machine, command);
  if (refusal != KS_ACCEPTED) return refusal;
  struct ks_page *page = &machine->pages[command.page];
  if (!page->k) *page = ks_page_new(&machine->design);
  ks_page_load(&machine->design, page, command.base, command.count, k, v);
  if (machine->clock) ks_clock_load(machine->clock, command.page, command.base, command.count);
  return KS_ACCEPTED;
}

static bool has_bit(const uint64_t bitmap[], size_t j) {
  return bitmap[j / 64] >> j % 64 & 1;
}

static void mark_keys(const struct ks_attention *attention, int keys, uint8_t mask[], size_t mask_stride) {
  memset(mask, 0, mask_stride);
  for (size_t j = 0; j < (size_t)keys; j++)
    mask[j] = has_bit(attention->is_used, j) ? 2 : has_bit(attention->is_candidate, j) ? 1 : 0;
}

/* Room for what becomes known of `count` queries. */
static void renew_passages(struct ks_machine *machine, size_t count) {
  free(machine->passages);
  machine->passages = ks_allocate(count, sizeof(*machine->passages));
  machine->passage_count = count;
}

/* Takes down and counts what the last query did. */
static void record(struct ks_machine *machine, size_t i, bool exact) {
  const struct ks_attention *attention = &machine->attention;
  bool iterates = machine->design.config.engine == KS_ENGINE_A3 && !exact;
  machine->passages[i] = (struct ks_passage){
      .iterations = (uint16_t)(iterates ? machine->constants.iterations : 0),
      .candidates = (uint16_t)attention->candidates,
      .used = (uint16_t)attention->used,
      .virtual_key = attention->skipped != 0,
  };
  machine->counters.candidates += (uint64_t)attention->candidates;
  machine->counters.used += (uint64_t)attention->used;
}

static void raise_flags(struct ks_machine *machine) {
  const struct ks_attention *attention = &machine->attention;
  if (attention->saturated) machine->counters.sticky |= KS_STICKY_SATURATED;
  if (attention->overflow) machine->counters.sticky |= KS_STICKY_OVERFLOW;
  if (attention->sum_zero) machine->counters.sticky |= KS_STICKY_SUM_ZERO;
}

/* What the cycle model is told of an ATTEND. */
struct account {
  uint16_t *taken; /* ELSA: of every query and bank */
  uint8_t *fates;  /* A3: of every candidate */
  size_t fate_count;
};

static void note(const struct ks_machine *machine, size_t i, bool exact, struct account *account) {
  const struct ks_attention *attention = &machine->attention;
  size_t banks = (size_t)machine->design.sizes.bank_count;
  for (size_t bank = 0; bank < banks; bank++) account->taken[i * banks + bank] = attention->taken[bank];
  if (exact || machine->design.config.engine != KS_ENGINE_A3) return;
  size_t count = (size_t)attention->candidates;
  account->fates = realloc(account->fates, account->fate_count + count);
  if (!account->fates) abort();
  memcpy(account->fates + account->fate_count, attention->fate, count);
  account->fate_count += count;
}

static void time_attend(struct ks_machine *machine, struct ks_command command, bool exact,
                        const struct account *account) {
  int keys = machine->pages[command.page].keys;
  if (machine->design.config.engine == KS_ENGINE_A3)
    ks_clock_search(machine->clock, command.page, keys, exact, command.count, (int)machine->constants.iterations,
                    machine->passages, account->fates);
  else
    ks_clock_attend(machine->clock, command.page, keys, exact, command.count, account->taken);
}

enum ks_refusal ks_machine_attend(struct ks_machine *machine, struct ks_command command, const int32_t *q,
                                  int32_t *out, uint8_t *mask, size_t mask_stride) {
  assert(command.opcode != KS_LOAD);
  enum ks_refusal refusal = admit(machine, command);
  if (refusal != KS_ACCEPTED) return refusal;

  const struct ks_page *page = &machine->pages[command.page];
  struct ks_attention *attention = &machine->attention;
  size_t d = (size_t)machine->design.config.d, banks = (size_t)machine->design.sizes.bank_count;
  struct account account = {.taken = ks_allocate(command.count * banks, sizeof(*account.taken))};
  bool exact = command.flags & KS_FLAG_EXACT;
  assert(!mask || mask_stride >= (size_t)page->keys);
  renew_passages(machine, command.count);
  for (size_t i = 0; i < command.count; i++) {
    ks_attend(&machine->design, page, &machine->constants, exact, q + i * d, attention, out + i * d);
    if (mask) mark_keys(attention, page->keys, mask + i * mask_stride, mask_stride);
    note(machine, i, exact, &account);
    record(machine, i, exact);
  }
  machine->counters.queries += command.count;
  raise_flags(machine);
  if (machine->clock) time_attend(machine, command, exact, &account);
  free(account.taken);
  free(account.fates);
  return KS_ACCEPTED;
}

const struct ks_passage *ks_machine_passages(const struct ks_machine *machine, size_t *count) {
  *count = machine->passage_count;
  return machine->passages;
}

void ks_machine_counters(struct ks_machine *machine, struct ks_counters *counters) {
  *counters = machine->counters;
  counters->timed = machine->clock != NULL;
  if (machine->clock) ks_clock_counters(machine->clock, counters);
}
