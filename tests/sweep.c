/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep.h"

static void stop(const char *path, int line, const char *text) {
  fprintf(stderr, "%s:%d: %s\n", path, line, text);
  exit(1);
}

static void parse_line(struct ks_config *config, const char *path, int number, const char *line) {
  struct ks_error error;
  char copy[512], where[64];
  snprintf(copy, sizeof copy, "%s", line);
  snprintf(where, sizeof where, "%s:%d", path, number);
  ks_config_default(config);
  snprintf(config->name, sizeof config->name, "sweep-%d", number);
  char *rest = NULL;
  for (char *pair = strtok_r(copy, " ", &rest); pair; pair = strtok_r(NULL, " ", &rest)) {
    char *value = strchr(pair, '=');
    if (!value) stop(path, number, "not key=value");
    *value++ = 0;
    if (ks_config_set(config, where, pair, value, &error)) stop(path, number, error.text);
  }
  if (ks_config_check(config, &error)) stop(path, number, error.text);
}

static struct sweep *read_list(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) stop(path, 0, "cannot be read; run the tests in the root of the checkout");
  struct sweep *sweep = calloc(1, sizeof *sweep);
  if (!sweep) stop(path, 0, "out of memory");
  char line[512];
  for (int number = 1; fgets(line, sizeof line, file); number++) {
    line[strcspn(line, "\n")] = 0;
    if (line[0] == '#' || line[0] == 0) continue;
    if (sweep->count == SWEEP_MAX) stop(path, number, "too many lines for struct sweep");
    snprintf(sweep->lines[sweep->count], sizeof line, "%s", line);
    parse_line(&sweep->configs[sweep->count++], path, number, line);
  }
  fclose(file);
  return sweep;
}

struct sweep *sweep_read(void) {
  return read_list("tests/sweep.txt");
}

struct sweep *sweep_read_a3(void) {
  return read_list("tests/sweep_a3.txt");
}

struct sweep *sweep_read_lisa(void) {
  return read_list("tests/sweep_lisa.txt");
}
