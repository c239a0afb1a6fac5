/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "commands.h"
#include "input.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "thresholds.h"

/* ---- options --------------------------------------------------------------------------------- */

enum { OPTION_Q = 0x300, OPTION_K, OPTION_P, OPTION_QUERIES, OPTION_SCALE, OPTION_Q_GAIN, OPTION_K_GAIN };
enum { MAX_FILES = 1024 };

struct files {
  const char *path[MAX_FILES];
  size_t count;
};

struct learn_options {
  struct config_options config;
  struct files q, k;
  struct files *last; /* the list that a further file name joins */
  size_t first_query, end_query;
  double p, scale, q_gain, k_gain; /* NAN: not given */
  const char *out;
};

static const struct argp_option list[] =
    {{"q", OPTION_Q, "Q.npy..", 0, "Queries of one or more inputs: (rows, d) or (heads, rows, d)", 1},
     {"k", OPTION_K, "K.npy..", 0, "Keys of the same inputs, in the same order", 1},
     {"queries", OPTION_QUERIES, "A:B", 0, "Only rows A..B-1 of each head of each Q", 1},
     {"p", OPTION_P, "P", 0, "Keys of softmax weight above P/n should take part (default 1); 0 = exact", 2},
     {"scale", OPTION_SCALE, "X", 0, "Factor on q.k of the tensors as given (default 1/sqrt(d))", 2},
     {"q-gain", OPTION_Q_GAIN, "X", 0, "Factor on Q before it is quantised (default auto, for each file)", 2},
     {"k-gain", OPTION_K_GAIN, "X", 0, "Factor on K, likewise", 2},
     {NULL, 'o', "T.json", 0, "Write the thresholds, for run --threshold T.json", 3},
     {0}};

static error_t add_file(struct files *files, const char *path, const struct argp_state *state) {
  if (files->count == MAX_FILES) argp_error(state, "--q, --k: at most %d files each", MAX_FILES);
  files->path[files->count++] = path;
  return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct learn_options *options = state->input;
  switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->config; return 0;
    case OPTION_Q: options->last = &options->q; return add_file(options->last, argument, state);
    case OPTION_K: options->last = &options->k; return add_file(options->last, argument, state);
    case ARGP_KEY_ARG:
      if (!options->config.config || !options->last) return ARGP_ERR_UNKNOWN;
      return add_file(options->last, argument, state);
    case OPTION_QUERIES:
      options_queries(state, argument, &options->first_query, &options->end_query);
      return 0;
    case OPTION_P: options->p = options_from_0(state, "--p", argument); return 0;
    case OPTION_SCALE: options->scale = options_positive(state, "--scale", argument); return 0;
    case OPTION_Q_GAIN: options->q_gain = options_gain(state, "--q-gain", argument); return 0;
    case OPTION_K_GAIN: options->k_gain = options_gain(state, "--k-gain", argument); return 0;
    case 'o': options->out = argument; return 0;
    case ARGP_KEY_END:
      if (options->q.count == 0 || options->q.count != options->k.count)
        argp_error(state, "--q names %zu files, --k %zu; one or more each are needed, and as many",
                   options->q.count, options->k.count);
      return 0;
    default: return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&config_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = list,
    .parser = parse,
    .children = children,
    .args_doc = "CONFIG",
    .doc = "Learn ELSA's threshold of each head, averaged over the queries of all inputs.",
};

/* ---- learning -------------------------------------------------------------------------------- */

/* What is learned so far, a learner a head. */
struct lesson {
  const struct ks_config *config;
  const struct learn_options *options;
  struct ks_learner *learner;
  size_t heads, queries; /* heads = 0 before the first input */
};

static int check_pair(const struct lesson *lesson, const struct input *q, const struct input *k,
                      struct ks_error *error) {
  size_t end = lesson->options->end_query;
  if (input_match(q, k, error) != KS_OK || input_check_keys(k, lesson->config, error) != KS_OK)
    return KS_USER_ERROR;
  if (end != SIZE_MAX && end > q->rows)
    return ks_fail(error, "--queries: ends at %zu; %s has rows 0:%zu", end, q->path, q->rows);
  if (lesson->heads && q->heads != lesson->heads)
    return ks_fail(error, "--q: %s: has %zu heads; the inputs before it have %zu", q->path, q->heads,
                   lesson->heads);
  return KS_OK;
}

static int learn_head(struct lesson *lesson, const struct input *q, const struct input *k, size_t head,
                      size_t count, struct ks_error *error) {
  const struct ks_config *config = lesson->config;
  const struct learn_options *options = lesson->options;
  size_t d = (size_t)config->d;
  double scale = isnan(options->scale) ? 1 / sqrt((double)q->d) : options->scale;
  int32_t *q_codes = malloc(count * d * sizeof *q_codes), *k_codes = malloc(k->rows * d * sizeof *k_codes);
  if (!q_codes || !k_codes) abort();
  int status = input_codes(q, config, head, options->first_query, count, q_codes, error);
  if (status == KS_OK) status = input_codes(k, config, head, 0, k->rows, k_codes, error);
  if (status == KS_OK)
    ks_learn(config, &lesson->learner[head], q_codes, count, k_codes, k->rows, scale / q->gain / k->gain,
             options->p);
  free(q_codes);
  free(k_codes);
  return status;
}

static int learn_pair(struct lesson *lesson, const struct input *q, const struct input *k,
                      struct ks_error *error) {
  size_t end = lesson->options->end_query,
         count = (end == SIZE_MAX ? q->rows : end) - lesson->options->first_query;
  int status = check_pair(lesson, q, k, error);
  if (status != KS_OK) return status;
  if (!lesson->heads) lesson->learner = calloc(q->heads, sizeof *lesson->learner);
  if (!lesson->learner) abort();
  lesson->heads = q->heads;
  lesson->queries += count;
#pragma omp parallel for schedule(dynamic)
  for (size_t i = 0; i < lesson->heads; i++) {
    struct ks_error reason;
    if (learn_head(lesson, q, k, i, count, &reason) == KS_OK) continue;
#pragma omp critical
    {
      *error = reason;
      status = KS_USER_ERROR;
    }
  }
  return status;
}

static int learn_file(struct lesson *lesson, size_t i, struct ks_error *error) {
  const struct learn_options *options = lesson->options;
  struct input q = {0}, k = {0};
  int status = input_read(&q, "--q", options->q.path[i], options->q_gain, lesson->config, error);
  if (status == KS_OK)
    status = input_read(&k, "--k", options->k.path[i], options->k_gain, lesson->config, error);
  if (status == KS_OK) status = learn_pair(lesson, &q, &k, error);
  input_free(&q);
  input_free(&k);
  return status;
}

static int learn_all(struct lesson *lesson, struct ks_error *error) {
  int status = KS_OK;
  struct progress progress;
  progress_begin(&progress, "inputs", lesson->options->q.count);
  for (size_t i = 0; i < lesson->options->q.count && status == KS_OK; i++) {
    status = learn_file(lesson, i, error);
    progress_step(&progress);
  }
  progress_end(&progress);
  return status;
}

/* ---- what was learned ------------------------------------------------------------------------ */

static void print_thresholds(const struct lesson *lesson, const struct thresholds *thresholds) {
  printf("%zu head%s, p = %g, %zu queries each\n", lesson->heads, lesson->heads == 1 ? "" : "s",
         thresholds->p, lesson->queries);
  for (size_t i = 0; i < thresholds->count; i++) printf("  head %-4zu threshold %.4f\n", i, thresholds->t[i]);
  if (thresholds->count == 0) printf("  no threshold: p = 0 means exact\n");
}

static int deliver(const struct lesson *lesson, struct ks_error *error) {
  const struct learn_options *options = lesson->options;
  double *t = calloc(lesson->heads, sizeof *t);
  if (!t) abort();
  for (size_t i = 0; i < lesson->heads; i++) t[i] = ks_learned(&lesson->learner[i]);
  struct thresholds thresholds = {.p = options->p, .count = options->p > 0 ? lesson->heads : 0, .t = t};
  int status = KS_OK;
  if (options->out)
    status = report_write(thresholds_json(&thresholds, lesson->queries), "-o", options->out, error);
  if (status == KS_OK && options->config.json)
    status = report_show(thresholds_json(&thresholds, lesson->queries), error);
  else if (status == KS_OK) print_thresholds(lesson, &thresholds);
  thresholds_free(&thresholds);
  return status;
}

int cmd_learn(int argc, char **argv, struct ks_error *error) {
  struct learn_options options = {.end_query = SIZE_MAX, .p = 1, .scale = NAN, .q_gain = NAN, .k_gain = NAN};
  struct ks_config config;
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options); /* files after --q and --k belong to them */
  if (options_config(&options.config, &config, error) != KS_OK ||
      options_only_elsa(&config, "threshold to learn", error) != KS_OK)
    return EXIT_USER;
  struct lesson lesson = {.config = &config, .options = &options};
  int status = learn_all(&lesson, error);
  if (status == KS_OK) status = deliver(&lesson, error);
  free(lesson.learner);
  return status;
}
