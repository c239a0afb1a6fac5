/* SPDX-License-Identifier: Apache-2.0
 *
 * Learned thresholds, one a head, and the file that carries them from `learn` to `run`.
 */
#ifndef THRESHOLDS_H
#define THRESHOLDS_H

#include <jansson.h>

#include "keysieve.h"

struct thresholds {
  double p;     /* NAN when unknown; 0: exact, and then count = 0 */
  size_t count; /* one a head, or one for all */
  double *t;
};

/* The argument of --threshold: a number or the path of a file. Refuses a file for another
 * number of heads than `heads`. */
int thresholds_read(struct thresholds *thresholds, const char *argument, size_t heads,
                    struct ks_error *error);
void thresholds_free(struct thresholds *thresholds);

/* {"p": 1.0, "queries": 285, "thresholds": [0.5858]}; queries is the number averaged over, a head. */
json_t *thresholds_json(const struct thresholds *thresholds, size_t queries);

#endif
