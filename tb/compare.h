/* SPDX-License-Identifier: Apache-2.0
 *
 * The verdict: a program through the simulated hardware, everything held against the model.
 */
#ifndef KS_COMPARE_H
#define KS_COMPARE_H

#include "activity.h"
#include "program.h"

struct ks_trial {
  unsigned stall_percent; /* 0: none, and cycles are compared if the program is timed */
  uint64_t seed;          /* of the stalls and of what registers hold before reset */
  uint64_t list;          /* mismatches to print to standard error as they are found */
  struct ks_activity *activity; /* NULL, or counts the run; the design was built to make a VCD */
};

struct ks_verdict {
  uint64_t list;               /* as in the trial */
  uint64_t rows, codes, takes; /* compared: output rows, their codes, keys taken */
  uint64_t figures;            /* compared: registers, cycles */
  uint64_t mismatches;
  struct ks_counters model;
  uint64_t cycles; /* measured */
  bool timed;      /* cycles were compared */
  char first[512]; /* the first mismatch in words, or why the run failed; "" if all is equal */
};

/* Safe to call from several threads at once. */
void ks_compare(struct ks_program *program, ks_dut_run_function *run, struct ks_trial trial,
                struct ks_verdict *verdict);

/* Adds one verdict to a sum; the first mismatch stays. */
void ks_verdict_add(struct ks_verdict *sum, const struct ks_verdict *verdict);

#endif
