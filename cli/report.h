/* SPDX-License-Identifier: Apache-2.0
 *
 * A run for the reader: the table on standard output, the JSON of --stats and --json.
 */
#ifndef REPORT_H
#define REPORT_H

#include <jansson.h>

#include "result.h"

/* The lines `run` prints. A command may print more under them with the same report_line. */
void report_print(const struct result *result, const struct job *job);

/* "  <label, padded>  <text>\n" */
void report_line(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What S.json holds; a command may add its own before it writes. */
json_t *report_json(const struct result *result, const struct job *job);

/* The keys that the engine knows, with their effective values. */
json_t *report_config(const struct ks_config *config);

/* Writes what --out, --mask and --stats name, all or nothing; `json` goes to --stats. */
int report_files(const struct result *result, const struct job *job, const struct run_options *options,
                 const json_t *json, struct ks_error *error);

/* Writes the file that `option` names, atomically; consumes `json`. */
int report_write(json_t *json, const char *option, const char *path, struct ks_error *error);

/* Prints to standard output; consumes `json`. */
int report_show(json_t *json, struct ks_error *error);

#endif
