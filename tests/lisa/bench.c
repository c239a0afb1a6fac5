/* SPDX-License-Identifier: Apache-2.0
 *
 * ks_ternary, ks_predict and ks_top_q against a linear search: random heads and corners, groups of every
 * kind, stalls. The bench is the score stage between them, with scores of its own. Compared are the ternary
 * counts; candidates and their order, count, flags; used keys, their scores and order; and the cycle of
 * every transfer.
 *
 *   bench HEADS SEED    exit status 0 if all is equal; prints heads, queries, candidates, used, cycles
 *
 * A round loads a head into every page, the second while the groups of the first run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmodel/random.h"
#include "choose.h"
#include "dut.h"
#include "timing.h"

enum { MAX_GROUPS = 10, MAX_PAGES = 2, MAX_DELAY = 16, INFO_MASK = (1 << 12) - 1, WATCHDOG = 1 << 22 };

static uint64_t seed;
static long long seen_queries, seen_candidates, seen_used, seen_dropped, seen_cycles, seen_periods;

static int between(int64_t low, int64_t high) {
  return (int)random_between(&seed, low, high);
}

static bool one_in(int n) {
  return between(1, n) == 1;
}

static void *array(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) abort();
  return memory;
}

/* ---- random numbers ---------------------------------------------------------------------------------- */

enum style {
  ANY, TIES, EQUAL, EXTREMES, POSITIVE, NEGATIVE, SPARSE, NORMAL, ZERO, RISING, FALLING, STYLES
};

/* Number i of a list of n in two's complement of so many bits. */
static int64_t random_number(enum style style, int bits, int64_t equal, int i, int n) {
  int64_t top = (INT64_C(1) << (bits - 1)) - 1, low = -top - 1;
  switch (style) {
    case ANY: return random_between(&seed, low, top);
    case TIES: return random_between(&seed, -1, 1);
    case EQUAL: return equal;
    case EXTREMES: return one_in(2) ? top : low;
    case POSITIVE: return random_between(&seed, top ? 1 : 0, top);
    case NEGATIVE: return random_between(&seed, low, -1);
    case SPARSE: return between(0, 7) ? 0 : random_between(&seed, low, top);
    case NORMAL: {
      double x = random_normal(&seed) * (double)top / 4;
      return x > (double)top ? top : x < (double)low ? low : (int64_t)x;
    }
    case RISING: return low + (top - low) / n * i;
    case FALLING: return top - (top - low) / n * i;
    case ZERO:
    case STYLES: break;
  }
  return 0;
}

static enum style random_style(void) {
  return one_in(3) ? NORMAL : (enum style)between(0, STYLES - 1);
}

static void random_codes(int32_t *codes, int rows) {
  enum style style = random_style();
  int32_t equal = (int32_t)random_number(ANY, dut_code_bits, 0, 0, 1);
  for (int i = 0; i < rows * dut_dim; i++)
    codes[i] = (int32_t)random_number(style, dut_code_bits, equal, i / dut_dim, rows);
}

/* ---- a round: heads, groups of queries, what shall come of them -------------------------------------- */

struct head {
  int n, tau;
  int32_t *k;
  int64_t first_write, last_write;
};

struct group {
  int page, top_k, top_q, count;
  bool positive, extra; /* extra: a virtual key behind the candidates */
  uint32_t info;
  int32_t *q;
};

struct entry {
  int key;
  int64_t score;
  bool last_used;
};

static struct head heads[MAX_PAGES];
static struct group groups[MAX_GROUPS];
static struct timing_group group_times[MAX_GROUPS];
static struct timing_query query_times[MAX_GROUPS * 16 + 1];
static struct timing_entry *entry_times;
static struct entry *entries;
static int group_count, query_count, entry_count;

static void make_head(struct head *head, int64_t first_write) {
  int most = (1 << (dut_code_bits - 1)) - 1;
  head->n = one_in(4) ? between(1, dut_keys) : dut_keys;
  head->k = array((size_t)(head->n * dut_dim), sizeof *head->k);
  random_codes(head->k, head->n);
  int taus[] = {0, most, between(0, most), most / 6};
  head->tau = taus[between(0, 3)];
  head->first_write = first_write;
  head->last_write = first_write + head->n - 1;
}

static int random_top(int most) {
  switch (between(0, 4)) {
    case 0: return 1;
    case 1: return between(1, most);
    default: return most;
  }
}

static void make_group(struct group *group, int page) {
  group->page = page;
  group->top_k = random_top(dut_top_k);
  group->top_q = random_top(group->top_k < dut_top_q ? group->top_k : dut_top_q);
  group->count = one_in(4) ? between(1, dut_rows) : dut_rows;
  group->positive = one_in(3);
  group->extra = one_in(3);
  group->info = (uint32_t)random_bits(&seed) & INFO_MASK;
}

/* A query's entries, from the candidates on, which are marked. */
static void make_entries(const struct group *group, struct timing_query *query, const bool *candidate,
                         int n) {
  static int64_t scores[4096];
  static bool used[4096];
  enum style style = random_style();
  int64_t equal = random_number(ANY, dut_score_bits, 0, 0, 1);
  query->first = entry_count;
  for (int j = 0; j < n; j++) {
    if (!candidate[j]) continue;
    int c = entry_count++ - query->first;
    scores[c] = random_number(style, dut_score_bits, equal, c, query->candidates);
    entries[entry_count - 1] = (struct entry){.key = j, .score = scores[c]};
  }
  choose_largest(query->candidates, scores, query->exact ? query->candidates : group->top_q, false, used);
  int last = query->first;
  for (int c = 0; c < query->candidates; c++) {
    entry_times[query->first + c] = (struct timing_entry){.through = query->exact, .used = used[c]};
    if (used[c]) last = query->first + c;
  }
  if (query->entries > query->candidates) {
    last = entry_count++;
    entries[last] = (struct entry){.key = -1, .score = random_number(ANY, dut_score_bits, 0, 0, 1)};
    entry_times[last] = (struct timing_entry){.through = true, .used = true};
  }
  entries[last].last_used = true;
}

static void make_queries(struct group *group, struct timing_group *time, int64_t offered, bool exact) {
  static int64_t predictions[4096];
  static bool candidate[4096];
  const struct head *head = &heads[group->page];
  group->q = array((size_t)(group->count * dut_dim), sizeof *group->q);
  random_codes(group->q, group->count);
  *time = (struct timing_group){.offered = offered, .keys = head->n, .queries = group->count,
                                .first = query_count, .exact = exact};
  for (int r = 0; r < group->count; r++) {
    struct timing_query *query = &query_times[query_count++];
    for (int j = 0; j < head->n; j++)
      predictions[j] =
          choose_prediction(dut_dim, head->k + j * dut_dim, head->tau, group->q + r * dut_dim);
    query->exact = exact;
    query->candidates = choose_largest(head->n, predictions, exact ? head->n : group->top_k,
                                       group->positive && !exact, candidate);
    query->entries = query->candidates + (group->extra && !exact);
    make_entries(group, query, candidate, head->n);
  }
}

/* alike: all groups are full, of one kind, on one page, and are offered at once. */
static void make_round(bool alike) {
  int64_t write = 0, offered = 0;
  int pace = alike || one_in(2) ? 0 : between(1, 2 * dut_keys + 20);
  for (int p = 0; p < dut_pages; p++) {
    make_head(&heads[p], write);
    write = heads[p].last_write + 1 + (one_in(2) ? 0 : between(0, 20));
  }
  int exact_one_in = one_in(4) ? 2 : 8;
  bool exact = one_in(4);
  group_count = alike ? MAX_GROUPS : between(1, MAX_GROUPS);
  query_count = entry_count = 0;
  size_t most = (size_t)(group_count * dut_rows * (dut_keys + 1));
  entries = array(most, sizeof *entries);
  entry_times = array(most, sizeof *entry_times);
  for (int g = 0; g < group_count; g++) {
    int page = dut_pages == 2 && !alike && g >= group_count / 2;
    if (pace) offered += between(0, pace);
    if (offered <= heads[page].last_write) offered = heads[page].last_write + 1;
    if (alike && g > 0) groups[g] = groups[0];
    else make_group(&groups[g], page);
    if (alike) groups[g].count = dut_rows;
    make_queries(&groups[g], &group_times[g], offered, alike ? exact : one_in(exact_one_in));
  }
}

static void free_round(void) {
  for (int p = 0; p < dut_pages; p++) free(heads[p].k);
  for (int g = 0; g < group_count; g++) free(groups[g].q);
  free(entries);
  free(entry_times);
}

/* ---- stalls: a function of the cycle, so that the prediction can ask for them ------------------------ */

struct stalls {
  uint64_t salt;
  unsigned percent; /* of single cycles */
  int64_t pause;    /* not 0: of every so many cycles half are stalled in one piece */
};

static bool is_ready(void *context, int stream, int64_t cycle) {
  const struct stalls *stalls = (const struct stalls *)context + stream;
  uint64_t state = stalls->salt + (uint64_t)cycle * 7919;
  if (stalls->pause && cycle % stalls->pause < stalls->pause / 2) return false;
  return random_bits(&state) % 100 >= stalls->percent;
}

static struct stalls random_stalls(bool none) {
  struct stalls stalls = {random_bits(&seed), 0, 0};
  if (none) return stalls;
  if (one_in(2)) stalls.percent = (unsigned)between(1, 80);
  if (one_in(4)) stalls.pause = between(2, 4 * dut_keys + 40);
  return stalls;
}

/* ---- the run ----------------------------------------------------------------------------------------- */

struct run {
  int64_t cycle;
  int page, row;             /* the next row of K */
  int count_page, count_row; /* the next ternary count */
  int started, asked;        /* groups; of the last one queries that were read */
  int query, issued;         /* of the next entry to be issued; entries issued */
  int used;                  /* entries used or passed over */
  const int32_t *read;       /* the query that is on query_i */
  int line[MAX_DELAY + 1];   /* score stage: entry + 1 that will come in so many cycles, or 0 */
};

static bool fail(const struct run *run, const char *what, int64_t got, int64_t expected) {
  fprintf(stderr, "cycle %lld, group %d, entry %d, used %d: %s is %lld, expected %lld\n",
          (long long)run->cycle, run->started, run->issued, run->used, what, (long long)got,
          (long long)expected);
  return false;
}

#define CHECK(what, got, expected) \
  if ((int64_t)(got) != (int64_t)(expected)) return fail(run, what, (int64_t)(got), (int64_t)(expected))

static void drive_rows(struct run *run, struct dut_in *in) {
  const struct head *head = &heads[run->page];
  in->write = run->page < dut_pages && head->first_write + run->row == run->cycle;
  if (!in->write) return;
  in->write_addr = run->page * dut_keys + run->row;
  in->tau = head->tau;
  in->k = head->k + run->row * dut_dim;
  if (++run->row == head->n) run->page++, run->row = 0;
}

static bool check_counts(struct run *run, const struct dut_out *out, int latency) {
  const struct head *head = &heads[run->count_page];
  bool valid = run->count_page < dut_pages && head->first_write + run->count_row + latency == run->cycle;
  CHECK("ternary count valid", out->count_valid, valid);
  if (!valid) return true;
  int count = 0;
  for (int i = 0; i < dut_dim; i++)
    count += choose_ternary(head->k[run->count_row * dut_dim + i], head->tau) != 0;
  CHECK("ternary count", out->count, count);
  if (++run->count_row == head->n) run->count_page++, run->count_row = 0;
  return true;
}

static bool drive_group(struct run *run, const struct dut_out *out, struct dut_in *in) {
  in->query = run->read;
  run->read = NULL;
  if (out->query_read) {
    CHECK("query index", out->query_index, run->asked);
    if (run->started == 0 || run->asked == groups[run->started - 1].count)
      return fail(run, "reads of queries", run->asked + 1, run->asked);
    run->read = groups[run->started - 1].q + run->asked++ * dut_dim;
  }
  in->start = run->started < group_count && group_times[run->started].offered <= run->cycle;
  if (!in->start) return true;
  const struct group *group = &groups[run->started];
  in->addr = group->page * dut_keys;
  in->keys = heads[group->page].n;
  in->top_k = group->top_k;
  in->positive = group->positive;
  in->exact = group_times[run->started].exact;
  in->queries = group->count;
  in->info = group->info;
  if (!out->start_ready) return true;
  CHECK("cycle of a start", run->cycle, group_times[run->started].start);
  run->started++;
  run->asked = 0;
  return true;
}

static int group_of(int query) {
  int g = 0;
  while (query >= group_times[g].first + group_times[g].queries) g++;
  return g;
}

/* The candidate that is shown: entry `issued`, or the one behind the virtual key. */
static bool check_candidate(struct run *run, const struct dut_out *out, int query, int entry) {
  if (query == query_count) return fail(run, "valid after the last candidate", 1, 0);
  const struct timing_query *time = &query_times[query];
  int g = group_of(query);
  const struct timing_group *group = &group_times[g];
  CHECK("key", out->key, entries[entry].key);
  CHECK("last", out->candidate_last, entry == time->first + time->candidates - 1);
  CHECK("candidates", out->candidates, time->candidates);
  CHECK("index", out->index, query - group->first);
  CHECK("last of the group", out->group_last, query == group->first + group->queries - 1);
  CHECK("exact", out->candidate_exact, group->exact);
  CHECK("info", out->info, groups[g].info);
  return true;
}

/* The score stage: takes a candidate, or the virtual key behind a query's last. */
static bool drive_scores(struct run *run, const struct dut_out *out, struct dut_in *in, bool ready) {
  const struct timing_query *query = &query_times[run->query];
  bool extra = run->query < query_count && run->issued == query->first + query->candidates &&
               query->entries > query->candidates;
  if (out->candidate && !check_candidate(run, out, run->query + extra, run->issued + extra)) return false;
  in->candidate_ready = ready && out->room && !extra;
  in->issue = ready && out->room && (extra || out->candidate);
  memmove(run->line, run->line + 1, sizeof run->line - sizeof *run->line);
  if (in->issue) {
    CHECK("cycle of an issue", run->cycle, entry_times[run->issued].issued);
    run->line[dut_score_delay] = ++run->issued;
    in->issue_last = run->issued == query->first + query->entries;
    run->query += in->issue_last;
  }
  in->score_valid = run->line[0] != 0;
  if (in->score_valid) {
    int e = run->line[0] - 1, q = 0;
    while (e >= query_times[q].first + query_times[q].entries) q++;
    in->score = entries[e].score;
    in->through = entry_times[e].through;
    in->score_last = e == query_times[q].first + query_times[q].entries - 1;
    in->top_q = groups[group_of(q)].top_q;
    in->data = (uint32_t)e;
  }
  return true;
}

static bool check_used(struct run *run, const struct dut_out *out, bool ready) {
  while (run->used < entry_count && !entry_times[run->used].used) run->used++, seen_dropped++;
  if (!out->used) return true;
  if (run->used == entry_count) return fail(run, "valid after the last used key", 1, 0);
  const struct entry *entry = &entries[run->used];
  CHECK("used entry", out->used_data, run->used);
  CHECK("used score", out->used_score, entry->score);
  CHECK("through", out->used_through, entry_times[run->used].through);
  CHECK("last used", out->used_last, entry->last_used);
  if (!ready) return true;
  CHECK("cycle of a used entry", run->cycle, entry_times[run->used].gone);
  run->used++;
  seen_used++;
  return true;
}

/* Cycles from the second group's last issue to the last group's, for groups alike: as many a group as its
 * passes or its entries take (docs/blocks/predict.md), unless lists are too few for groups so short; and
 * never more than the goal of the design. The read-out takes two cycles over a query of one candidate. */
static bool check_period(struct run *run, const struct timing_sizes *sizes) {
  const struct group *group = &groups[0];
  const struct timing_query *last = &query_times[query_count - 1], *one = &query_times[2 * dut_rows - 1];
  bool exact = group_times[0].exact;
  int n = heads[0].n, top = group->top_k < n ? group->top_k : n, scores = dut_rows * (top + 1);
  int goal = exact ? dut_rows * (n > 1 ? n : 2) : n > scores ? n : scores;
  int period = exact || n < dut_rows ? dut_rows : n, reads = 0, after = group_count - 2;
  int64_t cycles = entry_times[last->first + last->entries - 1].issued -
                   entry_times[one->first + one->entries - 1].issued;
  for (int r = 0; r < dut_rows; r++) reads += last[-r].entries > 2 ? last[-r].entries : 2;
  if (reads > period) period = reads;
  bool alike = exact || !group->positive;
  if (alike && (sizes->lists - 2) * period >= sizes->list_latency + 3) {
    CHECK("period", cycles, after * period);
    seen_periods++;
  }
  if (sizes->lists * (goal + 8) >= 2 * goal + sizes->list_latency + 8 && cycles > after * (goal + 8))
    return fail(run, "period beyond the goal", cycles / after, goal + 8);
  return true;
}

static bool run_round(bool alike) {
  struct run state = {0}, *run = &state;
  struct timing_sizes sizes =
      timing_sizes(dut_rows, dut_dim, dut_top_k, dut_top_q, dut_stage_cells, dut_lists, dut_score_delay);
  bool calm = alike || one_in(4), even = alike && (group_times[0].exact || !groups[0].positive);
  struct stalls stalls[2] = {random_stalls(calm), random_stalls(calm)};
  struct dut_in in = {0};
  struct dut_out out;
  int count_latency = 1;
  for (int d = 1; d < dut_dim; d *= 4) count_latency++;

  timing_predict(&sizes, group_times, group_count, query_times, entry_times, is_ready, stalls);
  if (alike && !check_period(run, &sizes)) return false;
  /* Some idle cycles at the end: nothing more may come. */
  for (int idle = 0; idle < 8 + count_latency; run->cycle++) {
    dut_look(&out);
    if (even) CHECK("room for queries of one length", out.room, true);
    drive_rows(run, &in);
    in.used_ready = is_ready(stalls, 1, run->cycle);
    if (!check_counts(run, &out, count_latency) || !drive_group(run, &out, &in) ||
        !drive_scores(run, &out, &in, is_ready(stalls, 0, run->cycle)) ||
        !check_used(run, &out, in.used_ready))
      return false;
    if (!dut_clock(&in)) return fail(run, "an assertion", 0, 1);
    if (run->cycle >= query_times[query_count - 1].ended && run->page == dut_pages) idle++;
    if (run->cycle > WATCHDOG) return fail(run, "nothing comes", 0, 1);
  }
  CHECK("groups", run->started, group_count);
  CHECK("entries", run->issued, entry_count);
  CHECK("busy at the end", out.predict_busy || out.top_q_busy, 0);
  seen_queries += query_count;
  seen_cycles += run->cycle;
  for (int i = 0; i < query_count; i++) seen_candidates += query_times[i].candidates;
  return true;
}

int main(int argc, char **argv) {
  int rounds = (argc > 1 ? atoi(argv[1]) : 30) / dut_pages;
  uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
  bool good = true;
  seed = first;
  dut_reset((unsigned)first);
  for (int i = 0; i < rounds && good; i++) {
    bool alike = i % 3 == 0;
    make_round(alike);
    good = run_round(alike);
    free_round();
  }
  printf("%s: keys %d, dim %d, code bits %d, rows %d, top_k %d, top_q %d, seed %llu: %d heads, "
         "%lld queries, %lld candidates, %lld used, %lld dropped, %lld cycles, %lld periods\n",
         good ? "equal" : "FAILED", dut_keys, dut_dim, dut_code_bits, dut_rows, dut_top_k, dut_top_q,
         (unsigned long long)first, rounds * dut_pages, seen_queries, seen_candidates, seen_used,
         seen_dropped, seen_cycles, seen_periods);
  return good ? 0 : 1;
}
