/* SPDX-License-Identifier: Apache-2.0
 *
 * ELSA's part of the stepped cycle model: hash unit, scan, launch, issue.
 */
#include <stdlib.h>

#include "cycle_machine.h"

/* The virtual key included; a bank without a key has one null entry. */
static int entries(const struct ks_cycle_machine *m, size_t query, int bank) {
  const struct ks_cycle_query *at = &m->queries[query];
  int taken = at->step->taken[at->number * (size_t)m->c->banks + (size_t)bank];
  return taken ? taken : 1;
}

/* Queries that the slowest bank has not finished. */
static int most_behind(const struct ks_cycle_machine *m) {
  int behind = 0;
  for (int b = 0; b < m->c->banks; b++)
    if (m->elsa.banks[b].behind > behind) behind = m->elsa.banks[b].behind;
  return behind;
}

static void decide_issue(struct ks_cycle_machine *m, struct ks_wires *w) {
  struct ks_cycle_elsa *e = &m->elsa;
  bool room = true;
  for (int b = 0; b < m->c->banks; b++) {
    bool active = ks_line_ready(&e->banks[b].launched, m->now);
    w->issue[b] = active && !e->banks[b].ask && m->banks[b].credit < m->s->fifo_depth;
    if (active && e->banks[b].left == 0) e->banks[b].left = entries(m, e->banks[b].issuing, b);
    e->finish[b] = w->issue[b] && e->banks[b].left == 1;
    room &= e->banks[b].behind != 2 || (m->s->room_latency == 0 && e->finish[b]);
  }
  e->launch = ks_line_ready(&e->ready, m->now) && room;
}

/* The hash unit: which row is in it, and is this its last cycle. */
static void decide_hash(struct ks_cycle_machine *m, struct ks_wires *w) {
  struct ks_cycle_elsa *e = &m->elsa;
  bool query = m->query_valid && e->hash_pending < m->s->hash_queue && e->slot_free;
  bool last = e->batch == m->s->hash_cycles - 1;
  e->in_unit = query || m->row_valid;
  e->unit_query = e->batch ? e->batch_query : query;
  w->query_done = e->in_unit && e->unit_query && last;
  w->take_query = ks_attend_takes(m, w->query_done);
  w->row_done = e->in_unit && !e->unit_query && last;
}

static void decide(struct ks_cycle_machine *m, struct ks_wires *w) {
  decide_issue(m, w);
  decide_hash(m, w);
}

static void move_hash(struct ks_cycle_machine *m) {
  struct ks_cycle_elsa *e = &m->elsa;
  if (e->in_unit) e->batch = e->batch == m->s->hash_cycles - 1 ? 0 : e->batch + 1;
  e->batch_query = e->unit_query;
}

static void move_select(struct ks_cycle_machine *m, const struct ks_wires *w) {
  struct ks_cycle_elsa *e = &m->elsa;
  if (w->query_done) {
    ks_line_push(&e->hashed, m->now + m->s->hash_stages + 3);
    e->hash_pending++;
    e->waiting++;
  }
  if (ks_line_ready(&e->hashed, m->now)) {
    const struct ks_step *step = m->queries[e->scanned].step;
    int words = step->exact ? 1 : ks_scan_words(m->c, step->keys);
    if (++e->word == words) {
      e->word = 0;
      e->scanned++;
      e->hash_pending--;
      ks_line_pop(&e->hashed, m->now);
      ks_line_push(&e->ready, m->now + m->s->scan_latency);
    }
  }
  if (e->launch) {
    ks_line_pop(&e->ready, m->now);
    e->waiting--;
  }
}

static void move_issue(struct ks_cycle_machine *m, const struct ks_wires *w, int b) {
  struct ks_cycle_elsa *e = &m->elsa;
  if (w->issue[b]) e->banks[b].left--;
  if (e->finish[b]) {
    ks_line_pop(&e->banks[b].launched, m->now);
    e->banks[b].issuing++;
    e->banks[b].behind--;
  }
  if (e->launch) {
    ks_line_push(&e->banks[b].launched, m->now + m->s->issue_latency);
    e->banks[b].behind++;
  }
}

/* A row that is taken asks its bank for a norm in the next cycle. */
static void move_deal(struct ks_cycle_machine *m, const struct ks_wires *w) {
  struct ks_cycle_elsa *e = &m->elsa;
  if (ks_line_pop(&e->norms, m->now)) e->norms_left--;
  for (int b = 0; b < m->c->banks; b++) e->banks[b].ask = false;
  if (!w->row_done) return;
  int *bank = &e->end_bank[m->load_page];
  e->banks[*bank].ask = true;
  *bank = (*bank + 1) % m->c->banks;
  ks_line_push(&e->norms, m->now + m->s->norm_latency - 1);
}

/* A slot that is taken counts at once, one that becomes free a cycle later. */
static void move_slots(struct ks_cycle_machine *m, const struct ks_wires *w) {
  m->elsa.slot_free = m->elsa.waiting + most_behind(m) + w->query_done < m->s->slots;
}

static void move(struct ks_cycle_machine *m, const struct ks_wires *w) {
  move_slots(m, w); /* of what the others find */
  move_hash(m);
  for (int b = 0; b < m->c->banks; b++) move_issue(m, w, b);
  move_select(m, w);
  move_deal(m, w);
  ks_attend_move(m, w);
}

static bool stored(const struct ks_cycle_machine *m) {
  return m->elsa.norms_left == 0;
}

static bool attending(const struct ks_cycle_machine *m) {
  return most_behind(m) != 0;
}

static bool selecting(const struct ks_cycle_machine *m) {
  return m->elsa.waiting != 0;
}

static void begin(struct ks_cycle_machine *m) {
  m->elsa.slot_free = true;
}

static void start_load(struct ks_cycle_machine *m, const struct ks_step *step) {
  m->elsa.norms_left = step->count;
  if (step->base == 0) m->elsa.end_bank[step->page] = 0;
}

static void finish(struct ks_cycle_machine *m) {
  for (int b = 0; b < m->c->banks; b++) free(m->elsa.banks[b].launched.visible);
  free(m->elsa.norms.visible);
  free(m->elsa.hashed.visible);
  free(m->elsa.ready.visible);
}

const struct ks_front ks_front_elsa = {decide,  move,       stored, attending, selecting,
                                       entries, begin, start_load, finish,
                                       ks_attend_ready, ks_attend_start, ks_always};
