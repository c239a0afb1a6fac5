/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "keysieve.h"

/* Exact: a double holds every sum of products of codes. */
static double dot(const int32_t *a, const int32_t *b, size_t d) {
  double sum = 0;
  for (size_t i = 0; i < d; i++) sum += (double)a[i] * b[i];
  return sum;
}

static double largest_norm(const int32_t *k, size_t keys, size_t d) {
  double largest = 0;
  for (size_t j = 0; j < keys; j++) largest = fmax(largest, dot(k + j * d, k + j * d, d));
  return sqrt(largest);
}

/* The maximum is subtracted so that no exp overflows. */
static void softmax(const double *scores, double *weights, size_t keys, double scale) {
  double largest = scores[0], sum = 0;
  for (size_t j = 1; j < keys; j++) largest = fmax(largest, scores[j]);
  for (size_t j = 0; j < keys; j++) sum += weights[j] = exp(scale * (scores[j] - largest));
  for (size_t j = 0; j < keys; j++) weights[j] /= sum;
}

/* Among keys of weight above `limit` the one of least weight; none: the one of largest.
 * Ties: lowest index. */
static size_t pick(const double *weights, size_t keys, double limit) {
  size_t least = keys, largest = 0;
  for (size_t j = 0; j < keys; j++) {
    if (weights[j] > weights[largest]) largest = j;
    if (weights[j] > limit && (least == keys || weights[j] < weights[least])) least = j;
  }
  return least < keys ? least : largest;
}

void ks_learn(const struct ks_config *config, struct ks_learner *learner, const int32_t *q, size_t queries,
              const int32_t *k, size_t keys, double scale, double p) {
  size_t d = (size_t)config->d;
  double *scores = malloc(keys * sizeof *scores), *weights = malloc(keys * sizeof *weights);
  if (!scores || !weights) abort();
  double code_scale = ldexp(scale, -2 * config->frac_bits), k_max = largest_norm(k, keys, d);
  for (size_t i = 0; i < queries; i++, q += d) {
    double q_norm = sqrt(dot(q, q, d));
    if (q_norm == 0) continue;
    for (size_t j = 0; j < keys; j++) scores[j] = dot(q, k + j * d, d);
    softmax(scores, weights, keys, code_scale);
    double s = scores[pick(weights, keys, p / (double)keys)];
    learner->sum += k_max == 0 ? 0 : s / (q_norm * k_max); /* keys that are all zero have no direction */
    learner->queries++;
  }
  free(scores);
  free(weights);
}

double ks_learned(const struct ks_learner *learner) {
  return learner->queries ? learner->sum / (double)learner->queries : 0;
}
