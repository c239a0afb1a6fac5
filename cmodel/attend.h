/* SPDX-License-Identifier: Apache-2.0
 *
 * One query's way through the pipeline: select, score, filter, weigh, accumulate, merge, divide.
 */
#ifndef KS_ATTEND_H
#define KS_ATTEND_H

#include "page.h"

/* Room for one query at a time, what is known of it on its way, and afterwards. */
struct ks_attention {
  int candidates, used; /* keys; without the virtual key */
  /* Which: key j is bit j % 64 of word j / 64; no meaning past the last key. */
  uint64_t *is_candidate, *is_used;
  uint16_t taken[KS_MAX_BANKS]; /* keys a bank accumulated, the virtual key included */
  bool saturated, overflow, sum_zero; /* sticky, as KS_STICKY_*: set by any query so far */

  bool exact;
  int skipped;    /* keys the virtual key stands for; 0: there is none */
  int64_t *score; /* bank_count * (bank_rows + 1), as is key */
  uint16_t *key;
  int32_t *m; /* weights (m, e) of what accumulator bank * ways + way takes: at weight_stride times that */
  int64_t *e;
  size_t weight_stride;
  uint16_t *every;     /* 0..n-1 */
  uint8_t *fate;       /* A3: of the candidates in ascending order (filter.h); of an exact query meaningless */
  uint16_t *found;     /* candidates of a bank in the order of the keys: bank_rows */
  struct ks_row *rows; /* bank_count * ways */
  struct ks_float_row *float_rows; /* bank_count; accumulator = float only */
};

struct ks_attention ks_attention_new(const struct ks_design *design);
void ks_attention_free(struct ks_attention *attention);

/* d output codes of the query q over the keys of the page; flags are those of an ATTEND. */
void ks_attend(const struct ks_design *design, const struct ks_page *page,
               const struct ks_constants *constants, unsigned flags, const int32_t q[],
               struct ks_attention *attention, int32_t out[]);

/* The four steps of that. Each goes on from what the one before it left in `attention`, over the same keys
 * with the same constants. */

/* Which keys are candidates. */
void ks_attend_select(const struct ks_design *design, const struct ks_page *page,
                      const struct ks_constants *constants, unsigned flags, const int32_t q[],
                      struct ks_attention *attention);

/* Their scores, which of them are used, and the virtual key's score. */
void ks_attend_score(const struct ks_design *design, const struct ks_page *page,
                     const struct ks_constants *constants, const int32_t q[],
                     struct ks_attention *attention);

/* Weights of the scores. */
void ks_attend_weigh(const struct ks_design *design, const struct ks_constants *constants,
                     struct ks_attention *attention);

/* The weighted mean of the rows of V. */
void ks_attend_average(const struct ks_design *design, const struct ks_page *page,
                       struct ks_attention *attention, int32_t out[]);

#endif
