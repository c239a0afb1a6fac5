/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups of queries on their way through LISA's four instructions, and the lists they wait in: PREDICT
 * fills a list of candidates, SCORE empties that and fills one of scores, SOFTMAX likewise one of weights,
 * WSUM empties that. There are two lists of each kind, and a kind is emptied in the order it was filled
 * (SPEC 8).
 */
#ifndef KS_GROUP_H
#define KS_GROUP_H

#include "attend.h"

struct ks_group {
  struct ks_instruction predict;    /* what began it */
  struct ks_constants constants;    /* as they were then */
  bool first;                       /* of its program */
  uint16_t number;                  /* of its first query, modulo 2^16 */
  size_t clock_number;              /* of its PREDICT in the cycle model */
  int32_t *q;                       /* rows of d codes */
  struct ks_attention *attention;   /* one a row */
};

enum { KS_LIST_KINDS = 3, KS_LISTS = 2, KS_GROUPS = KS_LIST_KINDS * KS_LISTS };

struct ks_groups {
  struct ks_group *list[KS_LIST_KINDS][KS_LISTS]; /* of each kind the oldest first, then NULL */
  struct ks_group *idle[KS_GROUPS];               /* made when first needed, kept for the next */
  size_t idle_count;
  bool within;                      /* a program has begun and not ended */
  uint16_t next_number;             /* in it */
};

void ks_groups_free(const struct ks_design *design, struct ks_groups *groups);

/* Whether the instruction may be next: the list it reads is the oldest of its kind, the one it writes
 * empty. */
bool ks_groups_ready(const struct ks_groups *groups, struct ks_instruction instruction);

/* Whether a group is open, from PREDICT to WSUM; which reads `page`. */
bool ks_groups_any(const struct ks_groups *groups);
bool ks_groups_read(const struct ks_groups *groups, int page);

/* The next PREDICT begins a program, whatever was before. */
void ks_groups_begin(struct ks_groups *groups);

/* The group of an instruction that is ready, moved to the list it writes; PREDICT's is a new one with its
 * number, WSUM's is in no list and is to be given back with ks_groups_close. */
struct ks_group *ks_groups_move(const struct ks_design *design, struct ks_groups *groups,
                                struct ks_instruction instruction);
void ks_groups_close(struct ks_groups *groups, struct ks_group *group);

#endif
