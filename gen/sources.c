/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sources.h"

static void print_each(const struct ks_output *output, FILE *out, const char *before) {
  const char *name;
  for (size_t i = 0; (name = ks_output_name(output, i)); i++) {
    size_t length = strlen(name);
    if (length > 2 && !strcmp(name + length - 2, ".v")) fprintf(out, "%s%s\n", before, name);
  }
}

void ks_sources_list(const struct ks_output *output, FILE *out) {
  print_each(output, out, "");
}

void ks_sources_core(const struct ks_package *package, const struct ks_output *output, FILE *out) {
  fprintf(out, "CAPI=2:\n# SPDX-License-Identifier: Apache-2.0\n");
  ks_package_banner(package, out, "#");
  fprintf(out, "name: ::%s:" KS_VERSION "\n", package->name);
  fprintf(out, "description: Sparse-attention accelerator made by keysieve\n");
  fprintf(out, "filesets:\n  rtl:\n    files:\n");
  print_each(output, out, "      - ");
  fprintf(out, "    file_type: verilogSource\n");
  fprintf(out, "targets:\n  default:\n    filesets: [rtl]\n    toplevel: %s\n", package->name);
}
