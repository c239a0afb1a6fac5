/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 2 }; /* seconds before the first line */

static void show(const struct progress *progress, int seconds) {
  fprintf(stderr, "\r\033[K");
  if (progress->total) fprintf(stderr, "%zu of %zu ", progress->done, progress->total);
  fprintf(stderr, "%s, %d s", progress->what, seconds);
}

static void *watch(void *argument) {
  struct progress *progress = argument;
  struct timespec wake;
  int seconds = PATIENCE;
  clock_gettime(CLOCK_REALTIME, &wake);
  wake.tv_sec += PATIENCE;
  pthread_mutex_lock(&progress->lock);
  while (!progress->over)
    if (pthread_cond_timedwait(&progress->ended, &progress->lock, &wake) == ETIMEDOUT) {
      show(progress, seconds++);
      wake.tv_sec++;
    }
  pthread_mutex_unlock(&progress->lock);
  if (seconds > PATIENCE) fprintf(stderr, "\r\033[K");
  return NULL;
}

void progress_begin(struct progress *progress, const char *what, size_t total) {
  *progress = (struct progress){.what = what, .total = total};
  pthread_mutex_init(&progress->lock, NULL);
  pthread_cond_init(&progress->ended, NULL);
  progress->watched = isatty(STDERR_FILENO) && pthread_create(&progress->watcher, NULL, watch, progress) == 0;
}

void progress_step(struct progress *progress) {
  pthread_mutex_lock(&progress->lock);
  progress->done++;
  pthread_mutex_unlock(&progress->lock);
}

void progress_end(struct progress *progress) {
  pthread_mutex_lock(&progress->lock);
  progress->over = true;
  pthread_cond_signal(&progress->ended);
  pthread_mutex_unlock(&progress->lock);
  if (progress->watched) pthread_join(progress->watcher, NULL);
  pthread_cond_destroy(&progress->ended);
  pthread_mutex_destroy(&progress->lock);
}
