/* SPDX-License-Identifier: Apache-2.0
 *
 * The output row: weighted sums over the sum of weights, by one reciprocal (SPEC 3, 4).
 */
#ifndef KS_DIVIDE_H
#define KS_DIVIDE_H

#include "accumulate_float.h"
#include "tables.h"

/* out_i = acc_i / sum in codes of out_bits bits, out_frac fraction bits. acc_i fits merged_bits; sum > 0 fits
 * merged_total_bits; `table` is ks_table_reciprocal(config). Sets *saturated when an output was, else leaves
 * it. */
void ks_divide(const struct ks_config *config, const struct ks_sizes *sizes, const struct ks_table *table,
               const int64_t acc[], int64_t sum, int32_t out[], bool *saturated);

/* accumulator = float (SPEC 3): the same of a merged row, whose sum may be zero; that sets *sum_zero, and the
 * output is zeros. */
void ks_divide_float(const struct ks_config *config, const struct ks_sizes *sizes,
                     const struct ks_table *table, const struct ks_float_row *row, int32_t out[],
                     bool *saturated, bool *sum_zero);

#endif
