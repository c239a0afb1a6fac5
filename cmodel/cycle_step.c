/* SPDX-License-Identifier: Apache-2.0
 *
 * The control of the hardware, cycle by cycle, for any program: what is in which register, without the data.
 * Slow, and plain to hold against the RTL: each struct is a block of rtl/, each field a register there or the
 * cycle in which a delay line gives something out. docs/cycles.md names the constants.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cycle_program.h"

/* Things that come out of a delay line or a queue in order, each visible from a cycle on. */
struct line {
  int64_t *visible;
  size_t head, tail, room;
};

static void line_push(struct line *line, int64_t cycle) {
  if (line->tail == line->room) {
    line->room = line->room ? 2 * line->room : 64;
    line->visible = realloc(line->visible, line->room * sizeof *line->visible);
    if (!line->visible) abort();
  }
  line->visible[line->tail++] = cycle;
}

static bool line_ready(const struct line *line, int64_t now) {
  return line->head < line->tail && line->visible[line->head] <= now;
}

static bool line_pop(struct line *line, int64_t now) {
  if (!line_ready(line, now)) return false;
  line->head++;
  return true;
}

struct query {
  const struct ks_step *step;
  const uint16_t *taken;
  int context;
  bool last;
};

struct context {
  bool active;
  int page, slot;
};

struct bank {
  int behind;      /* queries launched and not finished issuing */
  struct line launched; /* those that it may begin to issue */
  size_t issuing;  /* the query of the next issue */
  int left;        /* entries of it still to issue; 0: not looked at yet */
  int credit;
  bool ask;        /* a norm takes this cycle's issue */
  struct line pushed;
  size_t popping;  /* the query of the next pop */
  int to_pop;      /* entries of it still to pop; 0: not looked at yet */
  int pipe[8];     /* pipe[i]: a last entry that is i advances from done */
  bool done, held;
};

struct machine {
  const struct ks_clock *clock;
  const struct ks_config *c;
  const struct ks_sizes *s;
  int64_t now;

  /* ks_command */
  size_t next_step; /* the one in the register, once `pending` */
  bool pending;
  struct context contexts[KS_CONTEXTS];
  int next_context;

  /* ks_load */
  bool load_busy, row_valid, made;
  int load_page, rows_left, next_bank;
  int end_bank[KS_MAX_PAGES];
  int hashes_left, norms_left;
  struct line hashes, norms;
  int ask_bank; /* asked in the next cycle, -1: none */

  /* ks_mean */
  int reciprocal_steps, making; /* making: cycles of multiply left */
  bool requested, write_last;
  int spare, page_slot[KS_MAX_PAGES];

  /* ks_attend, hash unit */
  const struct ks_step *attend;
  int attend_left, attend_number, attend_context;
  bool query_valid;
  int batch;
  bool batch_query;

  /* queries, in order of the Q stream */
  struct query *queries;
  size_t query_room, query_count; /* rows taken from the stream */
  size_t scanned, merged;
  int hash_pending, waiting;
  struct line hashed_line, ready_line;
  int word;

  struct bank banks[KS_MAX_BANKS];

  /* ks_merge, ks_divide: advances */
  bool merge_busy;
  int part;
  int divide[64]; /* divide[i]: a row's last part that is i advances from the output row */
  bool row_out;
  int64_t owed;
};

static void take_query(struct machine *m) {
  if (m->query_count == m->query_room) {
    m->query_room = m->query_room ? 2 * m->query_room : 256;
    m->queries = realloc(m->queries, m->query_room * sizeof *m->queries);
    if (!m->queries) abort();
  }
  m->queries[m->query_count++] = (struct query){
      .step = m->attend,
      .taken = m->attend->taken + (size_t)m->attend_number * (size_t)m->c->banks,
      .context = m->attend_context,
      .last = m->attend_left == 1,
  };
  m->attend_number++;
  m->attend_left--;
}

static int entries_of(const struct query *query, int bank) {
  return query->taken[bank] ? query->taken[bank] : 1; /* the null entry */
}

static bool page_read(const struct machine *m, int page) {
  for (int i = 0; i < KS_CONTEXTS; i++)
    if (m->contexts[i].active && m->contexts[i].page == page) return true;
  return false;
}

static bool spare_used(const struct machine *m) {
  for (int i = 0; i < KS_CONTEXTS; i++)
    if (m->contexts[i].active && m->contexts[i].slot == m->spare) return true;
  return false;
}

static bool may_go(const struct machine *m, const struct ks_step *step) {
  switch (step->kind) {
    case KS_STEP_LOAD:
      return !m->load_busy && (step->base != 0 || !page_read(m, step->page));
    case KS_STEP_ATTEND:
      return m->attend_left == 0 && !m->contexts[m->next_context].active &&
             !(m->load_busy && m->load_page == step->page);
    default:
      return true;
  }
}

/* What one cycle decides from the registers as they stand, before any of them moves. */
struct wires {
  bool go, multiply, made, launch, merge_start, release;
  bool in_unit, unit_query; /* a row is in the hash unit, it is a query */
  bool row_done, query_done, take_row, take_query;
  bool finish[KS_MAX_BANKS], issue[KS_MAX_BANKS], pop[KS_MAX_BANKS], enable[KS_MAX_BANKS], copy[KS_MAX_BANKS];
};

static bool bank_offers(const struct bank *bank, bool release) {
  return (bank->held && !release) || bank->done;
}

static void decide_banks(struct machine *m, struct wires *w) {
  bool room = true, offered = true;
  for (int b = 0; b < m->c->banks; b++) {
    struct bank *bank = &m->banks[b];
    bool hold_free = !bank->held || w->release;
    w->copy[b] = bank->done && hold_free;
    w->enable[b] = !bank->done || hold_free;
    w->pop[b] = w->enable[b] && line_ready(&bank->pushed, m->now);
    bool active = line_ready(&bank->launched, m->now);
    w->issue[b] = active && !bank->ask && bank->credit < m->s->fifo_depth;
    if (active && bank->left == 0) bank->left = entries_of(&m->queries[bank->issuing], b);
    w->finish[b] = w->issue[b] && bank->left == 1;
    room &= bank->behind != 2 || w->finish[b];
    offered &= bank_offers(bank, w->release);
  }
  w->launch = line_ready(&m->ready_line, m->now) && room;
  w->merge_start = !w->multiply && offered && (!m->merge_busy || w->release);
}

/* Queries that the slowest bank has not finished. */
static int most_behind(const struct machine *m) {
  int behind = 0;
  for (int b = 0; b < m->c->banks; b++)
    if (m->banks[b].behind > behind) behind = m->banks[b].behind;
  return behind;
}

/* The hash unit: which row is in it, and is this its last cycle. */
static void decide_hash(const struct machine *m, struct wires *w) {
  bool query = m->query_valid && m->hash_pending < m->s->hash_queue &&
               m->waiting + most_behind(m) < m->s->slots;
  bool last = m->batch == m->s->hash_cycles - 1;
  w->in_unit = query || m->row_valid;
  w->unit_query = m->batch ? m->batch_query : query;
  w->query_done = w->in_unit && w->unit_query && last;
  w->row_done = w->in_unit && !w->unit_query && last;
  w->take_query = m->attend_left && (!m->query_valid || w->query_done);
  w->take_row = m->rows_left && (!m->row_valid || w->row_done);
}

static void move_hash(struct machine *m, const struct wires *w) {
  if (w->in_unit) m->batch = m->batch == m->s->hash_cycles - 1 ? 0 : m->batch + 1;
  m->batch_query = w->unit_query;
}

static void start_load(struct machine *m, const struct ks_step *step) {
  m->load_busy = true;
  m->made = m->c->compensate != KS_COMPENSATE_MEAN;
  m->load_page = step->page;
  m->rows_left = m->hashes_left = m->norms_left = step->count;
  m->reciprocal_steps = KS_RECIPROCAL_STEPS;
  if (step->base == 0) m->end_bank[step->page] = 0;
}

static void start_attend(struct machine *m, const struct ks_step *step) {
  m->contexts[m->next_context] = (struct context){true, step->page, m->page_slot[step->page]};
  m->attend = step;
  m->attend_left = step->count;
  m->attend_number = 0;
  m->attend_context = m->next_context;
  m->next_context = (m->next_context + 1) % KS_CONTEXTS;
  m->owed += step->count;
}

static void move_command(struct machine *m, const struct wires *w) {
  if (w->go) {
    const struct ks_step *step = &m->clock->steps[m->next_step++];
    if (step->kind == KS_STEP_LOAD) start_load(m, step);
    if (step->kind == KS_STEP_ATTEND) start_attend(m, step);
  }
  if (!m->pending || w->go) m->pending = m->next_step < m->clock->count;
}

/* rows_in and the rest are as before this cycle's row moves. */
static void move_load(struct machine *m, const struct wires *w) {
  bool rows_in = m->load_busy && m->rows_left == 0 && !m->row_valid;
  if (rows_in && (m->made || w->made) && m->hashes_left == 0 && m->norms_left == 0) m->load_busy = false;
  if (w->made) m->made = true;
  if (line_pop(&m->hashes, m->now)) m->hashes_left--;
  if (line_pop(&m->norms, m->now)) m->norms_left--;

  for (int b = 0; b < m->c->banks; b++) m->banks[b].ask = false;
  if (w->row_done) {
    int *bank = &m->end_bank[m->load_page];
    m->banks[*bank].ask = true;
    *bank = (*bank + 1) % m->c->banks;
    line_push(&m->hashes, m->now + m->s->hash_stages + 1);
    line_push(&m->norms, m->now + m->s->norm_latency - 1);
  }
  if (w->take_row) m->rows_left--;
  m->row_valid = w->take_row || (m->row_valid && !w->row_done);
}

static void move_mean(struct machine *m, const struct wires *w) {
  if (m->c->compensate != KS_COMPENSATE_MEAN) return;
  bool make = m->load_busy && m->rows_left == 0 && !m->row_valid && !m->made;
  bool start = make && !m->requested && m->reciprocal_steps == 0 && !spare_used(m);
  if (w->made) {
    int slot = m->page_slot[m->load_page];
    m->page_slot[m->load_page] = m->spare;
    m->spare = slot;
  }
  m->write_last = m->making == 1;
  if (m->making) m->making--;
  if (start) m->making = m->s->mean_cycles;
  m->requested = make && !w->made && (m->requested || start);
  if (m->reciprocal_steps) m->reciprocal_steps--;
}

static void move_front(struct machine *m, const struct wires *w) {
  if (w->query_done) {
    line_push(&m->hashed_line, m->now + m->s->hash_stages + 2);
    m->hash_pending++;
    m->waiting++;
  }
  if (line_ready(&m->hashed_line, m->now)) {
    const struct query *query = &m->queries[m->scanned];
    int words = query->step->exact ? 1 : ks_scan_words(m->c, query->step->keys);
    if (++m->word == words) {
      m->word = 0;
      m->scanned++;
      m->hash_pending--;
      line_pop(&m->hashed_line, m->now);
      line_push(&m->ready_line, m->now + m->s->scan_latency);
    }
  }
  if (w->launch) {
    line_pop(&m->ready_line, m->now);
    m->waiting--;
  }
  if (w->take_query) take_query(m);
  m->query_valid = w->take_query || (m->query_valid && !w->query_done);
}

static void move_bank(struct machine *m, const struct wires *w, int b) {
  struct bank *bank = &m->banks[b];
  if (w->enable[b]) {
    bank->done = bank->pipe[0] != 0;
    memmove(bank->pipe, bank->pipe + 1, sizeof bank->pipe - sizeof *bank->pipe);
  }
  if (w->pop[b]) {
    line_pop(&bank->pushed, m->now);
    bank->credit--;
    if (bank->to_pop == 0) bank->to_pop = entries_of(&m->queries[bank->popping], b);
    if (--bank->to_pop == 0) {
      bank->popping++;
      bank->pipe[m->s->back_latency - 2] = 1;
    }
  }
  bank->held = w->copy[b] || (bank->held && !w->release);
  if (w->issue[b]) {
    line_push(&bank->pushed, m->now + m->s->front_latency);
    bank->credit++;
    bank->left--;
  }
  if (w->finish[b]) {
    line_pop(&bank->launched, m->now);
    bank->issuing++;
    bank->behind--;
  }
  if (w->launch) {
    line_push(&bank->launched, m->now + m->s->issue_latency);
    bank->behind++;
  }
}

static void move_merge(struct machine *m, const struct wires *w) {
  if (m->row_out) m->owed--;
  m->row_out = false;
  if (w->multiply) return;
  m->row_out = m->divide[0] != 0;
  memmove(m->divide, m->divide + 1, sizeof m->divide - sizeof *m->divide);
  m->divide[63] = 0;
  if (w->release) m->divide[m->s->out_latency - 2] = 1;
  if (w->merge_start) {
    const struct query *query = &m->queries[m->merged++];
    if (query->last) m->contexts[query->context].active = false;
    m->merge_busy = true;
    m->part = 0;
  } else if (m->merge_busy) {
    m->merge_busy = !w->release;
    m->part++;
  }
}

static void charge(const struct machine *m, struct ks_charges *charges) {
  if (m->load_busy) charges->load++;
  else if (most_behind(m)) charges->attend++;
  else if (m->waiting) charges->select++;
  else charges->drain++;
}

static bool idle(const struct machine *m) {
  return !m->load_busy && !m->pending && !m->owed;
}

static void step(struct machine *m) {
  struct wires w = {.multiply = m->making > 0, .made = m->write_last};
  w.release = !w.multiply && m->merge_busy && m->part == m->s->divide_cycles - 1;
  w.go = m->pending && may_go(m, &m->clock->steps[m->next_step]);
  decide_banks(m, &w);
  decide_hash(m, &w);

  move_hash(m, &w);
  move_mean(m, &w);
  move_merge(m, &w);
  for (int b = 0; b < m->c->banks; b++) move_bank(m, &w, b);
  move_front(m, &w);
  move_load(m, &w);
  move_command(m, &w);
  m->now++;
}

struct ks_charges ks_cycles_stepped(const struct ks_clock *clock) {
  struct machine *m = calloc(1, sizeof *m);
  struct ks_charges charges = {0};
  if (!m) abort();
  m->clock = clock;
  m->c = &clock->config;
  m->s = &clock->sizes;
  assert(m->s->back_latency - 2 < (int)(sizeof m->banks[0].pipe / sizeof *m->banks[0].pipe));
  assert(m->s->out_latency - 2 < (int)(sizeof m->divide / sizeof *m->divide));
  m->spare = m->c->pages;
  for (int page = 0; page < m->c->pages; page++) m->page_slot[page] = page;
  m->pending = clock->count > 0; /* the cycle in which the first command is taken is not counted */

  while (!idle(m)) {
    charge(m, &charges);
    step(m);
  }
  for (int b = 0; b < m->c->banks; b++) {
    free(m->banks[b].launched.visible);
    free(m->banks[b].pushed.visible);
  }
  free(m->hashes.visible);
  free(m->norms.visible);
  free(m->hashed_line.visible);
  free(m->ready_line.visible);
  free(m->queries);
  free(m);
  return charges;
}
