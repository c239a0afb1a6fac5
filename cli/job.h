/* SPDX-License-Identifier: Apache-2.0
 *
 * A job: quantised heads with the constants they run under, as `run` gives them to the model and `cosim` to
 * the hardware as well. Each head has a machine to itself: its keys go to page 0 in one LOAD, then all its
 * queries attend.
 */
#ifndef JOB_H
#define JOB_H

#include "input.h"
#include "options.h"

struct head {
  int32_t *q;       /* queries x d codes, d of the configuration, zero padded from d_run */
  int32_t *k, *v;   /* keys x d codes */
  double threshold; /* ELSA: t before it is rounded to t_code; NAN in exact mode */
  struct ks_constants constants;
};

struct job {
  const struct ks_config *config; /* borrowed */
  size_t heads, queries, keys;    /* queries and keys are those of one head */
  size_t d_run;                   /* dimensions of the tensors, 1..d */
  struct head *head;
  bool exact;        /* every ATTEND carries KS_FLAG_EXACT */
  bool positive_only; /* LISA: those that are not exact carry KS_FLAG_POSITIVE */
  bool learned_here; /* ELSA: thresholds were learned on these very queries */
  double p;          /* ELSA: what they were learned with; NAN when given as they are */
  double post;       /* A3: percent of post-scoring; NAN in exact mode */
  double scale;      /* on q.k of the tensors as given */
  bool codes;        /* the tensors came as int16 codes, and so goes the output */

  double seconds;    /* of one core, for quantising */

  struct input q, k, v; /* as given; zeroed in a job made without files */
  size_t first_query;   /* row of Q where the queries of each head begin */
  int16_t *labels;      /* heads x queries, each 0..d_run-1; NULL without --labels */
};

/* Room for a job without tensors, everything zero: for jobs made of random codes. */
void job_new(struct job *job, const struct ks_config *config, size_t heads, size_t queries, size_t keys);

/* Reads, checks and quantises what the options name, and sets the knobs of the engine and the constants.
 * `config` must outlive the job. On failure nothing is left to free. */
int job_read(struct job *job, const struct ks_config *config, const struct run_options *options,
             struct ks_error *error);

void job_free(struct job *job);

/* The command sequence of one head: i = 0 is the LOAD, the rest are ATTENDs of at most 65535 queries;
 * their tags are head + i, modulo 2^16. ATTEND i begins at query (i - 1) * 65535. */
size_t job_command_count(const struct job *job);
struct ks_command job_command(const struct job *job, size_t head, size_t i);
enum { JOB_ATTEND_MAX = 65535 };

#endif
