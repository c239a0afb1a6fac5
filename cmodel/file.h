/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole files: read at once, written so that a reader never sees half of one.
 */
#ifndef KS_FILE_H
#define KS_FILE_H

#include <stdio.h>

#include "keysieve.h"

/* The bytes of a regular file or a pipe, with a NUL behind them; the caller frees *bytes. */
int ks_file_read(const char *path, uint8_t **bytes, size_t *size, struct ks_error *error);

/* A file being written: to a temporary beside `path`, which ks_file_commit renames. What is already there and
 * is not a regular file, such as /dev/stdout, is written directly. */
struct ks_file {
  FILE *stream;
  const char *option, *path; /* borrowed; what messages name, the option NULL where there is none */
  char *temporary;  /* NULL when written directly */
};

int ks_file_open(struct ks_file *file, const char *option, const char *path, struct ks_error *error);

/* Gives up a file: nothing is left of it. */
void ks_file_discard(struct ks_file *file);

/* Closes the files and puts them in place, all of them or, if any write to any of them failed, none. */
int ks_file_commit(struct ks_file files[], size_t count, struct ks_error *error);

#endif
