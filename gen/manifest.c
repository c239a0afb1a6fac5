/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "facts.h"
#include "inventory.h"
#include "manifest.h"
#include "registers.h"

static json_t *configuration(const struct ks_package *package) {
  json_t *object = json_object();
  const struct ks_config_key *key;
  for (size_t i = 0; (key = ks_config_key(i)); i++) {
    if (!(key->engines >> package->config->engine & 1)) continue;
    char text[64], *end;
    ks_config_text(package->config, key->name, text);
    long number = strtol(text, &end, 10);
    json_object_set_new(object, key->name, *end ? json_string(text) : json_integer(number));
  }
  return object;
}

static json_t *sizes(const struct ks_package *package) {
  json_t *object = json_object();
  struct ks_fact facts[KS_FACTS_MAX];
  size_t count = ks_facts(package, facts);
  for (size_t i = 0; i < count; i++) json_object_set_new(object, facts[i].name, json_integer(facts[i].value));
  return object;
}

static json_t *parts(const struct ks_package *package) {
  struct ks_inventory_row rows[KS_INVENTORY_MAX];
  return ks_inventory_json(rows, ks_inventory(package->config, &package->sizes, rows));
}

/* Of a full group, LISA's unit of work. */
static json_t *group_cycles(const struct ks_package *package) {
  const struct ks_config *c = package->config;
  int mean = c->compensate == KS_COMPENSATE_MEAN;
  return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "load_row", 1, "group_predict", c->n, "group_score",
                   c->rows * (c->top_k + mean), "group_weigh", c->rows * (c->top_q + mean), "group_divide",
                   c->rows * package->sizes.divide_cycles, "group_exact", c->rows * c->n);
}

/* DESIGN 2: cycles a query at least takes in each stage, all of which overlap, and a row while it loads. A3's
 * steps and LISA's lists are set at run time: the most. */
static json_t *cycles(const struct ks_package *package) {
  const struct ks_sizes *s = &package->sizes;
  if (package->config->engine == KS_ENGINE_LISA) return group_cycles(package);
  if (package->config->engine == KS_ENGINE_A3)
    return json_pack("{s:i, s:i, s:i, s:i}", "load_row", 1, "query_steps", package->config->iterations,
                     "query_divide", s->divide_cycles, "query_exact", s->bank_rows + 1);
  return json_pack("{s:i, s:i, s:i, s:i, s:i}", "load_row", s->hash_cycles, "query_hash", s->hash_cycles,
                   "query_scan", s->bank_words, "query_divide", s->divide_cycles, "query_exact",
                   s->bank_rows);
}

static json_t *files(const struct ks_output *output) {
  json_t *array = json_array();
  const char *name;
  for (size_t i = 0; (name = ks_output_name(output, i)); i++) json_array_append_new(array, json_string(name));
  return array;
}

void ks_manifest(const struct ks_package *package, const struct ks_output *output, FILE *out) {
  json_t *manifest =
      json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "generator", "keysieve " KS_VERSION,
                "design", package->config->name, "top", package->name, "configuration",
                configuration(package), "sizes", sizes(package), "cycles", cycles(package), "parts",
                parts(package), "registers", ks_registers_json(package), "files", files(output));
  json_dumpf(manifest, out, JSON_INDENT(2));
  fputc('\n', out);
  json_decref(manifest);
}
