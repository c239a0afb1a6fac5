/* SPDX-License-Identifier: Apache-2.0
 *
 * LISA's selector: which keys of a page are candidates for a query, by predictions of their scores from
 * ternary keys (SPEC 8).
 */
#ifndef KS_PREDICT_H
#define KS_PREDICT_H

#include "ternary.h"

/* What the selector knows of a page, and how it is asked. */
struct ks_prediction {
  const uint64_t *ternary; /* rows of the keys, one after the other */
  int keys;                /* 1..KS_MAX_KEYS */
  size_t d;
  int code_bits;           /* of an element of the query */
  int top_k;               /* 1 and up */
  bool positive_only;
};

/* Fills value[0..keys): of each key the sum of tern(k_i) q_i. */
void ks_predict_values(const struct ks_prediction *prediction, const int32_t q[], int64_t value[]);

/* The candidates: the top_k keys of largest prediction, or all if there are fewer, of equal ones the
 * lowest; with positive_only those of them whose prediction is above 0, and if none is the single largest.
 * Key j is bit j % 64 of bitmap[j / 64], which holds ceil(keys / 64) words; value[0..keys) is room. Returns
 * how many there are, at least 1. */
int ks_predict(const struct ks_prediction *prediction, const int32_t q[], int64_t value[],
               uint64_t bitmap[]);

#endif
