/* SPDX-License-Identifier: Apache-2.0
 *
 * A3's part of the stepped cycle model: greedy search, score stage, filter.
 */
#include <stdlib.h>

#include "cycle_machine.h"
#include "filter.h"
#include "fixed.h"

enum { NONE = -1, CHECKS = 3 /* cycles from a beat to what its order makes of the flag */ };

static bool has_mean_score(const struct ks_cycle_machine *m, size_t query) {
  return m->c->compensate == KS_COMPENSATE_MEAN && !ks_query_is_exact(m, query);
}

static unsigned fate_of(const struct ks_cycle_machine *m, size_t query, size_t candidate) {
  if (ks_query_is_exact(m, query)) return KS_FATE_USED;
  return m->queries[query].step->fates[ks_searched_of(m, query)->fate + candidate];
}

/* The used keys, and the virtual key or a null entry. */
static int entries(const struct ks_cycle_machine *m, size_t query, int bank) {
  (void)bank;
  return ks_searched_of(m, query)->used + 1;
}

static int levels(const struct ks_cycle_machine *m) {
  return ks_log2_up((uint64_t)m->c->d);
}

/* ---- ks_greedy ------------------------------------------------------------------------------- */

static void decide_greedy(struct ks_cycle_machine *m, struct ks_wires *w) {
  struct ks_cycle_a3 *a = &m->a3;
  bool room = ks_read_out_has_room(&a->read_out);
  a->en = !a->is_built || room;
  a->load = a->is_built && room;
  a->step = a->en && a->left != 0;

  bool query = m->query_valid && a->waiting != m->s->slots, ready = a->left == 0;
  if (query && !ready) {
    int start = ks_query_is_exact(m, a->started) ? 2 : levels(m) + 2;
    ready = a->left <= start && !a->last1 && !a->last2 && a->en;
  }
  w->query_done = query && a->start == NONE && ready;
  w->take_query = ks_attend_takes(m, w->query_done);
}

static void move_greedy(struct ks_cycle_machine *m, const struct ks_wires *w) {
  struct ks_cycle_a3 *a = &m->a3;
  bool enter = a->start == levels(m), last = a->step && a->left == 1;
  if (a->en) {
    a->is_built = a->last2;
    a->last2 = a->last1;
    a->last1 = last;
  }
  if (a->step) a->left--;
  if (enter) {
    const struct ks_step *step = m->queries[a->stepping++].step;
    a->left = step->exact ? 1 : step->iterations;
  }
  if (a->start != NONE && ++a->start == levels(m) + 3) a->start = NONE;
  if (w->query_done) a->start = ks_query_is_exact(m, a->started++) ? levels(m) : 0;
}

/* ---- ks_read_out, ks_score_keys ----------------------------------------------------------- */

static void decide_score(struct ks_cycle_machine *m) {
  struct ks_cycle_a3 *a = &m->a3;
  a->key_go = ks_read_out_shows(m, &a->read_out) && !a->mean && a->held != m->s->filter_depth &&
              (!a->first || a->open != m->s->filter_records);
  a->key_first = a->key_go && a->first;
  a->key_last = a->key_go && a->read_out.candidates_left == 1;
}

static void move_score(struct ks_cycle_machine *m, const struct ks_wires *w) {
  struct ks_cycle_a3 *a = &m->a3;
  if (a->key_go || a->mean) ks_line_push(&a->scores, m->now + m->s->score_latency + 1);
  if (a->key_go) a->first = a->key_last;
  a->mean = a->key_last && has_mean_score(m, a->read_out.query);
  ks_read_out_move(m, &a->read_out, a->load, a->key_go);
  a->waiting += w->query_done - a->key_first;
}

/* ---- ks_filter ------------------------------------------------------------------------------- */

/* The next kept candidate of the query from `place` on, or the number of candidates. What an emptying took with
 * it lies before the place where it was. */
static size_t next_kept(const struct ks_cycle_machine *m, size_t query, size_t place) {
  size_t count = (size_t)ks_searched_of(m, query)->candidates;
  while (place < count && fate_of(m, query, place) & KS_FATE_DROPPED) place++;
  return place;
}

static size_t first_kept(const struct ks_cycle_machine *m, size_t query) {
  size_t place = (size_t)ks_searched_of(m, query)->candidates;
  while (place > 0 && !(fate_of(m, query, place - 1) & KS_FATE_EMPTIES)) place--;
  return next_kept(m, query, place ? place - 1 : 0);
}

static void decide_walk(struct ks_cycle_machine *m, struct ks_wires *w) {
  struct ks_cycle_a3 *a = &m->a3;
  bool room = m->banks[0].credit < m->s->fifo_depth;
  w->issue[0] = a->entry && (a->entry_end || a->entry_used) && room;
  a->leave = w->issue[0] || (a->entry && !a->entry_end && !a->entry_used);
  a->advance = ks_line_ready(&a->records, m->now) && (!a->entry || a->leave);
}

static void move_walk(struct ks_cycle_machine *m) {
  struct ks_cycle_a3 *a = &m->a3;
  if (!a->advance) {
    a->entry &= !a->leave;
    return;
  }
  if (!a->placed) a->place = first_kept(m, a->walked);
  a->placed = true;
  a->entry = true;
  a->entry_end = a->place == (size_t)ks_searched_of(m, a->walked)->candidates;
  if (a->entry_end) {
    ks_line_pop(&a->records, m->now);
    a->walked++;
    a->open--;
    a->placed = false;
  } else {
    a->entry_used = fate_of(m, a->walked, a->place) & KS_FATE_USED;
    a->place = next_kept(m, a->walked, a->place + 1);
    a->held--;
  }
}

/* A score meets the largest so far. */
static void move_filter(struct ks_cycle_machine *m) {
  struct ks_cycle_a3 *a = &m->a3;
  a->open += a->key_first;
  a->held += a->key_go;
  if (!ks_line_pop(&a->scores, m->now)) return;
  size_t candidates = (size_t)ks_searched_of(m, a->scored)->candidates;
  unsigned fate = a->fate < candidates ? fate_of(m, a->scored, a->fate) : 0;
  if (fate & KS_FATE_DROPPED) {
    a->held--;
  } else if (a->fate < candidates) {
    if (fate & KS_FATE_EMPTIES) a->held -= a->kept;
    a->kept = fate & KS_FATE_EMPTIES ? 1 : a->kept + 1;
  }
  if (++a->fate < candidates + has_mean_score(m, a->scored)) return;
  ks_line_push(&a->records, m->now + 1);
  a->scored++;
  a->fate = 0;
  a->kept = 0;
}

/* ---- the engine ------------------------------------------------------------------------------ */

static void decide(struct ks_cycle_machine *m, struct ks_wires *w) {
  w->row_done = m->row_valid;
  decide_walk(m, w);
  decide_score(m);
  decide_greedy(m, w);
}

static void move(struct ks_cycle_machine *m, const struct ks_wires *w) {
  move_walk(m);
  move_filter(m);
  move_score(m, w);
  move_greedy(m, w);
  if (w->row_done) m->a3.last_row = m->now;
  ks_attend_move(m, w);
}

static bool stored(const struct ks_cycle_machine *m) {
  return m->now > m->a3.last_row + CHECKS;
}

static bool attending(const struct ks_cycle_machine *m) {
  return m->a3.open != 0;
}

static bool selecting(const struct ks_cycle_machine *m) {
  const struct ks_cycle_a3 *a = &m->a3;
  return a->start != NONE || a->left != 0 || a->last1 || a->last2 || a->is_built || a->read_out.left != 0;
}

static void begin(struct ks_cycle_machine *m) {
  m->a3.start = NONE;
  m->a3.first = true;
  m->a3.last_row = -CHECKS - 1;
}

static void start_load(struct ks_cycle_machine *m, const struct ks_step *step) {
  (void)m, (void)step;
}

static void finish(struct ks_cycle_machine *m) {
  free(m->a3.read_out.readable.visible);
  free(m->a3.scores.visible);
  free(m->a3.records.visible);
}

const struct ks_front ks_front_a3 = {decide,  move,  stored,     attending, selecting,
                                     entries, begin, start_load, finish,
                                     ks_attend_ready, ks_attend_start, ks_always};
