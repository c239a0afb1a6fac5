/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of a design's Verilog files, for tools: a plain one (.f) and a FuseSoC core (CAPI2).
 */
#ifndef KS_SOURCES_H
#define KS_SOURCES_H

#include "package.h"

/* Each lists the .v files that are in `output` by now. */
void ks_sources_list(const struct ks_output *output, FILE *out);
void ks_sources_core(const struct ks_package *package, const struct ks_output *output, FILE *out);

#endif
