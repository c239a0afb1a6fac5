/* SPDX-License-Identifier: Apache-2.0 */
#include "job.h"

#include <math.h>
#include <stdlib.h>

#include "progress.h"
#include "seconds.h"
#include "thresholds.h"

/* ---- room ------------------------------------------------------------------------------------ */

static int32_t *new_codes(size_t count) {
  int32_t *codes = calloc(count, sizeof *codes);
  if (!codes) abort();
  return codes;
}

void job_new(struct job *job, const struct ks_config *config, size_t heads, size_t queries, size_t keys) {
  size_t d = (size_t)config->d;
  *job = (struct job){.config = config,
                      .heads = heads,
                      .queries = queries,
                      .keys = keys,
                      .d_run = d,
                      .p = NAN,
                      .post = NAN,
                      .scale = NAN};
  job->head = calloc(heads, sizeof *job->head);
  if (!job->head) abort();
  for (size_t i = 0; i < heads; i++) {
    job->head[i].q = new_codes(queries * d);
    job->head[i].k = new_codes(keys * d);
    job->head[i].v = new_codes(keys * d);
  }
}

void job_free(struct job *job) {
  for (size_t i = 0; i < job->heads; i++) {
    free(job->head[i].q);
    free(job->head[i].k);
    free(job->head[i].v);
  }
  free(job->head);
  free(job->labels);
  input_free(&job->q);
  input_free(&job->k);
  input_free(&job->v);
  *job = (struct job){0};
}

/* ---- tensors --------------------------------------------------------------------------------- */

static int read_inputs(struct job *job, const struct run_options *options, struct ks_error *error) {
  const struct ks_config *config = job->config;
  if (!options->q || !options->k || !options->v) return ks_fail(error, "--q, --k and --v are needed");
  if (input_read(&job->q, "--q", options->q, options->q_gain, config, error) != KS_OK ||
      input_read(&job->k, "--k", options->k, options->k_gain, config, error) != KS_OK ||
      input_read(&job->v, "--v", options->v, options->v_gain, config, error) != KS_OK ||
      input_match(&job->q, &job->k, error) != KS_OK || input_match(&job->k, &job->v, error) != KS_OK)
    return KS_USER_ERROR;
  if (job->k.rows != job->v.rows)
    return ks_fail(error, "--k has %zu rows a head, --v has %zu; they have to agree", job->k.rows,
                   job->v.rows);
  if (input_check_keys(&job->k, config, error) != KS_OK) return KS_USER_ERROR;
  if (options->end_query != SIZE_MAX && options->end_query > job->q.rows)
    return ks_fail(error, "--queries: ends at %zu; --q has rows 0:%zu", options->end_query, job->q.rows);
  return KS_OK;
}

/* Gives the job, so far only its inputs, the room that they ask for. */
static void size_job(struct job *job, const struct run_options *options) {
  size_t end = options->end_query == SIZE_MAX ? job->q.rows : options->end_query;
  struct job sized;
  job_new(&sized, job->config, job->q.heads, end - options->first_query, job->k.rows);
  sized.q = job->q;
  sized.k = job->k;
  sized.v = job->v;
  sized.first_query = options->first_query;
  sized.d_run = job->q.d;
  sized.codes = job->q.codes;
  *job = sized;
}

static int quantise(struct job *job, struct ks_error *error) {
  double begin = seconds_of_thread();
  for (size_t i = 0; i < job->heads; i++) {
    struct head *head = &job->head[i];
    if (input_codes(&job->q, job->config, i, job->first_query, job->queries, head->q, error) != KS_OK ||
        input_codes(&job->k, job->config, i, 0, job->keys, head->k, error) != KS_OK ||
        input_codes(&job->v, job->config, i, 0, job->keys, head->v, error) != KS_OK)
      return KS_USER_ERROR;
  }
  job->seconds = seconds_of_thread() - begin;
  return KS_OK;
}

/* Labels go with the rows of the whole of Q; the job keeps those of its queries. */
static int take_labels(struct job *job, const char *path, const struct ks_tensor *labels,
                       struct ks_error *error) {
  size_t rows = job->q.rows, shape_rows = labels->shape[labels->rank - 1];
  if (labels->dtype != KS_INT16 && labels->dtype != KS_UINT8)
    return ks_fail(error, "--labels: %s: is floating point; int16 or uint8 is needed", path);
  if (shape_rows != rows || ks_tensor_count(labels) != job->heads * rows)
    return ks_fail(error,
                   "--labels: %s: has %zu labels, %zu in a row; --q needs %zu heads x %zu rows of them", path,
                   ks_tensor_count(labels), shape_rows, job->heads, rows);
  job->labels = malloc(job->heads * job->queries * sizeof *job->labels);
  if (!job->labels) abort();
  for (size_t i = 0; i < job->heads * job->queries; i++) {
    size_t element = i / job->queries * rows + job->first_query + i % job->queries;
    double label = ks_tensor_at(labels, element);
    if (label < 0 || label >= (double)job->d_run)
      return ks_fail(error, "--labels: %s: element %zu is %g; columns are 0..%zu", path, element, label,
                     job->d_run - 1);
    job->labels[i] = (int16_t)label;
  }
  return KS_OK;
}

static int read_labels(struct job *job, const char *path, struct ks_error *error) {
  struct ks_tensor labels;
  if (!path) return KS_OK;
  if (ks_tensor_read(path, &labels, error) != KS_OK) return options_blame("--labels", error);
  int status = take_labels(job, path, &labels, error);
  ks_tensor_free(&labels);
  return status;
}

/* ---- knobs and constants: ELSA --------------------------------------------------------------- */

static void learn_here(struct job *job, double scale) {
  struct progress progress;
  progress_begin(&progress, "heads learned", job->heads);
#pragma omp parallel for schedule(dynamic)
  for (size_t i = 0; i < job->heads; i++) {
    struct head *head = &job->head[i];
    struct ks_learner learner = {0};
    ks_learn(job->config, &learner, head->q, job->queries, head->k, job->keys, scale, job->p);
    head->threshold = ks_learned(&learner);
    progress_step(&progress);
  }
  progress_end(&progress);
  job->learned_here = true;
}

static int set_thresholds(struct job *job, const struct run_options *options, double scale,
                          struct ks_error *error) {
  if (options->exact + (options->threshold != NULL) + !isnan(options->p) > 1)
    return ks_fail(error, "--exact, --p and --threshold exclude each other");
  for (size_t i = 0; i < job->heads; i++) job->head[i].threshold = NAN;
  if (options->threshold) {
    struct thresholds thresholds;
    if (thresholds_read(&thresholds, options->threshold, job->heads, error) != KS_OK) return KS_USER_ERROR;
    job->p = thresholds.p;
    for (size_t i = 0; thresholds.count && i < job->heads; i++)
      job->head[i].threshold = thresholds.t[thresholds.count == 1 ? 0 : i];
    thresholds_free(&thresholds);
  } else {
    job->p = options->exact ? 0 : isnan(options->p) ? 1 : options->p;
    if (job->p > 0) learn_here(job, scale);
  }
  job->exact = job->p == 0;
  return KS_OK;
}

static void give_constants(struct job *job, const struct ks_constants *constants) {
  for (size_t i = 0; i < job->heads; i++) job->head[i].constants = *constants;
}

static int set_elsa(struct job *job, const struct run_options *options, double scale,
                    struct ks_constants *constants, struct ks_error *error) {
  if (set_thresholds(job, options, scale, error) != KS_OK) return KS_USER_ERROR;
  ks_constants_cosine(job->config, constants);
  give_constants(job, constants);
  for (size_t i = 0; i < job->heads && !job->exact; i++)
    job->head[i].constants.t_code = ks_threshold_code(job->head[i].threshold);
  return KS_OK;
}

/* ---- knobs and constants: A3 ----------------------------------------------------------------- */

#define DEFAULT_ITERATIONS_A_KEY 0.5
#define DEFAULT_POST 5.0

/* The iterations that the options ask for. Those by default, which nobody has asked for, are cut to what the
 * design has. */
static int set_iterations(const struct job *job, const struct run_options *options,
                          struct ks_constants *constants, struct ks_error *error) {
  bool given = !isnan(options->iterations);
  double factor = given ? options->iterations : DEFAULT_ITERATIONS_A_KEY, most = job->config->iterations;
  double wanted = given && !options->iterations_a_key ? factor : fmax(1, floor(factor * (double)job->keys));
  if (given && wanted > most)
    return ks_fail(error, "--iterations: %.0f is not in 1..%.0f, which the design has (key iterations)",
                   wanted, most);
  constants->iterations = (uint32_t)fmin(wanted, most);
  return KS_OK;
}

static int set_a3(struct job *job, const struct run_options *options, double scale,
                  struct ks_constants *constants, struct ks_error *error) {
  job->exact = options->exact;
  if (job->exact && options->knobs)
    return ks_fail(error, "--exact, under which every key is used, excludes --iterations and --post");
  if (!job->exact) {
    if (set_iterations(job, options, constants, error) != KS_OK) return KS_USER_ERROR;
    job->post = isnan(options->post) ? DEFAULT_POST : options->post;
    constants->margin = ks_post_margin(job->config, scale, job->post);
  }
  give_constants(job, constants);
  return KS_OK;
}

/* ---- knobs and constants: LISA --------------------------------------------------------------- */

/* --tau as a code. */
static int set_tau(const struct job *job, double tau, int32_t *code, struct ks_error *error) {
  int bits = job->config->int_bits + job->config->frac_bits;
  double wanted = nearbyint(ldexp(tau * job->k.gain, job->config->frac_bits)), most = ldexp(1, bits) - 1;
  if (wanted > most)
    return ks_fail(error, "--tau: %g is %g as a code of K, which is not in 0..%.0f (gain %g)", tau, wanted,
                   most, job->k.gain);
  *code = (int32_t)wanted;
  return KS_OK;
}

/* Sizes of the lists; one that nobody has asked for is cut to what goes with the other. */
static int set_lists(const struct ks_config *config, const struct run_options *options,
                     struct ks_constants *constants, struct ks_error *error) {
  int top_k = options->top_k ? options->top_k : config->top_k;
  int most = config->top_q < top_k ? config->top_q : top_k, top_q = options->top_q ? options->top_q : most;
  if (top_k > config->top_k)
    return ks_fail(error, "--top-k: %d is not in 1..%d, which the design has (key top_k)", top_k,
                   config->top_k);
  if (top_q > top_k)
    return ks_fail(error, "--top-q: %d is more than there are candidates, which are %d (--top-k)", top_q,
                   top_k);
  if (top_q > most)
    return ks_fail(error, "--top-q: %d is not in 1..%d, which the design has (key top_q)", top_q, most);
  constants->top_k = (uint32_t)top_k;
  constants->top_q = (uint32_t)top_q;
  return KS_OK;
}

static int set_lisa(struct job *job, const struct run_options *options, struct ks_constants *constants,
                    struct ks_error *error) {
  job->exact = options->exact;
  job->positive_only = options->positive_only;
  if (job->exact && options->knobs)
    return ks_fail(error, "--exact, under which every key is used, excludes --tau, --top-k, --top-q and "
                          "--positive-only");
  if (set_lists(job->config, options, constants, error) != KS_OK) return KS_USER_ERROR;
  bool given = !isnan(options->tau);
  if (given && set_tau(job, options->tau, &constants->tau, error) != KS_OK) return KS_USER_ERROR;
  give_constants(job, constants);
  for (size_t i = 0; i < job->heads && !given; i++)
    job->head[i].constants.tau =
        ks_default_tau(job->head[i].k, job->keys, (size_t)job->config->d, job->d_run);
  return KS_OK;
}

/* ---- constants of any engine ----------------------------------------------------------------- */

static int set_constants(struct job *job, const struct run_options *options, struct ks_error *error) {
  job->scale = isnan(options->scale) ? 1 / sqrt((double)job->d_run) : options->scale;
  double scale = job->scale / job->q.gain / job->k.gain;
  struct ks_constants constants = {0};
  struct ks_error reason;
  if (ks_constants_scale(job->config, scale, &constants, &reason) != KS_OK)
    return ks_fail(error, "--scale: %.480s", reason.text);
  switch ((enum ks_engine)job->config->engine) {
    case KS_ENGINE_A3: return set_a3(job, options, scale, &constants, error);
    case KS_ENGINE_LISA: return set_lisa(job, options, &constants, error);
    default: return set_elsa(job, options, scale, &constants, error);
  }
}

int job_read(struct job *job, const struct ks_config *config, const struct run_options *options,
             struct ks_error *error) {
  *job = (struct job){.config = config};
  int status = read_inputs(job, options, error);
  if (status == KS_OK) {
    size_job(job, options);
    status = quantise(job, error);
  }
  if (status == KS_OK) status = read_labels(job, options->labels, error);
  if (status == KS_OK) status = set_constants(job, options, error);
  if (status != KS_OK) job_free(job);
  return status;
}

/* ---- commands -------------------------------------------------------------------------------- */

size_t job_command_count(const struct job *job) {
  return 1 + (job->queries + JOB_ATTEND_MAX - 1) / JOB_ATTEND_MAX;
}

struct ks_command job_command(const struct job *job, size_t head, size_t i) {
  struct ks_command command = {.tag = (uint16_t)(head + i)};
  if (i == 0) {
    command.opcode = KS_LOAD;
    command.count = (uint16_t)job->keys;
  } else {
    size_t left = job->queries - (i - 1) * JOB_ATTEND_MAX;
    command.opcode = KS_ATTEND;
    command.flags = job->exact ? KS_FLAG_EXACT : job->positive_only ? KS_FLAG_POSITIVE : 0;
    command.count = (uint16_t)(left < JOB_ATTEND_MAX ? left : JOB_ATTEND_MAX);
  }
  return command;
}
