/* SPDX-License-Identifier: Apache-2.0
 *
 * Mean compensation: one virtual key stands for the keys that are skipped (SPEC 5).
 */
#ifndef KS_COMPENSATE_H
#define KS_COMPENSATE_H

#include "keysieve.h"

/* The mean row of `keys` rows whose sums are sum[0..d), saturated to code_bits. */
void ks_mean_row(const int32_t sum[], size_t d, int keys, int code_bits, int32_t mean[]);

/* The weight (m, e) of one mean key becomes that of `skipped` >= 1 of them, with exp_frac fraction bits
 * again. */
void ks_multiply_weight(int exp_frac, int skipped, int32_t *m, int64_t *e);

#endif
