/* SPDX-License-Identifier: Apache-2.0
 *
 * Any text as a configuration file: what is taken reads back equal from its own report, and what passes the
 * check has sizes.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cmodel/keysieve.h"
#include "fuzz.h"

/* Writes every key as text and reads that. */
static void read_back(const struct ks_config *config) {
  char text[4096], value[64];
  size_t length = 0;
  for (size_t i = 0; ks_config_key(i); i++) {
    ks_config_text(config, ks_config_key(i)->name, value);
    length +=
        (size_t)snprintf(text + length, sizeof text - length, "%s = %s\n", ks_config_key(i)->name, value);
    assert(length < sizeof text);
  }
  struct ks_config again;
  struct ks_error error;
  assert(ks_config_parse(&again, "again.ini", text, &error) == KS_OK);
  for (size_t i = 0; ks_config_key(i); i++) {
    char second[64];
    ks_config_text(config, ks_config_key(i)->name, value);
    ks_config_text(&again, ks_config_key(i)->name, second);
    assert(strcmp(value, second) == 0);
  }
}

int fuzz_config(const uint8_t *data, size_t size) {
  struct ks_config config;
  struct ks_error error = {""};
  char *text = malloc(size + 1);
  if (!text) return 0;
  memcpy(text, data, size);
  text[size] = 0;
  int status = ks_config_parse(&config, "fuzz.ini", text, &error);
  free(text);
  if (status != KS_OK) {
    assert(strstr(error.text, "fuzz.ini:") == error.text);
    return 0;
  }
  read_back(&config);
  if (ks_config_check(&config, &error) != KS_OK) return 0;
  struct ks_sizes sizes;
  ks_sizes_derive(&config, &sizes);
#define POSITIVE(field, comment) assert(sizes.field >= 0 || sizes.field == KS_NO_SIZE);
  KS_SIZES(POSITIVE)
#undef POSITIVE
  return 0;
}
