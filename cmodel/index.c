/* SPDX-License-Identifier: Apache-2.0 */
#include "index.h"

#include <assert.h>
#include <stdlib.h>

#include "greedy.h"
#include "norm.h"
#include "predict.h"
#include "select.h"

/* ---- ELSA: hashes and norms ------------------------------------------------------------------ */

static void hash_rows(const struct ks_design *design, struct ks_index *index, int base, int count,
                      const int32_t k[]) {
  size_t d = (size_t)design->config.d;
  if (base == 0) index->max_norm = 0;
  for (size_t j = (size_t)base; j < (size_t)(base + count); j++) {
    const int32_t *row = k + j * d;
    uint64_t square = 0;
    for (size_t i = 0; i < d; i++) square += (uint64_t)((int64_t)row[i] * row[i]);
    index->norm[j] = ks_norm_stored(&design->config, square);
    if (index->norm[j] > index->max_norm) index->max_norm = index->norm[j];
    struct ks_hash_code code = ks_hash_row(&design->hasher, row);
    for (size_t w = 0; w < KS_HASH_WORDS; w++) index->hash[w * index->hash_stride + j] = code.word[w];
  }
}

static int scan(const struct ks_design *design, const struct ks_index *index, int keys,
                const struct ks_constants *constants, const int32_t q[], uint64_t bitmap[]) {
  struct ks_scan scan = {index->hash,     index->hash_stride, index->norm,
                         index->max_norm, keys,               (design->config.k + 63) / 64};
  struct ks_hash_code code = ks_hash_row(&design->hasher, q);
  return ks_select(constants, &scan, &code, bitmap);
}

/* ---- LISA: ternary rows ---------------------------------------------------------------------- */

static size_t ternary_stride(const struct ks_design *design) {
  return 2 * ks_ternary_words((size_t)design->config.d);
}

static void make_ternary(const struct ks_design *design, struct ks_index *index, int base, int count,
                         const int32_t k[]) {
  size_t d = (size_t)design->config.d;
  for (size_t j = (size_t)base; j < (size_t)(base + count); j++)
    index->nonzeros += (uint64_t)ks_ternary_row(index->tau, k + j * d, d,
                                                index->ternary + j * ternary_stride(design));
}

static int predict(const struct ks_design *design, const struct ks_index *index, int keys,
                   const struct ks_constants *constants, unsigned flags, const int32_t q[], int64_t room[],
                   uint64_t bitmap[]) {
  struct ks_prediction prediction = {
      .ternary = index->ternary,
      .keys = keys,
      .d = (size_t)design->config.d,
      .code_bits = design->sizes.code_bits,
      .top_k = (int)constants->top_k,
      .positive_only = flags & KS_FLAG_POSITIVE,
  };
  return ks_predict(&prediction, q, room, bitmap);
}

/* ---- any engine ------------------------------------------------------------------------------ */

struct ks_index ks_index_new(const struct ks_design *design) {
  size_t n = (size_t)design->config.n, d = (size_t)design->config.d;
  struct ks_index index = {0};
  switch ((enum ks_engine)design->config.engine) {
    case KS_ENGINE_ELSA:
      index.hash_stride = (n + KS_SCAN_WORD - 1) / KS_SCAN_WORD * KS_SCAN_WORD;
      index.hash = ks_allocate(index.hash_stride * KS_HASH_WORDS, sizeof(*index.hash));
      index.norm = ks_allocate(index.hash_stride, sizeof(*index.norm));
      break;
    case KS_ENGINE_A3: index.sorted = ks_allocate(n * d, sizeof(*index.sorted)); break;
    case KS_ENGINE_LISA:
      index.ternary = ks_allocate(n * ternary_stride(design), sizeof(*index.ternary));
      break;
  }
  return index;
}

void ks_index_free(struct ks_index *index) {
  free(index->hash);
  free(index->norm);
  free(index->sorted);
  free(index->ternary);
}

void ks_index_load(const struct ks_design *design, struct ks_index *index,
                   const struct ks_constants *constants, int base, int count, const int32_t k[]) {
  switch ((enum ks_engine)design->config.engine) {
    case KS_ENGINE_ELSA: hash_rows(design, index, base, count, k); break;
    case KS_ENGINE_A3:
      assert(base == 0);
      ks_sort_columns(k, (size_t)count, (size_t)design->config.d, index->sorted);
      break;
    case KS_ENGINE_LISA:
      if (base == 0) index->tau = constants->tau, index->nonzeros = 0;
      make_ternary(design, index, base, count, k);
      break;
  }
}

int ks_index_select(const struct ks_design *design, const struct ks_index *index, int keys,
                    const struct ks_constants *constants, unsigned flags, const int32_t q[], int64_t room[],
                    uint64_t bitmap[]) {
  switch ((enum ks_engine)design->config.engine) {
    case KS_ENGINE_A3:
      return ks_greedy(index->sorted, keys, (size_t)design->config.d, q, (int)constants->iterations, room,
                       bitmap);
    case KS_ENGINE_LISA: return predict(design, index, keys, constants, flags, q, room, bitmap);
    default: return scan(design, index, keys, constants, q, bitmap);
  }
}
