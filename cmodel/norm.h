/* SPDX-License-Identifier: Apache-2.0
 *
 * The norm of a key: the integer nearest to sqrt(S), S = k.k (SPEC 6).
 */
#ifndef KS_NORM_H
#define KS_NORM_H

#include "fixed.h"
#include "tables.h"

/* The integer nearest to sqrt(square); square < 2^62. */
uint32_t ks_norm_nearest(uint64_t square);

/* What selection knows of it: the same, or by norm_bits = 8 its integer part, rounded, at most 255. */
int32_t ks_norm_stored(const struct ks_config *config, uint64_t square);

/* The number of ks_norm_nearest as rtl/ks_norm finds it: one look-up, one multiplication, one compare. square
 * has at most square_bits bits; `root` is ks_table_root(sizes).
 * Source: N. Takagi, Powering by a table look-up and a multiplication with operand modification, IEEE ToC
 * 1998. */
uint32_t ks_norm_tabulated(const struct ks_sizes *sizes, const struct ks_table *root, uint64_t square);

/* What is multiplied and compared, before the truncation: sqrt(square) within 1/2, LSB 2^-*frac
 * (docs/norm.md). square > 0. */
ks_uint128 ks_norm_approximate(const struct ks_sizes *sizes, const struct ks_table *root, uint64_t square,
                               int *frac);

#endif
