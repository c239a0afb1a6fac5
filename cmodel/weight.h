/* SPDX-License-Identifier: Apache-2.0
 *
 * The weight of a key: exp(scale * score) as m 2^(e-E), 2^E <= m < 2^(E+1) (SPEC 2).
 */
#ifndef KS_WEIGHT_H
#define KS_WEIGHT_H

#include "tables.h"

/* Weights of `count` scores, every `stride`-th of scores[]; `table` is ks_table_exp(config).
 * constants->exp_shift is 8..47. */
void ks_weigh(const struct ks_constants *constants, const struct ks_table *table,
              const int64_t scores[restrict], size_t stride, size_t count, int32_t m[restrict],
              int64_t e[restrict]);

#endif
