/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores q.k, exact (SPEC 1).
 */
#ifndef KS_SCORE_H
#define KS_SCORE_H

#include "page.h"

/* Scores of rows key[0..count) of the page; row n is the mean row. */
void ks_score_keys(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                   const uint16_t key[], size_t count, int64_t scores[]);

/* Scores of all keys of a narrow design's page. */
void ks_score_page(const struct ks_design *design, const struct ks_page *page, const int32_t q[],
                   int64_t scores[]);

#endif
