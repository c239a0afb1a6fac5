/* SPDX-License-Identifier: Apache-2.0 */
#include "timing.h"

static int64_t later(int64_t a, int64_t b) {
  return a > b ? a : b;
}

static int ceil_log4(int x) {
  int log = 0;
  while (INT64_C(1) << 2 * log < x) log++;
  return log;
}

static int ceil_divide(int a, int b) {
  return (a + b - 1) / b;
}

struct timing_sizes timing_sizes(int rows, int dim, int top_k, int top_q, int stage_cells, int lists,
                                 int score_delay) {
  int pass = 1 + ceil_divide(top_q - 1, stage_cells), stay = score_delay + pass + 1;
  return (struct timing_sizes){
      .rows = rows,
      .lists = lists,
      .list_latency = 5 + ceil_log4(dim) + ceil_divide(top_k - 1, stage_cells),
      .score_delay = score_delay,
      .pass_latency = pass,
      .entries = top_k + 1 + stay,
      .queries = stay / 2 + 3,
  };
}

static int64_t beats(const struct timing_sizes *sizes, const struct timing_group *group) {
  return group->exact || group->keys < sizes->rows ? sizes->rows : group->keys;
}

struct run {
  const struct timing_sizes *sizes;
  struct timing_query *queries;
  struct timing_entry *entries;
  timing_ready *ready;
  void *context;
  int64_t issued; /* the last entry */
  int64_t left, gone;
};

/* Cycle in which the candidate `back` before the first of query i was taken: the read-out has at most
 * `back` left from the cycle after it on. -1 if there is none. */
static int64_t taken_before(const struct run *run, int i, int back) {
  while (--i >= 0) {
    const struct timing_query *query = &run->queries[i];
    if (back < query->candidates) return run->entries[query->first + query->candidates - 1 - back].issued;
    back -= query->candidates;
  }
  return -1;
}

/* Entry e is decided, so that it may leave the ring from this cycle on. */
static void leave(struct run *run, struct timing_entry *entry, int64_t decided) {
  entry->left = later(decided, run->gone);
  entry->gone = entry->left + 1;
  while (entry->used && !run->ready(run->context, 1, entry->gone)) entry->gone++;
  run->left = entry->left;
  run->gone = entry->gone;
}

/* The entries of query i, whose list is in the read-out. */
static void issue(struct run *run, int i) {
  const struct timing_sizes *sizes = run->sizes;
  struct timing_query *query = &run->queries[i];
  int decide = sizes->score_delay + sizes->pass_latency + 1;
  for (int c = 0; c < query->entries; c++) {
    int e = query->first + c;
    struct timing_entry *entry = &run->entries[e];
    int64_t at = run->issued + 1;
    if (c < query->candidates) at = later(at, query->loaded + 2);
    if (e >= sizes->entries) at = later(at, run->entries[e - sizes->entries].left + 1);
    if (i >= sizes->queries) at = later(at, run->queries[i - sizes->queries].ended + 1);
    while (!run->ready(run->context, 0, at)) at++;
    entry->issued = run->issued = at;
    if (query->exact) leave(run, entry, at + decide);
  }
  for (int c = 0; c < query->entries && !query->exact; c++)
    leave(run, &run->entries[query->first + c], run->issued + decide);
  query->ended = run->gone;
}

void timing_predict(const struct timing_sizes *sizes, struct timing_group *groups, int count,
                    struct timing_query *queries, struct timing_entry *entries, timing_ready *ready,
                    void *context) {
  struct run run = {sizes, queries, entries, ready, context, -1, -1, -1};
  for (int g = 0; g < count; g++) {
    struct timing_group *group = &groups[g];
    group->start = group->offered;
    if (g > 0) group->start = later(group->start, group[-1].start + beats(sizes, group - 1));
    if (g >= sizes->lists) group->start = later(group->start, groups[g - sizes->lists].fetched + 1);
    int64_t written = group->start + beats(sizes, group) + sizes->list_latency;
    for (int r = 0; r < group->queries; r++) {
      int i = group->first + r;
      int64_t before = i > 0 ? queries[i - 1].loaded : -2;
      group->fetched = later(written + r + 1, before);
      queries[i].loaded =
          later(later(group->fetched + 1, before + 2), taken_before(&run, i, 2) + 1);
      issue(&run, i);
    }
  }
}
