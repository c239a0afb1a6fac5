/* SPDX-License-Identifier: Apache-2.0
 *
 * The constant tables of the arithmetic, made here once for the model and the generator alike.
 */
#ifndef KS_TABLES_H
#define KS_TABLES_H

#include "keysieve.h"

/* value[i] = round(real[i] 2^frac), unsigned, `bits` bits. The arrays are owned; ks_table_free frees them. */
struct ks_table {
  size_t entries;
  int bits, frac;
  uint32_t *value;
  double *real;
};

/* f = 0..2^E-1: 2^(f / 2^E), frac = E (SPEC 2). */
struct ks_table ks_table_exp(const struct ks_config *config);

/* frac = W = R + 2. shared: idx = 0..2^R-1: 1 / (1 + (idx + 0.5) / 2^R) (SPEC 4). float: the fraction of the
 * sum, exact, idx = 0..31: 1 / (1 + idx / 32) (SPEC 3). */
struct ks_table ks_table_reciprocal(const struct ks_config *config);

/* The constants by which the square root's modified operand is multiplied (norm.h; Takagi 1998). Index: the
 * parity of the top one's place above the sqrt_index_bits bits below that one. frac = sqrt_const_frac. */
struct ks_table ks_table_root(const struct ks_sizes *sizes);

void ks_table_free(struct ks_table *table);

#endif
