/* SPDX-License-Identifier: Apache-2.0
 *
 * Time that the calling thread has had of a core, in seconds from an arbitrary start.
 */
#ifndef SECONDS_H
#define SECONDS_H

#include <time.h>

static inline double seconds_of_thread(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
