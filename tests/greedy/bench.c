/* SPDX-License-Identifier: Apache-2.0
 *
 * ks_greedy against a linear search: random heads and corners, queries of every kind, stalls. Compared are
 * the candidates and their order, count, none, info, every cycle in which a query or a candidate moves, and
 * the beats at which a column is found out of order.
 *
 *   bench HEADS SEED    exit status 0 if all is equal; prints heads, queries, candidates, cycles
 *
 * While the queries of one head run the next head is loaded into the other page, if there is one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmodel/random.h"
#include "dut.h"
#include "search.h"
#include "timing.h"

enum { MAX_QUERIES = 12, INFO_MASK = (1 << 20) - 1, WATCHDOG = 1 << 22 };

static uint64_t seed;
static long long seen_queries, seen_candidates, seen_cycles, seen_errors, seen_periods;

/* ---- random codes ------------------------------------------------------------------------------------ */

enum style { ANY, TIES, EQUAL, EXTREMES, POSITIVE, NEGATIVE, SPARSE, NORMAL, ZERO, STYLES };

static int32_t random_code(enum style style, int bits, int32_t equal) {
  int32_t top = (1 << (bits - 1)) - 1, low = -top - 1;
  switch (style) {
    case ANY: return (int32_t)random_between(&seed, low, top);
    case TIES: return (int32_t)random_between(&seed, -1, 1);
    case EQUAL: return equal;
    case EXTREMES: return random_between(&seed, 0, 1) ? top : low;
    case POSITIVE: return (int32_t)random_between(&seed, 1, top);
    case NEGATIVE: return (int32_t)random_between(&seed, low, -1);
    case SPARSE: return random_between(&seed, 0, 7) ? 0 : (int32_t)random_between(&seed, low, top);
    case NORMAL: {
      double x = random_normal(&seed) * top / 4;
      return x > top ? top : x < low ? low : (int32_t)x;
    }
    case ZERO:
    case STYLES: break;
  }
  return 0;
}

static void random_codes(int32_t *codes, int count) {
  enum style style = (enum style)random_between(&seed, 0, STYLES - 1);
  if (random_between(&seed, 0, 2) == 0) style = NORMAL;
  int32_t equal = random_code(ANY, dut_code_bits, 0);
  for (int i = 0; i < count; i++) codes[i] = random_code(style, dut_code_bits, equal);
}

/* ---- a head and its queries -------------------------------------------------------------------------- */

struct head {
  int n, page;
  struct search_entry *sorted;
  uint8_t *unordered; /* beats at which some column is out of order */
};

static void make_head(struct head *head, int page) {
  int n = (int)random_between(&seed, 0, 3) ? dut_keys : (int)random_between(&seed, 1, dut_keys);
  int32_t *k = malloc(sizeof *k * (size_t)(n * dut_dim));
  random_codes(k, n * dut_dim);
  head->n = n;
  head->page = page;
  head->sorted = malloc(sizeof *head->sorted * (size_t)(n * dut_dim));
  head->unordered = calloc((size_t)n, 1);
  search_sort(n, dut_dim, k, head->sorted);
  free(k);
}

static void free_head(struct head *head) {
  free(head->sorted);
  free(head->unordered);
}

/* Spoils one or two columns. A head like that is loaded, but not queried. */
static void spoil_head(struct head *head) {
  for (int times = (int)random_between(&seed, 1, 2); times--;) {
    struct search_entry *a = &head->sorted[random_between(&seed, 0, (int64_t)head->n * dut_dim - 1)];
    if (random_between(&seed, 0, 1)) a->value = random_code(ANY, dut_code_bits, 0);
    else a->row = (int)random_between(&seed, 0, dut_keys - 1);
  }
  for (int r = 1; r < head->n; r++)
    for (int i = 0; i < dut_dim; i++) {
      const struct search_entry *a = &head->sorted[(r - 1) * dut_dim + i], *b = a + dut_dim;
      if (a->value < b->value || (a->value == b->value && a->row >= b->row)) head->unordered[r] = 1;
    }
}

struct query {
  int32_t codes[SEARCH_MAX_DIM];
  uint32_t info;
  struct search_result expected;
};

static struct query queries[MAX_QUERIES];
static struct timing_query timing[MAX_QUERIES];

static int random_steps(int n) {
  int most = 2 * n < dut_iterations ? 2 * n : dut_iterations;
  switch (random_between(&seed, 0, 4)) {
    case 0: return 1;
    case 1: return most;
    case 2: return (int)random_between(&seed, 1, most < 16 ? most : 16);
    default: return (int)random_between(&seed, 1, most);
  }
}

/* Queries of one head; pace: cycles between offers, at most. */
static void make_queries(const struct head *head, int count, int pace) {
  bool one_size = random_between(&seed, 0, 1), one_kind = one_size && random_between(&seed, 0, 1);
  bool exact = random_between(&seed, 0, 2) == 0;
  int steps = random_steps(head->n);
  int64_t at = 0;
  for (int i = 0; i < count; i++) {
    struct query *query = &queries[i];
    struct timing_query *time = &timing[i];
    random_codes(query->codes, dut_dim);
    query->info = (uint32_t)random_bits(&seed) & INFO_MASK;
    if (pace) at += random_between(&seed, 0, pace);
    time->offered = at;
    time->steps = one_size ? steps : random_steps(head->n);
    time->exact = one_kind ? exact : random_between(&seed, 0, 5) == 0;
    search_candidates(head->n, dut_dim, head->sorted, query->codes, time->steps, time->exact,
                      &query->expected);
    time->count = query->expected.count;
    time->moved = malloc(sizeof *time->moved * (size_t)time->count);
  }
}

/* ---- stalls: a function of the cycle, so that the prediction can ask for them ------------------------ */

struct stalls {
  uint64_t salt;
  unsigned percent; /* of single cycles */
  int64_t pause;    /* not 0: of every so many cycles half are stalled in one piece */
};

static bool is_ready(void *context, int64_t cycle) {
  const struct stalls *stalls = context;
  uint64_t state = stalls->salt + (uint64_t)cycle * 7919;
  if (stalls->pause && cycle % stalls->pause < stalls->pause / 2) return false;
  return random_bits(&state) % 100 >= stalls->percent;
}

static struct stalls random_stalls(void) {
  struct stalls stalls = {random_bits(&seed), 0, 0};
  if (random_between(&seed, 0, 1)) stalls.percent = (unsigned)random_between(&seed, 1, 80);
  if (random_between(&seed, 0, 3) == 0) stalls.pause = random_between(&seed, 2, 4 * dut_keys + 40);
  return stalls;
}

/* ---- a round: the queries of one head, and the load of the next -------------------------------------- */

struct round {
  const struct head *load; /* or NULL */
  int beat, gap;           /* the next beat; percent of cycles without one */
  bool late[4];            /* an order error is due in so many cycles */
  const struct head *head; /* whose queries run */
  int count, asked, query, key;
  int64_t cycle;
};

static bool fail(const struct round *round, const char *what, int64_t got, int64_t expected) {
  fprintf(stderr, "cycle %lld, query %d, candidate %d: %s is %lld, expected %lld\n",
          (long long)round->cycle, round->query, round->key, what, (long long)got, (long long)expected);
  return false;
}

static void drive(struct round *round, struct dut_in *in, int32_t *values, int *rows) {
  const struct head *load = round->load;
  in->load = load && round->beat < load->n && random_between(&seed, 0, 99) >= round->gap;
  round->late[0] = false;
  if (in->load) {
    for (int i = 0; i < dut_dim; i++) {
      values[i] = load->sorted[round->beat * dut_dim + i].value;
      rows[i] = load->sorted[round->beat * dut_dim + i].row;
    }
    in->values = values;
    in->rows = rows;
    in->load_first = round->beat == 0;
    in->load_addr = load->page * dut_keys + round->beat;
    round->late[0] = load->unordered[round->beat++];
  }
  in->query = round->asked < round->count && timing[round->asked].offered <= round->cycle;
  if (in->query) {
    in->codes = queries[round->asked].codes;
    in->page = round->head->page;
    in->keys = round->head->n;
    in->steps = timing[round->asked].steps;
    in->exact = timing[round->asked].exact;
    in->info = queries[round->asked].info;
  }
}

/* The candidate that is shown. */
static bool check_key(const struct round *round, const struct dut_out *out) {
  if (round->query == round->count) return fail(round, "valid after the last candidate", 1, 0);
  const struct query *query = &queries[round->query];
  const struct search_result *expected = &query->expected;
  if (out->row != expected->rows[round->key])
    return fail(round, "row", out->row, expected->rows[round->key]);
  if (out->last != (round->key == expected->count - 1)) return fail(round, "last", out->last, !out->last);
  if (out->none != expected->none) return fail(round, "none", out->none, expected->none);
  if (out->count != expected->count) return fail(round, "count", out->count, expected->count);
  if (out->info != query->info) return fail(round, "info", out->info, query->info);
  return true;
}

static bool check_cycle(struct round *round, const struct dut_in *in, const struct dut_out *out) {
  if (out->order_error != round->late[3])
    return fail(round, "order_error", out->order_error, round->late[3]);
  seen_errors += out->order_error;
  memmove(round->late + 1, round->late, sizeof round->late - sizeof *round->late);

  bool busy = round->asked > 0 && round->query < round->asked;
  if (out->busy != busy) return fail(round, "busy", out->busy, busy);
  if (in->query && out->query_ready) {
    if (timing[round->asked].taken != round->cycle)
      return fail(round, "cycle of a query", round->cycle, timing[round->asked].taken);
    round->asked++;
  }
  if (!out->valid) return true;
  if (!check_key(round, out)) return false;
  if (!in->ready) return true;
  struct timing_query *time = &timing[round->query];
  if (time->moved[round->key] != round->cycle)
    return fail(round, "cycle of a candidate", round->cycle, time->moved[round->key]);
  if (++round->key == time->count) {
    round->query++;
    round->key = 0;
  }
  return true;
}

/* The formula of docs/blocks/greedy.md for queries alike, offered and taken at once: searches enter, exact
 * queries leave, one every so many cycles. */
static bool check_period(const struct round *round, const struct stalls *stalls, int64_t pace) {
  int levels = 0, count = round->count;
  while (1 << levels < dut_dim) levels++;
  if (stalls->percent || stalls->pause || pace) return true;
  for (int i = 0; i < count; i++)
    if (timing[i].exact != timing[0].exact || timing[i].steps != timing[0].steps) return true;
  for (int i = 1; i < count; i++) {
    const struct timing_query *time = &timing[i], *before = time - 1;
    bool exact = time->exact;
    int64_t least = exact ? 4 : levels + 4, work = exact ? time->count : time->steps;
    int64_t period = exact ? time->moved[time->count - 1] - before->moved[before->count - 1]
                           : time->taken - before->taken;
    if (period != (work > least ? work : least))
      return fail(round, "period", period, work > least ? work : least);
    seen_periods++;
  }
  return true;
}

static bool run_round(const struct head *head, int count, const struct head *load) {
  static int32_t values[SEARCH_MAX_DIM];
  static int rows[SEARCH_MAX_DIM];
  struct stalls stalls = random_stalls();
  struct round round = {.load = load, .head = head, .count = count};
  struct dut_in in = {0};
  struct dut_out out;
  round.gap = random_between(&seed, 0, 1) ? 0 : (int)random_between(&seed, 1, 90);
  timing_predict(dut_dim, timing, count, is_ready, &stalls);
  if (!check_period(&round, &stalls, count ? timing[count - 1].offered : 0)) return false;
  /* Some idle cycles at the end: nothing more may come. */
  for (int idle = 0; idle < 8; round.cycle++) {
    drive(&round, &in, values, rows);
    in.ready = is_ready(&stalls, round.cycle);
    if (!dut_clock(&in, &out)) return fail(&round, "an assertion", 0, 1);
    if (!check_cycle(&round, &in, &out)) return false;
    if (round.query == count && (!load || round.beat == load->n)) idle++;
    if (round.cycle > WATCHDOG) return fail(&round, "nothing comes", 0, 1);
  }
  seen_queries += count;
  seen_cycles += round.cycle;
  for (int i = 0; i < count; i++) {
    seen_candidates += timing[i].count;
    free(timing[i].moved);
  }
  return true;
}

static bool run_heads(int heads) {
  struct head head = {0}, next;
  make_head(&head, 0);
  bool good = run_round(NULL, 0, &head);
  for (int i = 0; i < heads && good; i++) {
    int count = (int)random_between(&seed, 1, MAX_QUERIES), pace = 0;
    if (random_between(&seed, 0, 2) == 0) pace = (int)random_between(&seed, 1, 2 * head.n + 20);
    make_queries(&head, count, pace);
    make_head(&next, dut_pages == 2 ? !head.page : 0);
    bool beside = dut_pages == 2;
    good = run_round(&head, count, beside ? &next : NULL);
    if (random_between(&seed, 0, 9) == 0) { /* a bad load into that page before the good one */
      struct head bad;
      make_head(&bad, next.page);
      spoil_head(&bad);
      good = good && run_round(NULL, 0, &bad);
      free_head(&bad);
      beside = false;
    }
    if (!beside) good = good && run_round(NULL, 0, &next);
    free_head(&head);
    head = next;
  }
  free_head(&head);
  return good;
}

int main(int argc, char **argv) {
  int heads = argc > 1 ? atoi(argv[1]) : 25;
  uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
  seed = first;
  dut_reset((unsigned)first);
  bool good = run_heads(heads);
  printf("%s: keys %d, dim %d, code bits %d, pages %d, iterations %d, seed %llu: %d heads, %lld queries, "
         "%lld candidates, %lld order errors, %lld cycles, %lld periods\n",
         good ? "equal" : "FAILED", dut_keys, dut_dim, dut_code_bits, dut_pages, dut_iterations,
         (unsigned long long)first, heads, seen_queries, seen_candidates, seen_errors, seen_cycles,
         seen_periods);
  return good ? 0 : 1;
}
