/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "../cmodel/fixed.h"
#include "commands.h"
#include "../gen/inventory.h"
#include "options.h"
#include "report.h"

/* ---- options --------------------------------------------------------------------------------- */

/* --help ends with the table of keys, since CONFIG and --set speak of them. */
static char *list_keys(int key, const char *text, void *input) {
  (void)input;
  if (key != ARGP_KEY_HELP_POST_DOC) return (char *)(uintptr_t)text;
  char *list = NULL;
  size_t size;
  FILE *stream = open_memstream(&list, &size);
  if (!stream) abort();
  fprintf(stream, "Configuration keys:\n");
  const struct ks_config_key *row;
  for (size_t i = 0; (row = ks_config_key(i)); i++)
    fprintf(stream, "  %s = %s (default %s)\n      %s\n", row->name, row->range, row->initial, row->help);
  fclose(stream);
  return list;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  (void)argument;
  if (key != ARGP_KEY_INIT) return ARGP_ERR_UNKNOWN;
  state->child_inputs[0] = state->input;
  return 0;
}

static const struct argp_child children[] = {{&config_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .parser = parse,
    .children = children,
    .args_doc = "CONFIG",
    .help_filter = list_keys,
    .doc = "Show a configuration: effective keys, derived widths, parts by stage, cycle bounds.\v ",
};

/* ---- what is shown --------------------------------------------------------------------------- */

struct bound {
  const char *name, *formula;
  int cycles;
};

enum { BOUNDS = 6 };

/* DESIGN 2: cycles of one query in the steady state, every page full. Returns their number. */
static size_t find_a3_bounds(const struct ks_config *config, const struct ks_sizes *sizes,
                             struct bound bounds[BOUNDS]) {
  bounds[0] = (struct bound){"load", "n", config->n};
  bounds[1] = (struct bound){"steps", "greedy iterations, at most", config->iterations};
  bounds[2] = (struct bound){"start", "ceil(log2 d) + 4", ks_log2_up((uint64_t)config->d) + 4};
  bounds[3] = (struct bound){"divide", "ceil(d / m_o)", sizes->divide_cycles};
  bounds[4] = (struct bound){"exact mode", "n + 1", config->n + 1};
  return 5;
}

static size_t find_elsa_bounds(const struct ks_config *config, const struct ks_sizes *sizes,
                               struct bound bounds[BOUNDS]) {
  int scan = (config->n + config->banks * config->lanes - 1) / (config->banks * config->lanes);
  int load = config->n * sizes->hash_cycles;
  const char *hash =
      config->hash == KS_HASH_KRONECKER ? "multiplications of all batches / m_h" : "batches of dp bits";
  bounds[0] = (struct bound){"load", "n * hash cycles", load};
  bounds[1] = (struct bound){"scan", "ceil(n / (banks * lanes))", scan};
  bounds[2] = (struct bound){"divide", "ceil(d / m_o)", sizes->divide_cycles};
  bounds[3] = (struct bound){"hash", hash, sizes->hash_cycles};
  bounds[4] = (struct bound){"exact mode", "ceil(n / banks)", sizes->bank_rows};
  int least = scan > sizes->divide_cycles ? scan : sizes->divide_cycles;
  bounds[5] = (struct bound){"least", "largest of scan, divide, hash",
                             least > sizes->hash_cycles ? least : sizes->hash_cycles};
  return BOUNDS;
}

/* Of a group of queries. */
static size_t find_lisa_bounds(const struct ks_config *config, const struct ks_sizes *sizes,
                               struct bound bounds[BOUNDS]) {
  int rows = config->rows, mean = config->compensate == KS_COMPENSATE_MEAN;
  const char *formulas[] = {"rows * top_k, at most", "rows * (top_k + 1), at most", "rows * top_q, at most",
                            "rows * (top_q + 1), at most"};
  bounds[0] = (struct bound){"load", "n", config->n};
  bounds[1] = (struct bound){"predict", "n", config->n};
  bounds[2] = (struct bound){"score", formulas[mean], rows * (config->top_k + mean)};
  bounds[3] = (struct bound){"weigh", formulas[2 + mean], rows * (config->top_q + mean)};
  bounds[4] = (struct bound){"divide", "rows * ceil(d / m_o)", rows * sizes->divide_cycles};
  bounds[5] = (struct bound){"exact mode", "rows * n", rows * config->n};
  return BOUNDS;
}

static size_t find_bounds(const struct ks_config *config, const struct ks_sizes *sizes,
                          struct bound bounds[BOUNDS]) {
  switch ((enum ks_engine)config->engine) {
    case KS_ENGINE_A3: return find_a3_bounds(config, sizes, bounds);
    case KS_ENGINE_LISA: return find_lisa_bounds(config, sizes, bounds);
    default: return find_elsa_bounds(config, sizes, bounds);
  }
}

enum { WARNINGS = 3, WARNING_TEXT = 160 };

/* Bits that are paid for but say nothing, because what they are made from is coarser. Returns how many. */
static size_t find_warnings(const struct ks_config *config, const struct ks_sizes *sizes,
                            char warnings[WARNINGS][WARNING_TEXT]) {
  size_t count = 0;
  int needed = config->int_bits + sizes->out_frac;
  if (sizes->out_frac > config->exp_frac)
    snprintf(warnings[count++], WARNING_TEXT,
             "out_frac = %d is finer than the weights, which have %d fraction bits (exp_frac)",
             sizes->out_frac, config->exp_frac);
  if (config->recip_frac < needed)
    snprintf(warnings[count++], WARNING_TEXT,
             "an output has %d bits, but the reciprocal only %d (recip_frac) to place them", needed,
             config->recip_frac);
  if (sizes->guard_bits > sizes->count_bits)
    snprintf(warnings[count++], WARNING_TEXT,
             "guard_bits = %d is more than the sum of %d rounded keys can show", sizes->guard_bits,
             config->n);
  return count;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void print_parameters(const struct ks_config *config) {
  const struct ks_config_key *key;
  printf("%s\n\nParameters\n", config->name);
  for (size_t i = 0; (key = ks_config_key(i)); i++) {
    char text[64];
    if (!(key->engines & (1u << config->engine))) continue;
    ks_config_text(config, key->name, text);
    printf("  %-20s %10s  %s\n", key->name, text, key->help);
  }
}

static void print_sizes(const struct ks_sizes *sizes) {
  printf("\nDerived sizes\n");
#define PRINT(field, comment) \
  if (sizes->field != KS_NO_SIZE) printf("  %-20s %10d  %s\n", #field, sizes->field, comment);
  KS_SIZES(PRINT)
#undef PRINT
}

/* Every kind's title, and how a and b are to be read; words have a total of bits instead of parts. */
static void print_kind(const struct ks_inventory_row *rows, size_t count, enum ks_part part) {
  static const struct {
    const char *title, *unit, *shape;
  } kinds[KS_PARTS] = {
      [KS_MULTIPLIER] = {"Multipliers", "", "of %d x %d bits"},
      [KS_SELECTOR] = {"Selectors", "", "of %d x %d bits"},
      [KS_SINGLE] = {"Single multipliers", "", "of %d x %d bits"},
      [KS_ADDER] = {"Adders", "", "of %d bits"},
      [KS_COMPARATOR] = {"Comparators", "", "of %d bits"},
      [KS_MEMORY] = {"Memories", " bits", "of %d x %d bits"},
      [KS_TABLE] = {"Tables", " bits", "of %d x %d bits"},
      [KS_REGISTERS] = {"Register files and queues", " bits", "of %d x %d bits"},
  };
  printf("\n%s: %lld%s\n", kinds[part].title, (long long)ks_inventory_total(rows, count, part),
         kinds[part].unit);
  for (size_t i = 0; i < count; i++) {
    char text[64];
    if (rows[i].part != part) continue;
    snprintf(text, sizeof text, kinds[part].shape, rows[i].a, rows[i].b);
    printf("  %8d  %-18s %-10s %s\n", rows[i].count, text, rows[i].stage, rows[i].what);
  }
}

/* The identity that the design is made by. */
static void print_multipliers(const struct ks_config *config, const struct ks_sizes *sizes,
                              const struct ks_inventory_row *rows, size_t count) {
  printf("\n%lld = 2 * %d * %d + %d", (long long)ks_inventory_total(rows, count, KS_MULTIPLIER), sizes->bank_count,
         config->d, sizes->divide_multipliers);
  if (sizes->hash_products > 0) printf(" + %d", sizes->hash_products);
  printf(" (score, accumulate, divide%s), %lld selectors, %lld single ones\n",
         sizes->hash_products > 0 ? ", hash" : "", (long long)ks_inventory_total(rows, count, KS_SELECTOR),
         (long long)ks_inventory_total(rows, count, KS_SINGLE));
}

/* The selector beside the whole design. */
static const struct share {
  const char *name;
  unsigned parts;
} shares[] = {
    {"multipliers", 1u << KS_MULTIPLIER | 1u << KS_SELECTOR | 1u << KS_SINGLE},
    {"adders", 1u << KS_ADDER},
    {"comparators", 1u << KS_COMPARATOR},
    {"memories", 1u << KS_MEMORY},
    {"registers", 1u << KS_REGISTERS},
};
enum { SHARES = sizeof shares / sizeof shares[0] };

static void print_shares(const struct ks_inventory_row *rows, size_t count) {
  printf("\nSelector (stages hash and select) of the whole, in bits of operands, sums and words\n");
  for (size_t i = 0; i < SHARES; i++) {
    int64_t selector = ks_inventory_bits(rows, count, shares[i].parts, true);
    int64_t whole = ks_inventory_bits(rows, count, shares[i].parts, false);
    printf("  %-12s %9" PRId64 " of %9" PRId64 "  %5.1f %%\n", shares[i].name, selector, whole,
           100 * (double)selector / (double)whole);
  }
}

/* What sets the pace. */
static const char *const paces[] = {
    [KS_ENGINE_ELSA] = "a query takes the most of scan, divide, hash and the keys taken by the busiest bank",
    [KS_ENGINE_A3] = "a query takes the most of steps, start, divide, and its scores and what is kept of them, "
                     "one more each",
    [KS_ENGINE_LISA] = "a group of queries takes the most of predict, score, weigh and divide",
};

static void print_parts(const struct ks_config *config, const struct ks_sizes *sizes) {
  struct ks_inventory_row rows[KS_INVENTORY_MAX];
  struct bound bounds[BOUNDS];
  size_t count = ks_inventory(config, sizes, rows);
  size_t bound_count = find_bounds(config, sizes, bounds);
  print_multipliers(config, sizes, rows, count);
  for (enum ks_part part = 0; part < KS_PARTS; part++) print_kind(rows, count, part);
  print_shares(rows, count);
  printf("\nCycles: %s\n", paces[config->engine]);
  for (size_t i = 0; i < bound_count; i++)
    printf("  %8d  %-10s %s\n", bounds[i].cycles, bounds[i].name, bounds[i].formula);
}

static void print_all(const struct ks_config *config, const struct ks_sizes *sizes) {
  char warnings[WARNINGS][WARNING_TEXT];
  size_t warned = find_warnings(config, sizes, warnings);
  print_parameters(config);
  print_sizes(sizes);
  print_parts(config, sizes);
  for (size_t i = 0; i < warned; i++) printf("%sFalse precision: %s.\n", i ? "" : "\n", warnings[i]);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *json_sizes(const struct ks_sizes *sizes) {
  json_t *json = json_object();
#define SET(field, comment) \
  if (sizes->field != KS_NO_SIZE) json_object_set_new(json, #field, json_integer(sizes->field));
  KS_SIZES(SET)
#undef SET
  return json;
}

static json_t *json_shares(const struct ks_inventory_row *rows, size_t count) {
  json_t *json = json_object();
  for (size_t i = 0; i < SHARES; i++)
    json_object_set_new(
        json, shares[i].name,
        json_pack("{s:I, s:I}", "bits", (json_int_t)ks_inventory_bits(rows, count, shares[i].parts, true),
                  "whole_bits", (json_int_t)ks_inventory_bits(rows, count, shares[i].parts, false)));
  return json;
}

static void add_parts(json_t *json, const struct ks_config *config, const struct ks_sizes *sizes) {
  struct ks_inventory_row rows[KS_INVENTORY_MAX];
  struct bound bounds[BOUNDS];
  size_t count = ks_inventory(config, sizes, rows);
  json_t *cycles = json_object();
  size_t bound_count = find_bounds(config, sizes, bounds);
  for (size_t i = 0; i < bound_count; i++)
    json_object_set_new(cycles, bounds[i].name, json_integer(bounds[i].cycles));
  json_object_set_new(json, "parts", ks_inventory_json(rows, count));
  json_object_set_new(json, "multipliers", json_integer(ks_inventory_total(rows, count, KS_MULTIPLIER)));
  json_object_set_new(json, "selector", json_shares(rows, count));
  json_object_set_new(json, "cycles", cycles);
}

static json_t *json_all(const struct ks_config *config, const struct ks_sizes *sizes) {
  char warnings[WARNINGS][WARNING_TEXT];
  size_t warned = find_warnings(config, sizes, warnings);
  json_t *list = json_array();
  for (size_t i = 0; i < warned; i++) json_array_append_new(list, json_string(warnings[i]));
  json_t *json = json_pack("{s:s, s:s, s:o, s:o}", "version", KS_VERSION, "config", config->name, "parameters",
                           report_config(config), "sizes", json_sizes(sizes));
  add_parts(json, config, sizes);
  json_object_set_new(json, "warnings", list);
  return json;
}

int cmd_show(int argc, char **argv, struct ks_error *error) {
  struct config_options options = {0};
  struct ks_config config;
  struct ks_sizes sizes;
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  if (options_config(&options, &config, error) != KS_OK) return EXIT_USER;
  ks_sizes_derive(&config, &sizes);
  if (options.json) return report_show(json_all(&config, &sizes), error);
  print_all(&config, &sizes);
  return EXIT_GOOD;
}
