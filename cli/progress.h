/* SPDX-License-Identifier: Apache-2.0
 *
 * A line on standard error for what takes longer than two seconds, if a terminal is there to show it.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct progress {
  const char *what; /* "heads" */
  size_t done, total;
  bool watched, over;
  pthread_t watcher; /* rewrites the line each second, however long a step takes */
  pthread_mutex_t lock;
  pthread_cond_t ended;
};

/* total = 0: steps are not counted, the line tells what is going on and for how long. */
void progress_begin(struct progress *progress, const char *what, size_t total);

/* One more is done. Any thread may call it. */
void progress_step(struct progress *progress);

/* Wipes the line. */
void progress_end(struct progress *progress);

#endif
