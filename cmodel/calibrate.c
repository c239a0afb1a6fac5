/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "hash.h"
#include "keysieve.h"
#include "random.h"
#include "theta_table.h"

/* ---- one pair -------------------------------------------------------------------------------- */

/* Codes as fine as these make the integer hash that of the real vector. */
static struct ks_hash_code hash_real(const struct ks_hasher *hasher, const double *x) {
  int32_t codes[256];
  for (size_t i = 0; i < hasher->d; i++) codes[i] = (int32_t)lrint(ldexp(x[i], 16));
  return ks_hash_row(hasher, codes);
}

static int hamming_distance(struct ks_hash_code a, struct ks_hash_code b) {
  int distance = 0;
  for (int i = 0; i < KS_HASH_WORDS; i++) distance += __builtin_popcountll(a.word[i] ^ b.word[i]);
  return distance;
}

static double angle_between(const double *x, const double *y, size_t d) {
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < d; i++) {
    xx += x[i] * x[i];
    yy += y[i] * y[i];
    xy += x[i] * y[i];
  }
  return acos(fmax(-1, fmin(1, xy / sqrt(xx * yy))));
}

/* By how much the hash takes the angle of a random pair for larger than it is. */
static double measure_excess(const struct ks_hasher *hasher, uint64_t *state) {
  double x[256], y[256];
  size_t d = hasher->d;
  for (size_t i = 0; i < d; i++) {
    x[i] = random_normal(state);
    y[i] = random_normal(state);
  }
  int distance = hamming_distance(hash_real(hasher, x), hash_real(hasher, y));
  return M_PI / (double)hasher->k * distance - angle_between(x, y, d);
}

/* ---- the percentile -------------------------------------------------------------------------- */

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

enum { BLOCK = 1000 }; /* pairs that share a random sequence, so that threads change nothing */

double ks_calibrate(const struct ks_config *config, size_t pairs, uint64_t seed) {
  assert(config->d <= 256 && pairs > 0);
  struct ks_hasher hasher = ks_hasher_new(config);
  double *excess = malloc(pairs * sizeof *excess);
  if (!excess) abort();
#pragma omp parallel for
  for (size_t block = 0; block < pairs; block += BLOCK) {
    uint64_t place = seed + block, state = random_bits(&place);
    for (size_t i = block; i < pairs && i < block + BLOCK; i++) excess[i] = measure_excess(&hasher, &state);
  }
  qsort(excess, pairs, sizeof *excess, compare_doubles);
  double theta = excess[(pairs - 1) * 4 / 5];
  ks_hasher_free(&hasher);
  free(excess);
  return theta;
}

/* ---- the committed table --------------------------------------------------------------------- */

enum { QUICK_PAIRS = 20000 }; /* good to 0.003, in a fraction of a second */

double ks_theta(const struct ks_config *config) {
  static const struct {
    int d, k;
    double theta;
  } table[] = {KS_THETA_TABLE};
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    if (table[i].d == config->d && table[i].k == config->k) return table[i].theta;
  return fmax(0, ks_calibrate(config, QUICK_PAIRS, 1));
}
