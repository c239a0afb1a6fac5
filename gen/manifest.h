/* SPDX-License-Identifier: Apache-2.0
 *
 * The manifest of a design: what tools around it need to know, as JSON.
 */
#ifndef KS_MANIFEST_H
#define KS_MANIFEST_H

#include "package.h"

/* Lists the files that are in `output` by now, itself among them. */
void ks_manifest(const struct ks_package *package, const struct ks_output *output, FILE *out);

#endif
