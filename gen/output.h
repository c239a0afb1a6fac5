/* SPDX-License-Identifier: Apache-2.0
 *
 * A set of files, made in memory and written whole or not at all.
 */
#ifndef KS_OUTPUT_H
#define KS_OUTPUT_H

#include <stdio.h>

#include "keysieve.h"

struct ks_output;

struct ks_output *ks_output_new(void);
void ks_output_free(struct ks_output *output);

/* A stream into a new file of the set; the output owns it. `name` has no folder. Writing to it cannot fail
 * for lack of memory: that aborts. Open until the set is written or hashed, so the files may be filled in any
 * order. */
FILE *ks_output_file(struct ks_output *output, const char *name);

/* A new file with this text. */
void ks_output_text(struct ks_output *output, const char *name, const char *text);

/* The i-th file's name, NULL past the last; in the order they were made. */
const char *ks_output_name(const struct ks_output *output, size_t i);

/* FNV-1a over names and contents. */
uint64_t ks_output_hash(struct ks_output *output);

/* Writes every file to a temporary in `folder`, made if need be, and renames them once all are safely there.
 * A file that is there already with the same content is left alone, so that build tools see no change. On
 * failure no file of the set is new or changed. */
int ks_output_write(struct ks_output *output, const char *folder, struct ks_error *error);

#endif
