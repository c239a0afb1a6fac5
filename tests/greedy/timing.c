/* SPDX-License-Identifier: Apache-2.0 */
#include "timing.h"

static int64_t later(int64_t a, int64_t b) {
  return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int levels(int d) {
  int l = 0;
  while (1 << l < d) l++;
  return l;
}

/* The first cycle from t on in which steps and scores move: no query before the i-th is built and waits. */
static int64_t move(const struct timing_query *queries, int i, int64_t t) {
  for (int j = i > 3 ? i - 3 : 0; j < i; j++)
    if (t >= queries[j].built && t < queries[j].handed) t = queries[j].handed;
  return t;
}

/* Of the candidates of all queries before the i-th, the cycle in which the last one but `back` is taken:
 * from the cycle after it on the read-out has at most `back` left. -1 if there is none. */
static int64_t taken_before(const struct timing_query *queries, int i, int back) {
  while (--i >= 0) {
    if (back < queries[i].count) return queries[i].moved[queries[i].count - 1 - back];
    back -= queries[i].count;
  }
  return -1;
}

void timing_predict(int d, struct timing_query *queries, int count, bool (*ready)(void *, int64_t),
                    void *context) {
  static const struct timing_query none = {.taken = -1000, .last = -1000, .handed = -1000, .exact = true};
  for (int i = 0; i < count; i++) {
    struct timing_query *query = &queries[i];
    const struct timing_query *one = i > 0 ? query - 1 : &none, *two = i > 1 ? query - 2 : &none;
    int enter = query->exact ? 2 : levels(d) + 2, before = one->exact ? 2 : levels(d) + 2;

    query->taken = later(query->offered, one->taken + 1);
    query->taken = later(query->taken, one->taken + before + 2);
    query->taken =
        later(query->taken, earlier(one->last + 1, later(one->last - enter + 1, two->handed)));

    query->last = query->taken + enter - 1;
    for (int step = 0; step < (query->exact ? 1 : query->steps); step++)
      query->last = move(queries, i, query->last + 1);
    query->built = move(queries, i, move(queries, i, query->last + 1) + 1) + 1;
    query->handed = later(later(query->built, one->handed + 2), taken_before(queries, i, 2) + 1);

    int64_t at = query->handed + 1;
    at = later(at, taken_before(queries, i, 0));
    for (int c = 0; c < query->count; c++) {
      do at++;
      while (!ready(context, at));
      query->moved[c] = at;
    }
  }
}
