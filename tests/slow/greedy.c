/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "slow.h"

void slow_sort(int keys, int d, const int32_t *k, int *sorted) {
  for (int i = 0; i < d; i++)
    for (int j = 0; j < keys; j++) {
      int before = 0;
      for (int other = 0; other < keys; other++)
        before += k[other * d + i] > k[j * d + i] || (k[other * d + i] == k[j * d + i] && other < j);
      sorted[i * keys + before] = j;
    }
}

/* The key matrix with a pointer into each sorted column for either kind of step. */
struct search {
  int keys, d;
  const int32_t *k, *q;
  const int *sorted;
  int max_at[KS_MAX_DIM], min_at[KS_MAX_DIM]; /* places in the column; outside 0..keys-1: past its end */
};

static int row_of(const struct search *search, int column, int at) {
  return search->sorted[column * search->keys + at];
}

static wide product_of(const struct search *search, int column, int at) {
  return (wide)search->k[row_of(search, column, at) * search->d + column] * search->q[column];
}

static bool takes_part(const struct search *search, int column, int at) {
  return search->q[column] != 0 && at >= 0 && at < search->keys;
}

/* The column of the largest product under the pointers, the lowest such; -1 where none takes part. */
static int largest_column(const struct search *search) {
  int found = -1;
  for (int i = 0; i < search->d; i++) {
    if (!takes_part(search, i, search->max_at[i])) continue;
    if (found < 0 ||
        product_of(search, i, search->max_at[i]) > product_of(search, found, search->max_at[found]))
      found = i;
  }
  return found;
}

/* The same of the smallest. */
static int smallest_column(const struct search *search) {
  int found = -1;
  for (int i = 0; i < search->d; i++) {
    if (!takes_part(search, i, search->min_at[i])) continue;
    if (found < 0 ||
        product_of(search, i, search->min_at[i]) < product_of(search, found, search->min_at[found]))
      found = i;
  }
  return found;
}

void slow_greedy(int keys, int d, const int32_t *k, const int *sorted, const int32_t *q, int iterations,
                 uint8_t *mask) {
  struct search search = {.keys = keys, .d = d, .k = k, .q = q, .sorted = sorted};
  for (int i = 0; i < d; i++) {
    search.max_at[i] = q[i] > 0 ? 0 : keys - 1;
    search.min_at[i] = q[i] > 0 ? keys - 1 : 0;
  }
  wide *scores = calloc((size_t)keys, sizeof *scores), total = 0;
  assert(scores);
  int first = 0; /* an all-zero query: row 0 */

  for (int m = 0; m < iterations; m++) {
    int column = largest_column(&search);
    if (column >= 0) {
      wide product = product_of(&search, column, search.max_at[column]);
      int row = row_of(&search, column, search.max_at[column]);
      if (m == 0) first = row;
      if (product > 0) {
        scores[row] += product;
        total += product;
      }
      search.max_at[column] += q[column] > 0 ? 1 : -1;
    }
    if (total < 0) continue;
    column = smallest_column(&search);
    if (column >= 0) {
      wide product = product_of(&search, column, search.min_at[column]);
      if (product < 0) {
        scores[row_of(&search, column, search.min_at[column])] += product;
        total += product;
      }
      search.min_at[column] += q[column] > 0 ? -1 : 1;
    }
  }

  bool any = false;
  for (int j = 0; j < keys; j++) {
    mask[j] = scores[j] > 0;
    any |= scores[j] > 0;
  }
  if (!any) mask[first] = 1;
  free(scores);
}

void slow_filter(int keys, const wide *scores, wide t, uint8_t *mask) {
  bool any = false;
  wide largest = 0;
  for (int j = 0; j < keys; j++) {
    if (!mask[j]) continue;
    if (!any || scores[j] > largest) largest = scores[j];
    any = true;
  }
  for (int j = 0; j < keys; j++)
    if (mask[j] && largest - scores[j] <= t) mask[j] = 2;
}

double slow_margin(const struct ks_config *config, double scale, double percent) {
  return floor(log(100 / percent) / scale * pow(2, 2 * config->frac_bits));
}
