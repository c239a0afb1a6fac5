/* SPDX-License-Identifier: Apache-2.0
 *
 * The selector of a design's engine: what it keeps of the keys of a page, and its answer to a query. All that
 * comes after it is the same for every engine.
 */
#ifndef KS_INDEX_H
#define KS_INDEX_H

#include "design.h"

struct ks_index {
  size_t hash_stride;      /* ELSA: n rounded up to KS_SCAN_WORD */
  uint64_t *hash;          /* ELSA: word w of key j at w * hash_stride + j */
  int32_t *norm;           /* ELSA: hash_stride stored norms */
  int32_t max_norm;        /* ELSA: of the keys loaded */
  struct ks_entry *sorted; /* A3: the columns of the keys loaded, n * d */
  int32_t tau;             /* LISA: of the keys loaded */
  uint64_t *ternary;       /* LISA: ternary rows, n * 2 * ks_ternary_words(d) */
  uint64_t nonzeros;       /* LISA: ternary elements that are not 0, of the keys loaded */
};

struct ks_index ks_index_new(const struct ks_design *design);
void ks_index_free(struct ks_index *index);

/* Rows base..base+count-1 of k, all the rows of the page, were loaded. Base 0 begins anew; another is the
 * number of keys loaded before, and no base of A3's. LISA's tau is that of the constants at base 0. */
void ks_index_load(const struct ks_design *design, struct ks_index *index,
                   const struct ks_constants *constants, int base, int count, const int32_t k[]);

/* Candidates of the query q, by constants and flags (KS_FLAG_POSITIVE), among the `keys` keys loaded: key j
 * is bit j % 64 of bitmap[j / 64], which holds ceil(keys / 64) words; at least one is set. `room` is n
 * elements that this may use. Returns how many are candidates. */
int ks_index_select(const struct ks_design *design, const struct ks_index *index, int keys,
                    const struct ks_constants *constants, unsigned flags, const int32_t q[], int64_t room[],
                    uint64_t bitmap[]);

#endif
