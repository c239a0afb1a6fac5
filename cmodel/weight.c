/* SPDX-License-Identifier: Apache-2.0 */
#include "weight.h"

#include "clones.h"

KS_CLONES void ks_weigh(const struct ks_constants *constants, const struct ks_table *table,
                        const int64_t scores[restrict], size_t stride, size_t count, int32_t m[restrict],
                        int64_t e[restrict]) {
  const uint32_t *restrict mantissa = table->value;
  int64_t mul = constants->exp_mul, last = (int64_t)table->entries - 1;
  int shift = (int)constants->exp_shift, frac = table->frac;
  for (size_t i = 0; i < count; i++) {
    int64_t y = scores[i * stride] * mul >> shift;
    m[i] = (int32_t)mantissa[y & last];
    e[i] = y >> frac;
  }
}
