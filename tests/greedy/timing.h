/* SPDX-License-Identifier: Apache-2.0
 *
 * Every cycle of ks_greedy as a recursion over queries (docs/blocks/greedy.md), from an idle start.
 */
#ifndef TIMING_H
#define TIMING_H

#include <stdbool.h>
#include <stdint.h>

struct timing_query {
  int64_t offered; /* the cycle in which it is offered, if the one before has been taken by then */
  int steps;       /* M */
  bool exact;
  int count;        /* candidates */
  int64_t taken;    /* out: the cycle in which it is taken */
  int64_t *moved;   /* out: the cycle in which each candidate is taken */
  int64_t last;     /* inside: the last step */
  int64_t built;    /* the candidates are known */
  int64_t handed;   /* the read-out has them */
};

/* ready(context, cycle): the candidates' stream is ready in this cycle. */
void timing_predict(int d, struct timing_query *queries, int count, bool (*ready)(void *, int64_t),
                    void *context);

#endif
