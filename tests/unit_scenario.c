/* SPDX-License-Identifier: Apache-2.0
 *
 * The harness's programs without the hardware: what a program tells the hardware, steps and rows, is run again
 * word by word on a machine of its own and has to give what the program says must come; and that the random
 * programs, together, hold what they are there for: every refusal, six open groups, and the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../gen/registers.h"
#include "../tb/scenario.h"
#include "sweep.h"

enum { REFUSALS = KS_REFUSED_OPEN + 1 };

/* What programs held. */
struct seen {
  int refusals[REFUSALS];
  int groups, instructed; /* groups; programs that had any */
  int timed;              /* of these: without a register written between commands, and with 4 groups or more */
  int most_open;
  int loads_beside;     /* LOADs that were accepted while a group was open */
  int repeated_buffers; /* PREDICTs in the buffer of the PREDICT before */
  int partial_groups, exact_groups, positive_groups, mixed_pages;
  int rewritten;    /* PREDICT, then other constants, then SCORE */
  int renumbered;   /* ATTENDs after a program that never said `last` */
};

struct replay {
  const struct ks_program *program;
  struct ks_machine *machine;
  struct ks_constants constants;
  size_t k_at, q_at, out_at; /* rows */
  int open, open_page[KS_MAX_PAGES];
  int last_buffer, groups;
  bool written, unnumbered; /* registers since the last PREDICT; the last PREDICT had no `last` */
  struct ks_instruction predicts[6]; /* of the open groups, oldest first */
  uint64_t seed;
  struct seen *seen;
};

static void differ(const struct replay *replay, const char *what) {
  fail_msg("%s: seed %llu: %s of row %zu", replay->program->config->name, (unsigned long long)replay->seed, what,
           replay->out_at);
}

static void write_register(struct replay *replay, uint32_t address, uint32_t value) {
  struct ks_constants *c = &replay->constants;
  replay->written = true;
  switch (address) {
    case KS_REG_EXP_MUL: c->exp_mul = value; return;
    case KS_REG_EXP_SHIFT: c->exp_shift = value; return;
    case KS_REG_T_CODE: c->t_code = (int32_t)value; return;
    case KS_REG_ITERATIONS: c->iterations = value; return;
    case KS_REG_POST_T: c->margin = (c->margin >> 32 << 32) | value; return;
    case KS_REG_POST_T_HIGH: c->margin = (uint64_t)value << 32 | (uint32_t)c->margin; return;
    case KS_REG_TAU: c->tau = (int32_t)value; return;
    case KS_REG_TOP_K: c->top_k = value; return;
    case KS_REG_TOP_Q: c->top_q = value; return;
    default: break;
  }
  assert_true(address >= KS_REG_COS_CODE && address <= KS_REG_COS_CODE + KS_MAX_HASH);
  c->cos_code[address - KS_REG_COS_CODE] = (int16_t)value;
}

/* The rows that leave are the program's next. */
static void expect_rows(struct replay *replay, struct ks_leaving leaving, size_t count, const int32_t *out) {
  const struct ks_program *program = replay->program;
  size_t d = (size_t)program->config->d;
  for (size_t i = 0; i < count; i++, replay->out_at++) {
    if (replay->out_at >= ks_program_out_rows(program)) differ(replay, "number");
    if (((uint16_t *)program->tag.items)[replay->out_at] != leaving.tag) differ(replay, "tag");
    if (((uint16_t *)program->number.items)[replay->out_at] != (uint16_t)(leaving.number + i))
      differ(replay, "number");
    if (((uint8_t *)program->last.items)[replay->out_at] != (leaving.last && i + 1 == count)) differ(replay, "last");
    if (memcmp((int32_t *)program->out.items + replay->out_at * d, out + i * d, d * sizeof *out))
      differ(replay, "codes");
  }
}

static int32_t *new_rows(const struct replay *replay, size_t count) {
  int32_t *rows = calloc(count * (size_t)replay->program->config->d + 1, sizeof *rows);
  assert_non_null(rows);
  return rows;
}

static const int32_t *row_at(const struct replay *replay, const struct ks_list *rows, size_t row) {
  return (const int32_t *)rows->items + row * (size_t)replay->program->config->d;
}

static enum ks_refusal load(struct replay *replay, struct ks_command command) {
  const struct ks_program *program = replay->program;
  enum ks_refusal refusal =
      ks_machine_load(replay->machine, command, row_at(replay, &program->k, replay->k_at),
                      row_at(replay, &program->v, replay->k_at));
  if (refusal != KS_ACCEPTED) return refusal;
  replay->k_at += command.count;
  replay->seen->loads_beside += replay->open > 0;
  return refusal;
}

static enum ks_refusal attend(struct replay *replay, struct ks_command command) {
  int32_t *out = new_rows(replay, command.count);
  enum ks_refusal refusal = ks_machine_attend(
      replay->machine, command, row_at(replay, &replay->program->q, replay->q_at), out, NULL, 0);
  if (refusal == KS_ACCEPTED) {
    expect_rows(replay, (struct ks_leaving){command.tag, 0, 0, true}, command.count, out);
    replay->q_at += command.count;
    replay->seen->renumbered += replay->unnumbered;
    replay->unnumbered = false;
  }
  free(out);
  return refusal;
}

static void open_group(struct replay *replay, struct ks_instruction predict) {
  struct seen *seen = replay->seen;
  assert_true(replay->open < 6);
  replay->predicts[replay->open++] = predict;
  replay->q_at += predict.count;
  replay->groups++;
  seen->most_open = replay->open > seen->most_open ? replay->open : seen->most_open;
  seen->repeated_buffers += replay->last_buffer == predict.buffer;
  seen->partial_groups += predict.count < replay->program->config->rows;
  seen->exact_groups += (predict.flags & KS_FLAG_EXACT) != 0;
  seen->positive_groups += predict.flags == KS_FLAG_POSITIVE;
  for (int i = 0; i < replay->open; i++) seen->mixed_pages += replay->predicts[i].page != predict.page;
  replay->last_buffer = predict.buffer;
  replay->unnumbered = !predict.last;
  replay->written = false;
}

static enum ks_refusal instruct(struct replay *replay, uint64_t word) {
  struct ks_instruction instruction = ks_instruction_of((uint32_t)word);
  struct ks_leaving leaving = {0};
  int32_t *out = new_rows(replay, 16);
  enum ks_refusal refusal =
      ks_machine_instruct(replay->machine, (uint32_t)word, row_at(replay, &replay->program->q, replay->q_at), out,
                          NULL, 0, &leaving);
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_PREDICT) open_group(replay, instruction);
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_SCORE) replay->seen->rewritten += replay->written;
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_WSUM) {
    expect_rows(replay, leaving, leaving.count, out);
    memmove(replay->predicts, replay->predicts + 1, (size_t)--replay->open * sizeof *replay->predicts);
  }
  free(out);
  return refusal;
}

static void obey(struct replay *replay, uint64_t word) {
  struct ks_command command = {.opcode = word & 15,
                               .page = word >> 4 & 15,
                               .flags = word >> 8 & 255,
                               .tag = (uint16_t)(word >> 16),
                               .base = (uint16_t)(word >> 32),
                               .count = (uint16_t)(word >> 48)};
  bool instructs = command.opcode >= KS_PREDICT && command.opcode <= KS_WSUM &&
                   replay->program->config->engine == KS_ENGINE_LISA;
  ks_machine_constants(replay->machine, &replay->constants);
  enum ks_refusal refusal = instructs                    ? instruct(replay, word)
                            : command.opcode == KS_LOAD ? load(replay, command)
                                                        : attend(replay, command);
  replay->seen->refusals[refusal]++;
}

/* What is left at the end, and the counters. */
static void expect_end(struct replay *replay) {
  const struct ks_program *program = replay->program;
  struct ks_counters want, have;
  ks_machine_counters(program->machine, &want);
  ks_machine_counters(replay->machine, &have);
  assert_int_equal(replay->open, 0);
  assert_int_equal(replay->k_at, ks_program_key_rows(program));
  assert_int_equal(replay->q_at, ks_program_out_rows(program));
  assert_int_equal(replay->out_at, ks_program_out_rows(program));
  assert_int_equal(want.refused, have.refused);
  assert_int_equal(want.sticky, have.sticky);
  assert_int_equal(want.candidates, have.candidates);
  assert_int_equal(want.used, have.used);
  assert_int_equal(want.ternary_nonzeros, have.ternary_nonzeros);
}

/* Keys on a trace stream, and that they are the counters'. */
static void expect_takes(const struct ks_program *program) {
  struct ks_counters counters;
  size_t takes = 0;
  ks_machine_counters(program->machine, &counters);
  if (program->config->engine != KS_ENGINE_ELSA) {
    assert_int_equal(program->takes[0].count, counters.candidates);
    assert_int_equal(program->takes[1].count, counters.used);
    return;
  }
  for (int b = 0; b < program->sizes.trace_streams; b++) takes += program->takes[b].count;
  assert_int_equal(takes, counters.used);
}

static void replay_scenario(const struct ks_config *config, uint64_t seed, struct seen *seen) {
  struct ks_program *program = ks_scenario(config, seed);
  const struct ks_dut_step *steps = program->steps.items;
  struct replay replay = {
      .program = program, .machine = ks_machine_new(config), .last_buffer = -1, .seed = seed, .seen = seen};
  for (size_t i = 0; i < program->steps.count; i++) {
    if (steps[i].kind == KS_DUT_WRITE) write_register(&replay, steps[i].address, steps[i].value);
    if (steps[i].kind == KS_DUT_COMMAND) obey(&replay, steps[i].command);
  }
  expect_end(&replay);
  expect_takes(program);
  seen->groups += replay.groups;
  seen->instructed += replay.groups > 0;
  seen->timed += replay.groups >= 4 && program->timed;
  ks_machine_free(replay.machine);
  ks_program_free(program);
}

static struct ks_config config_of(const char *path) {
  struct ks_config config;
  struct ks_error error;
  if (ks_config_read(&config, path, &error)) fail_msg("%s", error.text);
  return config;
}

static void expect_refusals(const struct seen *seen, const enum ks_refusal refusals[], size_t count) {
  assert_true(seen->refusals[KS_ACCEPTED] > 0);
  for (size_t i = 0; i < count; i++)
    if (seen->refusals[refusals[i]] == 0) fail_msg("refusal %d never occurs", refusals[i]);
}

static void programs_of_elsa_and_a3(void **state) {
  (void)state;
  static const enum ks_refusal common[] = {KS_REFUSED_OPCODE, KS_REFUSED_PAGE, KS_REFUSED_COUNT, KS_REFUSED_FLAGS,
                                           KS_REFUSED_BASE,   KS_REFUSED_ROOM, KS_REFUSED_EMPTY, KS_REFUSED_SCALE},
                               iterations[] = {KS_REFUSED_ITERATIONS};
  struct ks_config elsa = config_of("configs/elsa-small.ini"), a3 = config_of("configs/a3-small.ini");
  struct seen of_elsa = {.groups = 0}, of_a3 = {.groups = 0};
  for (uint64_t seed = 1; seed <= 300; seed++) {
    replay_scenario(&elsa, seed, &of_elsa);
    replay_scenario(&a3, seed, &of_a3);
  }
  expect_refusals(&of_elsa, common, sizeof common / sizeof *common);
  expect_refusals(&of_a3, common, sizeof common / sizeof *common);
  expect_refusals(&of_a3, iterations, 1);
  assert_int_equal(of_elsa.groups + of_a3.groups, 0);
}

static void print_seen(const struct seen *seen) {
  print_message("unit_scenario: %d groups in %d programs (%d of them timed), at most %d open; LOADs beside them %d, "
                "buffers in a row %d, not full %d, exact %d, positive %d, other pages %d, rewritten %d, renumbered %d\n",
                seen->groups, seen->instructed, seen->timed, seen->most_open, seen->loads_beside,
                seen->repeated_buffers, seen->partial_groups, seen->exact_groups, seen->positive_groups,
                seen->mixed_pages, seen->rewritten, seen->renumbered);
  for (int i = 0; i < REFUSALS; i++) print_message("%s%d: %d", i ? ", " : "refusals ", i, seen->refusals[i]);
  print_message("\n");
}

static void programs_of_lisa(void **state) {
  (void)state;
  static const enum ks_refusal refusals[] = {
      KS_REFUSED_OPCODE, KS_REFUSED_PAGE,  KS_REFUSED_COUNT, KS_REFUSED_FLAGS, KS_REFUSED_BASE,  KS_REFUSED_ROOM,
      KS_REFUSED_EMPTY,  KS_REFUSED_SCALE, KS_REFUSED_TAU,   KS_REFUSED_TOP_K, KS_REFUSED_TOP_Q, KS_REFUSED_ORDER,
      KS_REFUSED_OPEN};
  struct ks_config config = config_of("configs/lisa-small.ini");
  struct seen seen = {.groups = 0};
  for (uint64_t seed = 1; seed <= 300; seed++) replay_scenario(&config, seed, &seen);
  print_seen(&seen);
  expect_refusals(&seen, refusals, sizeof refusals / sizeof *refusals);
  assert_int_equal(seen.refusals[KS_REFUSED_ITERATIONS], 0);
  assert_int_equal(seen.most_open, 6);
  assert_true(seen.instructed > 100 && seen.timed > 50);
  assert_true(seen.loads_beside > 0 && seen.repeated_buffers > 0 && seen.rewritten > 0 && seen.renumbered > 0);
  assert_true(seen.partial_groups > 0 && seen.exact_groups > 0 && seen.positive_groups > 0 && seen.mixed_pages > 0);
}

static void programs_over_the_sweep(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read_lisa();
  struct seen seen = {.groups = 0};
  for (int i = 0; i < sweep->count; i++)
    for (uint64_t seed = 1; seed <= 3; seed++) replay_scenario(&sweep->configs[i], seed, &seen);
  assert_int_equal(seen.most_open, 6);
  free(sweep);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(programs_of_elsa_and_a3),
      cmocka_unit_test(programs_of_lisa),
      cmocka_unit_test(programs_over_the_sweep),
  };
  return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
