/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cycle.h"
#include "filter.h"
#include "group.h"

struct ks_machine {
  struct ks_design design;
  struct ks_constants constants;
  struct ks_page pages[KS_MAX_PAGES]; /* zeroed until something is loaded there */
  struct ks_attention attention;
  struct ks_groups groups; /* LISA */
  struct ks_clock *clock;
  struct ks_counters counters;
  struct ks_passage *passages; /* of the last ATTEND or program */
  size_t passage_count, passage_room;
};

struct ks_machine *ks_machine_new(const struct ks_config *config) {
  struct ks_machine *machine = ks_allocate(1, sizeof(*machine));
  machine->design = ks_design_new(config);
  machine->attention = ks_attention_new(&machine->design);
  machine->clock = ks_clock_new(config);
  return machine;
}

void ks_machine_free(struct ks_machine *machine) {
  if (!machine) return;
  for (int page = 0; page < machine->design.config.pages; page++) ks_page_free(&machine->pages[page]);
  ks_attention_free(&machine->attention);
  ks_groups_free(&machine->design, &machine->groups);
  ks_clock_free(machine->clock);
  free(machine->passages);
  ks_design_free(&machine->design);
  free(machine);
}

void ks_machine_constants(struct ks_machine *machine, const struct ks_constants *constants) {
  machine->constants = *constants;
}

/* ---- what is legal --------------------------------------------------------------------------- */

static bool is_lisa(const struct ks_machine *machine) {
  return machine->design.config.engine == KS_ENGINE_LISA;
}

static bool is_code_from_0(const struct ks_machine *machine, int32_t x) {
  return x >= 0 && x < (int32_t)1 << (machine->design.sizes.code_bits - 1);
}

static enum ks_refusal judge_load(const struct ks_machine *machine, struct ks_command command) {
  const struct ks_page *page = &machine->pages[command.page];
  bool appends = machine->design.config.engine != KS_ENGINE_A3 && command.base == page->keys;
  if (command.base != 0 && !appends) return KS_REFUSED_BASE;
  if (command.base + command.count > machine->design.config.n) return KS_REFUSED_ROOM;
  if (is_lisa(machine) && command.base == 0 && !is_code_from_0(machine, machine->constants.tau))
    return KS_REFUSED_TAU;
  if (ks_groups_read(&machine->groups, command.page)) return KS_REFUSED_OPEN;
  return KS_ACCEPTED;
}

/* What selection without KS_FLAG_EXACT asks of the constants. */
static enum ks_refusal judge_selection(const struct ks_machine *machine) {
  const struct ks_config *config = &machine->design.config;
  const struct ks_constants *constants = &machine->constants;
  uint32_t iterations = (uint32_t)config->iterations, top_k = (uint32_t)config->top_k,
           top_q = (uint32_t)config->top_q;
  if (config->engine == KS_ENGINE_A3 && (constants->iterations < 1 || constants->iterations > iterations))
    return KS_REFUSED_ITERATIONS;
  if (config->engine != KS_ENGINE_LISA) return KS_ACCEPTED;
  if (constants->top_k < 1 || constants->top_k > top_k) return KS_REFUSED_TOP_K;
  if (constants->top_q < 1 || constants->top_q > top_q || constants->top_q > constants->top_k)
    return KS_REFUSED_TOP_Q;
  return KS_ACCEPTED;
}

/* ATTEND and PREDICT. */
static enum ks_refusal judge_queries(const struct ks_machine *machine, int page, unsigned flags) {
  unsigned known = is_lisa(machine) ? KS_FLAG_EXACT | KS_FLAG_POSITIVE : KS_FLAG_EXACT;
  uint32_t shift = machine->constants.exp_shift;
  if (flags & ~known) return KS_REFUSED_FLAGS;
  if (machine->pages[page].keys == 0) return KS_REFUSED_EMPTY;
  if (shift < 8 || shift > 47) return KS_REFUSED_SCALE;
  return flags & KS_FLAG_EXACT ? KS_ACCEPTED : judge_selection(machine);
}

static enum ks_refusal judge_attend(const struct ks_machine *machine, struct ks_command command) {
  enum ks_refusal refusal = judge_queries(machine, command.page, command.flags);
  if (refusal != KS_ACCEPTED) return refusal;
  return ks_groups_any(&machine->groups) ? KS_REFUSED_OPEN : KS_ACCEPTED;
}

static enum ks_refusal judge(const struct ks_machine *machine, struct ks_command command) {
  if (command.opcode != KS_LOAD && command.opcode != KS_ATTEND) return KS_REFUSED_OPCODE;
  if (command.page >= machine->design.config.pages) return KS_REFUSED_PAGE;
  if (command.count == 0) return KS_REFUSED_COUNT;
  return command.opcode == KS_LOAD ? judge_load(machine, command) : judge_attend(machine, command);
}

static enum ks_refusal judge_predict(const struct ks_machine *machine, struct ks_instruction predict) {
  if (predict.page >= machine->design.config.pages) return KS_REFUSED_PAGE;
  if (predict.count > machine->design.config.rows) return KS_REFUSED_COUNT;
  return judge_queries(machine, predict.page, predict.flags);
}

static enum ks_refusal judge_instruction(const struct ks_machine *machine,
                                         struct ks_instruction instruction) {
  bool known = instruction.opcode >= KS_PREDICT && instruction.opcode <= KS_WSUM;
  enum ks_refusal refusal = is_lisa(machine) && known ? KS_ACCEPTED : KS_REFUSED_OPCODE;
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_PREDICT)
    refusal = judge_predict(machine, instruction);
  if (refusal != KS_ACCEPTED) return refusal;
  return ks_groups_ready(&machine->groups, instruction) ? KS_ACCEPTED : KS_REFUSED_ORDER;
}

/* Counts and charges a refusal. */
static enum ks_refusal admit(struct ks_machine *machine, enum ks_refusal refusal) {
  if (refusal == KS_ACCEPTED) return refusal;
  machine->counters.refused++;
  machine->counters.last_refusal = refusal;
  ks_clock_refuse(machine->clock);
  return refusal;
}

/* ---- LOAD ------------------------------------------------------------------------------------ */

enum ks_refusal ks_machine_load(struct ks_machine *machine, struct ks_command command, const int32_t *k,
                                const int32_t *v) {
  assert(command.opcode != KS_ATTEND);
  enum ks_refusal refusal = admit(machine, judge(machine, command));
  if (refusal != KS_ACCEPTED) return refusal;
  struct ks_page *page = &machine->pages[command.page];
  if (!page->k) *page = ks_page_new(&machine->design);
  uint64_t before = command.base ? page->index.nonzeros : 0;
  ks_page_load(&machine->design, page, &machine->constants, command.base, command.count, k, v);
  machine->counters.ternary_nonzeros += page->index.nonzeros - before;
  ks_clock_load(machine->clock, command.page, command.base, command.count);
  return KS_ACCEPTED;
}

/* ---- what becomes of queries ----------------------------------------------------------------- */

static bool has_bit(const uint64_t bitmap[], size_t j) {
  return bitmap[j / 64] >> j % 64 & 1;
}

static void mark_keys(const struct ks_attention *attention, int keys, uint8_t mask[], size_t mask_stride) {
  memset(mask, 0, mask_stride);
  for (size_t j = 0; j < (size_t)keys; j++)
    mask[j] = has_bit(attention->is_used, j) ? 2 : has_bit(attention->is_candidate, j) ? 1 : 0;
}

/* Forgets what is known of earlier queries and makes room for `count`. */
static void renew_passages(struct ks_machine *machine, size_t count) {
  free(machine->passages);
  machine->passages = ks_allocate(count, sizeof(*machine->passages));
  machine->passage_room = count;
  machine->passage_count = 0;
}

/* Takes down and counts what a query did; marks its keys. */
static void record(struct ks_machine *machine, const struct ks_attention *attention,
                   struct ks_passage passage) {
  passage.candidates = (uint16_t)attention->candidates;
  passage.used = (uint16_t)attention->used;
  passage.virtual_key = attention->skipped != 0;
  machine->passages[machine->passage_count++] = passage;
  machine->counters.queries++;
  machine->counters.candidates += (uint64_t)attention->candidates;
  machine->counters.used += (uint64_t)attention->used;
  if (attention->saturated) machine->counters.sticky |= KS_STICKY_SATURATED;
  if (attention->overflow) machine->counters.sticky |= KS_STICKY_OVERFLOW;
  if (attention->sum_zero) machine->counters.sticky |= KS_STICKY_SUM_ZERO;
}

const struct ks_passage *ks_machine_passages(const struct ks_machine *machine, size_t *count) {
  *count = machine->passage_count;
  return machine->passages;
}

/* What queries read and write. */
struct rows {
  const int32_t *q;
  int32_t *out;
  uint8_t *mask; /* or NULL */
  size_t mask_stride;
};

/* ---- what the cycle model is told ------------------------------------------------------------ */

struct account {
  uint16_t *taken; /* ELSA: of every query and bank */
  size_t taken_count, taken_room;
  uint8_t *fates; /* A3, LISA: of every candidate (filter.h) */
  size_t fate_count, fate_room;
};

static void note_taken(const struct ks_machine *machine, const struct ks_attention *attention,
                       struct account *account) {
  size_t banks = (size_t)machine->design.sizes.bank_count, before = account->taken_count;
  account->taken_count += banks;
  account->taken =
      ks_grow(account->taken, &account->taken_room, account->taken_count, sizeof(*account->taken));
  memcpy(account->taken + before, attention->taken, banks * sizeof(*account->taken));
}

static void note_fates(const struct ks_machine *machine, const struct ks_attention *attention, int keys,
                       struct account *account) {
  size_t count = (size_t)attention->candidates;
  account->fates = ks_grow(account->fates, &account->fate_room, account->fate_count + count, 1);
  uint8_t *fate = account->fates + account->fate_count;
  account->fate_count += count;
  if (machine->design.config.engine == KS_ENGINE_A3) {
    memcpy(fate, attention->fate, count);
    return;
  }
  for (size_t j = 0; j < (size_t)keys; j++)
    if (has_bit(attention->is_candidate, j)) *fate++ = has_bit(attention->is_used, j) ? KS_FATE_USED : 0;
}

static void note(const struct ks_machine *machine, const struct ks_attention *attention, int keys,
                 struct account *account) {
  if (machine->design.config.engine == KS_ENGINE_ELSA) note_taken(machine, attention, account);
  else if (!attention->exact) note_fates(machine, attention, keys, account);
}

static void free_account(struct account *account) {
  free(account->taken);
  free(account->fates);
}

static void time_attend(struct ks_machine *machine, struct ks_command command, const struct account *account) {
  int keys = machine->pages[command.page].keys;
  bool exact = command.flags & KS_FLAG_EXACT;
  if (machine->design.config.engine == KS_ENGINE_ELSA)
    ks_clock_attend(machine->clock, command.page, keys, exact, command.count, account->taken);
  else
    ks_clock_search(machine->clock, command.page, keys, exact, command.count, &machine->constants,
                    machine->passages, account->fates);
}

/* ---- LISA: instructions ---------------------------------------------------------------------- */

static void predict(struct ks_machine *machine, struct ks_group *group, const struct rows *rows) {
  size_t d = (size_t)machine->design.config.d;
  const struct ks_page *page = &machine->pages[group->predict.page];
  group->constants = machine->constants;
  memcpy(group->q, rows->q, group->predict.count * d * sizeof(*group->q));
  for (size_t i = 0; i < group->predict.count; i++)
    ks_attend_select(&machine->design, page, &group->constants, group->predict.flags, group->q + i * d,
                     &group->attention[i]);
}

static void score(struct ks_machine *machine, struct ks_group *group) {
  size_t d = (size_t)machine->design.config.d;
  const struct ks_page *page = &machine->pages[group->predict.page];
  for (size_t i = 0; i < group->predict.count; i++)
    ks_attend_score(&machine->design, page, &group->constants, group->q + i * d, &group->attention[i]);
}

static void soften(struct ks_machine *machine, struct ks_group *group) {
  for (size_t i = 0; i < group->predict.count; i++)
    ks_attend_weigh(&machine->design, &group->constants, &group->attention[i]);
}

static void sum_up(struct ks_machine *machine, struct ks_group *group, const struct rows *rows) {
  size_t d = (size_t)machine->design.config.d;
  const struct ks_page *page = &machine->pages[group->predict.page];
  bool exact = group->predict.flags & KS_FLAG_EXACT;
  if (group->first) machine->passage_count = 0;
  machine->passages = ks_grow(machine->passages, &machine->passage_room,
                              machine->passage_count + group->predict.count, sizeof(*machine->passages));
  for (size_t i = 0; i < group->predict.count; i++) {
    struct ks_attention *attention = &group->attention[i];
    ks_attend_average(&machine->design, page, attention, rows->out + i * d);
    if (rows->mask) mark_keys(attention, page->keys, rows->mask + i * rows->mask_stride, rows->mask_stride);
    record(machine, attention,
           (struct ks_passage){.predicted = (uint16_t)(exact ? 0 : page->keys),
                               .group = group->predict.count});
  }
  ks_groups_close(&machine->groups, group);
}

/* What became of the group that an instruction ended: its passages are the last ones. */
static void time_group(struct ks_machine *machine, const struct ks_group *group) {
  struct account account = {0};
  int keys = machine->pages[group->predict.page].keys;
  for (size_t i = 0; i < group->predict.count; i++) note(machine, &group->attention[i], keys, &account);
  ks_clock_predicted(machine->clock, group->clock_number, &group->constants,
                     machine->passages + machine->passage_count - group->predict.count, account.fates);
  free_account(&account);
}

static void time_instruction(struct ks_machine *machine, struct ks_instruction instruction,
                             struct ks_group *group) {
  int queries = group->predict.count;
  if (instruction.opcode == KS_PREDICT)
    group->clock_number =
        ks_clock_predict(machine->clock, instruction.page, machine->pages[instruction.page].keys,
                         instruction.flags & KS_FLAG_EXACT, queries);
  else
    ks_clock_instruct(machine->clock, instruction.opcode - KS_PREDICT, queries);
  if (instruction.opcode == KS_WSUM) time_group(machine, group);
}

/* An instruction that is legal. Returns its group. */
static struct ks_group *execute(struct ks_machine *machine, struct ks_instruction instruction,
                                      const struct rows *rows) {
  struct ks_group *group = ks_groups_move(&machine->design, &machine->groups, instruction);
  switch (instruction.opcode) {
    case KS_PREDICT: predict(machine, group, rows); break;
    case KS_SCORE: score(machine, group); break;
    case KS_SOFTMAX: soften(machine, group); break;
    default: sum_up(machine, group, rows); break;
  }
  return group;
}

enum ks_refusal ks_machine_instruct(struct ks_machine *machine, uint32_t word, const int32_t *q,
                                    int32_t *out, uint8_t *mask, size_t mask_stride,
                                    struct ks_leaving *leaving) {
  struct ks_instruction instruction = ks_instruction_of(word);
  enum ks_refusal refusal = admit(machine, judge_instruction(machine, instruction));
  if (refusal != KS_ACCEPTED) return refusal;
  struct rows rows = {q, out, mask, mask_stride};
  struct ks_group *group = execute(machine, instruction, &rows);
  time_instruction(machine, instruction, group);
  if (leaving && instruction.opcode == KS_WSUM)
    *leaving = (struct ks_leaving){group->predict.tag, group->number, group->predict.count,
                                   group->predict.last};
  return KS_ACCEPTED;
}

/* ---- ATTEND ---------------------------------------------------------------------------------- */

/* LISA: the program that it is. */
static void attend_by_program(struct ks_machine *machine, struct ks_command command, struct rows rows,
                              struct account *account) {
  size_t d = (size_t)machine->design.config.d;
  struct ks_sequencer sequencer = ks_sequencer_new(command, machine->design.config.rows);
  ks_groups_begin(&machine->groups);
  for (uint32_t word; ks_sequencer_next(&sequencer, &word);) {
    struct ks_instruction instruction = ks_instruction_of(word);
    const struct ks_group *group = execute(machine, instruction, &rows);
    size_t count = group->predict.count;
    if (instruction.opcode == KS_PREDICT) rows.q += count * d;
    if (instruction.opcode != KS_WSUM) continue;
    for (size_t i = 0; i < count; i++)
      note(machine, &group->attention[i], machine->pages[command.page].keys, account);
    rows.out += count * d;
    if (rows.mask) rows.mask += count * rows.mask_stride;
  }
}

/* ELSA, A3: query by query. */
static void attend_in_turn(struct ks_machine *machine, struct ks_command command, const struct rows *rows,
                           struct account *account) {
  const struct ks_page *page = &machine->pages[command.page];
  struct ks_attention *attention = &machine->attention;
  size_t d = (size_t)machine->design.config.d;
  bool exact = command.flags & KS_FLAG_EXACT;
  bool iterates = machine->design.config.engine == KS_ENGINE_A3 && !exact;
  for (size_t i = 0; i < command.count; i++) {
    ks_attend(&machine->design, page, &machine->constants, command.flags, rows->q + i * d, attention,
              rows->out + i * d);
    if (rows->mask) mark_keys(attention, page->keys, rows->mask + i * rows->mask_stride, rows->mask_stride);
    note(machine, attention, page->keys, account);
    record(machine, attention,
           (struct ks_passage){.iterations = (uint16_t)(iterates ? machine->constants.iterations : 0)});
  }
}

enum ks_refusal ks_machine_attend(struct ks_machine *machine, struct ks_command command, const int32_t *q,
                                  int32_t *out, uint8_t *mask, size_t mask_stride) {
  assert(command.opcode != KS_LOAD);
  enum ks_refusal refusal = admit(machine, judge(machine, command));
  if (refusal != KS_ACCEPTED) return refusal;
  assert(!mask || mask_stride >= (size_t)machine->pages[command.page].keys);
  struct rows rows = {q, out, mask, mask_stride};
  struct account account = {0};
  renew_passages(machine, command.count);
  if (is_lisa(machine)) attend_by_program(machine, command, rows, &account);
  else attend_in_turn(machine, command, &rows, &account);
  time_attend(machine, command, &account);
  free_account(&account);
  return KS_ACCEPTED;
}

/* ---- counters -------------------------------------------------------------------------------- */

void ks_machine_counters(struct ks_machine *machine, struct ks_counters *counters) {
  *counters = machine->counters;
  counters->timed = !ks_groups_any(&machine->groups);
  if (counters->timed) ks_clock_counters(machine->clock, counters);
}
