/* SPDX-License-Identifier: Apache-2.0 */
#include "accumulate_float.h"

void ks_accumulate_float(size_t d, const struct ks_taken *taken, const int32_t v[], struct ks_float_row *row,
                         bool *overflow) {
  for (size_t t = 0; t < taken->count; t++) {
    ks_minifloat weight = ks_minifloat_weight(taken->m[t], taken->e[t], overflow);
    const int32_t *values = v + taken->key[t * taken->key_stride] * d;
    row->sum = ks_minifloat_add(row->sum, weight, overflow);
    for (size_t i = 0; i < d; i++)
      row->acc[i] =
          ks_minifloat_add(row->acc[i], ks_minifloat_multiply(weight, values[i], overflow), overflow);
  }
}

void ks_merge_float(const struct ks_float_row rows[], size_t count, size_t d, struct ks_float_row *merged,
                    bool *overflow) {
  *merged = rows[0];
  for (size_t a = 1; a < count; a++) {
    merged->sum = ks_minifloat_add(merged->sum, rows[a].sum, overflow);
    for (size_t i = 0; i < d; i++)
      merged->acc[i] = ks_minifloat_add(merged->acc[i], rows[a].acc[i], overflow);
  }
}
