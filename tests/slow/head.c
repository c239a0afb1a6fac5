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

/* ---- loading: SPEC 5 and 6 --------------------------------------------------------------------------- */

void slow_mean_row(const struct ks_config *config, int keys, const int32_t *rows, int32_t *mean) {
  wide rn = (wide)floor(pow(2, 20) / keys + 0.5);
  for (int i = 0; i < config->d; i++) {
    wide sum = 0;
    for (int j = 0; j < keys; j++) sum += rows[j * config->d + i];
    mean[i] = (int32_t)slow_saturate(slow_rshr(rn * sum, 20), slow_code_bits(config));
  }
}

struct slow_head *slow_head_new(const struct ks_config *config, int keys, const int32_t *k,
                                const int32_t *v) {
  assert(keys >= 1 && keys <= config->n);
  struct slow_head *head = calloc(1, sizeof *head);
  assert(head);
  *head = (struct slow_head){.config = config, .keys = keys, .k = k, .v = v};
  head->hashes = malloc((size_t)keys * (size_t)config->k);
  head->norms = calloc((size_t)keys, sizeof *head->norms);
  head->mean_k = calloc((size_t)config->d, sizeof *head->mean_k);
  head->mean_v = calloc((size_t)config->d, sizeof *head->mean_v);
  assert(head->hashes && head->norms && head->mean_k && head->mean_v);

  for (int j = 0; j < keys; j++) {
    const int32_t *row = k + j * config->d;
    slow_hash(config->d, config->k, row, head->hashes + j * config->k);
    head->norms[j] = slow_root(dot(config->d, row, row));
    if (head->norms[j] > head->max_norm) head->max_norm = head->norms[j];
  }
  slow_mean_row(config, keys, k, head->mean_k);
  slow_mean_row(config, keys, v, head->mean_v);
  return head;
}

void slow_head_free(struct slow_head *head) {
  free(head->hashes);
  free(head->norms);
  free(head->mean_k);
  free(head->mean_v);
  free(head);
}

/* ---- selecting: SPEC 6 --------------------------------------------------------------------------------- */

/* norm_j * cos_code[hamming] of every key. */
static void similarities(const struct slow_head *head, const int16_t *cos_code, const int32_t *q,
                         wide *similarity) {
  int k = head->config->k;
  uint8_t bits[KS_MAX_HASH];
  slow_hash(head->config->d, k, q, bits);
  for (int j = 0; j < head->keys; j++) {
    int hamming = 0;
    for (int b = 0; b < k; b++) hamming += bits[b] != head->hashes[j * k + b];
    similarity[j] = head->norms[j] * cos_code[hamming];
  }
}

static void select_keys(const struct slow_head *head, const struct ks_constants *constants, const int32_t *q,
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

/* ---- accumulating: SPEC 3 --------------------------------------------------------------------------------
 */

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

/* ---- dividing: SPEC 4
 * -------------------------------------------------------------------------------------- */

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

/* ---- a query
 * ------------------------------------------------------------------------------------------------- */

struct slow_result slow_attend(const struct slow_head *head, const struct ks_constants *constants, bool exact,
                               const int32_t *q, int32_t *out, uint8_t *mask) {
  const struct ks_config *config = head->config;
  int d = config->d, ways = config->ways;
  struct slow_result result = {0};
  int count = config->banks * ways;
  struct accumulator *parts = calloc((size_t)count, sizeof *parts);
  assert(parts && d <= MAX_D && ways <= MAX_WAYS);
  for (int a = 0; a < count; a++) parts[a].empty = true;

  if (exact)
    memset(mask, 2, (size_t)head->keys);
  else
    select_keys(head, constants, q, mask);

  for (int j = 0; j < head->keys; j++) {
    if (!mask[j]) continue;
    int bank = j % config->banks;
    struct slow_weight w = slow_weight_of(config->exp_frac, dot(d, q, head->k + j * d), constants->exp_mul,
                                          constants->exp_shift);
    add(config, &parts[bank * ways + result.taken[bank] % ways], w, head->v + j * d);
    result.taken[bank]++;
    result.used++;
  }

  result.joined = config->compensate == KS_COMPENSATE_MEAN && result.used < head->keys;
  if (result.joined) {
    struct slow_weight w =
        slow_weight_of(config->exp_frac, dot(d, q, head->mean_k), constants->exp_mul, constants->exp_shift);
    add(config, &parts[result.taken[0] % ways], slow_multiply(config->exp_frac, w, head->keys - result.used),
        head->mean_v);
  }

  struct accumulator total = merge(d, count, parts);
  result.saturated = slow_divide(config, total.acc, total.sum, out);
  free(parts);
  return result;
}
