/* SPDX-License-Identifier: Apache-2.0 */
#include "greedy.h"

#include <string.h>

enum { MAX_LEAVES = KS_MAX_DIM };
static const int64_t NONE = INT64_MIN; /* a column whose entries are all gone; below every product */

/* A column as one kind of step meets it: its products with `factor`, falling. Those of the min steps are the
 * max steps' of -q, so that one kind of walk serves both. */
struct walk {
  const struct ks_entry *next;
  ptrdiff_t step; /* to the entry after it, d entries a rank */
  int left;
  int32_t factor;
};

/* The walks of all columns, and a tournament over their next products: node x has the players 2x and 2x + 1,
 * walk i is the leaf leaves + i, and the winner of node 1 is the winner of all. */
struct tournament {
  struct walk walk[MAX_LEAVES];
  int64_t product[MAX_LEAVES];
  uint16_t winner[2 * MAX_LEAVES];
  size_t leaves; /* columns, rounded up to a power of two */
};

static void show_next(struct tournament *tournament, size_t column) {
  const struct walk *walk = &tournament->walk[column];
  tournament->product[column] = walk->left ? (int64_t)walk->next->code * walk->factor : NONE;
}

/* Of equal products the lower column wins, which is the left one. */
static void play(struct tournament *tournament, size_t node) {
  uint16_t left = tournament->winner[2 * node], right = tournament->winner[2 * node + 1];
  tournament->winner[node] = tournament->product[right] > tournament->product[left] ? right : left;
}

/* From the largest code down where the factor is positive, from the least up where it is negative; a column of
 * zero takes no part. */
static struct walk walk_of(const struct ks_entry *column, int keys, size_t d, int32_t factor) {
  if (factor > 0) return (struct walk){column, (ptrdiff_t)d, keys, factor};
  return (struct walk){column + (size_t)(keys - 1) * d, -(ptrdiff_t)d, factor ? keys : 0, factor};
}

/* The walks of sign * q. */
static void start(struct tournament *tournament, const struct ks_entry sorted[], int keys, size_t d,
                  const int32_t q[], int32_t sign) {
  size_t leaves = 1;
  while (leaves < d) leaves *= 2;
  tournament->leaves = leaves;
  for (size_t i = 0; i < leaves; i++) {
    tournament->walk[i] = i < d ? walk_of(sorted + i, keys, d, sign * q[i]) : (struct walk){0};
    tournament->winner[leaves + i] = (uint16_t)i;
    show_next(tournament, i);
  }
  for (size_t node = leaves - 1; node > 0; node--) play(tournament, node);
}

/* The largest product left and its row, and past it; false if none is left. */
static bool take_largest(struct tournament *tournament, int64_t *product, uint16_t *row) {
  size_t column = tournament->winner[1];
  struct walk *walk = &tournament->walk[column];
  if (!walk->left) return false;
  *product = tournament->product[column];
  *row = walk->next->row;
  if (--walk->left) walk->next += walk->step; /* never points beyond the ends */
  show_next(tournament, column);
  for (size_t node = (tournament->leaves + column) / 2; node > 0; node /= 2) play(tournament, node);
  return true;
}

/* Fills score[]; returns the row of the very first max step, 0 without one. */
static int search(const struct ks_entry sorted[], int keys, size_t d, const int32_t q[], int iterations,
                  int64_t score[]) {
  struct tournament largest, smallest; /* the second holds the negated products */
  start(&largest, sorted, keys, d, q, 1);
  start(&smallest, sorted, keys, d, q, -1);
  memset(score, 0, (size_t)keys * sizeof(*score));
  int64_t total = 0, product;
  uint16_t row;
  int first = -1;
  for (int i = 0; i < iterations; i++) {
    if (take_largest(&largest, &product, &row)) {
      if (first < 0) first = row;
      if (product > 0) score[row] += product, total += product;
    }
    if (total >= 0 && take_largest(&smallest, &product, &row) && product > 0)
      score[row] -= product, total -= product;
  }
  return first < 0 ? 0 : first;
}

int ks_greedy(const struct ks_entry sorted[], int keys, size_t d, const int32_t q[], int iterations,
              int64_t score[], uint64_t bitmap[]) {
  int first = search(sorted, keys, d, q, iterations, score), candidates = 0;
  memset(bitmap, 0, ((size_t)keys + 63) / 64 * sizeof(*bitmap));
  for (int j = 0; j < keys; j++) {
    bitmap[j / 64] |= (uint64_t)(score[j] > 0) << j % 64;
    candidates += score[j] > 0;
  }
  if (candidates) return candidates;
  bitmap[first / 64] |= (uint64_t)1 << first % 64;
  return 1;
}
