/* SPDX-License-Identifier: Apache-2.0 */
#include "attend.h"

#include <stdlib.h>
#include <string.h>

#include "accumulate.h"
#include "compensate.h"
#include "divide.h"
#include "score.h"
#include "select.h"
#include "weight.h"

/* The i-th key of a bank is element first + i * step of the arrays of struct ks_attention: `every` key lies
 * in ascending order, chosen keys lie bank after bank. */
struct banked {
  const uint16_t *key;
  size_t bank_step, key_step;
};

static size_t bank_room(const struct ks_design *design) {
  return (size_t)design->sizes.bank_rows + 1; /* the virtual key */
}

static size_t weight_room(const struct ks_design *design) {
  return (bank_room(design) + KS_BLOCK - 1) / KS_BLOCK * KS_BLOCK;
}

struct ks_attention ks_attention_new(const struct ks_design *design) {
  size_t n = (size_t)design->config.n, banks = (size_t)design->config.banks;
  size_t room = banks * bank_room(design);
  struct ks_attention attention = {0};
  attention.bitmap = ks_allocate((n + 63) / 64, sizeof(*attention.bitmap));
  attention.score = ks_allocate(room, sizeof(*attention.score));
  attention.e = ks_allocate(weight_room(design), sizeof(*attention.e));
  attention.m = ks_allocate(weight_room(design), sizeof(*attention.m));
  attention.key = ks_allocate(room, sizeof(*attention.key));
  attention.every = ks_allocate(n, sizeof(*attention.every));
  attention.rows = ks_allocate(banks * (size_t)design->config.ways, sizeof(*attention.rows));
  for (size_t j = 0; j < n; j++) attention.every[j] = (uint16_t)j;
  return attention;
}

void ks_attention_free(struct ks_attention *attention) {
  free(attention->bitmap);
  free(attention->score);
  free(attention->e);
  free(attention->m);
  free(attention->key);
  free(attention->every);
  free(attention->rows);
}

/* Every key of the page: bitmap, keys a bank takes, scores. */
static struct banked take_every(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                                struct ks_attention *attention) {
  int banks = design->config.banks;
  size_t keys = (size_t)page->keys;
  memset(attention->bitmap, 0xff, (keys + 63) / 64 * sizeof(*attention->bitmap));
  for (int bank = 0; bank < banks; bank++)
    attention->taken[bank] = (uint16_t)((page->keys + banks - 1 - bank) / banks);
  if (design->narrow)
    ks_score_page(design, page, q, attention->score);
  else
    ks_score_keys(design, page, q, attention->every, keys, attention->score);
  attention->used = page->keys;
  return (struct banked){attention->every, 1, (size_t)banks};
}

/* Puts each key of the bitmap into its bank's list, in ascending order. */
static void list_keys(const struct ks_design *design, int keys, struct ks_attention *attention) {
  memset(attention->taken, 0, sizeof(attention->taken));
  for (int word = 0; word < (keys + 63) / 64; word++)
    for (uint64_t bits = attention->bitmap[word]; bits; bits &= bits - 1) {
      int key = word * 64 + __builtin_ctzll(bits), bank = key % design->config.banks;
      attention->key[(size_t)bank * bank_room(design) + attention->taken[bank]++] = (uint16_t)key;
    }
}

/* The virtual key comes last in bank 0; its row of K and V is the mean row. */
static void take_virtual(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                         struct ks_attention *attention) {
  size_t at = attention->taken[0]++;
  attention->skipped = page->keys - attention->used;
  attention->key[at] = (uint16_t)design->config.n;
  ks_score_keys(design, page, q, attention->key + at, 1, attention->score + at);
}

static struct banked take_candidates(const struct ks_design *design, const struct ks_page *page,
                                     const struct ks_constants *constants, const int32_t q[],
                                     struct ks_attention *attention) {
  struct ks_scan scan = {page->hash,     page->hash_stride, page->norm,
                         page->max_norm, page->keys,        (design->config.k + 63) / 64};
  struct ks_hash_code code = ks_hash_row(&design->config, &design->sizes, design->signs, q);
  attention->used = ks_select(constants, &scan, &code, attention->bitmap);
  list_keys(design, page->keys, attention);
  for (int bank = 0; bank < design->config.banks; bank++) {
    size_t first = (size_t)bank * bank_room(design), count = attention->taken[bank];
    ks_score_keys(design, page, q, attention->key + first, count, attention->score + first);
  }
  if (design->config.compensate == KS_COMPENSATE_MEAN && attention->used < page->keys)
    take_virtual(design, page, q, attention);
  return (struct banked){attention->key, bank_room(design), 1};
}

/* Weighs and accumulates what one accumulator takes: key i of a bank goes to way i mod ways. */
static void accumulate(const struct ks_design *design, const struct ks_page *page,
                       const struct ks_constants *constants, struct banked banked, int bank, int way,
                       struct ks_attention *attention) {
  int ways = design->config.ways, taken_by_bank = attention->taken[bank];
  struct ks_row *row = attention->rows + bank * ways + way;
  row->empty = way >= taken_by_bank;
  if (row->empty) return;

  size_t d = (size_t)design->config.d, count = (size_t)((taken_by_bank - 1 - way) / ways + 1);
  size_t first = (size_t)bank * banked.bank_step + (size_t)way * banked.key_step;
  size_t stride = (size_t)ways * banked.key_step, last = count - 1;
  ks_weigh(constants, &design->exp, attention->score + first, stride, count, attention->m, attention->e);
  if (attention->skipped && bank == 0 && way == (taken_by_bank - 1) % ways)
    ks_multiply_weight(design->config.exp_frac, attention->skipped, attention->m + last, attention->e + last);

  struct ks_taken taken = {attention->m, attention->e, banked.key + first, stride, count};
  if (!design->narrow)
    ks_accumulate(&design->sizes, d, &taken, page->v, row);
  else if (design->paired && banked.key == attention->every)
    ks_accumulate_pairs(&design->sizes, d, &taken,
                        ks_page_pairs(design, page, bank + design->config.banks * way),
                        ks_page_pair_stride(design), row);
  else
    ks_accumulate_narrow(&design->sizes, d, &taken, page->v, row);
}

void ks_attend(const struct ks_design *design, const struct ks_page *page,
               const struct ks_constants *constants, bool exact, const int32_t q[],
               struct ks_attention *attention, int32_t out[]) {
  attention->skipped = 0;
  struct banked banked =
      exact ? take_every(design, page, q, attention) : take_candidates(design, page, constants, q, attention);
  int banks = design->config.banks, ways = design->config.ways;
  for (int bank = 0; bank < banks; bank++)
    for (int way = 0; way < ways; way++) accumulate(design, page, constants, banked, bank, way, attention);
  struct ks_row merged;
  ks_merge(attention->rows, (size_t)(banks * ways), (size_t)design->config.d, &merged);
  ks_divide(&design->config, &design->sizes, &design->reciprocal, merged.acc, merged.sum, out,
            &attention->saturated);
}
