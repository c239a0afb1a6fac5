/* SPDX-License-Identifier: Apache-2.0 */
#include "divide.h"

#include "clones.h"
#include "fixed.h"

KS_CLONES void ks_divide(const struct ks_config *config, const struct ks_sizes *sizes,
                         const struct ks_table *table, const int64_t acc[], int64_t sum, int32_t out[],
                         bool *saturated) {
  int left = sizes->out_frac - config->frac_bits;
  int64_t factor = (int64_t)table->value[ks_below_top((uint64_t)sum, config->recip_frac)] << left;
  int right = ks_top_one((uint64_t)sum) + table->frac;
  bool narrow = sizes->merged_bits + table->bits + left < 64;
  for (int i = 0; i < config->d; i++) {
    ks_int128 quotient =
        narrow ? ks_rshr(acc[i] * factor, right) : ks_rshr128((ks_int128)acc[i] * factor, right);
    out[i] = (int32_t)ks_saturate(quotient, sizes->out_bits, saturated);
  }
}
