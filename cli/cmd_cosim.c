/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../cmodel/cycle.h"
#include "../tb/build.h"
#include "../tb/compare.h"
#include "../tb/scenario.h"
#include "../tb/vectors.h"
#include "commands.h"
#include "progress.h"
#include "report.h"

/* ---- options --------------------------------------------------------------------------------- */

struct cosim_options {
  struct run_options run;
  uint64_t programs; /* of --random; 0 without it */
  uint64_t seed;
  int stalls;    /* percent; -1: none for tensors, of every strength for random programs */
  uint64_t list; /* mismatches to print, a program */
  const char *vectors, *build;
  enum ks_effort effort;
};

enum {
  OPTION_RANDOM = 1000,
  OPTION_SEED,
  OPTION_STALLS,
  OPTION_LIST,
  OPTION_VECTORS,
  OPTION_BUILD,
  OPTION_QUICK
};

static const struct argp_option own_options[] = {
    {0, 0, 0, 0, "Co-simulation:", 3},
    {"random", OPTION_RANDOM, "N", 0, "N random programs instead of tensors", 0},
    {"seed", OPTION_SEED, "S", 0, "of the first random program and of the stalls (default 1)", 0},
    {"stalls", OPTION_STALLS, "P", 0,
     "stall every stream in P percent of the cycles, 0..95 (default: 0; random "
     "programs: none in every third, else 1..80)",
     0},
    {"list", OPTION_LIST, "N", 0, "print the first N mismatches of each head or program", 0},
    {"vectors", OPTION_VECTORS, "DIR", 0,
     "write the first head or program, the RTL and an Icarus bench there", 0},
    {"build", OPTION_BUILD, "DIR", 0, "keep verilated designs there (default: build)", 0},
    {"quick-build", OPTION_QUICK, 0, 0, "compile for a short build, not for a fast simulation", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct cosim_options *options = state->input;
  switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->run; return 0;
    case OPTION_RANDOM:
      options->programs = options_integer(state, "--random", argument, 1, 1000000);
      return 0;
    case OPTION_SEED: options->seed = options_integer(state, "--seed", argument, 0, INT64_MAX); return 0;
    case OPTION_STALLS: options->stalls = (int)options_integer(state, "--stalls", argument, 0, 95); return 0;
    case OPTION_LIST: options->list = options_integer(state, "--list", argument, 0, UINT32_MAX); return 0;
    case OPTION_VECTORS: options->vectors = argument; return 0;
    case OPTION_BUILD: options->build = argument; return 0;
    case OPTION_QUICK: options->effort = KS_EFFORT_COMPILE; return 0;
    default: return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&run_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = own_options,
    .parser = parse,
    .children = children,
    .args_doc = "CONFIG",
    .doc = "Generate and simulate the design and compare it with the model: every output code, tag, key "
           "taken, status and counter and, without stalls, every cycle."};

/* ---- the programs ---------------------------------------------------------------------------- */

/* The commands of one head of a job. */
static struct ks_program *head_program(const struct job *job, size_t h) {
  const struct head *head = &job->head[h];
  struct ks_program *program = ks_program_new(job->config);
  ks_program_constants(program, &head->constants);
  for (size_t i = 0; i < job_command_count(job); i++) {
    const int32_t *q = i ? head->q + (i - 1) * JOB_ATTEND_MAX * (size_t)job->config->d : NULL;
    enum ks_refusal refusal = ks_program_command(program, job_command(job, h, i), head->k, head->v, q);
    assert(refusal == KS_ACCEPTED);
    (void)refusal;
  }
  return program;
}

/* What a co-simulation loops over: the heads of a job or, without one, random programs. */
struct programs {
  const struct ks_config *config;
  const struct job *job;
  const struct cosim_options *options;
  size_t count;
};

static struct ks_program *program_at(const struct programs *programs, size_t i) {
  if (programs->job) return head_program(programs->job, i);
  return ks_scenario(programs->config, programs->options->seed + i);
}

static struct ks_trial trial_at(const struct programs *programs, size_t i) {
  uint64_t seed = programs->options->seed + i;
  unsigned percent = programs->job || seed % 3 == 0 ? 0 : 1 + (unsigned)(seed * 37 % 80);
  if (programs->options->stalls >= 0) percent = (unsigned)programs->options->stalls;
  return (struct ks_trial){percent, seed, programs->options->list};
}

/* ---- the verdict ----------------------------------------------------------------------------- */

struct cosim {
  struct ks_verdict sum;
  size_t timed, failed, first_failed; /* programs; the index of the first that failed */
  size_t saturated, overflow, sum_zero; /* programs that set the flag, compared like any register */
};

static void add_flags(struct cosim *cosim, uint32_t sticky) {
  cosim->saturated += (sticky & KS_STICKY_SATURATED) != 0;
  cosim->overflow += (sticky & KS_STICKY_OVERFLOW) != 0;
  cosim->sum_zero += (sticky & KS_STICKY_SUM_ZERO) != 0;
}

/* In parallel, each program on a model of the hardware of its own. */
static void compare_all(const struct programs *programs, ks_dut_run_function *run, struct cosim *cosim) {
  struct progress progress;
  progress_begin(&progress, programs->job ? "heads" : "programs", programs->count);
  *cosim = (struct cosim){.first_failed = SIZE_MAX};
#pragma omp parallel for schedule(dynamic) if (programs->count > 1)
  for (size_t i = 0; i < programs->count; i++) {
    struct ks_verdict verdict;
    struct ks_program *program = program_at(programs, i);
    ks_compare(program, run, trial_at(programs, i), &verdict);
    ks_program_free(program);
#pragma omp critical(cosim_verdict)
    {
      if (i < cosim->first_failed && verdict.mismatches) {
        cosim->first_failed = i;
        cosim->sum.first[0] = '\0';
      }
      ks_verdict_add(&cosim->sum, &verdict);
      cosim->timed += verdict.timed;
      cosim->failed += verdict.mismatches != 0;
      add_flags(cosim, verdict.model.sticky);
    }
    progress_step(&progress);
  }
  progress_end(&progress);
}

/* The cycles that the job would take if every query took every key. */
static uint64_t exact_cycles(const struct job *job) {
  const struct ks_config *config = job->config;
  struct ks_clock *clock = ks_clock_new(config);
  ks_clock_load(clock, 0, 0, (int)job->keys);
  for (size_t i = 1; i < job_command_count(job); i++)
    ks_clock_exact(clock, 0, (int)job->keys, job_command(job, 0, i).count);
  struct ks_counters counters;
  ks_clock_counters(clock, &counters);
  ks_clock_free(clock);
  return job->heads * counters.cycles;
}

static void print_verdict(const struct programs *programs, const struct ks_build *build,
                          const struct cosim *cosim) {
  const struct ks_verdict *sum = &cosim->sum;
  if (programs->job && cosim->timed == programs->count)
    report_line("cycles",
                "%" PRIu64 " measured, %" PRIu64 " predicted, %" PRIu64 " bound (%.3f), %" PRIu64
                " in exact mode (%.2f times)",
                sum->cycles, sum->model.cycles, sum->model.bound,
                (double)sum->cycles / (double)sum->model.bound, exact_cycles(programs->job),
                (double)exact_cycles(programs->job) / (double)sum->cycles);
  if (!programs->job) report_line("programs", "%zu, cycles compared in %zu", programs->count, cosim->timed);
  report_line("compared",
              "%" PRIu64 " output codes in %" PRIu64 " rows, %" PRIu64 " keys taken, %" PRIu64
              " registers and cycle counts",
              sum->codes, sum->rows, sum->takes, sum->figures);
  if (!programs->job)
    report_line("flags", "outputs saturated in %zu programs, floats in %zu, sum of weights zero in %zu",
                cosim->saturated, cosim->overflow, cosim->sum_zero);
  report_line("mismatches", "%" PRIu64, sum->mismatches);
  report_line("RTL", "%s%s", build->folder, build->fresh ? " (built now)" : "");
}

static json_t *verdict_json(const struct programs *programs, const struct cosim *cosim) {
  const struct ks_verdict *sum = &cosim->sum;
  json_t *json = json_object();
  json_object_set_new(json, "programs", json_integer((json_int_t)programs->count));
  json_object_set_new(json, "mismatches", json_integer((json_int_t)sum->mismatches));
  json_object_set_new(json, "compared_codes", json_integer((json_int_t)sum->codes));
  json_object_set_new(json, "compared_rows", json_integer((json_int_t)sum->rows));
  json_object_set_new(json, "compared_takes", json_integer((json_int_t)sum->takes));
  json_object_set_new(json, "compared_figures", json_integer((json_int_t)sum->figures));
  json_object_set_new(json, "timed", json_integer((json_int_t)cosim->timed));
  json_object_set_new(json, "flag_saturated", json_integer((json_int_t)cosim->saturated));
  json_object_set_new(json, "flag_overflow", json_integer((json_int_t)cosim->overflow));
  json_object_set_new(json, "flag_sum_zero", json_integer((json_int_t)cosim->sum_zero));
  json_object_set_new(json, "cycles_measured", json_integer((json_int_t)sum->cycles));
  json_object_set_new(json, "cycles_predicted", json_integer((json_int_t)sum->model.cycles));
  json_object_set_new(json, "cycles_bound", json_integer((json_int_t)sum->model.bound));
  if (programs->job)
    json_object_set_new(json, "cycles_exact", json_integer((json_int_t)exact_cycles(programs->job)));
  return json;
}

/* Says where it broke and how to see just that again. */
static int judge(const struct programs *programs, const struct cosim *cosim, struct ks_error *error) {
  size_t first = cosim->first_failed;
  uint64_t expected =
      programs->job ? programs->job->heads * programs->job->queries * (uint64_t)programs->config->d : 0;
  if (cosim->failed && programs->job) {
    ks_fail(error, "head %zu: %s", first, cosim->sum.first);
  } else if (cosim->failed) {
    ks_fail(error,
            "%zu of %zu programs differ; --random 1 --seed %" PRIu64 " --stalls %u repeats the first: %s",
            cosim->failed, programs->count, programs->options->seed + first,
            trial_at(programs, first).stall_percent, cosim->sum.first);
  } else if (programs->job && cosim->sum.codes != expected) {
    ks_fail(error, "%" PRIu64 " output codes were compared, not %" PRIu64, cosim->sum.codes, expected);
  } else {
    return EXIT_GOOD;
  }
  return EXIT_DIFFERENT;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int write_vectors(const struct programs *programs, const struct ks_package *package,
                         struct ks_error *error) {
  if (!programs->options->vectors) return KS_OK;
  struct ks_program *program = program_at(programs, 0);
  int status = ks_vectors_write(package, program, programs->options->vectors, error);
  ks_program_free(program);
  return status;
}

/* The model's result for the reader, where there are tensors, and the verdict under it. */
static int deliver(const struct programs *programs, const struct ks_build *build, const struct cosim *cosim,
                   struct ks_error *error) {
  const struct run_options *run = &programs->options->run;
  json_t *verdict = verdict_json(programs, cosim), *json = verdict;
  int status = KS_OK;
  if (programs->job) {
    struct result result;
    result_make(&result, programs->job, run);
    json = report_json(&result, programs->job);
    json_object_set_new(json, "cosim", verdict);
    status = report_files(&result, programs->job, run, json, error);
    if (!run->config.json) report_print(&result, programs->job);
    result_free(&result);
  } else if (!run->config.json) {
    printf("%s: random programs from seed %" PRIu64 "\n", programs->config->name, programs->options->seed);
  }
  if (!run->config.json) print_verdict(programs, build, cosim);
  if (!programs->job && run->stats) status = report_write(json_incref(json), "--stats", run->stats, error);
  if (!status && run->config.json) status = report_show(json_incref(json), error);
  json_decref(json);
  return status;
}

static int simulate(const struct programs *programs, struct ks_error *error) {
  struct ks_package package;
  struct ks_build build;
  struct cosim cosim;
  ks_package_init(&package, programs->config);
  int status = write_vectors(programs, &package, error);
  if (status) return status;
  struct progress progress;
  progress_begin(&progress, "building the simulation", 0);
  status = ks_build(&build, &package, programs->options->build, programs->options->effort, error);
  progress_end(&progress);
  if (status) return status;
  compare_all(programs, build.run, &cosim);
  status = deliver(programs, &build, &cosim, error);
  ks_build_close(&build);
  return status ? status : judge(programs, &cosim, error);
}

int cmd_cosim(int argc, char **argv, struct ks_error *error) {
  struct cosim_options options = {.seed = 1, .stalls = -1, .build = "build", .effort = KS_EFFORT_RUN};
  struct ks_config config;
  struct job job;
  run_options_init(&options.run);
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  if (options_run_config(&options.run, &config, error) != KS_OK) return EXIT_USER;
  if (options.programs && (options.run.q || options.run.k || options.run.v))
    return ks_fail(error, "--random makes its own tensors: leave out --q, --k and --v");
  struct programs programs = {.config = &config, .options = &options, .count = options.programs};
  if (options.programs) return simulate(&programs, error);
  if (job_read(&job, &config, &options.run, error) != KS_OK) return EXIT_USER;
  programs.job = &job;
  programs.count = job.heads;
  int status = simulate(&programs, error);
  job_free(&job);
  return status;
}
