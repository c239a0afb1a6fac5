/* SPDX-License-Identifier: Apache-2.0
 *
 * LISA's part of the stepped cycle model: instructions, the groups of queries, prediction, score stage, top-q.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cycle_machine.h"
#include "filter.h"

enum { PREDICT, SCORE, SOFTMAX, WSUM };

static bool has_virtual_key(const struct ks_cycle_machine *m, size_t query) {
  return m->c->compensate == KS_COMPENSATE_MEAN && ks_searched_of(m, query)->used != m->queries[query].step->keys;
}

/* Places of the ring that the query takes. */
static int places(const struct ks_cycle_machine *m, size_t query) {
  return ks_searched_of(m, query)->candidates + has_virtual_key(m, query);
}

static int entries(const struct ks_cycle_machine *m, size_t query, int bank) {
  (void)bank;
  return ks_searched_of(m, query)->used + has_virtual_key(m, query);
}

static int smaller_of(int a, int b) {
  return a < b ? a : b;
}

static int pass_stages(const struct ks_cycle_machine *m, int cells) {
  return (cells - 1 + m->s->stage_cells - 1) / m->s->stage_cells;
}

/* Cycles from the issue of a query's last score to the first of its entries leaving the ring. */
static int stay(const struct ks_cycle_machine *m) {
  return m->s->score_latency + pass_stages(m, m->c->top_q) + 2;
}

/* ---- instructions: ks_sequencer, ks_permit --------------------------------------------------- */

static bool has_room(const struct ks_cycle_machine *m, int stage) {
  if (stage == PREDICT) return m->lisa.waiting_count != KS_WAITING;
  return m->lisa.permits[stage] <= (KS_WAITING - 1) * m->c->rows;
}

static bool sequencing(const struct ks_cycle_lisa *l) {
  return l->round[PREDICT] || l->round[SCORE] || l->round[SOFTMAX] || l->round[WSUM];
}

static bool ready(const struct ks_cycle_machine *m, const struct ks_step *step) {
  if (step->kind == KS_STEP_INSTRUCT) return has_room(m, step->stage);
  return !sequencing(&m->lisa) && has_room(m, PREDICT);
}

static void wait_for_rows(struct ks_cycle_lisa *l, struct ks_cycle_group group) {
  assert(l->waiting_count < KS_WAITING);
  l->waiting[l->waiting_count++] = group;
}

/* The program's next group comes to its first step. */
static void next_group(struct ks_cycle_machine *m) {
  struct ks_cycle_lisa *l = &m->lisa;
  int left = l->program->count - l->program_next;
  l->round[PREDICT] = smaller_of(left, m->c->rows);
  l->group = (struct ks_cycle_group){l->program, l->program_next, l->round[PREDICT], l->program_context,
                                     left <= m->c->rows};
  l->program_next += l->round[PREDICT];
}

static void start(struct ks_cycle_machine *m, const struct ks_step *step, int context) {
  struct ks_cycle_lisa *l = &m->lisa;
  if (step->kind == KS_STEP_INSTRUCT) {
    l->permits[step->stage] += step->count;
  } else if (step->kind == KS_STEP_PREDICT) {
    wait_for_rows(l, (struct ks_cycle_group){step, 0, step->count, context, true});
  } else {
    l->program = step;
    l->program_context = context;
    l->program_next = 0;
    next_group(m);
  }
}

/* `room` as it was at the beginning of the cycle. */
static void move_sequencer(struct ks_cycle_machine *m, bool room) {
  struct ks_cycle_lisa *l = &m->lisa;
  int queries = l->round[l->step];
  if (!sequencing(l) || (queries && !room)) return;
  if (queries && l->step == PREDICT) wait_for_rows(l, l->group);
  else l->permits[l->step] += queries;
  l->step = (l->step + 1) % KS_STAGES;
  if (l->step != PREDICT) return;
  memmove(l->round + 1, l->round, (KS_STAGES - 1) * sizeof l->round[0]);
  next_group(m);
}

/* ---- ks_gather ------------------------------------------------------------------------------- */

static void decide_gather(struct ks_cycle_machine *m, struct ks_wires *w) {
  const struct ks_cycle_lisa *l = &m->lisa;
  w->take_query = l->waiting_count && l->slots != m->s->slots && l->held != 2;
}

static void move_gather(struct ks_cycle_machine *m, const struct ks_wires *w) {
  struct ks_cycle_lisa *l = &m->lisa;
  if (l->reads_left && --l->reads_left == 0) l->held--;
  if (l->start) {
    l->reads_left = l->complete[0].count;
    l->complete[0] = l->complete[1];
    l->complete_count--;
  }
  l->slots += w->take_query - l->key_first;
  if (!w->take_query) return;
  struct ks_cycle_group group = l->waiting[0];
  bool complete = ++l->taken == group.count;
  ks_cycle_take(m, (struct ks_cycle_query){.step = group.step,
                                           .number = (size_t)(group.first + l->taken - 1),
                                           .context = group.context,
                                           .last = complete && group.last});
  if (!complete) return;
  l->taken = 0;
  l->held++;
  l->complete[l->complete_count++] = group;
  memmove(l->waiting, l->waiting + 1, (size_t)--l->waiting_count * sizeof l->waiting[0]);
}

/* ---- ks_predict ------------------------------------------------------------------------------ */

static void decide_predict(struct ks_cycle_machine *m) {
  struct ks_cycle_lisa *l = &m->lisa;
  bool room = ks_read_out_has_room(&l->read_out);
  l->start = l->complete_count && l->beats_left <= 1 && l->groups != m->s->lists;
  l->fetch = ks_line_ready(&l->written, m->now) && (!l->fetched || room);
  l->load = l->fetched && room;
}

static void move_predict(struct ks_cycle_machine *m) {
  struct ks_cycle_lisa *l = &m->lisa;
  l->fetched = l->fetch || (l->fetched && !l->load);
  if (l->fetch) {
    ks_line_pop(&l->written, m->now);
    if (--l->lists_left[0] == 0) memmove(l->lists_left, l->lists_left + 1, (size_t)--l->groups * sizeof(int));
  }
  if (l->beats_left) l->beats_left--;
  if (!l->start) return;
  const struct ks_cycle_group *group = &l->complete[0];
  l->beats_left = m->c->rows;
  if (!group->step->exact && group->step->keys > l->beats_left) l->beats_left = group->step->keys;
  int64_t written = m->now + l->beats_left + 5 + m->s->tree_stages + pass_stages(m, m->c->top_k);
  for (int row = 0; row < group->count; row++) ks_line_push(&l->written, written + row + 1);
  l->lists_left[l->groups++] = group->count;
}

/* ---- ks_read_out, ks_score_keys ----------------------------------------------------------- */

static void decide_score(struct ks_cycle_machine *m) {
  struct ks_cycle_lisa *l = &m->lisa;
  bool room = l->entries != m->c->top_k + 1 + stay(m) && l->queries != stay(m) / 2 + 3;
  l->key_go = ks_read_out_shows(m, &l->read_out) && !l->mean && room && l->permits[SCORE];
  l->key_first = l->key_go && l->first;
  l->key_last = l->key_go && l->read_out.candidates_left == 1;
  l->mean_go = l->mean && room;
}

static void move_score(struct ks_cycle_machine *m) {
  struct ks_cycle_lisa *l = &m->lisa;
  size_t query = l->read_out.query - l->mean_go; /* the mean key comes behind its query */
  bool mean_due = l->key_last && has_virtual_key(m, query);
  bool ends = l->mean_go || (l->key_last && !mean_due);
  /* A query of the ring is decided with its last score, an exact one's entry by itself. */
  bool alone = l->key_go && ks_query_is_exact(m, query);
  int decided = alone ? 1 : ends ? places(m, query) : 0;
  for (int i = 0; i < decided; i++) ks_line_push(&l->decided, m->now + stay(m));
  l->entries += l->key_go + l->mean_go;
  l->queries += ends;
  l->permits[SCORE] -= l->key_last;
  if (l->key_go) l->first = l->key_last;
  l->mean = mean_due || (l->mean && !l->mean_go);
  ks_read_out_move(m, &l->read_out, l->load, l->key_go);
}

/* ---- ks_top_q -------------------------------------------------------------------------------- */

static void decide_leave(struct ks_cycle_machine *m, struct ks_wires *w) {
  struct ks_cycle_lisa *l = &m->lisa;
  bool room = m->banks[0].credit < m->s->fifo_depth;
  w->issue[0] = l->entry && l->entry_used && room && l->permits[SOFTMAX];
  l->gone = l->entry && (!l->entry_used || w->issue[0]);
  l->leave = ks_line_ready(&l->decided, m->now) && (!l->entry || l->gone);
}

static bool uses_entry(const struct ks_cycle_machine *m, size_t query, int place) {
  const struct ks_searched *searched = ks_searched_of(m, query);
  if (ks_query_is_exact(m, query) || place == searched->candidates) return true;
  return m->queries[query].step->fates[searched->fate + (size_t)place] & KS_FATE_USED;
}

static void move_leave(struct ks_cycle_machine *m) {
  struct ks_cycle_lisa *l = &m->lisa;
  if (l->gone && l->entry_last) l->permits[SOFTMAX]--;
  if (l->gone && l->entry_end) l->queries--;
  l->entry = l->leave || (l->entry && !l->gone);
  if (!l->leave) return;
  ks_line_pop(&l->decided, m->now);
  l->entries--;
  l->entry_used = uses_entry(m, l->leaving, l->left);
  l->given += l->entry_used;
  l->left++;
  l->entry_end = l->left == places(m, l->leaving);
  l->entry_last = l->entry_used && l->given == entries(m, l->leaving, 0);
  if (!l->entry_end) return;
  l->left = l->given = 0;
  l->leaving++;
}

/* ---- the engine ------------------------------------------------------------------------------ */

static void decide(struct ks_cycle_machine *m, struct ks_wires *w) {
  w->row_done = m->row_valid;
  decide_leave(m, w);
  decide_score(m);
  decide_predict(m);
  decide_gather(m, w);
}

static void move(struct ks_cycle_machine *m, const struct ks_wires *w) {
  bool room = has_room(m, m->lisa.step);
  m->lisa.permits[WSUM] -= w->summed[0];
  move_leave(m);
  move_score(m);
  move_predict(m);
  move_gather(m, w);
  move_sequencer(m, room);
  if (w->row_done) m->lisa.last_row = m->now;
}

/* The non-zeros of every row are counted. */
static bool stored(const struct ks_cycle_machine *m) {
  return m->now > m->lisa.last_row + m->s->tree_stages + 1;
}

static bool attending(const struct ks_cycle_machine *m) {
  return m->lisa.entries || m->lisa.queries;
}

static bool selecting(const struct ks_cycle_machine *m) {
  return m->lisa.groups || m->lisa.fetched || m->lisa.read_out.left;
}

static bool may_sum(const struct ks_cycle_machine *m) {
  return m->lisa.permits[WSUM] != 0;
}

static void begin(struct ks_cycle_machine *m) {
  assert(m->s->lists <= KS_LISTS_MOST);
  m->lisa.first = true;
  m->lisa.last_row = -m->s->tree_stages - 2;
}

static void start_load(struct ks_cycle_machine *m, const struct ks_step *step) {
  (void)m, (void)step;
}

static void finish(struct ks_cycle_machine *m) {
  free(m->lisa.written.visible);
  free(m->lisa.read_out.readable.visible);
  free(m->lisa.decided.visible);
}

const struct ks_front ks_front_lisa = {decide, move,       stored, attending, selecting, entries, begin,
                                       start_load, finish, ready,  start,     may_sum};
