/* SPDX-License-Identifier: Apache-2.0
 *
 * The cycle model as a recursion over queries and banks (docs/cycles.md), for programs in which no LOAD
 * meets a query. A cycle is numbered from the one after the first command is taken. "Seen in t" means that
 * a register shows it in cycle t, so that it was decided in t - 1.
 */
#include <assert.h>
#include <stdlib.h>

#include "cycle_program.h"

#define MAX_DEPTH 32 /* at least fifo_depth */
#define FREEZES 8    /* at least back_latency: queries that can be in an accumulate half at once */

struct freeze {
  int64_t from, to; /* nothing moves in [from, to) */
};

struct bank {
  int64_t issued;           /* last issue */
  int64_t popped;           /* last pop */
  int64_t tail[MAX_DEPTH];  /* pops of the last entries, by entry modulo MAX_DEPTH */
  uint64_t entries;
  struct freeze freezes[FREEZES]; /* of the last queries, by query modulo FREEZES */
  int64_t thawed;                 /* none of them ends later */
  int64_t shown;                  /* the exponents of the query at hand wait for the merge from here on */
};

struct reckoner {
  const struct ks_config *c;
  const struct ks_sizes *s;
  size_t queries;
  int64_t *scanned;  /* last word of the query's scan */
  int64_t *finished; /* last issue over the banks */
  int64_t granted, launched, shifted, released, out;
  int64_t taken; /* last row taken from the Q stream */
  struct bank banks[KS_MAX_BANKS];
  int64_t busy_until, attend_until; /* the unions of intervals so far end here */
  int64_t select_or_attend, attend;
};

static int64_t later(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* The cycle that is n moves of the accumulate half after the first one possible in `from` or later. */
static int64_t moves_after(const struct bank *bank, size_t query, int64_t from, int64_t n) {
  if (bank->thawed <= from) return from + n;
  size_t first = query > FREEZES ? query - FREEZES : 0;
  for (size_t j = first; j < query; j++) {
    const struct freeze *f = &bank->freezes[j % FREEZES];
    if (f->to <= from || f->to == f->from) continue;
    if (f->from > from) {
      if (n < f->from - from) break;
      n -= f->from - from;
    }
    from = f->to;
  }
  return from + n;
}

/* The pop of an entry of the query at hand or of one before it, -1 if there is none. */
static int64_t pop_of(const struct bank *bank, size_t query, int64_t first_pop, uint64_t entry) {
  if (entry >= bank->entries) return moves_after(bank, query, first_pop, (int64_t)(entry - bank->entries));
  return bank->tail[entry % MAX_DEPTH];
}

/* One query through one bank; returns the cycle in which its sums can be copied for the merge. */
static int64_t through_bank(struct reckoner *r, struct bank *bank, size_t query, int entries) {
  int64_t depth = r->s->fifo_depth;
  int64_t issue = later(r->launched + r->s->issue_latency, bank->issued + 1);
  int64_t pop = moves_after(bank, query, later(bank->popped + 1, issue + r->s->front_latency), 0);

  uint64_t last = bank->entries + (uint64_t)entries - 1;
  bank->issued = issue + entries - 1;
  if (last >= (uint64_t)depth)
    bank->issued = later(bank->issued, pop_of(bank, query, pop, last - (uint64_t)depth) + 1);

  uint64_t kept = (uint64_t)(entries < depth ? entries : depth);
  for (uint64_t entry = last + 1 - kept; entry <= last; entry++)
    bank->tail[entry % MAX_DEPTH] = pop_of(bank, query, pop, entry);
  bank->entries = last + 1;
  bank->popped = bank->tail[last % MAX_DEPTH];

  bank->shown = moves_after(bank, query, bank->popped, KS_EXPONENT_MOVES) + 1;
  int64_t done = moves_after(bank, query, bank->popped, r->s->back_latency - 1) + 1;
  int64_t copied = later(done, r->released);
  bank->freezes[query % FREEZES] = (struct freeze){done, copied};
  if (copied > done) bank->thawed = copied;
  return copied;
}

/* Cycles of [from, to] that *until does not cover yet; intervals come in the order of their starts. */
static int64_t uncovered(int64_t *until, int64_t from, int64_t to) {
  int64_t start = later(from, *until + 1);
  if (to < start) return 0;
  *until = to;
  return to - start + 1;
}

static void reckon_query(struct reckoner *r, const struct ks_step *step, size_t query, int64_t start,
                         const uint16_t *taken) {
  const struct ks_sizes *s = r->s;
  int words = step->exact ? 1 : ks_scan_words(r->c, step->keys);

  /* Q row, hash unit, scan, ready queue. */
  r->taken = later(start + 1, r->granted);
  int64_t grant = r->taken + 1;
  if (query >= (size_t)s->hash_queue) grant = later(grant, r->scanned[query - (size_t)s->hash_queue] + 1);
  if (query >= (size_t)s->slots) grant = later(grant, r->finished[query - (size_t)s->slots] + 2);
  r->granted = grant + s->hash_cycles - 1;
  int64_t scan = r->granted + s->hash_stages + 3;
  if (query) scan = later(scan, r->scanned[query - 1] + 1);
  r->scanned[query] = scan + words - 1;
  int64_t ready = r->scanned[query] + s->scan_latency;

  /* Launch: two queries can be in the banks. */
  r->launched = later(ready, r->launched + 1);
  if (query >= 2) r->launched = later(r->launched, r->finished[query - 2] + s->room_latency);

  int64_t merge = 0, shown = 0;
  r->finished[query] = 0;
  for (int b = 0; b < r->c->banks; b++) {
    struct bank *bank = &r->banks[b];
    merge = later(merge, through_bank(r, bank, query, taken[b] ? taken[b] : 1));
    shown = later(shown, bank->shown);
    r->finished[query] = later(r->finished[query], bank->issued);
  }
  r->shifted = later(shown, r->shifted + 1);
  r->released = later(merge, r->shifted + s->shift_latency) + s->divide_cycles;
  r->out = r->released + s->out_latency;

  r->select_or_attend += uncovered(&r->busy_until, r->granted + 1, r->finished[query]);
  r->attend += uncovered(&r->attend_until, r->launched + 1, r->finished[query]);
}

/* Returns the cycle in which the LOAD is done. */
static int64_t reckon_load(const struct ks_clock *clock, const struct ks_step *step, int64_t go) {
  const struct ks_sizes *s = &clock->sizes;
  int64_t last_row = go + 1 + (int64_t)step->count * s->hash_cycles;
  int64_t done = last_row + s->norm_latency;
  if (clock->config.compensate == KS_COMPENSATE_MEAN)
    done = later(done, later(last_row + 1, go + 1 + KS_RECIPROCAL_STEPS) + s->mean_latency);
  return done;
}

static size_t count_queries(const struct ks_clock *clock) {
  size_t queries = 0;
  for (size_t i = 0; i < clock->count; i++)
    if (clock->steps[i].kind == KS_STEP_ATTEND) queries += (size_t)clock->steps[i].count;
  return queries;
}

/* The commands in turn; false as soon as a LOAD could meet a query. */
static bool reckon_commands(const struct ks_clock *clock, struct reckoner *r, struct ks_charges *charges) {
  int64_t seen = 0, loaded = -1, end = -1;
  int64_t retired[KS_MAX_CONTEXTS];
  size_t contexts = (size_t)clock->sizes.contexts;
  size_t attends = 0, query = 0;
  int load_page = -1;
  for (size_t i = 0; i < contexts; i++) retired[i] = -1;

  for (size_t i = 0; i < clock->count; i++) {
    const struct ks_step *step = &clock->steps[i];
    int64_t go = seen;
    if (step->kind == KS_STEP_LOAD) {
      if (attends) return false;
      go = later(go, loaded + 1);
      loaded = reckon_load(clock, step, go);
      load_page = step->page;
      charges->load += (uint64_t)(loaded - go);
    } else if (step->kind == KS_STEP_ATTEND) {
      go = later(go, later(r->taken, retired[attends % contexts]) + 1);
      if (step->page == load_page) go = later(go, loaded + 1);
      if (go <= loaded) return false;
      for (int q = 0; q < step->count; q++, query++)
        reckon_query(r, step, query, go, step->taken + (size_t)q * (size_t)clock->config.banks);
      retired[attends++ % contexts] = r->released - clock->sizes.divide_cycles;
    }
    end = later(end, go);
    seen = go + 1;
  }
  end = later(end, later(loaded, r->out));
  charges->attend = (uint64_t)r->attend;
  charges->select = (uint64_t)(r->select_or_attend - r->attend);
  charges->drain = (uint64_t)(end + 1) - charges->load - charges->attend - charges->select;
  return true;
}

bool ks_cycles_reckoned(const struct ks_clock *clock, struct ks_charges *charges) {
  struct reckoner r = {.c = &clock->config,
                       .s = &clock->sizes,
                       .granted = -1,
                       .launched = -1,
                       .shifted = -1,
                       .released = -1,
                       .out = -1,
                       .taken = -1,
                       .busy_until = -1,
                       .attend_until = -1};
  if (clock->config.engine != KS_ENGINE_ELSA) return false;
  assert(r.s->fifo_depth <= MAX_DEPTH && r.s->back_latency <= FREEZES);
  r.queries = count_queries(clock);
  r.scanned = calloc(r.queries + 1, sizeof *r.scanned);
  r.finished = calloc(r.queries + 1, sizeof *r.finished);
  if (!r.scanned || !r.finished) abort();
  for (int b = 0; b < r.c->banks; b++) r.banks[b].issued = r.banks[b].popped = -1;

  *charges = (struct ks_charges){0};
  bool whole = reckon_commands(clock, &r, charges);
  free(r.scanned);
  free(r.finished);
  return whole;
}
