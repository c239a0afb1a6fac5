/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two cycle models share: the commands as they came, the sums that they end in, and the bound.
 * cycle.c reckons; cycle_step.c goes cycle by cycle.
 */
#ifndef KS_CYCLE_PROGRAM_H
#define KS_CYCLE_PROGRAM_H

#include "cycle.h"

#define KS_MAX_CONTEXTS 8      /* the most that sizes.c says */
#define KS_EXPONENT_MOVES 2 /* of the accumulate half from a query's last pop to the end of its exponents */
#define KS_RECIPROCAL_STEPS 22 /* cycles of rn = round(2^20 / n_keys) */

enum ks_step_kind { KS_STEP_LOAD, KS_STEP_ATTEND, KS_STEP_PREDICT, KS_STEP_INSTRUCT, KS_STEP_REFUSED };

/* A query of A3's or LISA's: what was found, and where its candidates' fates begin. */
struct ks_searched {
  int candidates, used;
  size_t fate;
};

struct ks_step {
  enum ks_step_kind kind;
  int stage;        /* INSTRUCT: 1 SCORE, 2 SOFTMAX, 3 WSUM */
  int page;
  int base;         /* LOAD: first row */
  int count;        /* rows of the command; of the group */
  int keys;         /* ATTEND, PREDICT: keys loaded */
  bool exact;       /* ATTEND, PREDICT */
  uint16_t *taken;  /* ELSA's ATTEND: count * banks; owned by the clock, as are the next two */
  int iterations;   /* A3's ATTEND */
  struct ks_searched *searched; /* A3, LISA: count */
  uint8_t *fates;               /* of every candidate, query after query; exact: NULL */
};

struct ks_clock {
  struct ks_config config;
  struct ks_sizes sizes;
  struct ks_step *steps;
  size_t count, room;
  uint64_t bound;
};

/* Cycles by what they are charged to. */
struct ks_charges {
  uint64_t load, attend, select, drain;
};

/* Scan words of a bank that hold `keys` keys between them. */
int ks_scan_words(const struct ks_config *config, int keys);

/* Any program of any engine, cycle by cycle. */
struct ks_charges ks_cycles_stepped(const struct ks_clock *clock);

/* A program in which no LOAD meets a query: all LOADs before the first ATTEND, and none of them still under
 * way when that starts; of ELSA. Returns false where it is not such a program. */
bool ks_cycles_reckoned(const struct ks_clock *clock, struct ks_charges *charges);

#endif
