/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "../cmodel/tables.h"
#include "tables.h"
#include "verilog.h"

/* The last row is the default, so that the case is full whatever the number of entries. */
static void print_rows(struct ks_verilog *v, const struct ks_table *table, int index_bits) {
  ks_verilog_case(v, "index_i", "value_o");
  for (size_t i = 0; i < table->entries; i++) {
    char label[32], value[32], comment[64];
    double shown = ldexp(table->value[i], -table->frac);
    snprintf(label, sizeof label, "%d'd%zu", index_bits, i);
    snprintf(value, sizeof value, "%d'd%u", table->bits, (unsigned)table->value[i]);
    snprintf(comment, sizeof comment, "%.7f, off by %+.1e", table->real[i], shown - table->real[i]);
    ks_verilog_case_row(v, i + 1 < table->entries ? label : "default", value, comment);
  }
  ks_verilog_end(v);
}

/* Consumes the table. */
static void print_module(const struct ks_package *package, FILE *out, const char *suffix,
                         struct ks_table table, int index_bits, const char *formula) {
  char name[128], about[256], bits[16];
  snprintf(name, sizeof name, "%s_%s", package->name, suffix);
  snprintf(about, sizeof about,
           "%s, LSB 2^-%d, unsigned. Rows: the real value and the error of its rounding.", formula,
           table.frac);
  fprintf(out, "// SPDX-License-Identifier: Apache-2.0\n");
  ks_package_banner(package, out, "//");
  struct ks_verilog *v = ks_verilog_open(out, name, about);
  snprintf(bits, sizeof bits, "%d", index_bits);
  ks_verilog_port(v, KS_INPUT, bits, "index_i", NULL);
  snprintf(bits, sizeof bits, "%d", table.bits);
  ks_verilog_port(v, KS_OUTPUT_REG, bits, "value_o", NULL);
  print_rows(v, &table, index_bits);
  ks_verilog_finish(v);
  ks_table_free(&table);
}

void ks_tables_exp(const struct ks_package *package, FILE *out) {
  print_module(package, out, "exp_table", ks_table_exp(package->config), package->config->exp_frac,
               "2^(f / 2^E) for f = index_i");
}

void ks_tables_reciprocal(const struct ks_package *package, FILE *out) {
  bool is_float = package->config->accumulator == KS_ACCUMULATOR_FLOAT;
  print_module(package, out, "recip_table", ks_table_reciprocal(package->config),
               package->sizes.recip_index_bits,
               is_float ? "1 / (1 + index_i / 32)" : "1 / (1 + (index_i + 0.5) / 2^R)");
}

void ks_tables_root(const struct ks_package *package, FILE *out) {
  print_module(package, out, "sqrt_table", ks_table_root(&package->sizes), package->sizes.sqrt_index_bits + 1,
               "The square root's constant for {parity of the top one's place, bits below it} (ks_norm)");
}
