/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "facts.h"

/* Keys that may be "auto" are left to the sizes, which have resolved them. */
#define KEY_INT(key, engines, help) {{#key, config->key, help}, engines},
#define KEY_AUTO(key, engines, help)
#define KEY_ENUM(key, engines, help)
#define KEY_REAL(key, engines, help)
#define KEY_LIST(key, engines, help)
#define KEY(key, KIND, value, low, high, engines, help) KEY_##KIND(key, engines, help)

size_t ks_facts(const struct ks_package *package, struct ks_fact facts[KS_FACTS_MAX]) {
  const struct ks_config *config = package->config;
  const struct {
    struct ks_fact fact;
    unsigned engines;
  } keys[] = {KS_CONFIG_KEYS(KEY)};
  const struct ks_fact sizes[] = {
#define SIZE(field, comment) {#field, package->sizes.field, comment},
      KS_SIZES(SIZE)
#undef SIZE
  };

  _Static_assert(sizeof keys / sizeof keys[0] + sizeof sizes / sizeof sizes[0] <= KS_FACTS_MAX, "room");
  size_t count = 0;
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    if (keys[i].engines >> config->engine & 1) facts[count++] = keys[i].fact;
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    if (sizes[i].value != KS_NO_SIZE) facts[count++] = sizes[i];
  return count;
}

void ks_facts_capitals(const char *name, char capitals[64]) {
  size_t i = 0;
  for (; name[i] && i < 63; i++) capitals[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
  capitals[i] = '\0';
}
