/* SPDX-License-Identifier: Apache-2.0 */
#include "search.h"

#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b) {
  const struct search_entry *x = a, *y = b;
  if (x->value != y->value) return x->value > y->value ? -1 : 1;
  return x->row < y->row ? -1 : 1;
}

void search_sort(int n, int d, const int32_t *k, struct search_entry *sorted) {
  static struct search_entry column[SEARCH_MAX_KEYS];
  for (int i = 0; i < d; i++) {
    for (int j = 0; j < n; j++) column[j] = (struct search_entry){k[j * d + i], j};
    qsort(column, (size_t)n, sizeof *column, by_value);
    for (int j = 0; j < n; j++) sorted[j * d + i] = column[j];
  }
}

struct step {
  int64_t product;
  int row;
};

/* A step's choice: the column under whose pointer the product is the largest (sign 1) or the smallest
 * (sign -1), the lowest on ties; -1 if every pointer is past its end. at[i] counts the entries that column
 * i has given. */
static int choose(int n, int d, const struct search_entry *sorted, const int32_t *q, const int *at,
                  int sign, struct step *chosen) {
  int column = -1;
  for (int i = 0; i < d; i++) {
    if (q[i] == 0 || at[i] == n) continue;
    bool from_top = (q[i] > 0) == (sign > 0);
    const struct search_entry *entry = &sorted[(from_top ? at[i] : n - 1 - at[i]) * d + i];
    int64_t product = (int64_t)entry->value * q[i];
    if (column < 0 || sign * product > sign * chosen->product) {
      column = i;
      *chosen = (struct step){product, entry->row};
    }
  }
  return column;
}

void search_candidates(int n, int d, const struct search_entry *sorted, const int32_t *q, int m, bool exact,
                       struct search_result *result) {
  static int64_t score[SEARCH_MAX_KEYS];
  int max_at[SEARCH_MAX_DIM] = {0}, min_at[SEARCH_MAX_DIM] = {0}, first_row = 0;
  int64_t total = 0;
  memset(score, 0, sizeof score);
  for (int step = 0; step < m && !exact; step++) {
    struct step chosen = {0, 0};
    int column = choose(n, d, sorted, q, max_at, 1, &chosen);
    if (step == 0) first_row = chosen.row;
    if (column >= 0) max_at[column]++;
    if (column >= 0 && chosen.product > 0) score[chosen.row] += chosen.product, total += chosen.product;
    if (total < 0) continue;
    column = choose(n, d, sorted, q, min_at, -1, &chosen);
    if (column >= 0) min_at[column]++;
    if (column >= 0 && chosen.product < 0) score[chosen.row] += chosen.product, total += chosen.product;
  }
  result->count = 0;
  for (int j = 0; j < n; j++)
    if (exact || score[j] > 0) result->rows[result->count++] = j;
  result->none = result->count == 0;
  if (result->none) result->rows[result->count++] = first_row;
}
