/* SPDX-License-Identifier: Apache-2.0
 *
 * A3's greedy candidate search by linear search, from SPEC 7 alone and as plainly as it reads there.
 */
#ifndef SEARCH_H
#define SEARCH_H

#include <stdbool.h>
#include <stdint.h>

enum { SEARCH_MAX_KEYS = 4096, SEARCH_MAX_DIM = 256 };

/* The r-th entry of column i stands at [r * d + i]: a beat is a row of entries. */
struct search_entry {
  int32_t value; /* code */
  int row;
};

/* Sorts the columns of n keys of d codes, row-major: descending, ties by ascending row. */
void search_sort(int n, int d, const int32_t *k, struct search_entry *sorted);

struct search_result {
  int count; /* candidates; 1 if there was none and the first step's row takes their place */
  bool none;
  int rows[SEARCH_MAX_KEYS]; /* ascending */
};

/* The candidates of query q after m steps; all n rows if exact. */
void search_candidates(int n, int d, const struct search_entry *sorted, const int32_t *q, int m, bool exact,
                       struct search_result *result);

#endif
