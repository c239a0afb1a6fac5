/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <math.h>
#include <stdlib.h>

#include "minifloat.h"

static struct ks_table new_table(size_t entries, int bits, int frac) {
  struct ks_table table = {entries, bits, frac, calloc(entries, sizeof(uint32_t)),
                           calloc(entries, sizeof(double))};
  if (!table.value || !table.real) abort();
  return table;
}

void ks_table_free(struct ks_table *table) {
  free(table->value);
  free(table->real);
  *table = (struct ks_table){0};
}

static void set(struct ks_table *table, size_t i, double real) {
  table->real[i] = real;
  table->value[i] = (uint32_t)floor(ldexp(real, table->frac) + 0.5);
}

struct ks_table ks_table_exp(const struct ks_config *config) {
  size_t entries = (size_t)1 << config->exp_frac;
  struct ks_table table = new_table(entries, config->exp_frac + 1, config->exp_frac);
  for (size_t f = 0; f < entries; f++) set(&table, f, exp2((double)f / (double)entries));
  return table;
}

struct ks_table ks_table_reciprocal(const struct ks_config *config) {
  bool is_float = config->accumulator == KS_ACCUMULATOR_FLOAT;
  int index_bits = is_float ? KS_MINIFLOAT_FRAC : config->recip_frac, frac = config->recip_frac + 2;
  double entries = ldexp(1, index_bits), middle = is_float ? 0 : 0.5;
  struct ks_table table = new_table((size_t)entries, frac + is_float, frac);
  for (size_t i = 0; i < table.entries; i++) set(&table, i, 1 / (1 + ((double)i + middle) / entries));
  return table;
}

/* For Y in [1, 2) with the m fraction bits y1 and a = 1.y1 + 2^-(m+1) amid its interval,
 *   sqrt(Y) = (a + Y) / 2 * a^-1/2 * (1 - d^2 / 8a^2 + ..),  d = Y - a, d^2 <= 2^-(2m+2);
 * half the largest d^2 in the constant splits the error evenly between both signs. */
static double root_constant(int odd, uint32_t y1, int m) {
  double a = 1 + ldexp(y1 + 0.5, -m);
  return sqrt(odd ? 2.0 : 1.0) / sqrt(a) * (1 - ldexp(1 / (16 * a * a), -(2 * m + 2)));
}

struct ks_table ks_table_root(const struct ks_sizes *sizes) {
  int m = sizes->sqrt_index_bits;
  size_t half = (size_t)1 << m;
  struct ks_table table = new_table(2 * half, sizes->sqrt_const_frac + 2, sizes->sqrt_const_frac);
  for (size_t i = 0; i < 2 * half; i++) set(&table, i, root_constant(i >= half, (uint32_t)(i % half), m));
  return table;
}
