/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../cmodel/file.h"
#include "../cmodel/npy.h"

/* ---- the table ------------------------------------------------------------------------------- */

void report_line(const char *label, const char *format, ...) {
  va_list arguments;
  printf("  %-16s ", label);
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
}

static void print_threshold(const struct job *job) {
  const char *origin = job->learned_here ? ", learned on these very queries" : "";
  double sum = 0;
  for (size_t i = 0; i < job->heads; i++) sum += job->head[i].threshold;
  if (job->exact) {
    report_line("threshold", "none: exact mode");
  } else if (isnan(job->p)) {
    report_line("threshold", "%.4f", sum / (double)job->heads);
  } else {
    report_line("threshold", "%.4f%s (p = %g%s)", sum / (double)job->heads,
                job->heads > 1 ? " mean of heads" : "", job->p, origin);
  }
}

static void print_greedy(const struct job *job) {
  const struct ks_constants *constants = &job->head[0].constants; /* of every head */
  if (job->exact) {
    report_line("iterations", "none: exact mode");
  } else {
    report_line("iterations", "%u of at most %d", (unsigned)constants->iterations, job->config->iterations);
    report_line("post-scoring", "weights of %g %% of the largest and more", job->post);
  }
}

/* Of the elements that the tensors have: padding is always 0. */
static double ternary_share(const struct ks_counters *total, const struct job *job) {
  return (double)total->ternary_nonzeros / ((double)job->heads * (double)job->keys * (double)job->d_run);
}

static void print_lists(const struct ks_counters *total, const struct job *job) {
  const struct ks_constants *constants = &job->head[0].constants; /* of every head but for tau */
  double sum = 0;
  for (size_t i = 0; i < job->heads; i++) sum += job->head[i].constants.tau;
  if (job->exact) {
    report_line("lists", "none: exact mode");
  } else {
    report_line("lists", "%u candidates, %u used; of at most %d, %d%s", (unsigned)constants->top_k,
                (unsigned)constants->top_q, job->config->top_k, job->config->top_q,
                job->positive_only ? "; predictions above 0 only" : "");
    report_line("ternary", "tau = code %g%s: %.1f %% of the keys' elements are not 0",
                sum / (double)job->heads, job->heads > 1 ? " (mean of heads)" : "",
                100 * ternary_share(total, job));
  }
}

static void print_knobs(const struct ks_counters *total, const struct job *job) {
  switch ((enum ks_engine)job->config->engine) {
    case KS_ENGINE_A3: print_greedy(job); break;
    case KS_ENGINE_LISA: print_lists(total, job); break;
    default: print_threshold(job); break;
  }
}

static void print_cycles(const struct ks_counters *total) {
  report_line("cycles", "%llu predicted (%.1f a query)", (unsigned long long)total->cycles,
              (double)total->cycles / (double)total->queries);
  report_line("  of these", "load %llu, attend %llu, select %llu, drain %llu",
              (unsigned long long)total->load, (unsigned long long)total->attend,
              (unsigned long long)total->select, (unsigned long long)total->drain);
  report_line("  bound", "%llu", (unsigned long long)total->bound);
}

static void print_quality(const struct result *result) {
  if (result->has_quality) {
    report_line("error", "%.4f (|O - O*| / |O*|, O* exact attention in double)", result->quality.error);
    report_line("mass", "%.3f of the softmax is on used keys", result->quality.mass);
    report_line("recall", "%.3f of the true top 2, %.3f of the top 5 are used", result->quality.recall2,
                result->quality.recall5);
  }
  if (!isnan(result->accuracy_exact)) {
    report_line("answers right", "%.1f %% (exact attention: %.1f %%)", 100 * result->accuracy,
                100 * result->accuracy_exact);
  } else if (result->has_labels) {
    report_line("answers right", "%.1f %%", 100 * result->accuracy);
  }
}

void report_print(const struct result *result, const struct job *job) {
  const struct ks_counters *total = &result->total;
  printf("%s: %zu head%s of %zu queries over %zu keys, d = %zu\n", job->config->name, job->heads,
         job->heads == 1 ? "" : "s", job->queries, job->keys, job->d_run);
  print_knobs(total, job);
  report_line("candidates", "%.2f %% of the keys", 100 * result->candidate_share);
  report_line("keys used", "%.2f %%", 100 * result->used_share);
  print_quality(result);
  if (total->timed) print_cycles(total);
  if (total->sticky & KS_STICKY_SATURATED) report_line("flags", "an output was saturated");
  if (total->sticky & KS_STICKY_OVERFLOW) report_line("flags", "a float was saturated");
  if (total->sticky & KS_STICKY_SUM_ZERO) report_line("flags", "all weights of a query were flushed to zero");
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* JSON knows no NaN. */
static json_t *real_or_null(double x) {
  return isfinite(x) ? json_real(x) : json_null();
}

static void add_quality(json_t *json, const struct ks_quality *quality) {
  json_object_set_new(json, "error", real_or_null(quality->error));
  json_object_set_new(json, "mass", real_or_null(quality->mass));
  json_object_set_new(json, "recall2", real_or_null(quality->recall2));
  json_object_set_new(json, "recall5", real_or_null(quality->recall5));
}

static json_t *integer(uint64_t x) {
  return json_integer((json_int_t)x);
}

static void add_counters(json_t *json, const struct ks_counters *counters) {
  const struct {
    const char *name;
    uint64_t value;
  } cycles[] = {{"cycles", counters->cycles},
                {"cycles_load", counters->load},
                {"cycles_attend", counters->attend},
                {"cycles_select", counters->select},
                {"cycles_drain", counters->drain},
                {"cycles_bound", counters->bound}};
  json_object_set_new(json, "candidates", integer(counters->candidates));
  json_object_set_new(json, "used", integer(counters->used));
  for (size_t i = 0; i < sizeof cycles / sizeof cycles[0]; i++)
    json_object_set_new(json, cycles[i].name, counters->timed ? integer(cycles[i].value) : json_null());
  json_object_set_new(json, "flags", integer(counters->sticky));
}

/* What the engine's knobs stood at. */
static void add_knobs(json_t *json, const struct ks_counters *total, const struct job *job) {
  const struct ks_constants *constants = &job->head[0].constants; /* of every head, if not tau */
  if (job->config->engine == KS_ENGINE_LISA) {
    json_object_set_new(json, "top_k", job->exact ? json_null() : integer(constants->top_k));
    json_object_set_new(json, "top_q", job->exact ? json_null() : integer(constants->top_q));
    json_object_set_new(json, "positive_only", json_boolean(job->positive_only));
    json_object_set_new(json, "ternary_nonzeros", integer(total->ternary_nonzeros));
    json_object_set_new(json, "ternary_share", json_real(ternary_share(total, job)));
  } else if (job->config->engine == KS_ENGINE_A3) {
    json_object_set_new(json, "iterations", job->exact ? json_null() : integer(constants->iterations));
    json_object_set_new(json, "post", real_or_null(job->post));
    json_object_set_new(json, "margin", job->exact ? json_null() : integer(constants->margin));
  } else {
    json_object_set_new(json, "p", real_or_null(job->p));
    json_object_set_new(json, "learned_on_itself", json_boolean(job->learned_here));
  }
}

static json_t *json_heads(const struct result *result, const struct job *job) {
  json_t *list = json_array();
  for (size_t i = 0; i < result->heads; i++) {
    json_t *head = json_object();
    if (job->config->engine == KS_ENGINE_ELSA)
      json_object_set_new(head, "threshold", real_or_null(job->head[i].threshold));
    if (job->config->engine == KS_ENGINE_LISA)
      json_object_set_new(head, "tau_code", integer((uint64_t)job->head[i].constants.tau));
    add_counters(head, &result->head[i].counters);
    add_quality(head, &result->head[i].quality);
    json_array_append_new(list, head);
  }
  return list;
}

json_t *report_config(const struct ks_config *config) {
  json_t *json = json_object();
  const struct ks_config_key *key;
  for (size_t i = 0; (key = ks_config_key(i)); i++) {
    char text[64], *end;
    if (!(key->engines & (1u << config->engine))) continue;
    ks_config_text(config, key->name, text);
    double number = strtod(text, &end);
    json_t *value = *end                  ? json_string(text)
                    : strpbrk(text, ".e") ? json_real(number)
                                          : json_integer((int)number);
    json_object_set_new(json, key->name, value);
  }
  return json;
}

json_t *report_json(const struct result *result, const struct job *job) {
  json_t *json = json_pack("{s:s, s:s, s:o}", "version", KS_VERSION, "config", job->config->name,
                           "parameters", report_config(job->config));
  char engine[64];
  ks_config_text(job->config, "engine", engine);
  json_object_set_new(json, "engine", json_string(engine));
  json_object_set_new(json, "heads", json_integer((json_int_t)job->heads));
  json_object_set_new(json, "queries", json_integer((json_int_t)job->queries));
  json_object_set_new(json, "keys", json_integer((json_int_t)job->keys));
  json_object_set_new(json, "d_run", json_integer((json_int_t)job->d_run));
  json_object_set_new(json, "exact", json_boolean(job->exact));
  add_knobs(json, &result->total, job);
  json_object_set_new(json, "scale", real_or_null(job->scale));
  add_counters(json, &result->total);
  json_object_set_new(json, "seconds", json_real(job->seconds + result->seconds));
  json_object_set_new(json, "candidate_share", json_real(result->candidate_share));
  json_object_set_new(json, "used_share", json_real(result->used_share));
  add_quality(json, &result->quality);
  json_object_set_new(json, "accuracy", real_or_null(result->accuracy));
  json_object_set_new(json, "accuracy_exact", real_or_null(result->accuracy_exact));
  json_object_set_new(json, "per_head", json_heads(result, job));
  return json;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void print_json(const json_t *json, FILE *stream) {
  json_dumpf(json, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(10));
  fputc('\n', stream);
}

int report_files(const struct result *result, const struct job *job, const struct run_options *options,
                 const json_t *json, struct ks_error *error) {
  struct ks_tensor out = {0}, mask = {0};
  const struct {
    const char *option, *path;
    const struct ks_tensor *tensor; /* NULL: the JSON */
  } wanted[] = {
      {"--out", options->out, &out}, {"--mask", options->mask, &mask}, {"--stats", options->stats, NULL}};
  if (options->out && result_out(result, job, &out, error) != KS_OK) return KS_USER_ERROR;
  if (options->mask) mask = result_mask(result, job);

  struct ks_file files[3];
  size_t count = 0;
  int status = KS_OK;
  for (size_t i = 0; i < 3 && status == KS_OK; i++) {
    if (!wanted[i].path) continue;
    status = ks_file_open(&files[count], wanted[i].option, wanted[i].path, error);
    if (status != KS_OK) break;
    if (wanted[i].tensor) ks_npy_write(files[count].stream, wanted[i].tensor);
    else print_json(json, files[count].stream);
    count++;
  }
  if (status == KS_OK) status = ks_file_commit(files, count, error);
  else
    for (size_t i = 0; i < count; i++) ks_file_discard(&files[i]);
  ks_tensor_free(&out);
  ks_tensor_free(&mask);
  return status;
}

int report_write(json_t *json, const char *option, const char *path, struct ks_error *error) {
  struct ks_file file;
  int status = ks_file_open(&file, option, path, error);
  if (status == KS_OK) {
    print_json(json, file.stream);
    status = ks_file_commit(&file, 1, error);
  }
  json_decref(json);
  return status;
}

int report_show(json_t *json, struct ks_error *error) {
  print_json(json, stdout);
  json_decref(json);
  if (fflush(stdout) == 0 && !ferror(stdout)) return KS_OK;
  return ks_fail(error, "standard output: cannot be written");
}
