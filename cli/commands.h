/* SPDX-License-Identifier: Apache-2.0
 *
 * The subcommands of keysieve, one file each. main.c lists them.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "keysieve.h"

/* The program's exit status; the first and third are KS_OK and KS_USER_ERROR. */
enum { EXIT_GOOD = 0, EXIT_DIFFERENT = 1, EXIT_USER = 2, EXIT_TOOL = 3 };

/* Each gets its own arguments, argv[0] being "keysieve <command>", and returns the exit status. On a status
 * other than EXIT_GOOD main prints error->text, unless it is empty because the command has said it all. */
int cmd_show(int argc, char **argv, struct ks_error *error);
int cmd_gen(int argc, char **argv, struct ks_error *error);
int cmd_run(int argc, char **argv, struct ks_error *error);
int cmd_learn(int argc, char **argv, struct ks_error *error);
int cmd_calibrate(int argc, char **argv, struct ks_error *error);
int cmd_cosim(int argc, char **argv, struct ks_error *error);

#endif
