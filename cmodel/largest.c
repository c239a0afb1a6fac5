/* SPDX-License-Identifier: Apache-2.0 */
#include "largest.h"

#include "clones.h"

KS_CLONES static size_t count_from(int64_t rank, const int64_t value[], size_t count) {
  int64_t reach = 0;
  for (size_t t = 0; t < count; t++) reach += ks_rank(value[t], t) >= rank;
  return (size_t)reach;
}

/* By bisection: as no two ranks are equal, some rank is reached by as many as wanted. */
int64_t ks_rank_of_largest(const int64_t value[], size_t count, size_t keep) {
  int64_t least = value[0], largest = value[0];
  for (size_t t = 1; t < count; t++) {
    least = value[t] < least ? value[t] : least;
    largest = value[t] > largest ? value[t] : largest;
  }
  int64_t low = ks_rank(least, KS_MAX_KEYS - 1), high = ks_rank(largest + 1, KS_MAX_KEYS - 1);
  size_t reach = count; /* of low; none reach high */
  while (reach != keep) {
    int64_t middle = low + (high - low) / 2;
    size_t reach_middle = count_from(middle, value, count);
    if (reach_middle < keep) high = middle;
    else low = middle, reach = reach_middle;
  }
  return low;
}
