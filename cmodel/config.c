/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "kronecker.h"

/* ---- the table ------------------------------------------------------------------------------- */

enum kind { KIND_INT, KIND_AUTO, KIND_ENUM, KIND_REAL, KIND_LIST };

struct entry {
  struct ks_config_key key;
  enum kind kind;
  size_t offset;
  double low, high;
  const char *words[4]; /* ENUM only; NULL past the last */
};

#define FIRST_OF(first, ...) first
#define FIRST(...) FIRST_OF(__VA_ARGS__, 0)
#define JOIN2(a, b) a "|" b
#define JOIN3(a, b, c) a "|" b "|" c
#define JOIN_OF(a, b, c, join, ...) join
#define JOIN(...) JOIN_OF(__VA_ARGS__, JOIN3, JOIN2, 0)(__VA_ARGS__)

#define RANGE_INT(key, low, high) #low ".." #high
#define RANGE_AUTO(key, low, high) "auto|" #low ".." #high
#define RANGE_ENUM(key, low, high) JOIN(KS_WORDS_##key)
#define RANGE_REAL(key, low, high) "auto|" #low ".." #high
#define RANGE_LIST(key, low, high) "auto|" #low ".." #high ",.."
#define INITIAL_INT(key, value) #value
#define INITIAL_AUTO(key, value) "auto"
#define INITIAL_ENUM(key, value) FIRST(KS_WORDS_##key)
#define INITIAL_REAL(key, value) "auto"
#define INITIAL_LIST(key, value) value
#define WORDS_INT(key) \
  { NULL }
#define WORDS_AUTO(key) \
  { NULL }
#define WORDS_ENUM(key) \
  { KS_WORDS_##key }
#define WORDS_REAL(key) \
  { NULL }
#define WORDS_LIST(key) \
  { NULL }

static const struct entry entries[] = {
#define ENTRY(key, KIND, value, low, high, engines, help)                                  \
  {{#key, help, RANGE_##KIND(key, low, high), INITIAL_##KIND(key, value), engines},        \
   KIND_##KIND, offsetof(struct ks_config, key), low, high, WORDS_##KIND(key)},
    KS_CONFIG_KEYS(ENTRY)
#undef ENTRY
};
enum { ENTRIES = sizeof entries / sizeof entries[0] };

/* What INITIAL_AUTO and INITIAL_ENUM take for granted. */
#define CHECK_INT(value) 1
#define CHECK_AUTO(value) ((value) == KS_AUTO)
#define CHECK_ENUM(value) ((value) == 0)
#define CHECK_REAL(value) 1
#define CHECK_LIST(value) 1
#define CHECK(key, KIND, value, ...) \
  _Static_assert(CHECK_##KIND(value), "the default of " #key " is auto or its first word");
KS_CONFIG_KEYS(CHECK)
#undef CHECK

const struct ks_config_key *ks_config_key(size_t i) {
  return i < ENTRIES ? &entries[i].key : NULL;
}

static const struct entry *find_entry(const char *key) {
  for (size_t i = 0; i < ENTRIES; i++)
    if (strcmp(entries[i].key.name, key) == 0) return &entries[i];
  return NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool parse_integer(const char *text, const struct entry *entry, int *value) {
  char *end;
  errno = 0;
  long number = strtol(text, &end, 10);
  if (errno || end == text || *end || (double)number < entry->low || (double)number > entry->high)
    return false;
  *value = (int)number;
  return true;
}

static bool parse_word(const char *text, const struct entry *entry, int *value) {
  for (int i = 0; i < 4 && entry->words[i]; i++) {
    if (strcmp(entry->words[i], text) != 0) continue;
    *value = i;
    return true;
  }
  return false;
}

static bool parse_real(const char *text, const struct entry *entry, double *value) {
  char *end;
  double number = strtod(text, &end);
  if (end == text || *end || !(number >= entry->low && number <= entry->high)) return false;
  *value = number;
  return true;
}

static bool parse_list(const char *text, const struct entry *entry, char list[64]) {
  char item[64];
  int number;
  if (strlen(text) >= sizeof item) return false;
  for (const char *at = text;; at++) {
    size_t length = strcspn(at, ",");
    snprintf(item, sizeof item, "%.*s", (int)length, at);
    if (!parse_integer(item, entry, &number)) return false;
    at += length;
    if (!*at) break;
  }
  strcpy(list, text);
  return true;
}

static bool parse_value(struct ks_config *config, const struct entry *entry, const char *text) {
  void *field = (char *)config + entry->offset;
  bool is_auto = strcmp(text, "auto") == 0;
  switch (entry->kind) {
    case KIND_INT: return parse_integer(text, entry, field);
    case KIND_AUTO:
      if (is_auto) *(int *)field = KS_AUTO;
      return is_auto || parse_integer(text, entry, field);
    case KIND_ENUM: return parse_word(text, entry, field);
    case KIND_REAL:
      if (is_auto) *(double *)field = NAN;
      return is_auto || parse_real(text, entry, field);
    case KIND_LIST:
      if (is_auto) strcpy(field, text);
      return is_auto || parse_list(text, entry, field);
  }
  return false;
}

static void print_value(const struct ks_config *config, const struct entry *entry, char text[64]) {
  const void *field = (const char *)config + entry->offset;
  if (entry->kind == KIND_LIST) {
    strcpy(text, field);
  } else if (entry->kind == KIND_ENUM) {
    strcpy(text, entry->words[*(const int *)field]);
  } else if (entry->kind == KIND_REAL) {
    double value = *(const double *)field;
    if (isnan(value)) strcpy(text, "auto");
    else snprintf(text, 64, "%.17g", value);
  } else if (entry->kind == KIND_AUTO && *(const int *)field == KS_AUTO) {
    strcpy(text, "auto");
  } else {
    snprintf(text, 64, "%d", *(const int *)field);
  }
}

void ks_config_text(const struct ks_config *config, const char *key, char text[64]) {
  const struct entry *entry = find_entry(key);
  text[0] = 0;
  if (entry) print_value(config, entry, text);
}

void ks_config_default(struct ks_config *config) {
  *config = (struct ks_config){.name = "default"};
  for (size_t i = 0; i < ENTRIES; i++) parse_value(config, &entries[i], entries[i].key.initial);
}

int ks_config_set(struct ks_config *config, const char *where, const char *key, const char *value,
                  struct ks_error *error) {
  const struct entry *entry = find_entry(key);
  if (!entry)
    return ks_fail(error, "%s: unknown configuration key '%.64s' (keysieve show --help lists them)", where,
                   key);
  if (!parse_value(config, entry, value))
    return ks_fail(error, "%s: %s = '%.64s' is not in its range %s", where, key, value, entry->key.range);
  return KS_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* A text being read by inih, which tells its handler neither the line nor why it stops. */
struct source {
  const char *name, *text;
  int line;
  struct ks_config *config;
  struct ks_error *error;
  int failed_line; /* the first that `error` is about; 0: none */
};

/* As fgets, for ini_parse_stream, but a line is one line however long: inih would take its rest for the
 * next one. */
static char *read_line(char *line, int room, void *stream) {
  struct source *source = stream;
  size_t length = strcspn(source->text, "\n");
  if (!source->text[0]) return NULL;
  source->line++;
  if (length >= (size_t)room && !source->failed_line) {
    source->failed_line = source->line;
    ks_fail(source->error, "%.160s:%d: is longer than %d characters", source->name, source->line, room - 1);
  }
  snprintf(line, (size_t)room, "%.*s", (int)(length < INT_MAX ? length : INT_MAX), source->text);
  source->text += length + (source->text[length] == '\n');
  return line;
}

static int take_pair(void *user, const char *section, const char *key, const char *value) {
  struct source *source = user;
  char where[192];
  if (source->failed_line) return 0;
  snprintf(where, sizeof where, "%.160s:%d", source->name, source->line);
  int status = *section ? ks_fail(source->error, "%s: section [%.64s] has no meaning here", where, section)
                        : ks_config_set(source->config, where, key, value, source->error);
  if (status != KS_OK) source->failed_line = source->line;
  return status == KS_OK;
}

int ks_config_parse(struct ks_config *config, const char *name, const char *text, struct ks_error *error) {
  struct source source = {.name = name, .text = text, .config = config, .error = error};
  ks_config_default(config);
  int line = ini_parse_stream(read_line, &source, take_pair, &source);
  if (line == 0 && !source.failed_line) return KS_OK;
  if (source.failed_line && (line == 0 || source.failed_line <= line)) return KS_USER_ERROR;
  return ks_fail(error, "%.160s:%d: not a line of the form key = value", name, line);
}

/* The design's name becomes a module name. */
/* Names that the generated files or the language have already. */
static bool is_taken(const char *name) {
  static const char *const taken[] = {
      "always",   "and",       "assign",      "automatic", "begin",    "bench",     "buf",       "case",
      "casex",    "casez",     "cell",        "cmos",      "config",   "deassign",  "default",   "defparam",
      "design",   "disable",   "edge",        "else",      "end",      "endcase",   "endconfig", "endfunction",
      "endgenerate", "endmodule", "endprimitive", "endspecify", "endtable", "endtask", "event",  "for",
      "force",    "forever",   "fork",        "function",  "generate", "genvar",    "if",        "ifnone",
      "incdir",   "include",   "initial",     "inout",     "input",    "instance",  "integer",   "join",
      "liblist",  "library",   "localparam",  "macromodule", "module", "nand",      "negedge",   "nmos",
      "nor",      "not",       "or",          "output",    "parameter", "pmos",     "posedge",   "primitive",
      "pull0",    "pull1",     "real",        "realtime",  "reg",      "release",   "repeat",    "rnmos",
      "rpmos",    "scalared",  "showcancelled", "signed",  "small",    "specify",   "specparam", "strong0",
      "strong1",  "supply0",   "supply1",     "table",     "task",     "time",      "tran",      "tri",
      "tri0",     "tri1",      "triand",      "trior",     "trireg",   "unsigned",  "use",       "vectored",
      "wait",     "wand",      "weak0",       "weak1",     "while",    "wire",      "wor",       "xnor",
      "xor"};
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (strcmp(name, taken[i]) == 0) return true;
  return strncmp(name, "ks_", 3) == 0 || strncmp(name, "ks-", 3) == 0;
}

static int set_name(struct ks_config *config, const char *path, struct ks_error *error) {
  const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
  size_t length = strlen(base);
  if (length > 4 && strcmp(base + length - 4, ".ini") == 0) length -= 4;
  bool legal = length > 0 && length < sizeof config->name && (isalpha((unsigned char)*base) || *base == '_');
  for (size_t i = 0; i < length; i++)
    if (!isalnum((unsigned char)base[i]) && !strchr("_-", base[i])) legal = false;
  if (!legal)
    return ks_fail(error,
                   "%s: names the design, so the file's name has to be 1 to 63 letters, digits, - and _, a "
                   "letter first",
                   path);
  snprintf(config->name, sizeof config->name, "%.*s", (int)length, base);
  if (is_taken(config->name))
    return ks_fail(error,
                   "%s: names the design %s, which is a word of Verilog or a name of the generated files; "
                   "the file needs another name",
                   path, config->name);
  return KS_OK;
}

int ks_config_read(struct ks_config *config, const char *path, struct ks_error *error) {
  uint8_t *bytes;
  size_t size;
  if (ks_file_read(path, &bytes, &size, error) != KS_OK) return KS_USER_ERROR;
  int status = memchr(bytes, 0, size) ? ks_fail(error, "%s: not a text file", path)
                                      : ks_config_parse(config, path, (const char *)bytes, error);
  free(bytes);
  return status == KS_OK ? set_name(config, path, error) : status;
}

/* ---- what can be built ----------------------------------------------------------------------- */

/* A key that the design does not use has to stay at its default: a set one is a misunderstanding. */
static int check_unused(const struct ks_config *config, const struct entry *entry, const char *reason,
                        struct ks_error *error) {
  char text[64];
  print_value(config, entry, text);
  if (strcmp(text, entry->key.initial) == 0) return KS_OK;
  return ks_fail(error, "%s: %s = %s has no effect: %s", config->name, entry->key.name, text, reason);
}

static int check_foreign_keys(const struct ks_config *config, struct ks_error *error) {
  for (size_t i = 0; i < ENTRIES; i++)
    if (!(entries[i].key.engines & (1u << config->engine)) &&
        check_unused(config, &entries[i], "it is a key of another engine", error) != KS_OK)
      return KS_USER_ERROR;
  return KS_OK;
}

static int check_hash(const struct ks_config *config, struct ks_error *error) {
  static const char *const keys[] = {"hash_factors", "hash_multipliers"};
  for (size_t i = 0; i < 2 && config->hash != KS_HASH_KRONECKER; i++)
    if (check_unused(config, find_entry(keys[i]), "it belongs to hash = kronecker", error) != KS_OK)
      return KS_USER_ERROR;
  if (strcmp(config->hash_factors, "auto") != 0 && ks_factors_of(config).dim != config->d)
    return ks_fail(error, "%s: hash_factors = %s cannot be built: their product has to be d, here %d",
                   config->name, config->hash_factors, config->d);
  return KS_OK;
}

/* SPEC 3. */
static int check_float(const struct ks_config *config, struct ks_error *error) {
  const char *name = config->name;
  if (config->exp_frac != 5)
    return ks_fail(error, "%s: exp_frac = %d cannot be built with accumulator = float: its floats have 5",
                   name, config->exp_frac);
  if (config->recip_frac < 5)
    return ks_fail(error, "%s: recip_frac = %d cannot be built with accumulator = float: 5..12", name,
                   config->recip_frac);
  if (config->ways != 1)
    return ks_fail(error, "%s: ways = %d cannot be built with accumulator = float: 1", name, config->ways);
  return check_unused(config, find_entry("guard_bits"), "it belongs to accumulator = shared", error);
}

/* SPEC 8. */
static int check_lists(const struct ks_config *config, struct ks_error *error) {
  if (config->top_k > config->n)
    return ks_fail(error, "%s: top_k = %d is more than a page has keys: 1..n, and n = %d", config->name,
                   config->top_k, config->n);
  if (config->top_q > config->top_k)
    return ks_fail(error, "%s: top_q = %d is more than there are candidates: 1..top_k, and top_k = %d",
                   config->name, config->top_q, config->top_k);
  return KS_OK;
}

int ks_config_check(const struct ks_config *config, struct ks_error *error) {
  if (check_foreign_keys(config, error) != KS_OK || check_hash(config, error) != KS_OK) return KS_USER_ERROR;
  if (config->issue != KS_ISSUE_LQF &&
      check_unused(config, find_entry("queue_depth"), "it belongs to issue = lqf", error) != KS_OK)
    return KS_USER_ERROR;
  if (config->accumulator == KS_ACCUMULATOR_FLOAT && check_float(config, error) != KS_OK)
    return KS_USER_ERROR;
  if (config->engine == KS_ENGINE_LISA && check_lists(config, error) != KS_OK) return KS_USER_ERROR;
  if (config->ways == 3) return ks_fail(error, "%s: ways = 3 cannot be built: 1, 2 or 4", config->name);
  if (config->divide_multipliers > config->d)
    return ks_fail(error, "%s: divide_multipliers = %d is more than a row has elements: 1..d, and d = %d",
                   config->name, config->divide_multipliers, config->d);
  if (config->out_frac != KS_AUTO &&
      (config->out_frac < config->frac_bits || config->out_frac > config->frac_bits + 8))
    return ks_fail(error, "%s: out_frac = %d is not in frac_bits..frac_bits+8, here %d..%d", config->name,
                   config->out_frac, config->frac_bits, config->frac_bits + 8);
  return KS_OK;
}
