/* SPDX-License-Identifier: Apache-2.0
 *
 * The C header of a design: its sizes as macros, for software that drives it.
 */
#ifndef KS_HEADER_H
#define KS_HEADER_H

#include "package.h"

void ks_header(const struct ks_package *package, FILE *out);

#endif
