/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "../cmodel/issue.h"
#include "../gen/registers.h"
#include "program.h"

/* ---- lists ---------------------------------------------------------------------------------- */

void *ks_list_add(struct ks_list *list, size_t count, size_t size) {
  if (list->count + count > list->room) {
    list->room = 2 * list->room + count;
    list->items = realloc(list->items, list->room * size);
    if (!list->items) abort();
  }
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
  struct ks_list *lists[] = {&program->steps, &program->k,      &program->v,   &program->q,
                             &program->out,   &program->number, &program->tag, &program->last};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) free(lists[i]->items);
  for (size_t b = 0; b < KS_MAX_BANKS; b++) free(program->takes[b].items);
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

void ks_program_constants(struct ks_program *program, const struct ks_constants *constants) {
  const struct ks_constants *old = &program->constants;
  bool all = !program->constants_known;
  size_t table = (size_t)(program->sizes.hash_bits + 1) * sizeof constants->cos_code[0];
  if (all || memcmp(old->cos_code, constants->cos_code, table)) write_cosines(program, constants);
  if (all || old->exp_mul != constants->exp_mul) write_register(program, KS_REG_EXP_MUL, constants->exp_mul);
  if (all || old->exp_shift != constants->exp_shift)
    write_register(program, KS_REG_EXP_SHIFT, constants->exp_shift);
  if (all || old->t_code != constants->t_code)
    write_register(program, KS_REG_T_CODE, (uint32_t)constants->t_code);
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

/* The keys that a bank takes of a query, in ascending order; returns their number. */
static int list_keys(const struct ks_program *program, int keys, const uint8_t *mask, int bank,
                     uint16_t list[]) {
  int count = 0;
  for (int key = bank; key < keys; key += program->config->banks)
    if (mask[key]) list[count++] = (uint16_t)key;
  return count;
}

/* The keys that a query uses, bank by bank, in the order in which the banks take them. */
static void add_takes(struct ks_program *program, struct ks_command command, size_t query,
                      const uint8_t *mask) {
  uint16_t found[KS_MAX_KEYS], ordered[KS_MAX_KEYS];
  bool queued = program->config->issue == KS_ISSUE_LQF && !(command.flags & KS_FLAG_EXACT);
  for (int bank = 0; bank < program->config->banks; bank++) {
    int count = list_keys(program, program->keys[command.page], mask, bank, found);
    if (queued) ks_issue_lqf(program->config, found, count, ordered);
    struct ks_dut_take *take = ks_list_add(&program->takes[bank], (size_t)count, sizeof *take);
    for (int i = 0; i < count; i++) {
      uint16_t key = queued ? ordered[i] : found[i];
      take[i] = (struct ks_dut_take){command.tag, (uint16_t)query, key, mask[key] == 2};
    }
  }
}

static void add_rows(struct ks_program *program, struct ks_command command, const uint8_t *mask) {
  for (size_t i = 0; i < command.count; i++) {
    *(uint16_t *)ks_list_add(&program->tag, 1, sizeof(uint16_t)) = command.tag;
    *(uint16_t *)ks_list_add(&program->number, 1, sizeof(uint16_t)) = (uint16_t)i;
    *(uint8_t *)ks_list_add(&program->last, 1, 1) = i + 1 == command.count;
    add_takes(program, command, i, mask + i * (size_t)program->config->n);
  }
}

static enum ks_refusal attend(struct ks_program *program, struct ks_command command, const int32_t *q) {
  size_t codes = command.count * (size_t)program->config->d;
  int32_t *out = calloc(codes + 1, sizeof *out);
  uint8_t *mask = calloc((size_t)command.count * (size_t)program->config->n + 1, 1);
  if (!out || !mask) abort();
  enum ks_refusal refusal =
      ks_machine_attend(program->machine, command, q, out, mask, (size_t)program->config->n);
  if (refusal == KS_ACCEPTED) {
    append(&program->q, q, codes);
    append(&program->out, out, codes);
    add_rows(program, command, mask);
  }
  free(out);
  free(mask);
  return refusal;
}

static enum ks_refusal load(struct ks_program *program, struct ks_command command, const int32_t *k,
                            const int32_t *v) {
  enum ks_refusal refusal = ks_machine_load(program->machine, command, k, v);
  if (refusal != KS_ACCEPTED) return refusal;
  size_t codes = command.count * (size_t)program->config->d;
  append(&program->k, k, codes);
  append(&program->v, v, codes);
  program->keys[command.page] = command.base + command.count;
  return KS_ACCEPTED;
}

enum ks_refusal ks_program_command(struct ks_program *program, struct ks_command command, const int32_t *k,
                                   const int32_t *v, const int32_t *q) {
  add_step(program, (struct ks_dut_step){.kind = KS_DUT_COMMAND, .command = ks_program_word(command)});
  program->commands++;
  return command.opcode == KS_ATTEND ? attend(program, command, q) : load(program, command, k, v);
}
