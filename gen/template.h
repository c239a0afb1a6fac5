/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixed text with holes: `@NAME@`, capitals, digits and underscores.
 */
#ifndef KS_TEMPLATE_H
#define KS_TEMPLATE_H

#include <stdio.h>

/* A hole is filled with `text`, or with what `print` writes if that is not NULL. A hole that fills a line of
 * its own goes with its newline, so that a printed part may be of any number of lines. */
struct ks_hole {
  const char *name, *text;
  void (*print)(FILE *out, const void *context);
};

/* Copies the embedded file `name` to `out`. A hole of the file that is not in `holes`, or one of `holes` that
 * the file has not, is a mistake of ours: asserted. `holes` ends with a NULL name. */
void ks_template(FILE *out, const char *name, const struct ks_hole holes[], const void *context);

#endif
