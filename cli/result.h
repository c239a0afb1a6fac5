/* SPDX-License-Identifier: Apache-2.0
 *
 * What the bit-exact model makes of a job, and the figures of merit on it (SPEC 9).
 */
#ifndef RESULT_H
#define RESULT_H

#include "job.h"

struct head_result {
  int32_t *out;  /* queries x d output codes, LSB 2^-out_frac */
  uint8_t *mask; /* queries x keys: 0 skipped, 1 candidate only, 2 used; NULL where nobody asked for it */
  double seconds; /* of one core, in the model */
  struct ks_counters counters;
  struct ks_quality quality; /* NANs without the reference */
  size_t right;              /* queries whose largest output, of d_run columns, is the labelled one */
  size_t right_exact;        /* the same of exact attention */
};

struct result {
  size_t heads;
  struct head_result *head;
  bool has_quality, has_labels;

  /* Over all heads: counters (sticky: or) and seconds are sums, quality is the mean. */
  struct ks_counters total;
  struct ks_quality quality;
  double seconds;
  double candidate_share, used_share;
  double accuracy, accuracy_exact; /* NAN without labels; the second also without the reference */
};

/* Runs every head on a machine of its own, heads in parallel. The reference in double, which needs the job's
 * tensors, is left out with --no-quality; masks are there for it or for --mask. A progress line goes to a
 * terminal's standard error after two seconds. */
void result_make(struct result *result, const struct job *job, const struct run_options *options);
void result_free(struct result *result);

/* What --out writes: float32, or int16 codes if the input was codes, in the shape of Q. Fails if the codes of
 * the design do not fit int16. */
int result_out(const struct result *result, const struct job *job, struct ks_tensor *out,
               struct ks_error *error);

/* What --mask writes: uint8 (heads, queries, keys). */
struct ks_tensor result_mask(const struct result *result, const struct job *job);

#endif
