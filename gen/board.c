/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"
#include "template.h"

static bool has_sorted(const struct ks_package *package) {
  return package->config->engine == KS_ENGINE_A3;
}

static void banner(FILE *out, const void *context) {
  ks_package_banner(context, out, "//");
}

static void sorted_pins(FILE *out, const void *context) {
  if (has_sorted(context))
    fprintf(out, "    .s_valid_i  (s_valid),\n    .s_ready_o  (s_ready),\n    .s_data_i   (s_data),\n");
}

static void no_sorted(FILE *out, const void *context) {
  if (!has_sorted(context))
    fprintf(out, "  assign s_ready = 1'b0;\n  wire unused_sorted = &{1'b0, s_valid, s_data};\n");
}

void ks_board(const struct ks_package *package, FILE *out) {
  const struct ks_sizes *s = &package->sizes;
  int d = package->config->d;
  char row_bits[16], sorted_bits[16], out_bits[16];
  snprintf(row_bits, sizeof row_bits, "%d", d * s->code_bits);
  snprintf(sorted_bits, sizeof sorted_bits, "%d", has_sorted(package) ? d * (s->rank_bits + s->code_bits) : 0);
  snprintf(out_bits, sizeof out_bits, "%d", d * s->out_bits);
  const struct ks_hole holes[] = {
      {"BANNER", NULL, banner},       {"DESIGN", package->name, NULL},
      {"ROW_BITS", row_bits, NULL},   {"SORTED_BITS", sorted_bits, NULL},
      {"OUT_BITS", out_bits, NULL},   {"SORTED", NULL, sorted_pins},
      {"NO_SORTED", NULL, no_sorted}, {NULL, NULL, NULL},
  };
  ks_template(out, "board.v.in", holes, package);
}

int ks_board_check(const struct ks_config *config, struct ks_error *error) {
  if (!config->trace) return KS_OK;
  return ks_fail(error, "--board wants trace = 0: a serial line cannot keep up with trace streams");
}
