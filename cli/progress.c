/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

struct progress progress_begin(const char *what, size_t total) {
  struct progress progress = {.what = what, .total = total};
  clock_gettime(CLOCK_MONOTONIC, &progress.begin);
  return progress;
}

void progress_step(struct progress *progress) {
#pragma omp critical(progress)
  {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    progress->done++;
    if (now.tv_sec - progress->begin.tv_sec > 2 && isatty(STDERR_FILENO)) {
      fprintf(stderr, "\r%zu of %zu %s", progress->done, progress->total, progress->what);
      progress->shown = 1;
    }
  }
}

void progress_end(struct progress *progress) {
  if (progress->shown) fprintf(stderr, "\r\033[K");
}
