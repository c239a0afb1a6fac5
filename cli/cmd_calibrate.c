/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "options.h"
#include "progress.h"
#include "report.h"

enum { OPTION_PAIRS = 0x400, OPTION_SEED };

struct calibrate_options {
  struct config_options config;
  uint64_t pairs, seed;
};

static const struct argp_option list[] = {{"pairs", OPTION_PAIRS, "N", 0,
                                           "Pairs of vectors to measure (default 500000)", 1},
                                          {"seed", OPTION_SEED, "S", 0, "Seed of the vectors (default 1)", 1},
                                          {0}};

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct calibrate_options *options = state->input;
  switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->config; return 0;
    case OPTION_PAIRS: options->pairs = options_integer(state, "--pairs", argument, 100, 100000000); return 0;
    case OPTION_SEED: options->seed = options_integer(state, "--seed", argument, 0, UINT64_MAX); return 0;
    default: return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&config_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = list,
    .parser = parse,
    .children = children,
    .args_doc = "CONFIG",
    .doc =
        "Measure theta: the 80th percentile of pi/k * hamming - angle over pairs of standard normal vectors.",
};

int cmd_calibrate(int argc, char **argv, struct ks_error *error) {
  struct calibrate_options options = {.pairs = 500000, .seed = 1};
  struct ks_config config;
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  if (options_config(&options.config, &config, error) != KS_OK ||
      options_only_elsa(&config, "angle correction to measure", error) != KS_OK)
    return EXIT_USER;
  struct progress progress;
  progress_begin(&progress, "measuring theta", 0);
  double theta = ks_calibrate(&config, options.pairs, options.seed);
  progress_end(&progress);
  if (options.config.json)
    return report_show(json_pack("{s:i, s:i, s:f, s:I, s:I}", "d", config.d, "k", config.k, "theta", theta,
                                 "pairs", (json_int_t)options.pairs, "seed", (json_int_t)options.seed),
                       error);
  printf("theta = %.3f for d = %d, k = %d (%llu pairs, seed %llu)\n", theta, config.d, config.k,
         (unsigned long long)options.pairs, (unsigned long long)options.seed);
  return EXIT_GOOD;
}
