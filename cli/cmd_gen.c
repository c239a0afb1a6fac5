/* SPDX-License-Identifier: Apache-2.0 */
#include "../gen/board.h"
#include "../gen/package.h"
#include "commands.h"
#include "options.h"

struct gen_options {
  struct config_options config;
  const char *folder;
  bool board;
};

enum { OPTION_BOARD = 1000 };

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct gen_options *options = state->input;
  switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->config; return 0;
    case 'o': options->folder = argument; return 0;
    case OPTION_BOARD: options->board = true; return 0;
    case ARGP_KEY_END:
      if (!options->folder) argp_error(state, "-o DIR, the folder for the package, is missing");
      return 0;
    default: return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own_options[] = {
    {"output", 'o', "DIR", 0, "folder for the files; made if need be", 0},
    {"board", OPTION_BOARD, 0, 0, "add a top for FPGA boards: the design behind a serial line", 0},
    {0}};
static const struct argp_child children[] = {{&config_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = own_options,
    .parser = parse,
    .children = children,
    .args_doc = "CONFIG",
    .doc = "Write the RTL of the package, its tables, headers, manifest and file lists."};

int cmd_gen(int argc, char **argv, struct ks_error *error) {
  struct gen_options options = {0};
  struct ks_config config;
  struct ks_package package;
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  if (options_config(&options.config, &config, error) != KS_OK) return EXIT_USER;
  if (options.board && ks_board_check(&config, error) != KS_OK) return EXIT_USER;
  struct ks_output *output = ks_output_new();
  ks_package_init(&package, &config);
  package.board = options.board;
  ks_package_generate(&package, output);
  int status = ks_output_write(output, options.folder, error);
  ks_output_free(output);
  return status == KS_USER_ERROR ? options_blame("-o", error) : status;
}
