/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "report.h"

static error_t parse(int key, char *argument, struct argp_state *state) {
  (void)argument;
  if (key != ARGP_KEY_INIT) return ARGP_ERR_UNKNOWN;
  state->child_inputs[0] = state->input;
  return 0;
}

static const struct argp_child children[] = {{&run_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .parser = parse,
    .children = children,
    .args_doc = "CONFIG",
    .doc = "Run tensors through the bit-exact model of the design: keys used, quality, predicted cycles.",
};

static int deliver(const struct result *result, const struct job *job, const struct run_options *options,
                   struct ks_error *error) {
  json_t *json = report_json(result, job);
  int status = report_files(result, job, options, json, error);
  if (status == KS_OK && options->config.json) status = report_show(json_incref(json), error);
  else if (status == KS_OK) report_print(result, job);
  json_decref(json);
  return status;
}

int cmd_run(int argc, char **argv, struct ks_error *error) {
  struct run_options options;
  struct ks_config config;
  struct job job;
  struct result result;
  run_options_init(&options);
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  if (options_run_config(&options, &config, error) != KS_OK) return EXIT_USER;
  if (job_read(&job, &config, &options, error) != KS_OK) return EXIT_USER;
  result_make(&result, &job, &options);
  int status = deliver(&result, &job, &options, error);
  result_free(&result);
  job_free(&job);
  return status;
}
