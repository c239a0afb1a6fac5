/* SPDX-License-Identifier: Apache-2.0 */
#include "greedy.h"

#include <string.h>

enum { COLUMN_BITS = 8, COLUMNS = 1 << COLUMN_BITS };
_Static_assert(COLUMNS >= KS_MAX_DIM, "every column has a number");

/* A column as one kind of step meets it: its products with `factor`, falling. Those of the min steps are the
 * max steps' of -q, so that one kind of walk serves both. */
struct walk {
  const struct ks_entry *next;
  ptrdiff_t step; /* to the entry after it, d entries a rank */
  int left;
  int32_t factor;
};

/* The walks of all columns, and a tournament over their next products: node x is the larger of the nodes 2x
 * and 2x + 1, node 1 the largest of all, and walk i shows at node leaves + i what player() makes of it. */
struct tournament {
  struct walk walk[COLUMNS];
  int64_t node[2 * COLUMNS];
  size_t leaves; /* columns, rounded up to a power of two */
};

static const int64_t NONE = INT64_MIN; /* of a walk that is over; below every player */

/* A product above the column it is of, counted from the end: of equal products the lowest column wins. */
static int64_t player(const struct walk *walk, size_t column) {
  if (!walk->left) return NONE;
  return (int64_t)walk->next->code * walk->factor * COLUMNS + (COLUMNS - 1 - (int64_t)column);
}

static int64_t largest_of(int64_t a, int64_t b) {
  return a > b ? a : b;
}

static int64_t product_of(int64_t winner) {
  return winner >> COLUMN_BITS;
}

static size_t column_of(int64_t winner) {
  return COLUMNS - 1 - (size_t)(winner & (COLUMNS - 1));
}

/* From the largest code down where the factor is positive, from the least up where it is negative; a zero
 * takes no part. */
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
    tournament->node[leaves + i] = player(&tournament->walk[i], i);
  }
  for (size_t x = leaves - 1; x > 0; x--)
    tournament->node[x] = largest_of(tournament->node[2 * x], tournament->node[2 * x + 1]);
}

/* The largest product left and its row, and past it; false if none is left. */
static bool take_largest(struct tournament *tournament, int64_t *product, uint16_t *row) {
  int64_t winner = tournament->node[1], *node = tournament->node;
  if (winner == NONE) return false;
  size_t column = column_of(winner), x = tournament->leaves + column;
  struct walk *walk = &tournament->walk[column];
  *product = product_of(winner);
  *row = walk->next->row;
  if (--walk->left) walk->next += walk->step; /* never points beyond the ends */
  node[x] = player(walk, column);
  for (; x > 1; x /= 2) node[x / 2] = largest_of(node[x], node[x ^ 1]);
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
