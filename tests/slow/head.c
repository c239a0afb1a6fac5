/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "slow.h"

#define MAX_D 256
#define MAX_WAYS 4

static wide dot(int d, const int32_t *a, const int32_t *b) {
  wide sum = 0;
  for (int i = 0; i < d; i++) sum += (wide)a[i] * b[i];
  return sum;
}

/* ---- loading: SPEC 5 to 7 ---------------------------------------------------------------------------- */

void slow_mean_row(const struct ks_config *config, int keys, const int32_t *rows, int32_t *mean) {
  wide rn = (wide)floor(pow(2, 20) / keys + 0.5);
  for (int i = 0; i < config->d; i++) {
    wide sum = 0;
    for (int j = 0; j < keys; j++) sum += rows[j * config->d + i];
    mean[i] = (int32_t)slow_saturate(slow_rshr(rn * sum, 20), slow_code_bits(config));
  }
}

static wide norm_of(const struct ks_config *config, wide square) {
  wide norm = slow_root(square);
  if (config->norm_bits == KS_AUTO) return norm;
  norm = slow_rshr(norm, config->frac_bits);
  return norm < 255 ? norm : 255;
}

static void hash_keys(struct slow_head *head) {
  const struct ks_config *config = head->config;
  head->hashes = malloc((size_t)head->keys * (size_t)config->k);
  head->norms = calloc((size_t)head->keys, sizeof *head->norms);
  assert(head->hashes && head->norms);
  for (int j = 0; j < head->keys; j++) {
    const int32_t *row = head->k + j * config->d;
    slow_hash(config, row, head->hashes + j * config->k);
    head->norms[j] = norm_of(config, dot(config->d, row, row));
    if (head->norms[j] > head->max_norm) head->max_norm = head->norms[j];
  }
}

struct slow_head *slow_head_new(const struct ks_config *config, int keys, const int32_t *k,
                                const int32_t *v, int32_t tau) {
  assert(keys >= 1 && keys <= config->n);
  struct slow_head *head = calloc(1, sizeof *head);
  assert(head);
  *head = (struct slow_head){.config = config, .keys = keys, .k = k, .v = v};
  head->mean_k = calloc((size_t)config->d, sizeof *head->mean_k);
  head->mean_v = calloc((size_t)config->d, sizeof *head->mean_v);
  head->sorted = calloc((size_t)(keys * config->d), sizeof *head->sorted);
  head->ternary = calloc((size_t)(keys * config->d), sizeof *head->ternary);
  assert(head->mean_k && head->mean_v && head->sorted && head->ternary);

  if (config->engine == KS_ENGINE_ELSA) hash_keys(head);
  if (config->engine == KS_ENGINE_A3) slow_sort(keys, config->d, k, head->sorted);
  if (config->engine == KS_ENGINE_LISA)
    for (int e = 0; e < keys * config->d; e++) head->ternary[e] = slow_tern(k[e], tau);
  slow_mean_row(config, keys, k, head->mean_k);
  slow_mean_row(config, keys, v, head->mean_v);
  return head;
}

void slow_head_free(struct slow_head *head) {
  free(head->hashes);
  free(head->norms);
  free(head->sorted);
  free(head->ternary);
  free(head->mean_k);
  free(head->mean_v);
  free(head);
}

/* ---- selecting: SPEC 6 to 8 -----------------------------------------------------------------------------
 */

/* norm_j * cos_code[hamming] of every key. */
static void similarities(const struct slow_head *head, const int16_t *cos_code, const int32_t *q,
                         wide *similarity) {
  int k = head->config->k;
  uint8_t bits[KS_MAX_HASH];
  slow_hash(head->config, q, bits);
  for (int j = 0; j < head->keys; j++) {
    int hamming = 0;
    for (int b = 0; b < k; b++) hamming += bits[b] != head->hashes[j * k + b];
    similarity[j] = head->norms[j] * cos_code[hamming];
  }
}

/* ELSA: all candidates are used. */
static void scan_keys(const struct slow_head *head, const struct ks_constants *constants, const int32_t *q,
                      uint8_t *mask) {
  wide *similarity = calloc((size_t)head->keys, sizeof *similarity);
  assert(similarity);
  similarities(head, constants->cos_code, q, similarity);

  bool any = false;
  int best = 0;
  for (int j = 0; j < head->keys; j++) {
    bool candidate = similarity[j] > constants->t_code * head->max_norm;
    mask[j] = candidate ? 2 : 0;
    any |= candidate;
    if (similarity[j] > similarity[best]) best = j;
  }
  if (!any) mask[best] = 2;
  free(similarity);
}

/* A3. */
static void search_keys(const struct slow_head *head, const struct ks_constants *constants, const int32_t *q,
                        uint8_t *mask) {
  int d = head->config->d;
  wide *scores = calloc((size_t)head->keys, sizeof *scores);
  assert(scores);
  for (int j = 0; j < head->keys; j++) scores[j] = dot(d, q, head->k + j * d);
  slow_greedy(head->keys, d, head->k, head->sorted, q, (int)constants->iterations, mask);
  slow_filter(head->keys, scores, (wide)constants->margin, mask);
  free(scores);
}

/* LISA. */
static void list_keys(const struct slow_head *head, const struct ks_constants *constants,
                      bool positive_only, const int32_t *q, uint8_t *mask) {
  int d = head->config->d;
  wide *predictions = calloc((size_t)head->keys, sizeof *predictions);
  wide *scores = calloc((size_t)head->keys, sizeof *scores);
  assert(predictions && scores);
  for (int j = 0; j < head->keys; j++) {
    for (int i = 0; i < d; i++) predictions[j] += head->ternary[j * d + i] * q[i];
    scores[j] = dot(d, q, head->k + j * d);
  }
  slow_predict(head->keys, predictions, (int)constants->top_k, positive_only, mask);
  slow_top(head->keys, scores, (int)constants->top_q, 1, 2, mask);
  free(predictions);
  free(scores);
}

static void select_keys(const struct slow_head *head, const struct ks_constants *constants, int flags,
                        const int32_t *q, uint8_t *mask) {
  if (flags & KS_FLAG_EXACT)
    memset(mask, 2, (size_t)head->keys);
  else if (head->config->engine == KS_ENGINE_A3)
    search_keys(head, constants, q, mask);
  else if (head->config->engine == KS_ENGINE_LISA)
    list_keys(head, constants, flags & KS_FLAG_POSITIVE, q, mask);
  else
    scan_keys(head, constants, q, mask);
}

/* ---- accumulator = shared: SPEC 3 -------------------------------------------------------------------- */

struct accumulator {
  bool empty;
  wide x, sum, acc[MAX_D];
};

static void add(const struct ks_config *config, struct accumulator *a, struct slow_weight w,
                const int32_t *v) {
  wide guard = (wide)1 << slow_guard_bits(config);
  bool larger = a->empty || w.e > a->x;
  wide old_shift = larger && !a->empty ? w.e - a->x : 0;
  wide new_shift = larger ? 0 : a->x - w.e;
  for (int i = 0; i < config->d; i++)
    a->acc[i] = slow_rshr(a->acc[i], old_shift) + slow_rshr(w.m * v[i] * guard, new_shift);
  a->sum = slow_rshr(a->sum, old_shift) + slow_rshr(w.m * guard, new_shift);
  if (larger) a->x = w.e;
  a->empty = false;
}

/* In order of bank, then way; x of the result is the largest. */
static struct accumulator merge(int d, int count, const struct accumulator *parts) {
  struct accumulator all = {.empty = true};
  for (int a = 0; a < count; a++) {
    if (parts[a].empty) continue;
    if (all.empty || parts[a].x > all.x) all.x = parts[a].x;
    all.empty = false;
  }
  for (int a = 0; a < count; a++) {
    if (parts[a].empty) continue;
    for (int i = 0; i < d; i++) all.acc[i] += slow_rshr(parts[a].acc[i], all.x - parts[a].x);
    all.sum += slow_rshr(parts[a].sum, all.x - parts[a].x);
  }
  return all;
}

/* ---- accumulator = float: SPEC 3 --------------------------------------------------------------------- */

struct float_sums {
  double acc[MAX_D], sum;
};

static void add_float(const struct ks_config *config, struct float_sums *a, struct slow_weight w,
                      const int32_t *v, bool *overflow) {
  int e = (int)(w.e > 9999 ? 9999 : w.e < -9999 ? -9999 : w.e); /* infinite or zero beyond */
  double weight = slow_float(ldexp((double)w.m, e - config->exp_frac), overflow);
  for (int i = 0; i < config->d; i++)
    a->acc[i] = slow_float(a->acc[i] + slow_float(weight * v[i], overflow), overflow);
  a->sum = slow_float(a->sum + weight, overflow);
}

static struct float_sums merge_floats(int d, int banks, const struct float_sums *parts, bool *overflow) {
  struct float_sums all = parts[0];
  for (int b = 1; b < banks; b++) {
    for (int i = 0; i < d; i++) all.acc[i] = slow_float(all.acc[i] + parts[b].acc[i], overflow);
    all.sum = slow_float(all.sum + parts[b].sum, overflow);
  }
  return all;
}

struct slow_weight slow_multiply(int exp_frac, struct slow_weight w, int skipped) {
  wide product = w.m * skipped;
  int p = slow_top_one(product);
  wide m = slow_rshr(product, p - exp_frac);
  if (m == (wide)1 << (exp_frac + 1)) {
    m = (wide)1 << exp_frac;
    p++;
  }
  return (struct slow_weight){m, w.e + p - exp_frac};
}

/* ---- dividing: SPEC 4 -------------------------------------------------------------------------------- */

bool slow_divide(const struct ks_config *config, const wide *acc, wide sum, int32_t *out) {
  int recip_frac = config->recip_frac, out_frac = slow_out_frac(config);
  int p = slow_top_one(sum);
  /* the R bits below the top one, zeros where the sum is shorter */
  wide below = sum - ((wide)1 << p);
  int idx = (int)((below << recip_frac) >> p);
  wide r = slow_reciprocal(recip_frac, idx);
  wide left = (wide)1 << (out_frac - config->frac_bits);
  bool saturated = false;
  for (int i = 0; i < config->d; i++) {
    wide exact = slow_rshr(acc[i] * r * left, p + recip_frac + 2);
    out[i] = (int32_t)slow_saturate(exact, 1 + config->int_bits + out_frac);
    saturated |= out[i] != exact;
  }
  return saturated;
}

/* ---- a query ----------------------------------------------------------------------------------------- */

/* A key as an accumulator gets it. */
struct taken {
  struct slow_weight weight;
  const int32_t *v;
};

static struct slow_weight weigh(const struct slow_head *head, const struct ks_constants *constants,
                                const int32_t *q, const int32_t *k) {
  return slow_weight_of(head->config->exp_frac, dot(head->config->d, q, k), constants->exp_mul,
                        constants->exp_shift);
}

/* The keys of one bank in the order taken, the virtual key not among them. Returns how many. */
static int take_keys(const struct slow_head *head, const struct ks_constants *constants, bool exact,
                     const int32_t *q, const uint8_t *mask, int bank, struct taken *taken) {
  const struct ks_config *config = head->config;
  int *order = calloc((size_t)head->keys, sizeof *order), count = 0;
  assert(order);
  if (config->issue == KS_ISSUE_LQF && !exact)
    count = slow_order(config, head->keys, mask, bank, order);
  else
    for (int j = bank; j < head->keys; j += slow_banks(config))
      if (mask[j] == 2) order[count++] = j;
  for (int i = 0; i < count; i++)
    taken[i] = (struct taken){weigh(head, constants, q, head->k + order[i] * config->d),
                              head->v + order[i] * config->d};
  free(order);
  return count;
}

/* taken[bank * (keys + 1) + i] is the i-th key of the bank, count[bank] their number. */
static void accumulate_shared(const struct slow_head *head, const struct taken *taken, const int *count,
                              struct slow_result *result, int32_t *out) {
  const struct ks_config *config = head->config;
  int parts_count = slow_banks(config) * config->ways;
  struct accumulator *parts = calloc((size_t)parts_count, sizeof *parts);
  assert(parts && config->d <= MAX_D && config->ways <= MAX_WAYS);
  for (int a = 0; a < parts_count; a++) parts[a].empty = true;
  for (int bank = 0; bank < slow_banks(config); bank++)
    for (int i = 0; i < count[bank]; i++) {
      const struct taken *key = &taken[bank * (head->keys + 1) + i];
      add(config, &parts[bank * config->ways + i % config->ways], key->weight, key->v);
    }
  struct accumulator total = merge(config->d, parts_count, parts);
  result->saturated = slow_divide(config, total.acc, total.sum, out);
  free(parts);
}

static void accumulate_floats(const struct slow_head *head, const struct taken *taken, const int *count,
                              struct slow_result *result, int32_t *out) {
  const struct ks_config *config = head->config;
  struct float_sums *parts = calloc((size_t)slow_banks(config), sizeof *parts);
  assert(parts && config->ways == 1);
  for (int bank = 0; bank < slow_banks(config); bank++)
    for (int i = 0; i < count[bank]; i++) {
      const struct taken *key = &taken[bank * (head->keys + 1) + i];
      add_float(config, &parts[bank], key->weight, key->v, &result->overflow);
    }
  struct float_sums total = merge_floats(config->d, slow_banks(config), parts, &result->overflow);
  result->sum_zero = total.sum == 0;
  if (result->sum_zero)
    memset(out, 0, (size_t)config->d * sizeof *out);
  else
    result->saturated = slow_divide_floats(config, total.acc, total.sum, out);
  free(parts);
}

struct slow_result slow_attend(const struct slow_head *head, const struct ks_constants *constants,
                               int flags, const int32_t *q, int32_t *out, uint8_t *mask) {
  const struct ks_config *config = head->config;
  struct slow_result result = {0};
  int room = head->keys + 1, count[KS_MAX_BANKS];
  struct taken *taken = calloc((size_t)(slow_banks(config) * room), sizeof *taken);
  assert(taken);

  select_keys(head, constants, flags, q, mask);
  for (int j = 0; j < head->keys; j++) result.candidates += mask[j] != 0;
  for (int bank = 0; bank < slow_banks(config); bank++) {
    count[bank] = result.taken[bank] =
        take_keys(head, constants, flags & KS_FLAG_EXACT, q, mask, bank, taken + bank * room);
    result.used += count[bank];
  }

  result.joined = config->compensate == KS_COMPENSATE_MEAN && result.used < head->keys;
  if (result.joined) {
    struct slow_weight mean = weigh(head, constants, q, head->mean_k);
    taken[count[0]++] =
        (struct taken){slow_multiply(config->exp_frac, mean, head->keys - result.used), head->mean_v};
  }

  if (config->accumulator == KS_ACCUMULATOR_FLOAT)
    accumulate_floats(head, taken, count, &result, out);
  else
    accumulate_shared(head, taken, count, &result, out);
  free(taken);
  return result;
}
