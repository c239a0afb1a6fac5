/* SPDX-License-Identifier: Apache-2.0
 *
 * The package: everything that is generated for one configuration, of which alone it is a function.
 */
#ifndef KS_PACKAGE_H
#define KS_PACKAGE_H

#include <stdbool.h>

#include "keysieve.h"
#include "output.h"

/* What each part of the generator is given. */
struct ks_package {
  const struct ks_config *config; /* has passed ks_config_check */
  struct ks_sizes sizes;
  char name[64];  /* of the top module: the configuration's, '-' made '_' */
  char upper[64]; /* the same in capitals: prefix of C macros */
  bool board;     /* with a board top (board.h); false after ks_package_init */
};

void ks_package_init(struct ks_package *package, const struct ks_config *config);

/* Adds every file of the package to the set. */
void ks_package_generate(const struct ks_package *package, struct ks_output *output);

/* The lines under a file's SPDX line that say where it comes from; `mark` opens a comment line: "//", "#". */
void ks_package_banner(const struct ks_package *package, FILE *out, const char *mark);

/* Both lines of licence and origin, as a C comment. */
void ks_package_banner_c(const struct ks_package *package, FILE *out);

#endif
