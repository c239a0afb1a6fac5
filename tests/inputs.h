/* SPDX-License-Identifier: Apache-2.0
 *
 * Random configurations, rows and constants for the tests of the machine.
 */
#ifndef TESTS_INPUTS_H
#define TESTS_INPUTS_H

#include "slow/slow.h"

/* A small configuration, every key that concerns ELSA anywhere in its range (n <= 70, d <= 40). */
struct ks_config inputs_config(uint64_t *random);

/* The same of A3; what concerns its selector is drawn too (iterations 1..8192, mostly about 2 n). */
struct ks_config inputs_config_a3(uint64_t *random);

/* The same of LISA: rows, top_k and top_q anywhere in their ranges. */
struct ks_config inputs_config_lisa(uint64_t *random);

/* Turns the configuration to one of the 32 combinations of what the papers chose: compensate, norm_bits,
 * hash, issue, accumulator are bits 0 to 4 of `choice`, 0 ours; what these want of other keys is drawn. */
void inputs_depart(struct ks_config *config, int choice, uint64_t *random);

/* How rows of codes come about. */
enum inputs_rows {
  ROWS_UNIFORM, /* any code */
  ROWS_NORMAL,  /* deviation 1.0, as trained tensors */
  ROWS_TINY,    /* -1, 0, 1 */
  ROWS_EQUAL,   /* one row repeated */
  ROWS_SPARSE,  /* most rows zero */
  ROWS_EXTREME, /* the least and the largest code only */
  ROWS_LADDER,  /* row j scaled by 2^-(j mod 8): exponents far apart */
  ROWS_ZERO,
  ROWS_LEAST, /* every code the least one: sums at their largest */
  ROWS_KINDS
};

/* count rows of config->d codes, freed by free(). */
int32_t *inputs_rows_new(const struct ks_config *config, enum inputs_rows kind, int count, uint64_t *random);

enum inputs_constants {
  CONSTANTS_REAL,     /* scale near 1/sqrt(d); ELSA: the cosine table, a threshold near its use; A3:
                         iterations near n, T of 0.1 to 100; LISA: lists as built, tau 0.7 of the mean */
  CONSTANTS_RANDOM,   /* whatever a register can hold and ATTEND takes */
  CONSTANTS_STEEP,    /* the largest scale */
  CONSTANTS_FLAT,     /* the least: every weight is 1 */
  CONSTANTS_EVERY,    /* ELSA: every key of any norm is a candidate; A3: all iterations, all candidates
                         used; LISA: tau = 0 */
  CONSTANTS_NONE,     /* ELSA: no key is, the best alone; A3: one iteration, the largest scores used;
                         LISA: tau the largest code, lists of one */
  CONSTANTS_NEGATIVE, /* ELSA: every product norm * cos_code negative, or zero */
  CONSTANTS_KINDS
};

struct ks_constants inputs_constants(const struct ks_config *config, enum inputs_constants kind,
                                     uint64_t *random);

#endif
