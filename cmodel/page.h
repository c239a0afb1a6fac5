/* SPDX-License-Identifier: Apache-2.0
 *
 * One page of a machine's memories: the rows of K and V loaded, and what is made of them while they load.
 */
#ifndef KS_PAGE_H
#define KS_PAGE_H

#include "design.h"

struct ks_page {
  int keys;               /* rows loaded */
  int32_t *k, *v;         /* n + 1 rows of d codes; row n is the mean row */
  int32_t *sum_k, *sum_v; /* d running sums */
  size_t hash_stride;     /* n rounded up to KS_SCAN_WORD */
  uint64_t *hash;         /* word w of key j at w * hash_stride + j */
  int32_t *norm;          /* hash_stride stored norms */
  int32_t max_norm;       /* of the keys loaded */

  /* Narrow designs only: the same rows as pairs.h wants them when every key takes part. Terms of a score are
   * the d dimensions, its columns the keys; terms of an accumulator are its keys (every (banks * ways)-th),
   * its columns d. */
  int16_t *k_pairs, *v_pairs;
};

struct ks_page ks_page_new(const struct ks_design *design);
void ks_page_free(struct ks_page *page);

/* Rows base..base+count-1; base is 0, which empties the page first, or page->keys. base + count <= n. */
void ks_page_load(const struct ks_design *design, struct ks_page *page, int base, int count,
                  const int32_t k[], const int32_t v[]);

/* v_pairs of accumulator a = bank + banks * way, and the elements from one pair of its keys to the next. */
const int16_t *ks_page_pairs(const struct ks_design *design, const struct ks_page *page, int accumulator);
size_t ks_page_pair_stride(const struct ks_design *design);

#endif
