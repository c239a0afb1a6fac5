/* SPDX-License-Identifier: Apache-2.0
 *
 * A line on standard error for what takes longer than two seconds, if a terminal is there to show it.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stddef.h>
#include <time.h>

struct progress {
  const char *what; /* "heads" */
  size_t done, total;
  struct timespec begin;
  int shown;
};

struct progress progress_begin(const char *what, size_t total);

/* One more is done. Any thread may call it. */
void progress_step(struct progress *progress);

/* Wipes the line. */
void progress_end(struct progress *progress);

#endif
