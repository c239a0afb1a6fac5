/* SPDX-License-Identifier: Apache-2.0
 *
 * A program as files for the Icarus bench (bench.v): steps, rows in, rows out, registers at the end, as hex
 * digits that $readmemh reads.
 */
#ifndef KS_VECTORS_H
#define KS_VECTORS_H

#include "../gen/package.h"
#include "program.h"

/* Writes the design, the bench and the vectors into `folder`. The program is complete. */
int ks_vectors_write(const struct ks_package *package, const struct ks_program *program, const char *folder,
                     struct ks_error *error);

#endif
