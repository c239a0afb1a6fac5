/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "keysieve.h"

enum { TOP = 5 };

/* The heaviest keys, heaviest first; of equal weights the lowest index first. Returns how many, at
 * most TOP. */
static size_t find_top(const double *weights, size_t keys, size_t top[TOP]) {
  size_t count = 0;
  for (size_t j = 0; j < keys; j++) {
    size_t at = count;
    while (at > 0 && weights[j] > weights[top[at - 1]]) at--;
    if (at == TOP) continue;
    if (count < TOP) count++;
    for (size_t i = count - 1; i > at; i--) top[i] = top[i - 1];
    top[at] = j;
  }
  return count;
}

/* The share of the first `count` of top that is used. */
static double recall(const size_t *top, size_t count, const uint8_t *mask) {
  size_t used = 0;
  for (size_t i = 0; i < count; i++) used += mask[top[i]] == 2;
  return (double)used / (double)count;
}

/* |o - exact| / |exact| in the Frobenius norm; without a size to compare with, NAN unless they are equal. */
static double relative_error(const double *o, const double *exact, size_t count) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < count; i++) {
    difference += (o[i] - exact[i]) * (o[i] - exact[i]);
    size += exact[i] * exact[i];
  }
  if (size == 0) return difference == 0 ? 0 : NAN;
  return sqrt(difference / size);
}

struct ks_quality ks_quality_of(const double *exact, const double *weights, const double *out,
                                const uint8_t *mask, size_t queries, size_t keys, size_t d) {
  struct ks_quality quality = {.error = relative_error(out, exact, queries * d)};
  for (size_t r = 0; r < queries; r++, weights += keys, mask += keys) {
    size_t top[TOP], count = find_top(weights, keys, top);
    for (size_t j = 0; j < keys; j++)
      if (mask[j] == 2) quality.mass += weights[j];
    quality.recall2 += recall(top, count < 2 ? count : 2, mask);
    quality.recall5 += recall(top, count, mask);
  }
  quality.mass /= (double)queries;
  quality.recall2 /= (double)queries;
  quality.recall5 /= (double)queries;
  return quality;
}
