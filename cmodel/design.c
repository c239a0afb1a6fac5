/* SPDX-License-Identifier: Apache-2.0 */
#include "design.h"

#include <stdlib.h>

/* Scores, products, exponents and accumulators of 31 bits: they still round, and differ, in 32. */
static bool is_narrow(const struct ks_sizes *sizes) {
  return sizes->code_bits <= 16 && sizes->weight_bits < 16 && sizes->square_bits < 32 &&
         sizes->exp_bits < 32 && sizes->acc_bits < 32;
}

static bool is_paired(const struct ks_sizes *sizes) {
  return is_narrow(sizes) && sizes->guard_bits + sizes->weight_bits < 16 && sizes->product_bits <= 16;
}

struct ks_design ks_design_new(const struct ks_config *config) {
  struct ks_design design = {.config = *config};
  ks_sizes_derive(config, &design.sizes);
  design.exp = ks_table_exp(config);
  design.reciprocal = ks_table_reciprocal(config);
  if (config->engine == KS_ENGINE_ELSA) design.hasher = ks_hasher_new(config);
  design.narrow = is_narrow(&design.sizes);
  design.paired = is_paired(&design.sizes);
  return design;
}

void ks_design_free(struct ks_design *design) {
  ks_table_free(&design->exp);
  ks_table_free(&design->reciprocal);
  ks_hasher_free(&design->hasher);
}
