/* SPDX-License-Identifier: Apache-2.0
 *
 * A3's selector: which keys of a page are candidates for a query, by greedy search over the sorted columns of
 * K (SPEC 7; thesis Fig. 3.2).
 */
#ifndef KS_GREEDY_H
#define KS_GREEDY_H

#include "keysieve.h"

/* Candidates of a query after `iterations` steps from the large end of the products and at most as many from
 * the small one; d <= KS_MAX_DIM. sorted[0..keys * d) is ks_sort_columns of the page. score[0..keys) is room.
 * Key j is bit j % 64 of bitmap[j / 64], which holds ceil(keys / 64) words; at least one is set. Returns how
 * many are. */
int ks_greedy(const struct ks_entry sorted[], int keys, size_t d, const int32_t q[], int iterations,
              int64_t score[], uint64_t bitmap[]);

#endif
