/* SPDX-License-Identifier: Apache-2.0
 *
 * Every cycle of ks_predict and ks_top_q as a recursion over groups, queries and keys
 * (docs/blocks/predict.md, top_q.md), from an idle start. An *entry* is what the score stage makes of one
 * candidate, or of the virtual key behind a query's candidates.
 */
#ifndef TIMING_H
#define TIMING_H

#include <stdbool.h>
#include <stdint.h>

struct timing_entry {
  bool through; /* of an exact query, or the virtual key */
  bool used;
  int64_t issued; /* out: cycle in which it is issued to the score stage */
  int64_t left;   /* out: it leaves the filter's ring */
  int64_t gone;   /* out: it is taken downstream, or dropped unseen */
};

struct timing_query {
  int first, candidates, entries; /* its entries: entries = candidates + [virtual key] */
  bool exact;
  int64_t loaded; /* out: its list goes to the read-out */
  int64_t ended;  /* out: its last entry is gone */
};

struct timing_group {
  int64_t offered; /* the cycle from which on it is offered, if the one before has started by then */
  int keys, queries, first;
  bool exact;
  int64_t start;   /* out */
  int64_t fetched; /* out: its last list is fetched */
};

/* What follows from the parameters. */
struct timing_sizes {
  int rows, lists;
  int list_latency; /* from start to the cycle in which row 0's list is written, less the beats of a pass */
  int score_delay;
  int pass_latency; /* from score to the cycle in which the sorter has passed it */
  int entries, queries; /* places of the filter */
};

struct timing_sizes timing_sizes(int rows, int dim, int top_k, int top_q, int stage_cells, int lists,
                                 int score_delay);

/* ready(context, stream, cycle): stream 0: the score stage takes an entry if there is a place; 1: used
 * entries are taken. */
typedef bool timing_ready(void *context, int stream, int64_t cycle);

void timing_predict(const struct timing_sizes *sizes, struct timing_group *groups, int count,
                    struct timing_query *queries, struct timing_entry *entries, timing_ready *ready,
                    void *context);

#endif
