/* SPDX-License-Identifier: Apache-2.0 */
#include "divide.h"

#include <string.h>

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

enum { FAR_LEFT = 30 }; /* |quotient| >= 1 saturates there whatever the width of the output */

void ks_divide_float(const struct ks_config *config, const struct ks_sizes *sizes,
                     const struct ks_table *table, const struct ks_float_row *row, int32_t out[],
                     bool *saturated, bool *sum_zero) {
  memset(out, 0, (size_t)config->d * sizeof(*out));
  if (!row->sum) *sum_zero = true;
  if (!row->sum) return;
  uint32_t reciprocal = table->value[row->sum & 31];
  int64_t factor = (int64_t)reciprocal << (sizes->out_frac - config->frac_bits);
  for (int i = 0; i < config->d; i++) {
    ks_minifloat acc = row->acc[i];
    int right = KS_MINIFLOAT_FRAC + table->frac - (ks_minifloat_field(acc) - ks_minifloat_field(row->sum));
    int left = -right < FAR_LEFT ? -right : FAR_LEFT;
    int64_t product = ks_minifloat_significand(acc) * (ks_minifloat_negative(acc) ? -factor : factor);
    int64_t quotient = right > 0 ? ks_rshr(product, right) : product * ((int64_t)1 << left);
    out[i] = (int32_t)ks_saturate(quotient, sizes->out_bits, saturated);
  }
}
