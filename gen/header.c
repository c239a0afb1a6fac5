/* SPDX-License-Identifier: Apache-2.0 */
#include "facts.h"
#include "header.h"

void ks_header(const struct ks_package *package, FILE *out) {
  ks_package_banner_c(package, out);
  fprintf(out, "#ifndef %s_H\n#define %s_H\n\n", package->upper, package->upper);
  struct ks_fact facts[KS_FACTS_MAX];
  size_t count = ks_facts(package, facts);
  for (size_t i = 0; i < count; i++) {
    char name[64];
    ks_facts_capitals(facts[i].name, name);
    fprintf(out, "#define %s_%-18s %5d /* %s */\n", package->upper, name, facts[i].value, facts[i].help);
  }
  fprintf(out, "\n#endif\n");
}
