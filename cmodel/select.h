/* SPDX-License-Identifier: Apache-2.0
 *
 * ELSA's selector: which keys of a page are candidates for a query (SPEC 6).
 */
#ifndef KS_SELECT_H
#define KS_SELECT_H

#include "hash.h"

/* Keys looked at together. Their arrays have room for whole words of them. */
enum { KS_SCAN_WORD = 64 };

/* What the selector knows of the keys of a page: hash word w of key j at hash[w * stride + j], and its norm.
 */
struct ks_scan {
  const uint64_t *hash;
  size_t stride;
  const int32_t *norm;
  int32_t max_norm;
  int keys, words;
};

/* Candidates of a query: key j is bit j % 64 of bitmap[j / 64], which holds ceil(keys / 64) words; at least
 * one is set. Returns how many are. */
int ks_select(const struct ks_constants *constants, const struct ks_scan *scan,
              const struct ks_hash_code *query, uint64_t bitmap[]);

#endif
