/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compensate.h"
#include "pairs.h"

static size_t tiles(size_t columns) {
  return (columns + KS_TILE - 1) / KS_TILE;
}

static size_t accumulators(const struct ks_design *design) {
  return (size_t)design->sizes.bank_count * (size_t)design->config.ways;
}

/* Pairs of keys an accumulator can get. */
static size_t pairs_of_accumulator(const struct ks_design *design) {
  return (size_t)design->config.n / (2 * accumulators(design)) + 1;
}

size_t ks_page_pair_stride(const struct ks_design *design) {
  return 2 * KS_TILE * tiles((size_t)design->config.d);
}

const int16_t *ks_page_pairs(const struct ks_design *design, const struct ks_page *page, int accumulator) {
  return page->v_pairs + (size_t)accumulator * pairs_of_accumulator(design) * ks_page_pair_stride(design);
}

struct ks_page ks_page_new(const struct ks_design *design) {
  size_t n = (size_t)design->config.n, d = (size_t)design->config.d;
  struct ks_page page = {0};
  page.k = ks_allocate((n + 1) * d, sizeof(*page.k));
  page.v = ks_allocate((n + 1) * d, sizeof(*page.v));
  page.sum_k = ks_allocate(d, sizeof(*page.sum_k));
  page.sum_v = ks_allocate(d, sizeof(*page.sum_v));
  page.index = ks_index_new(design);
  if (design->narrow) {
    size_t v_pairs = accumulators(design) * pairs_of_accumulator(design) * ks_page_pair_stride(design);
    page.k_pairs = ks_allocate(tiles(n) * KS_TILE * (d + 1), sizeof(*page.k_pairs));
    page.v_pairs = ks_allocate(v_pairs, sizeof(*page.v_pairs));
  }
  return page;
}

void ks_page_free(struct ks_page *page) {
  free(page->k);
  free(page->v);
  free(page->sum_k);
  free(page->sum_v);
  ks_index_free(&page->index);
  free(page->k_pairs);
  free(page->v_pairs);
}

static void store_pairs(const struct ks_design *design, struct ks_page *page, size_t j, const int32_t k[],
                        const int32_t v[]) {
  size_t d = (size_t)design->config.d, all = accumulators(design), t = j / all;
  int16_t *column = page->k_pairs + j / KS_TILE * KS_TILE * ((d + 1) / 2 * 2) + 2 * (j % KS_TILE);
  int16_t *row =
      page->v_pairs + (j % all * pairs_of_accumulator(design) + t / 2) * ks_page_pair_stride(design) + t % 2;
  for (size_t i = 0; i < d; i++) {
    column[i / 2 * 2 * KS_TILE + i % 2] = (int16_t)k[i];
    row[2 * i] = (int16_t)v[i];
  }
}

static void store_row(const struct ks_design *design, struct ks_page *page, size_t j, const int32_t k[],
                      const int32_t v[]) {
  size_t d = (size_t)design->config.d;
  memcpy(page->k + j * d, k, d * sizeof(*k));
  memcpy(page->v + j * d, v, d * sizeof(*v));
  for (size_t i = 0; i < d; i++) {
    page->sum_k[i] += k[i];
    page->sum_v[i] += v[i];
  }
  if (design->narrow) store_pairs(design, page, j, k, v);
}

static void restart(const struct ks_design *design, struct ks_page *page) {
  size_t d = (size_t)design->config.d;
  page->keys = 0;
  memset(page->sum_k, 0, d * sizeof(*page->sum_k));
  memset(page->sum_v, 0, d * sizeof(*page->sum_v));
}

void ks_page_load(const struct ks_design *design, struct ks_page *page,
                  const struct ks_constants *constants, int base, int count, const int32_t k[],
                  const int32_t v[]) {
  size_t n = (size_t)design->config.n, d = (size_t)design->config.d;
  assert((base == 0 || base == page->keys) && base + count <= design->config.n);
  if (base == 0) restart(design, page);
  for (size_t i = 0; i < (size_t)count; i++) store_row(design, page, (size_t)base + i, k + i * d, v + i * d);
  page->keys = base + count;
  ks_index_load(design, &page->index, constants, base, count, page->k);
  ks_mean_row(page->sum_k, d, page->keys, design->sizes.code_bits, page->k + n * d);
  ks_mean_row(page->sum_v, d, page->keys, design->sizes.code_bits, page->v + n * d);
}
