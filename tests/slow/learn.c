/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "slow.h"

/* The dot product of two rows of codes, in the unit of the values. */
static double dot(const struct ks_config *config, const int32_t *a, const int32_t *b) {
  double sum = 0;
  for (int i = 0; i < config->d; i++) sum += (double)a[i] * b[i];
  return sum / pow(2, 2 * config->frac_bits);
}

/* "Among keys with softmax weight > p/n take the one of least weight (none: the one of largest)": its score.
 */
static double chosen_score(int keys, const double *score, double scale, double p) {
  double largest = score[0], sum = 0;
  for (int j = 0; j < keys; j++) largest = fmax(largest, score[j]);
  for (int j = 0; j < keys; j++) sum += exp(scale * (score[j] - largest));
  double least = largest;
  for (int j = 0; j < keys; j++) {
    double weight = exp(scale * (score[j] - largest)) / sum;
    if (weight > p / keys && score[j] < least) least = score[j];
  }
  return least;
}

void slow_learn(const struct ks_config *config, int queries, const int32_t *q, int keys, const int32_t *k,
                double scale, double p, double *sum, size_t *count) {
  double *score = calloc((size_t)keys, sizeof *score);
  assert(score);
  double k_max = 0;
  for (int j = 0; j < keys; j++) {
    const int32_t *row = k + j * config->d;
    k_max = fmax(k_max, sqrt(dot(config, row, row)));
  }
  for (int i = 0; i < queries; i++) {
    const int32_t *row = q + i * config->d;
    double q_norm = sqrt(dot(config, row, row));
    if (q_norm == 0) continue;
    for (int j = 0; j < keys; j++) score[j] = dot(config, row, k + j * config->d);
    /* a head of zero keys has only zero scores: any threshold selects alike, so it counts as 0 */
    if (k_max > 0) *sum += chosen_score(keys, score, scale, p) / (q_norm * k_max);
    ++*count;
  }
  free(score);
}
