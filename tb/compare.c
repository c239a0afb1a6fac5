/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../gen/registers.h"
#include "compare.h"

/* Read at the end, in this order, whatever the engine has. IDLE goes first: it alone still counts. */
#define FIGURES(X)                                                                                           \
  X(IDLE_CYCLES)                                                                                             \
  X(LOAD_CYCLES) X(ATTEND_CYCLES) X(SELECT_CYCLES) X(DRAIN_CYCLES) X(QUERIES) X(CANDIDATES) X(USED)          \
      X(TERNARY_NONZEROS) X(STATUS) X(FLAGS) X(ID) X(N) X(D)

enum figure {
#define INDEX(name) AT_##name,
  FIGURES(INDEX)
#undef INDEX
      FIGURE_COUNT
};
static const uint32_t addresses[FIGURE_COUNT] = {
#define ADDRESS(name) KS_REG_##name,
    FIGURES(ADDRESS)
#undef ADDRESS
};

static void *new_array(size_t count, size_t size) {
  void *array = calloc(count + 1, size);
  if (!array) abort();
  return array;
}

static void differ(struct ks_verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void differ(struct ks_verdict *verdict, const char *format, ...) {
  char text[sizeof verdict->first];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (verdict->mismatches < verdict->list) fprintf(stderr, "%s\n", text);
  if (verdict->mismatches++ == 0) memcpy(verdict->first, text, sizeof text);
}

/* ---- rows and keys -------------------------------------------------------------------------- */

static void compare_row(const struct ks_program *program, const struct ks_dut_result *result, size_t row,
                        struct ks_verdict *verdict) {
  const uint16_t *tag = program->tag.items, *number = program->number.items;
  const uint8_t *last = program->last.items;
  size_t d = (size_t)program->config->d;
  if (result->tag[row] != tag[row] || result->number[row] != number[row] || result->last[row] != last[row])
    differ(verdict, "output row %zu: tag %d, number %d, last %d; the model has %d, %d, %d", row,
           result->tag[row], result->number[row], result->last[row], tag[row], number[row], last[row]);
  const int32_t *want = (const int32_t *)program->out.items + row * d, *have = result->out + row * d;
  for (size_t i = 0; i < d; i++)
    if (have[i] != want[i])
      differ(verdict, "output row %zu (tag %d, query %d), element %zu: %d; the model has %d", row, tag[row],
             number[row], i, have[i], want[i]);
  verdict->rows++;
  verdict->codes += d;
}

static void compare_rows(const struct ks_program *program, const struct ks_dut_result *result,
                         struct ks_verdict *verdict) {
  size_t want = ks_program_out_rows(program), have = result->out_rows;
  for (size_t row = 0; row < want && row < have; row++) compare_row(program, result, row, verdict);
  if (have != want) differ(verdict, "%zu output rows came; the model has %zu", have, want);
}

static void compare_takes(const struct ks_program *program, const struct ks_dut_result *result, size_t stream,
                          struct ks_verdict *verdict) {
  const struct ks_dut_take *want = program->takes[stream].items, *have = result->takes[stream];
  size_t want_count = program->takes[stream].count, have_count = result->take_count[stream];
  for (size_t i = 0; i < want_count && i < have_count; i++)
    if (memcmp(&want[i], &have[i], sizeof *want))
      differ(verdict,
             "trace %zu, key %zu: tag %d, query %d, key %d, used %d; the model has %d, %d, %d, %d", stream,
             i, have[i].tag, have[i].query, have[i].key, have[i].used, want[i].tag, want[i].query,
             want[i].key, want[i].used);
  if (have_count != want_count)
    differ(verdict, "trace %zu has %zu keys; the model %zu", stream, have_count, want_count);
  verdict->takes += want_count;
}

/* ---- registers and cycles ------------------------------------------------------------------- */

static void compare_figure(struct ks_verdict *verdict, const char *name, uint64_t have, uint64_t want) {
  if (have != want) differ(verdict, "%s is %" PRIu64 "; the model has %" PRIu64, name, have, want);
  verdict->figures++;
}

static void compare_registers(const struct ks_program *program, const struct ks_dut_result *result,
                              struct ks_verdict *verdict) {
  const struct ks_counters *model = &verdict->model;
  const uint32_t *reg = result->reads;
  uint32_t refused = model->refused < 65535 ? model->refused : 65535;
  compare_figure(verdict, "QUERIES", reg[AT_QUERIES], (uint32_t)model->queries);
  compare_figure(verdict, "CANDIDATES", reg[AT_CANDIDATES], (uint32_t)model->candidates);
  compare_figure(verdict, "USED", reg[AT_USED], (uint32_t)model->used);
  if (program->config->engine == KS_ENGINE_LISA)
    compare_figure(verdict, "TERNARY_NONZEROS", reg[AT_TERNARY_NONZEROS],
                   (uint32_t)model->ternary_nonzeros);
  compare_figure(verdict, "busy", reg[AT_STATUS] & 0xff, 0);
  compare_figure(verdict, "last refusal", reg[AT_STATUS] >> 8 & 0xff, model->last_refusal);
  compare_figure(verdict, "commands refused", reg[AT_STATUS] >> 16, refused);
  compare_figure(verdict, "FLAGS", reg[AT_FLAGS], model->sticky | program->sticky);
  compare_figure(verdict, "ID", reg[AT_ID], 0x4b535631);
  compare_figure(verdict, "N", reg[AT_N], (uint64_t)program->config->n);
  compare_figure(verdict, "D", reg[AT_D], (uint64_t)program->config->d);
}

/* Every cycle since reset is charged once, whatever stalls. */
static void compare_cycles(const struct ks_dut_result *result, struct ks_verdict *verdict) {
  const struct ks_counters *model = &verdict->model;
  const uint32_t *reg = result->reads;
  uint32_t charged =
      reg[AT_LOAD_CYCLES] + reg[AT_ATTEND_CYCLES] + reg[AT_SELECT_CYCLES] + reg[AT_DRAIN_CYCLES];
  compare_figure(verdict, "sum of the cycle counters", charged + reg[AT_IDLE_CYCLES],
                 (uint32_t)result->read_cycles[AT_IDLE_CYCLES]);
  if (!verdict->timed) return;
  compare_figure(verdict, "cycles", result->cycles, model->cycles);
  compare_figure(verdict, "LOAD_CYCLES", reg[AT_LOAD_CYCLES], (uint32_t)model->load);
  compare_figure(verdict, "ATTEND_CYCLES", reg[AT_ATTEND_CYCLES], (uint32_t)model->attend);
  compare_figure(verdict, "SELECT_CYCLES", reg[AT_SELECT_CYCLES], (uint32_t)model->select);
  compare_figure(verdict, "DRAIN_CYCLES", reg[AT_DRAIN_CYCLES], (uint32_t)model->drain);
}

/* ---- a run ---------------------------------------------------------------------------------- */

/* Past any time in which nothing need move: a search, a query over every key, the pipeline's length, and stalls. */
static uint64_t patience(const struct ks_program *program, struct ks_trial trial) {
  const struct ks_config *config = program->config;
  int steps = config->engine == KS_ENGINE_A3 ? config->iterations : 0;
  return 100 * (1000 + (uint64_t)config->n + (uint64_t)steps) / (100 - trial.stall_percent);
}

static struct ks_dut_result make_room(const struct ks_program *program) {
  size_t rows = ks_program_out_rows(program);
  struct ks_dut_result result = {
      .out = new_array(program->out.count, sizeof(int32_t)),
      .tag = new_array(rows, sizeof(uint16_t)),
      .number = new_array(rows, sizeof(uint16_t)),
      .last = new_array(rows, 1),
      .out_room = rows,
      .reads = new_array(FIGURE_COUNT, sizeof(uint32_t)),
      .read_cycles = new_array(FIGURE_COUNT, sizeof(uint64_t)),
  };
  for (size_t b = 0; b < (size_t)program->sizes.trace_streams; b++) {
    result.take_room[b] = program->takes[b].count;
    result.takes[b] = new_array(result.take_room[b], sizeof(struct ks_dut_take));
  }
  return result;
}

static void free_room(struct ks_dut_result *result) {
  free(result->out);
  free(result->tag);
  free(result->number);
  free(result->last);
  free(result->reads);
  free(result->read_cycles);
  for (size_t b = 0; b < KS_DUT_MAX_STREAMS; b++) free(result->takes[b]);
}

void ks_compare(struct ks_program *program, ks_dut_run_function *run, struct ks_trial trial,
                struct ks_verdict *verdict) {
  assert(program->q.count == program->out.count); /* no group is left open */
  struct ks_dut_program input = {
      .steps = program->steps.items,
      .step_count = program->steps.count,
      .k = program->k.items,
      .v = program->v.items,
      .s = program->s.items,
      .q = program->q.items,
      .key_rows = ks_program_key_rows(program),
      .query_rows = ks_program_out_rows(program),
      .out_rows = ks_program_out_rows(program),
      .reads = addresses,
      .read_count = FIGURE_COUNT,
      .stall_percent = trial.stall_percent,
      .seed = trial.seed,
      .watchdog = patience(program, trial),
  };
  struct ks_dut_result result = make_room(program);
  *verdict = (struct ks_verdict){.list = trial.list, .timed = trial.stall_percent == 0 && program->timed};
  ks_machine_counters(program->machine, &verdict->model);
  verdict->timed &= verdict->model.timed;
  run(&input, &result);
  verdict->cycles = result.cycles;
  if (result.failure[0]) differ(verdict, "%s", result.failure);
  compare_rows(program, &result, verdict);
  for (size_t b = 0; b < (size_t)program->sizes.trace_streams; b++) compare_takes(program, &result, b, verdict);
  if (!result.failure[0]) {
    compare_registers(program, &result, verdict);
    compare_cycles(&result, verdict);
  }
  free_room(&result);
}

void ks_verdict_add(struct ks_verdict *sum, const struct ks_verdict *verdict) {
  if (!sum->first[0]) memcpy(sum->first, verdict->first, sizeof sum->first);
  sum->rows += verdict->rows;
  sum->codes += verdict->codes;
  sum->takes += verdict->takes;
  sum->figures += verdict->figures;
  sum->mismatches += verdict->mismatches;
  sum->cycles += verdict->cycles;
  sum->model.cycles += verdict->model.cycles;
  sum->model.bound += verdict->model.bound;
}
