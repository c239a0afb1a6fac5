/* SPDX-License-Identifier: Apache-2.0
 *
 * One page of a machine's memories: the rows of K and V loaded, and what is made of them while they load.
 */
#ifndef KS_PAGE_H
#define KS_PAGE_H

#include "index.h"

struct ks_page {
  int keys;               /* rows loaded */
  int32_t *k, *v;         /* n + 1 rows of d codes; row n is the mean row */
  int32_t *sum_k, *sum_v; /* d running sums */
  struct ks_index index;  /* what the selector keeps of K */

  /* Narrow designs only: the same rows as pairs.h wants them when every key takes part. Terms of a score are
   * the d dimensions, its columns the keys; terms of an accumulator are its keys, every
   * (bank_count * ways)-th, its columns d. */
  int16_t *k_pairs, *v_pairs;
};

struct ks_page ks_page_new(const struct ks_design *design);
void ks_page_free(struct ks_page *page);

/* Rows base..base+count-1; base is 0, which empties the page first, or page->keys, but for A3.
 * base + count <= n. */
void ks_page_load(const struct ks_design *design, struct ks_page *page,
                  const struct ks_constants *constants, int base, int count, const int32_t k[],
                  const int32_t v[]);

/* v_pairs of accumulator a = bank + bank_count * way, and the elements from one pair of its keys to the
 * next. */
const int16_t *ks_page_pairs(const struct ks_design *design, const struct ks_page *page, int accumulator);
size_t ks_page_pair_stride(const struct ks_design *design);

#endif
