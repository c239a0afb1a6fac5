/* SPDX-License-Identifier: Apache-2.0
 *
 * The hand-written modules that a design is made of: those that its text instantiates, those that these
 * instantiate, and so on.
 */
#ifndef KS_MODULES_H
#define KS_MODULES_H

#include "package.h"

/* Adds them to the set, each with the banner under its SPDX line. `top` is the text of the generated top. */
void ks_modules_copy(const struct ks_package *package, const char *top, struct ks_output *output);

#endif
