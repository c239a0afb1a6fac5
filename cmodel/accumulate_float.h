/* SPDX-License-Identifier: Apache-2.0
 *
 * accumulator = float: sums of small floats in the order of the keys (SPEC 3; ELSA).
 */
#ifndef KS_ACCUMULATE_FLOAT_H
#define KS_ACCUMULATE_FLOAT_H

#include "accumulate.h"
#include "minifloat.h"

/* Weighted sums in codes, and the sum of weights. All zeros: no key so far. */
struct ks_float_row {
  ks_minifloat acc[KS_MAX_DIM], sum;
};

/* Adds the keys of `taken` one by one; v holds rows of d codes. Sets *overflow when a float was saturated. */
void ks_accumulate_float(size_t d, const struct ks_taken *taken, const int32_t v[], struct ks_float_row *row,
                         bool *overflow);

/* The sum of `count` >= 1 rows, one after the other. */
void ks_merge_float(const struct ks_float_row rows[], size_t count, size_t d, struct ks_float_row *merged,
                    bool *overflow);

#endif
