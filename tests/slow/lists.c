/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "slow.h"

int slow_tern(int32_t k, int32_t tau) {
  if (k > tau) return 1;
  if (k < -tau) return -1;
  return 0;
}

int32_t slow_tau(int keys, int d, const int32_t *k) {
  double sum = 0;
  for (int e = 0; e < keys * d; e++) sum += abs(k[e]);
  return (int32_t)rint(0.7 * (sum / (keys * d)));
}

/* How many of the values that take part come before the j-th: larger ones, equal ones of lower index. */
static int before(int keys, const wide *values, const uint8_t *takes_part, int j) {
  int count = 0;
  for (int i = 0; i < keys; i++)
    count += takes_part[i] && (values[i] > values[j] || (values[i] == values[j] && i < j));
  return count;
}

void slow_top(int keys, const wide *values, int top, uint8_t from, uint8_t to, uint8_t *mask) {
  uint8_t *takes_part = calloc((size_t)keys, 1);
  assert(takes_part);
  for (int j = 0; j < keys; j++) takes_part[j] = mask[j] == from;
  for (int j = 0; j < keys; j++)
    if (takes_part[j] && before(keys, values, takes_part, j) < top) mask[j] = to;
  free(takes_part);
}

void slow_predict(int keys, const wide *predictions, int top_k, bool positive_only, uint8_t *mask) {
  for (int j = 0; j < keys; j++) mask[j] = 0;
  slow_top(keys, predictions, top_k, 0, 1, mask);
  if (!positive_only) return;
  bool any = false;
  for (int j = 0; j < keys; j++) {
    if (predictions[j] <= 0) mask[j] = 0;
    any |= mask[j] == 1;
  }
  if (!any) slow_top(keys, predictions, 1, 0, 1, mask);
}
