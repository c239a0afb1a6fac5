/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "embedded.h"
#include "template.h"

enum { MAX_HOLES = 32 };

const char *ks_embedded_text(const char *name) {
  for (const struct ks_embedded *file = ks_embedded; file->name; file++)
    if (!strcmp(file->name, name)) return file->text;
  assert(!"an embedded file of this name");
  return NULL;
}

/* Length of "@NAME@" at text, 0 if there is no hole. */
static size_t hole_length(const char *text) {
  if (*text != '@') return 0;
  size_t name = strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  return name && text[1 + name] == '@' ? name + 2 : 0;
}

static size_t find(const struct ks_hole holes[], const char *name, size_t length) {
  for (size_t i = 0; holes[i].name; i++)
    if (strlen(holes[i].name) == length && !memcmp(holes[i].name, name, length)) return i;
  assert(!"every hole of the template has a filling");
  return 0;
}

void ks_template(FILE *out, const char *name, const struct ks_hole holes[], const void *context) {
  bool used[MAX_HOLES] = {false};
  const char *start = ks_embedded_text(name);
  for (const char *p = start; *p;) {
    size_t length = hole_length(p);
    if (!length) {
      fputc(*p++, out);
      continue;
    }
    size_t i = find(holes, p + 1, length - 2);
    assert(i < MAX_HOLES);
    used[i] = true;
    if (holes[i].print) holes[i].print(out, context);
    else fputs(holes[i].text, out);
    bool whole_line = holes[i].print && (p == start || p[-1] == '\n') && p[length] == '\n';
    p += length + whole_line;
  }
  for (size_t i = 0; holes[i].name; i++) assert(used[i]);
  (void)used;
}
