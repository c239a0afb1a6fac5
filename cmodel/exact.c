/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "keysieve.h"

/* The softmax over keys of one query. */
static void weigh(const double *q, const double *k, size_t keys, size_t d, double scale, double *weights) {
  double largest = -INFINITY, sum = 0;
  for (size_t j = 0; j < keys; j++) {
    weights[j] = 0;
    for (size_t i = 0; i < d; i++) weights[j] += q[i] * k[j * d + i];
    largest = fmax(largest, weights[j]);
  }
  for (size_t j = 0; j < keys; j++) sum += weights[j] = exp(scale * (weights[j] - largest));
  for (size_t j = 0; j < keys; j++) weights[j] /= sum;
}

void ks_exact_attention(const double *q, const double *k, const double *v, size_t queries, size_t keys,
                        size_t d, double scale, double *o, double *weights) {
  double *row = weights ? NULL : malloc(keys * sizeof *row);
  if (!weights && !row) abort();
  memset(o, 0, queries * d * sizeof *o);
  for (size_t r = 0; r < queries; r++) {
    double *w = weights ? weights + r * keys : row;
    weigh(q + r * d, k, keys, d, scale, w);
    for (size_t j = 0; j < keys; j++)
      for (size_t i = 0; i < d; i++) o[r * d + i] += w[j] * v[j * d + i];
  }
  free(row);
}
