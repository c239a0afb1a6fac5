/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows from a configuration alone and every part of a machine reads: sizes, tables, the hasher.
 */
#ifndef KS_DESIGN_H
#define KS_DESIGN_H

#include "allocate.h"
#include "hash.h"
#include "tables.h"

struct ks_design {
  struct ks_config config;
  struct ks_sizes sizes;
  struct ks_table exp, reciprocal;
  struct ks_hasher hasher; /* ELSA */
  bool narrow; /* codes fit int16; scores, exponents and accumulators fit int32 */
  bool paired; /* narrow, and weights m << G and products m * v fit int16: ks_accumulate_pairs */
};

/* The configuration has passed ks_config_check. Aborts when memory is out. */
struct ks_design ks_design_new(const struct ks_config *config);
void ks_design_free(struct ks_design *design);

#endif
