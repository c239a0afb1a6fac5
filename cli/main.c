/* SPDX-License-Identifier: Apache-2.0 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"

static const struct {
  const char *name;
  int (*run)(int argc, char **argv, struct ks_error *error);
  const char *help;
} commands[] = {
    {"show", cmd_show, "effective parameters, widths, memories, multipliers, cycle bounds"},
    {"gen", cmd_gen, "write the RTL and its tables, headers and file lists"},
    {"run", cmd_run, "run tensors through the bit-exact model"},
    {"learn", cmd_learn, "learn ELSA's thresholds"},
    {"calibrate", cmd_calibrate, "measure ELSA's angle correction theta"},
    {"cosim", cmd_cosim, "simulate the RTL and compare it with the model, bit by bit"},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(void) {
  printf("Usage: keysieve COMMAND CONFIG [OPTION...]\n\n"
         "CONFIG is a name in configs/ or a path to an .ini file.\n\n");
  for (size_t i = 0; i < COMMANDS; i++) printf("  %-10s  %s\n", commands[i].name, commands[i].help);
  printf("\nkeysieve COMMAND --help tells the options. Exit status: 0 good, 1 a comparison failed,\n"
         "2 the input is wrong, 3 a needed tool is missing.\n");
}

static int run_command(size_t i, int argc, char **argv) {
  char name[64];
  struct ks_error error = {{0}};
  snprintf(name, sizeof name, "keysieve %s", commands[i].name);
  argv[0] = name;
  int status = commands[i].run(argc, argv, &error);
  if (status != EXIT_GOOD && error.text[0]) fprintf(stderr, "%s: %s\n", name, error.text);
  if (status == EXIT_GOOD && (fflush(stdout) != 0 || ferror(stdout))) {
    fprintf(stderr, "%s: standard output: cannot be written\n", name);
    return EXIT_USER;
  }
  return status;
}

int main(int argc, char **argv) {
  argp_err_exit_status = EXIT_USER;
  const char *command = argc > 1 ? argv[1] : "";
  for (size_t i = 0; i < COMMANDS; i++)
    if (strcmp(command, commands[i].name) == 0) return run_command(i, argc - 1, argv + 1);
  if (strcmp(command, "--version") == 0) {
    printf("keysieve %s\n", KS_VERSION);
    return EXIT_GOOD;
  }
  if (strcmp(command, "--help") == 0) {
    print_help();
    return EXIT_GOOD;
  }
  fprintf(stderr,
          "keysieve: '%s' is not a command; show, gen, run, learn, calibrate and cosim are "
          "(keysieve --help)\n",
          command);
  return EXIT_USER;
}
