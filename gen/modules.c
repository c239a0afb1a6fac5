/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "modules.h"

/* The length of `module` in "module.v"; 0 if the file is not one of a module. */
static size_t module_length(const char *file) {
  size_t length = strlen(file);
  return strncmp(file, "ks_", 3) == 0 && strcmp(file + length - 2, ".v") == 0 ? length - 2 : 0;
}

/* An instance begins a line: its module, then its parameters or its name. */
static bool instantiates(const char *text, const char *module, size_t length) {
  for (const char *line = text; line; line = strchr(line, '\n')) {
    line += strspn(line, " \n");
    const char *after = line + length;
    if (strncmp(line, module, length) == 0 && (strncmp(after, " #(", 3) == 0 || strncmp(after, " u_", 3) == 0))
      return true;
  }
  return false;
}

/* Marks what `text` instantiates, and all that follows from it. */
static void mark(const char *text, bool *needed) {
  for (size_t i = 0; ks_embedded[i].name; i++) {
    size_t length = module_length(ks_embedded[i].name);
    if (length == 0 || needed[i] || !instantiates(text, ks_embedded[i].name, length)) continue;
    needed[i] = true;
    mark(ks_embedded[i].text, needed);
  }
}

static void copy(const struct ks_package *package, const struct ks_embedded *module,
                 struct ks_output *output) {
  FILE *out = ks_output_file(output, module->name);
  size_t first_line = strcspn(module->text, "\n") + 1;
  fwrite(module->text, 1, first_line, out);
  ks_package_banner(package, out, "//");
  fputs(module->text + first_line, out);
}

void ks_modules_copy(const struct ks_package *package, const char *top, struct ks_output *output) {
  size_t count = 0;
  while (ks_embedded[count].name) count++;
  bool *needed = calloc(count + 1, sizeof *needed);
  if (!needed) abort();
  mark(top, needed);
  for (size_t i = 0; i < count; i++)
    if (needed[i]) copy(package, &ks_embedded[i], output);
  free(needed);
}
