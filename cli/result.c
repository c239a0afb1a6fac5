/* SPDX-License-Identifier: Apache-2.0 */
#include "result.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "seconds.h"

static void *new_array(size_t count, size_t size) {
  void *array = calloc(count, size);
  if (!array) abort();
  return array;
}

/* ---- the model ------------------------------------------------------------------------------- */

static void run_head(struct head_result *result, const struct job *job, size_t h, bool with_mask) {
  const struct head *head = &job->head[h];
  size_t d = (size_t)job->config->d;
  double begin = seconds_of_thread();
  result->out = new_array(job->queries * d, sizeof *result->out);
  result->mask = with_mask ? new_array(job->queries * job->keys, 1) : NULL;
  struct ks_machine *machine = ks_machine_new(job->config);
  ks_machine_constants(machine, &head->constants);
  enum ks_refusal refusal = ks_machine_load(machine, job_command(job, h, 0), head->k, head->v);
  for (size_t i = 1; i < job_command_count(job) && refusal == KS_ACCEPTED; i++) {
    size_t first = (i - 1) * JOB_ATTEND_MAX;
    refusal = ks_machine_attend(machine, job_command(job, h, i), head->q + first * d, result->out + first * d,
                                with_mask ? result->mask + first * job->keys : NULL, job->keys);
  }
  assert(refusal == KS_ACCEPTED);
  ks_machine_counters(machine, &result->counters);
  ks_machine_free(machine);
  result->seconds = seconds_of_thread() - begin;
}

/* ---- the figures ----------------------------------------------------------------------------- */

/* The output as numbers: d_run columns a query, v's gain taken out. */
static double *output_values(const struct head_result *result, const struct job *job) {
  struct ks_sizes sizes;
  ks_sizes_derive(job->config, &sizes);
  size_t d = (size_t)job->config->d;
  double unit = ldexp(1, -sizes.out_frac) / (job->v.tensor.data ? job->v.gain : 1);
  double *values = new_array(job->queries * job->d_run, sizeof *values);
  for (size_t r = 0; r < job->queries; r++)
    for (size_t i = 0; i < job->d_run; i++) values[r * job->d_run + i] = unit * result->out[r * d + i];
  return values;
}

/* Queries whose largest column is the labelled one; of equal columns the lowest counts. */
static size_t count_right(const double *rows, const int16_t *labels, size_t queries, size_t d) {
  size_t right = 0;
  for (size_t r = 0; r < queries; r++, rows += d) {
    size_t largest = 0;
    for (size_t i = 1; i < d; i++)
      if (rows[i] > rows[largest]) largest = i;
    right += largest == (size_t)labels[r];
  }
  return right;
}

static double *given_values(const struct input *input, const struct job *job, size_t h, size_t first,
                            size_t count) {
  double *values = new_array(count * job->d_run, sizeof *values);
  input_values(input, job->config, h, first, count, values);
  return values;
}

/* Against exact attention in double on the tensors as given. */
static void compare_head(struct head_result *result, const struct job *job, size_t h, const double *out) {
  size_t queries = job->queries, keys = job->keys, d = job->d_run;
  double *q = given_values(&job->q, job, h, job->first_query, queries);
  double *k = given_values(&job->k, job, h, 0, keys), *v = given_values(&job->v, job, h, 0, keys);
  double *exact = new_array(queries * d, sizeof *exact),
         *weights = new_array(queries * keys, sizeof *weights);
  ks_exact_attention(q, k, v, queries, keys, d, job->scale, exact, weights);
  result->quality = ks_quality_of(exact, weights, out, result->mask, queries, keys, d);
  if (job->labels) result->right_exact = count_right(exact, job->labels + h * queries, queries, d);
  free(weights);
  free(exact);
  free(v);
  free(k);
  free(q);
}

static void judge_head(struct head_result *result, const struct job *job, size_t h, bool quality) {
  result->quality = (struct ks_quality){NAN, NAN, NAN, NAN};
  if (!quality && !job->labels) return;
  double *out = output_values(result, job);
  if (quality) compare_head(result, job, h, out);
  if (job->labels) result->right = count_right(out, job->labels + h * job->queries, job->queries, job->d_run);
  free(out);
}

/* ---- all heads ------------------------------------------------------------------------------- */

static void add_counters(struct ks_counters *total, const struct ks_counters *head) {
  total->queries += head->queries;
  total->candidates += head->candidates;
  total->used += head->used;
  total->ternary_nonzeros += head->ternary_nonzeros;
  total->timed |= head->timed;
  total->cycles += head->cycles;
  total->load += head->load;
  total->attend += head->attend;
  total->select += head->select;
  total->drain += head->drain;
  total->bound += head->bound;
  total->sticky |= head->sticky;
  total->refused += head->refused;
}

static void sum_up(struct result *result, const struct job *job) {
  size_t right = 0, right_exact = 0;
  struct ks_quality *mean = &result->quality;
  double heads = (double)job->heads, queries = heads * (double)job->queries,
         pairs = queries * (double)job->keys;
  for (size_t i = 0; i < job->heads; i++) {
    const struct head_result *head = &result->head[i];
    add_counters(&result->total, &head->counters);
    result->seconds += head->seconds;
    mean->error += head->quality.error / heads;
    mean->mass += head->quality.mass / heads;
    mean->recall2 += head->quality.recall2 / heads;
    mean->recall5 += head->quality.recall5 / heads;
    right += head->right;
    right_exact += head->right_exact;
  }
  result->candidate_share = (double)result->total.candidates / pairs;
  result->used_share = (double)result->total.used / pairs;
  result->accuracy = result->has_labels ? (double)right / queries : NAN;
  result->accuracy_exact = result->has_labels && result->has_quality ? (double)right_exact / queries : NAN;
}

void result_make(struct result *result, const struct job *job, const struct run_options *options) {
  bool quality = !options->no_quality, with_mask = quality || options->mask;
  *result = (struct result){.heads = job->heads, .has_quality = quality, .has_labels = job->labels != NULL};
  result->head = new_array(job->heads, sizeof *result->head);
  struct progress progress;
  progress_begin(&progress, "heads", job->heads);
#pragma omp parallel for schedule(dynamic)
  for (size_t i = 0; i < job->heads; i++) {
    run_head(&result->head[i], job, i, with_mask);
    judge_head(&result->head[i], job, i, quality);
    progress_step(&progress);
  }
  progress_end(&progress);
  sum_up(result, job);
}

void result_free(struct result *result) {
  for (size_t i = 0; i < result->heads; i++) {
    free(result->head[i].out);
    free(result->head[i].mask);
  }
  free(result->head);
  *result = (struct result){0};
}

/* ---- files ----------------------------------------------------------------------------------- */

static void fill_codes(int16_t *to, const struct head_result *result, const struct job *job) {
  for (size_t r = 0; r < job->queries; r++)
    for (size_t i = 0; i < job->d_run; i++) *to++ = (int16_t)result->out[r * (size_t)job->config->d + i];
}

static void fill_floats(float *to, const struct head_result *result, const struct job *job) {
  double *values = output_values(result, job);
  for (size_t i = 0; i < job->queries * job->d_run; i++) to[i] = (float)values[i];
  free(values);
}

int result_out(const struct result *result, const struct job *job, struct ks_tensor *out,
               struct ks_error *error) {
  struct ks_sizes sizes;
  ks_sizes_derive(job->config, &sizes);
  if (job->codes && sizes.out_bits > 16)
    return ks_fail(error,
                   "--out: output codes of %d bits do not fit int16; lower out_frac or give floating point",
                   sizes.out_bits);
  size_t shape[] = {job->heads, job->queries, job->d_run}, flat = job->q.tensor.rank == 2;
  *out = ks_tensor_new(job->codes ? KS_INT16 : KS_FLOAT32, flat ? 2 : 3, shape + flat);
  for (size_t i = 0; i < job->heads; i++) {
    size_t first = i * job->queries * job->d_run;
    if (job->codes) fill_codes((int16_t *)out->data + first, &result->head[i], job);
    else fill_floats((float *)out->data + first, &result->head[i], job);
  }
  return KS_OK;
}

struct ks_tensor result_mask(const struct result *result, const struct job *job) {
  size_t shape[] = {job->heads, job->queries, job->keys}, size = job->queries * job->keys;
  struct ks_tensor mask = ks_tensor_new(KS_UINT8, 3, shape);
  for (size_t i = 0; i < job->heads; i++) memcpy((uint8_t *)mask.data + i * size, result->head[i].mask, size);
  return mask;
}
