/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that the program carries with it: rtl/ks_*.v, the templates of gen/ and the harness of tb/. The table
 * is made by embed.sh when the program is built.
 */
#ifndef KS_EMBEDDED_H
#define KS_EMBEDDED_H

struct ks_embedded {
  const char *name; /* without its folder; NULL ends the table */
  const char *text;
};

extern const struct ks_embedded ks_embedded[];

/* The text of an embedded file. That there is one of this name is ours to know: asserted. */
const char *ks_embedded_text(const char *name);

#endif
