/* SPDX-License-Identifier: Apache-2.0 */
#include "attend.h"

#include <stdlib.h>
#include <string.h>

#include "accumulate_float.h"
#include "compensate.h"
#include "divide.h"
#include "filter.h"
#include "issue.h"
#include "score.h"
#include "top_q.h"
#include "weight.h"

/* The i-th key of a bank is element first + i * step of the arrays of struct ks_attention: `every` key lies
 * in ascending order, chosen keys lie bank after bank in the order they are taken. */
struct banked {
  const uint16_t *key;
  size_t bank_step, key_step;
};

static size_t bank_room(const struct ks_design *design) {
  return (size_t)design->sizes.bank_rows + 1; /* the virtual key */
}

/* Keys that an accumulator can get, to whole blocks. */
static size_t weight_room(const struct ks_design *design) {
  size_t ways = (size_t)design->config.ways, most = (bank_room(design) + ways - 1) / ways;
  return (most + KS_BLOCK - 1) / KS_BLOCK * KS_BLOCK;
}

static size_t accumulators(const struct ks_design *design) {
  return (size_t)(design->sizes.bank_count * design->config.ways);
}

static struct banked banked_keys(const struct ks_design *design, const struct ks_attention *attention) {
  if (attention->exact) return (struct banked){attention->every, 1, (size_t)design->sizes.bank_count};
  return (struct banked){attention->key, bank_room(design), 1};
}

struct ks_attention ks_attention_new(const struct ks_design *design) {
  size_t n = (size_t)design->config.n, banks = (size_t)design->sizes.bank_count;
  size_t room = banks * bank_room(design);
  struct ks_attention attention = {0};
  attention.is_candidate = ks_allocate((n + 63) / 64, sizeof(*attention.is_candidate));
  attention.is_used = ks_allocate((n + 63) / 64, sizeof(*attention.is_used));
  attention.score = ks_allocate(room, sizeof(*attention.score));
  attention.weight_stride = weight_room(design);
  attention.e = ks_allocate(accumulators(design) * attention.weight_stride, sizeof(*attention.e));
  attention.m = ks_allocate(accumulators(design) * attention.weight_stride, sizeof(*attention.m));
  attention.key = ks_allocate(room, sizeof(*attention.key));
  attention.every = ks_allocate(n, sizeof(*attention.every));
  attention.fate = ks_allocate(n, sizeof(*attention.fate));
  attention.found = ks_allocate(bank_room(design), sizeof(*attention.found));
  attention.rows = ks_allocate(accumulators(design), sizeof(*attention.rows));
  if (design->config.accumulator == KS_ACCUMULATOR_FLOAT)
    attention.float_rows = ks_allocate(banks, sizeof(*attention.float_rows));
  for (size_t j = 0; j < n; j++) attention.every[j] = (uint16_t)j;
  return attention;
}

void ks_attention_free(struct ks_attention *attention) {
  free(attention->is_candidate);
  free(attention->is_used);
  free(attention->score);
  free(attention->e);
  free(attention->m);
  free(attention->key);
  free(attention->every);
  free(attention->found);
  free(attention->fate);
  free(attention->rows);
  free(attention->float_rows);
}

static size_t words_of(int keys) {
  return ((size_t)keys + 63) / 64;
}

/* Puts each candidate into its bank's list, in ascending order. */
static void list_keys(const struct ks_design *design, int keys, struct ks_attention *attention) {
  memset(attention->taken, 0, sizeof(attention->taken));
  for (int word = 0; word < (int)words_of(keys); word++)
    for (uint64_t bits = attention->is_candidate[word]; bits; bits &= bits - 1) {
      int key = word * 64 + __builtin_ctzll(bits), bank = key % design->sizes.bank_count;
      attention->key[(size_t)bank * bank_room(design) + attention->taken[bank]++] = (uint16_t)key;
    }
}

/* Puts a bank's list into the order of its queues. */
static void queue_keys(const struct ks_design *design, int bank, struct ks_attention *attention) {
  uint16_t *keys = attention->key + (size_t)bank * bank_room(design);
  int count = attention->taken[bank];
  memcpy(attention->found, keys, (size_t)count * sizeof(*keys));
  ks_issue_lqf(&design->config, attention->found, count, keys);
}

/* Every key of the page is a candidate and used. */
static void take_every(const struct ks_design *design, int keys, struct ks_attention *attention) {
  int banks = design->sizes.bank_count;
  memset(attention->is_candidate, 0xff, words_of(keys) * sizeof(*attention->is_candidate));
  for (int bank = 0; bank < banks; bank++)
    attention->taken[bank] = (uint16_t)((keys + banks - 1 - bank) / banks);
  attention->candidates = keys;
}

void ks_attend_select(const struct ks_design *design, const struct ks_page *page,
                      const struct ks_constants *constants, unsigned flags, const int32_t q[],
                      struct ks_attention *attention) {
  attention->exact = flags & KS_FLAG_EXACT;
  if (attention->exact) {
    take_every(design, page->keys, attention);
    return;
  }
  attention->candidates = ks_index_select(design, &page->index, page->keys, constants, flags, q,
                                          attention->score, attention->is_candidate);
  list_keys(design, page->keys, attention);
}

static void score_every(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                        struct ks_attention *attention) {
  if (design->narrow)
    ks_score_page(design, page, q, attention->score);
  else
    ks_score_keys(design, page, q, attention->every, (size_t)page->keys, attention->score);
}

static void score_selected(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                           struct ks_attention *attention) {
  for (int bank = 0; bank < design->sizes.bank_count; bank++) {
    size_t first = (size_t)bank * bank_room(design), count = attention->taken[bank];
    if (design->config.issue == KS_ISSUE_LQF) queue_keys(design, bank, attention);
    ks_score_keys(design, page, q, attention->key + first, count, attention->score + first);
  }
}

/* Every candidate is used. */
static void use_candidates(int keys, struct ks_attention *attention) {
  memcpy(attention->is_used, attention->is_candidate, words_of(keys) * sizeof(*attention->is_used));
  attention->used = attention->candidates;
}

/* A3, LISA: those used are the first `used` that are left in the one bank's list. */
static void use_first(int keys, size_t used, struct ks_attention *attention) {
  memset(attention->is_used, 0, words_of(keys) * sizeof(*attention->is_used));
  for (size_t t = 0; t < used; t++)
    attention->is_used[attention->key[t] / 64] |= (uint64_t)1 << attention->key[t] % 64;
  attention->taken[0] = (uint16_t)used;
  attention->used = (int)used;
}

/* A3: post-scoring, and what became of each candidate. */
static size_t filter(uint64_t margin, uint16_t key[], size_t count, struct ks_attention *attention) {
  ks_filter_fates(margin, attention->score, count, attention->fate);
  return ks_filter(margin, key, attention->score, count);
}

static void filter_keys(const struct ks_design *design, int keys, const struct ks_constants *constants,
                        struct ks_attention *attention) {
  uint16_t *key = attention->key;
  size_t count = attention->taken[0];
  if (attention->exact || design->config.engine == KS_ENGINE_ELSA)
    use_candidates(keys, attention);
  else if (design->config.engine == KS_ENGINE_A3)
    use_first(keys, filter(constants->margin, key, count, attention), attention);
  else
    use_first(keys, ks_top_q(constants->top_q, key, attention->score, count), attention);
}

/* Where keys are skipped: the virtual key comes last in bank 0; its row of K and V is the mean row. */
static void take_virtual(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                         struct ks_attention *attention) {
  attention->skipped = 0;
  if (design->config.compensate != KS_COMPENSATE_MEAN || attention->used == page->keys) return;
  size_t at = attention->taken[0]++;
  attention->skipped = page->keys - attention->used;
  attention->key[at] = (uint16_t)design->config.n;
  ks_score_keys(design, page, q, attention->key + at, 1, attention->score + at);
}

void ks_attend_score(const struct ks_design *design, const struct ks_page *page,
                     const struct ks_constants *constants, const int32_t q[],
                     struct ks_attention *attention) {
  if (attention->exact)
    score_every(design, page, q, attention);
  else
    score_selected(design, page, q, attention);
  filter_keys(design, page->keys, constants, attention);
  take_virtual(design, page, q, attention);
}

/* Where the weights of an accumulator begin. */
static size_t weights_of(const struct ks_design *design, int bank, int way,
                         const struct ks_attention *attention) {
  return (size_t)(bank * design->config.ways + way) * attention->weight_stride;
}

/* What an accumulator takes: key i of a bank goes to way i mod ways. */
static struct ks_taken taken_by(const struct ks_design *design, int bank, int way,
                                const struct ks_attention *attention) {
  struct banked banked = banked_keys(design, attention);
  size_t weights = weights_of(design, bank, way, attention);
  int ways = design->config.ways, in_bank = attention->taken[bank];
  if (way >= in_bank) return (struct ks_taken){0};
  return (struct ks_taken){
      .m = attention->m + weights,
      .e = attention->e + weights,
      .key = banked.key + (size_t)bank * banked.bank_step + (size_t)way * banked.key_step,
      .key_stride = (size_t)ways * banked.key_step,
      .count = (size_t)((in_bank - 1 - way) / ways + 1),
  };
}

static void weigh(const struct ks_design *design, const struct ks_constants *constants, int bank, int way,
                  struct ks_attention *attention) {
  struct ks_taken taken = taken_by(design, bank, way, attention);
  size_t weights = weights_of(design, bank, way, attention);
  if (!taken.count) return;
  const int64_t *score = attention->score + (taken.key - banked_keys(design, attention).key);
  ks_weigh(constants, &design->exp, score, taken.key_stride, taken.count, attention->m + weights,
           attention->e + weights);
}

void ks_attend_weigh(const struct ks_design *design, const struct ks_constants *constants,
                     struct ks_attention *attention) {
  int ways = design->config.ways;
  for (int bank = 0; bank < design->sizes.bank_count; bank++)
    for (int way = 0; way < ways; way++) weigh(design, constants, bank, way, attention);
  if (!attention->skipped) return;
  int last = attention->taken[0] - 1;
  size_t at = weights_of(design, 0, last % ways, attention) + (size_t)(last / ways);
  ks_multiply_weight(design->config.exp_frac, attention->skipped, attention->m + at, attention->e + at);
}

static void accumulate(const struct ks_design *design, const struct ks_page *page, int bank, int way,
                       struct ks_attention *attention) {
  struct ks_row *row = attention->rows + bank * design->config.ways + way;
  struct ks_taken taken = taken_by(design, bank, way, attention);
  size_t d = (size_t)design->config.d;
  row->empty = !taken.count;
  if (row->empty) return;
  if (!design->narrow)
    ks_accumulate(&design->sizes, d, &taken, page->v, row);
  else if (design->paired && attention->exact)
    ks_accumulate_pairs(&design->sizes, d, &taken,
                        ks_page_pairs(design, page, bank + design->sizes.bank_count * way),
                        ks_page_pair_stride(design), row);
  else
    ks_accumulate_narrow(&design->sizes, d, &taken, page->v, row);
}

/* accumulator = shared. */
static void average(const struct ks_design *design, const struct ks_page *page,
                    struct ks_attention *attention, int32_t out[]) {
  for (int bank = 0; bank < design->sizes.bank_count; bank++)
    for (int way = 0; way < design->config.ways; way++) accumulate(design, page, bank, way, attention);
  struct ks_row merged;
  ks_merge(attention->rows, accumulators(design), (size_t)design->config.d, &merged);
  ks_divide(&design->config, &design->sizes, &design->reciprocal, merged.acc, merged.sum, out,
            &attention->saturated);
}

/* accumulator = float: the same, one way a bank. */
static void average_float(const struct ks_design *design, const struct ks_page *page,
                          struct ks_attention *attention, int32_t out[]) {
  size_t banks = accumulators(design), d = (size_t)design->config.d;
  memset(attention->float_rows, 0, banks * sizeof(*attention->float_rows));
  for (size_t bank = 0; bank < banks; bank++) {
    struct ks_taken taken = taken_by(design, (int)bank, 0, attention);
    ks_accumulate_float(d, &taken, page->v, attention->float_rows + bank, &attention->overflow);
  }
  struct ks_float_row merged;
  ks_merge_float(attention->float_rows, banks, d, &merged, &attention->overflow);
  ks_divide_float(&design->config, &design->sizes, &design->reciprocal, &merged, out, &attention->saturated,
                  &attention->sum_zero);
}

void ks_attend_average(const struct ks_design *design, const struct ks_page *page,
                       struct ks_attention *attention, int32_t out[]) {
  if (design->config.accumulator == KS_ACCUMULATOR_FLOAT)
    average_float(design, page, attention, out);
  else
    average(design, page, attention, out);
}

void ks_attend(const struct ks_design *design, const struct ks_page *page,
               const struct ks_constants *constants, unsigned flags, const int32_t q[],
               struct ks_attention *attention, int32_t out[]) {
  ks_attend_select(design, page, constants, flags, q, attention);
  ks_attend_score(design, page, constants, q, attention);
  ks_attend_weigh(design, constants, attention);
  ks_attend_average(design, page, attention, out);
}
