/* SPDX-License-Identifier: Apache-2.0
 *
 * The constant tables of a design as Verilog modules without a clock: index_i in, value_o out.
 */
#ifndef KS_GEN_TABLES_H
#define KS_GEN_TABLES_H

#include "package.h"

void ks_tables_exp(const struct ks_package *package, FILE *out);
void ks_tables_reciprocal(const struct ks_package *package, FILE *out);
void ks_tables_root(const struct ks_package *package, FILE *out);

#endif
