/* SPDX-License-Identifier: Apache-2.0
 *
 * The control of the hardware, cycle by cycle, for any program: the blocks that all engines have. Slow, and plain to
 * hold against the RTL.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "cycle_machine.h"

void ks_line_push(struct ks_line *line, int64_t cycle) {
  line->visible = ks_grow(line->visible, &line->room, line->tail + 1, sizeof *line->visible);
  line->visible[line->tail++] = cycle;
}

bool ks_line_ready(const struct ks_line *line, int64_t now) {
  return line->head < line->tail && line->visible[line->head] <= now;
}

bool ks_line_pop(struct ks_line *line, int64_t now) {
  if (!ks_line_ready(line, now)) return false;
  line->head++;
  return true;
}

void ks_cycle_take(struct ks_cycle_machine *m, struct ks_cycle_query query) {
  m->queries = ks_grow(m->queries, &m->query_room, m->query_count + 1, sizeof *m->queries);
  m->queries[m->query_count++] = query;
}

/* ---- ks_attend ------------------------------------------------------------------------------- */

bool ks_attend_ready(const struct ks_cycle_machine *m, const struct ks_step *step) {
  (void)step;
  return m->attend_left == 0;
}

void ks_attend_start(struct ks_cycle_machine *m, const struct ks_step *step, int context) {
  m->attend = step;
  m->attend_left = step->count;
  m->attend_number = 0;
  m->attend_context = context;
}

bool ks_always(const struct ks_cycle_machine *m) {
  (void)m;
  return true;
}

bool ks_attend_takes(const struct ks_cycle_machine *m, bool query_done) {
  return m->attend_left && (!m->query_valid || query_done);
}

void ks_attend_move(struct ks_cycle_machine *m, const struct ks_wires *w) {
  m->query_valid = w->take_query || (m->query_valid && !w->query_done);
  if (!w->take_query) return;
  ks_cycle_take(m, (struct ks_cycle_query){
                       .step = m->attend,
                       .number = (size_t)m->attend_number,
                       .context = m->attend_context,
                       .last = m->attend_left == 1,
                   });
  m->attend_number++;
  m->attend_left--;
}

/* ---- ks_read_out ----------------------------------------------------------------------------- */

const struct ks_searched *ks_searched_of(const struct ks_cycle_machine *m, size_t query) {
  return &m->queries[query].step->searched[m->queries[query].number];
}

bool ks_query_is_exact(const struct ks_cycle_machine *m, size_t query) {
  return m->queries[query].step->exact;
}

bool ks_read_out_has_room(const struct ks_cycle_read_out *r) {
  return !r->fresh && r->left <= 2;
}

bool ks_read_out_shows(const struct ks_cycle_machine *m, struct ks_cycle_read_out *r) {
  if (!ks_line_ready(&r->readable, m->now)) return false;
  if (r->candidates_left == 0) r->candidates_left = ks_searched_of(m, r->query)->candidates;
  return true;
}

void ks_read_out_move(const struct ks_cycle_machine *m, struct ks_cycle_read_out *r, bool load,
                      bool taken) {
  r->fresh = load;
  if (load) {
    ks_line_push(&r->readable, m->now + 2);
    r->left += ks_searched_of(m, r->built++)->candidates;
  }
  if (!taken) return;
  r->left--;
  if (--r->candidates_left) return;
  ks_line_pop(&r->readable, m->now);
  r->query++;
}

/* ---- commands, loading, the banks' second half, the merge ------------------------------------ */

static bool page_read(const struct ks_cycle_machine *m, int page) {
  for (int i = 0; i < KS_MAX_CONTEXTS; i++)
    if (m->contexts[i].active && m->contexts[i].page == page) return true;
  return false;
}

static bool spare_used(const struct ks_cycle_machine *m) {
  for (int i = 0; i < KS_MAX_CONTEXTS; i++)
    if (m->contexts[i].active && m->contexts[i].slot == m->spare) return true;
  return false;
}

static bool may_go(const struct ks_cycle_machine *m, const struct ks_step *step) {
  switch (step->kind) {
    case KS_STEP_LOAD:
      return !m->load_busy && (step->base != 0 || !page_read(m, step->page));
    case KS_STEP_ATTEND:
    case KS_STEP_PREDICT:
      return m->front->ready(m, step) && !m->contexts[m->next_context].active &&
             !(m->load_busy && m->load_page == step->page);
    case KS_STEP_INSTRUCT:
      return m->front->ready(m, step);
    default:
      return true;
  }
}

static bool bank_offers(const struct ks_cycle_bank *bank, bool release) {
  return (bank->held && !release) || bank->done;
}

static void decide_banks(struct ks_cycle_machine *m, struct ks_wires *w) {
  bool offered = ks_line_ready(&m->shifts, m->now);
  w->shift = true;
  for (int b = 0; b < m->s->bank_count; b++) {
    struct ks_cycle_bank *bank = &m->banks[b];
    bool hold_free = !bank->held || w->release;
    w->copy[b] = bank->done && hold_free;
    w->enable[b] = !bank->done || hold_free;
    w->pop[b] = w->enable[b] && ks_line_ready(&bank->pushed, m->now) && m->front->may_sum(m);
    w->shift &= ks_line_ready(&bank->terms, m->now);
    offered &= bank_offers(bank, w->release);
  }
  w->merge_start = !w->multiply && offered && (!m->merge_busy || w->release);
}

static void start_load(struct ks_cycle_machine *m, const struct ks_step *step) {
  m->load_busy = true;
  m->made = m->c->compensate != KS_COMPENSATE_MEAN;
  m->load_page = step->page;
  m->rows_left = step->count;
  m->reciprocal_steps = KS_RECIPROCAL_STEPS;
  m->front->start_load(m, step);
}

static void start_queries(struct ks_cycle_machine *m, const struct ks_step *step) {
  m->contexts[m->next_context] = (struct ks_cycle_context){true, step->page, m->page_slot[step->page]};
  m->front->start(m, step, m->next_context);
  m->next_context = (m->next_context + 1) % m->s->contexts;
  m->owed += step->count;
}

static void move_command(struct ks_cycle_machine *m, const struct ks_wires *w) {
  if (w->go) {
    const struct ks_step *step = &m->clock->steps[m->next_step++];
    if (step->kind == KS_STEP_LOAD) start_load(m, step);
    if (step->kind == KS_STEP_ATTEND || step->kind == KS_STEP_PREDICT) start_queries(m, step);
    if (step->kind == KS_STEP_INSTRUCT) m->front->start(m, step, 0);
  }
  if (!m->pending || w->go) m->pending = m->next_step < m->clock->count;
}

/* rows_in and the rest are as before this cycle's row moves. */
static void move_load(struct ks_cycle_machine *m, const struct ks_wires *w) {
  bool rows_in = m->load_busy && m->rows_left == 0 && !m->row_valid;
  if (rows_in && (m->made || w->made) && w->stored) m->load_busy = false;
  if (w->made) m->made = true;
  if (w->take_row) m->rows_left--;
  m->row_valid = w->take_row || (m->row_valid && !w->row_done);
}

static void move_mean(struct ks_cycle_machine *m, const struct ks_wires *w) {
  if (m->c->compensate != KS_COMPENSATE_MEAN) return;
  bool make = m->load_busy && m->rows_left == 0 && !m->row_valid && !m->made;
  bool start = make && !m->requested && m->reciprocal_steps == 0 && !spare_used(m);
  if (w->made) {
    int slot = m->page_slot[m->load_page];
    m->page_slot[m->load_page] = m->spare;
    m->spare = slot;
  }
  if (m->making) m->making--;
  if (start) m->making = m->s->mean_latency;
  m->requested = make && !w->made && (m->requested || start);
  if (m->reciprocal_steps) m->reciprocal_steps--;
}

static void move_bank(struct ks_cycle_machine *m, struct ks_wires *w, int b) {
  struct ks_cycle_bank *bank = &m->banks[b];
  if (w->shift) ks_line_pop(&bank->terms, m->now);
  if (w->enable[b]) {
    if (bank->pipe[m->s->back_latency - 1 - KS_EXPONENT_MOVES]) ks_line_push(&bank->terms, m->now + 1);
    bank->done = bank->pipe[0] != 0;
    memmove(bank->pipe, bank->pipe + 1, sizeof bank->pipe - sizeof *bank->pipe);
  }
  if (w->pop[b]) {
    ks_line_pop(&bank->pushed, m->now);
    bank->credit--;
    if (bank->to_pop == 0) bank->to_pop = m->front->entries(m, bank->popping, b);
    w->summed[b] = --bank->to_pop == 0;
    if (w->summed[b]) {
      bank->popping++;
      bank->pipe[m->s->back_latency - 2] = 1;
    }
  }
  bank->held = w->copy[b] || (bank->held && !w->release);
  if (w->issue[b]) {
    ks_line_push(&bank->pushed, m->now + m->s->front_latency);
    bank->credit++;
  }
}

static bool mean_multiplies(const struct ks_cycle_machine *m) {
  int passes_left = m->making - KS_MEAN_TAIL;
  return passes_left > 0 && passes_left <= m->s->mean_cycles;
}

/* What is in the multipliers or behind them always moves on; a mean row stops the rest. */
static void move_divide(struct ks_cycle_machine *m, bool stop) {
  size_t moving = stop ? KS_DIVIDE_TAIL : sizeof m->divide / sizeof *m->divide;
  m->row_out = m->divide[0] != 0;
  memmove(m->divide, m->divide + 1, (moving - 1) * sizeof *m->divide);
  m->divide[moving - 1] = 0;
}

static void move_merge(struct ks_cycle_machine *m, const struct ks_wires *w) {
  if (w->shift) ks_line_push(&m->shifts, m->now + m->s->shift_latency);
  if (m->row_out) m->owed--;
  move_divide(m, w->multiply);
  if (w->multiply) return;
  if (w->release) m->divide[m->s->out_latency - 2] = 1;
  if (w->merge_start) {
    ks_line_pop(&m->shifts, m->now);
    const struct ks_cycle_query *query = &m->queries[m->merged++];
    if (query->last) m->contexts[query->context].active = false;
    m->merge_busy = true;
    m->part = 0;
  } else if (m->merge_busy) {
    m->merge_busy = !w->release;
    m->part++;
  }
}

static void charge(const struct ks_cycle_machine *m, struct ks_charges *charges) {
  if (m->load_busy) charges->load++;
  else if (m->front->attending(m)) charges->attend++;
  else if (m->front->selecting(m)) charges->select++;
  else charges->drain++;
}

static bool idle(const struct ks_cycle_machine *m) {
  return !m->load_busy && !m->pending && !m->owed && !m->front->attending(m) && !m->front->selecting(m);
}

static void step(struct ks_cycle_machine *m) {
  struct ks_wires w = {.multiply = mean_multiplies(m), .made = m->making == 1};
  w.release = !w.multiply && m->merge_busy && m->part == m->s->divide_cycles - 1;
  w.stored = m->front->stored(m);
  w.go = m->pending && may_go(m, &m->clock->steps[m->next_step]);
  decide_banks(m, &w);
  m->front->decide(m, &w);
  w.take_row = m->rows_left && (!m->row_valid || w.row_done);

  move_mean(m, &w);
  move_merge(m, &w);
  for (int b = 0; b < m->s->bank_count; b++) move_bank(m, &w, b);
  m->front->move(m, &w);
  move_load(m, &w);
  move_command(m, &w);
  m->now++;
}

struct ks_charges ks_cycles_stepped(const struct ks_clock *clock) {
  static const struct ks_front *const fronts[] = {
      [KS_ENGINE_ELSA] = &ks_front_elsa, [KS_ENGINE_A3] = &ks_front_a3, [KS_ENGINE_LISA] = &ks_front_lisa};
  struct ks_cycle_machine *m = calloc(1, sizeof *m);
  struct ks_charges charges = {0};
  if (!m) abort();
  m->clock = clock;
  m->c = &clock->config;
  m->s = &clock->sizes;
  m->front = fronts[m->c->engine];
  assert(m->s->back_latency - 2 < (int)(sizeof m->banks[0].pipe / sizeof *m->banks[0].pipe));
  assert(m->s->out_latency - 2 < (int)(sizeof m->divide / sizeof *m->divide));
  m->front->begin(m);
  m->spare = m->c->pages;
  for (int page = 0; page < m->c->pages; page++) m->page_slot[page] = page;
  m->pending = clock->count > 0; /* the cycle in which the first command is taken is not counted */

  while (!idle(m)) {
    charge(m, &charges);
    step(m);
  }
  for (int b = 0; b < m->s->bank_count; b++) {
    free(m->banks[b].pushed.visible);
    free(m->banks[b].terms.visible);
  }
  free(m->shifts.visible);
  m->front->finish(m);
  free(m->queries);
  free(m);
  return charges;
}
