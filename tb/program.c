/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../cmodel/allocate.h"
#include "../cmodel/issue.h"
#include "../gen/registers.h"
#include "program.h"

/* ---- lists ---------------------------------------------------------------------------------- */

void *ks_list_add(struct ks_list *list, size_t count, size_t size) {
  list->items = ks_grow(list->items, &list->room, list->count + count, size);
  void *added = (char *)list->items + list->count * size;
  list->count += count;
  return added;
}

static void append(struct ks_list *list, const int32_t *codes, size_t count) {
  if (count) memcpy(ks_list_add(list, count, sizeof *codes), codes, count * sizeof *codes);
}

/* ---- making --------------------------------------------------------------------------------- */

struct ks_program *ks_program_new(const struct ks_config *config) {
  struct ks_program *program = calloc(1, sizeof *program);
  if (!program) abort();
  program->config = config;
  program->timed = true;
  program->machine = ks_machine_new(config);
  ks_sizes_derive(config, &program->sizes);
  return program;
}

void ks_program_free(struct ks_program *program) {
  struct ks_list *lists[] = {&program->steps, &program->k,   &program->v,      &program->s,   &program->q,
                             &program->out,   &program->tag, &program->number, &program->last};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) free(lists[i]->items);
  for (size_t b = 0; b < KS_DUT_MAX_STREAMS; b++) free(program->takes[b].items);
  ks_machine_free(program->machine);
  free(program);
}

size_t ks_program_key_rows(const struct ks_program *program) {
  return program->k.count / (size_t)program->config->d;
}

size_t ks_program_out_rows(const struct ks_program *program) {
  return program->tag.count;
}

/* ---- registers ------------------------------------------------------------------------------ */

static void add_step(struct ks_program *program, struct ks_dut_step step) {
  *(struct ks_dut_step *)ks_list_add(&program->steps, 1, sizeof step) = step;
}

static void write_register(struct ks_program *program, unsigned address, uint32_t value) {
  add_step(program, (struct ks_dut_step){.kind = KS_DUT_WRITE, .address = address, .value = value});
}

static void write_cosines(struct ks_program *program, const struct ks_constants *constants) {
  add_step(program, (struct ks_dut_step){.kind = KS_DUT_IDLE});
  for (unsigned h = 0; h <= (unsigned)program->sizes.hash_bits; h++)
    write_register(program, KS_REG_COS_CODE + h, (uint32_t)constants->cos_code[h]);
}

static void write_elsa(struct ks_program *program, const struct ks_constants *constants, bool all) {
  const struct ks_constants *old = &program->constants;
  size_t table = (size_t)(program->sizes.hash_bits + 1) * sizeof constants->cos_code[0];
  if (all || memcmp(old->cos_code, constants->cos_code, table)) write_cosines(program, constants);
  if (all || old->t_code != constants->t_code)
    write_register(program, KS_REG_T_CODE, (uint32_t)constants->t_code);
}

static void write_a3(struct ks_program *program, const struct ks_constants *constants, bool all) {
  const struct ks_constants *old = &program->constants;
  if (all || old->iterations != constants->iterations)
    write_register(program, KS_REG_ITERATIONS, constants->iterations);
  if (all || (uint32_t)old->margin != (uint32_t)constants->margin)
    write_register(program, KS_REG_POST_T, (uint32_t)constants->margin);
  if (all || old->margin >> 32 != constants->margin >> 32)
    write_register(program, KS_REG_POST_T_HIGH, (uint32_t)(constants->margin >> 32));
}

static void write_lisa(struct ks_program *program, const struct ks_constants *constants, bool all) {
  const struct ks_constants *old = &program->constants;
  if (all || old->tau != constants->tau) write_register(program, KS_REG_TAU, (uint32_t)constants->tau);
  if (all || old->top_k != constants->top_k) write_register(program, KS_REG_TOP_K, constants->top_k);
  if (all || old->top_q != constants->top_q) write_register(program, KS_REG_TOP_Q, constants->top_q);
}

void ks_program_constants(struct ks_program *program, const struct ks_constants *constants) {
  const struct ks_constants *old = &program->constants;
  bool all = !program->constants_known;
  switch ((enum ks_engine)program->config->engine) {
    case KS_ENGINE_A3: write_a3(program, constants, all); break;
    case KS_ENGINE_LISA: write_lisa(program, constants, all); break;
    default: write_elsa(program, constants, all); break;
  }
  if (all || old->exp_mul != constants->exp_mul) write_register(program, KS_REG_EXP_MUL, constants->exp_mul);
  if (all || old->exp_shift != constants->exp_shift)
    write_register(program, KS_REG_EXP_SHIFT, constants->exp_shift);
  program->constants = *constants;
  program->constants_known = true;
  if (program->commands) program->timed = false;
  ks_machine_constants(program->machine, constants);
}

/* ---- commands ------------------------------------------------------------------------------- */

uint64_t ks_program_word(struct ks_command command) {
  return (uint64_t)(command.opcode & 15) | (uint64_t)(command.page & 15) << 4 | (uint64_t)command.flags << 8 |
         (uint64_t)command.tag << 16 | (uint64_t)command.base << 32 | (uint64_t)command.count << 48;
}

/* The keys of a bank that mask marks with `least` or more, in ascending order; returns their number. */
static int list_keys(const struct ks_program *program, const uint8_t *mask, uint8_t least, int bank,
                     uint16_t list[]) {
  int count = 0;
  for (int key = bank; key < program->config->n; key += program->sizes.bank_count)
    if (mask[key] >= least) list[count++] = (uint16_t)key;
  return count;
}

/* What a row of O, and its keys on the trace streams, are called by. */
struct name {
  uint16_t tag, number;
  bool last;
};

static void add_takes(struct ks_program *program, int stream, struct name name, const uint16_t keys[],
                      int count, bool used) {
  struct ks_dut_take *take = ks_list_add(&program->takes[stream], (size_t)count, sizeof *take);
  for (int i = 0; i < count; i++) take[i] = (struct ks_dut_take){name.tag, name.number, keys[i], used};
}

/* ELSA: the keys that a query uses, bank by bank, in the order in which the banks take them. */
static void trace_banks(struct ks_program *program, struct name name, bool exact, const uint8_t *mask) {
  uint16_t found[KS_MAX_KEYS], ordered[KS_MAX_KEYS];
  bool queued = program->config->issue == KS_ISSUE_LQF && !exact;
  for (int bank = 0; bank < program->config->banks; bank++) {
    int count = list_keys(program, mask, 2, bank, found);
    if (queued) ks_issue_lqf(program->config, found, count, ordered);
    add_takes(program, bank, name, queued ? ordered : found, count, true);
  }
}

/* A3, LISA: a stream of the candidates, and one of those that are used. */
static void trace_stages(struct ks_program *program, struct name name, const uint8_t *mask) {
  uint16_t found[KS_MAX_KEYS];
  for (int stage = 0; stage < 2; stage++) {
    int count = list_keys(program, mask, (uint8_t)(1 + stage), 0, found);
    add_takes(program, stage, name, found, count, stage == 1);
  }
}

/* Output rows of `count` queries, codes and masks: `name` is the first one's, but for `last`, the last one's. */
static void add_rows(struct ks_program *program, struct name name, size_t count, bool exact,
                     const int32_t *out, const uint8_t *mask) {
  bool last = name.last;
  append(&program->out, out, count * (size_t)program->config->d);
  for (size_t i = 0; i < count; i++, name.number++) {
    name.last = last && i + 1 == count;
    *(uint16_t *)ks_list_add(&program->tag, 1, sizeof(uint16_t)) = name.tag;
    *(uint16_t *)ks_list_add(&program->number, 1, sizeof(uint16_t)) = name.number;
    *(uint8_t *)ks_list_add(&program->last, 1, 1) = name.last;
    const uint8_t *row = mask + i * (size_t)program->config->n;
    if (program->config->engine == KS_ENGINE_ELSA) trace_banks(program, name, exact, row);
    else trace_stages(program, name, row);
  }
}

/* Room for the codes and masks of `count` queries. */
struct answers {
  int32_t *out;
  uint8_t *mask;
};

static struct answers new_answers(const struct ks_program *program, size_t count) {
  struct answers answers = {calloc(count * (size_t)program->config->d + 1, sizeof *answers.out),
                            calloc(count * (size_t)program->config->n + 1, 1)};
  if (!answers.out || !answers.mask) abort();
  return answers;
}

static void free_answers(struct answers *answers) {
  free(answers->out);
  free(answers->mask);
}

static enum ks_refusal attend(struct ks_program *program, struct ks_command command, const int32_t *q) {
  struct answers answers = new_answers(program, command.count);
  enum ks_refusal refusal = ks_machine_attend(program->machine, command, q, answers.out, answers.mask,
                                              (size_t)program->config->n);
  if (refusal == KS_ACCEPTED) {
    append(&program->q, q, command.count * (size_t)program->config->d);
    add_rows(program, (struct name){command.tag, 0, true}, command.count, command.flags & KS_FLAG_EXACT,
             answers.out, answers.mask);
  }
  free_answers(&answers);
  return refusal;
}

static void append_sorted(struct ks_program *program, const int32_t *k, size_t rows) {
  size_t count = rows * (size_t)program->config->d;
  struct ks_entry *sorted = malloc(count * sizeof *sorted);
  if (!sorted) abort();
  ks_sort_columns(k, rows, (size_t)program->config->d, sorted);
  int32_t *entries = ks_list_add(&program->s, count, sizeof *entries);
  int32_t low = (1 << program->sizes.code_bits) - 1;
  for (size_t i = 0; i < count; i++)
    entries[i] = sorted[i].row << program->sizes.code_bits | (sorted[i].code & low);
  free(sorted);
}

void ks_program_disorder(struct ks_program *program, uint64_t choice) {
  size_t d = (size_t)program->config->d, rows = (size_t)program->last_load;
  assert(program->config->engine == KS_ENGINE_A3 && rows >= 2);
  size_t beat = ks_program_key_rows(program) - rows + choice % (rows - 1), column = choice / rows % d;
  int32_t *entry = (int32_t *)program->s.items + beat * d + column, first = *entry;
  entry[0] = entry[d];
  entry[d] = first;
  program->sticky |= KS_STICKY_UNSORTED;
}

static enum ks_refusal load(struct ks_program *program, struct ks_command command, const int32_t *k,
                            const int32_t *v) {
  enum ks_refusal refusal = ks_machine_load(program->machine, command, k, v);
  if (refusal != KS_ACCEPTED) return refusal;
  size_t codes = command.count * (size_t)program->config->d;
  append(&program->k, k, codes);
  append(&program->v, v, codes);
  if (program->config->engine == KS_ENGINE_A3) append_sorted(program, k, command.count);
  program->last_load = command.count;
  program->keys[command.page] = command.base + command.count;
  return KS_ACCEPTED;
}

enum ks_refusal ks_program_command(struct ks_program *program, struct ks_command command, const int32_t *k,
                                   const int32_t *v, const int32_t *q) {
  add_step(program, (struct ks_dut_step){.kind = KS_DUT_COMMAND, .command = ks_program_word(command)});
  program->commands++;
  return command.opcode == KS_ATTEND ? attend(program, command, q) : load(program, command, k, v);
}

enum ks_refusal ks_program_instruct(struct ks_program *program, uint64_t word, const int32_t *q) {
  struct ks_instruction instruction = ks_instruction_of((uint32_t)word);
  struct answers answers = new_answers(program, (size_t)program->config->rows);
  struct ks_leaving leaving;
  add_step(program, (struct ks_dut_step){.kind = KS_DUT_COMMAND, .command = word});
  program->commands++;
  enum ks_refusal refusal = ks_machine_instruct(program->machine, (uint32_t)word, q, answers.out,
                                                answers.mask, (size_t)program->config->n, &leaving);
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_PREDICT)
    append(&program->q, q, instruction.count * (size_t)program->config->d);
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_WSUM)
    add_rows(program, (struct name){leaving.tag, leaving.number, leaving.last}, leaving.count, false,
             answers.out, answers.mask);
  free_answers(&answers);
  return refusal;
}
