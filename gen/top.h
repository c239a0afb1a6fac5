/* SPDX-License-Identifier: Apache-2.0
 *
 * The top module of a design: streams, register file, tables, and the blocks between them.
 */
#ifndef KS_TOP_H
#define KS_TOP_H

#include "package.h"

void ks_top(const struct ks_package *package, FILE *out);

#endif
