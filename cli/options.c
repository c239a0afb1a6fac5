/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- numbers --------------------------------------------------------------------------------- */

double options_positive(const struct argp_state *state, const char *option, const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end || !(value > 0) || !isfinite(value))
    argp_error(state, "%s: '%s' is not a finite number above 0", option, text);
  return value;
}

double options_percent(const struct argp_state *state, const char *option, const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end || !(value > 0 && value <= 100))
    argp_error(state, "%s: '%s' is not a percentage above 0 and at most 100", option, text);
  return value;
}

uint64_t options_integer(const struct argp_state *state, const char *option, const char *text, uint64_t low,
                         uint64_t high) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (errno || end == text || *end || *text == '-' || value < low || value > high)
    argp_error(state, "%s: '%s' is not an integer %llu..%llu", option, text, (unsigned long long)low,
               (unsigned long long)high);
  return value;
}

void options_queries(const struct argp_state *state, const char *text, size_t *first, size_t *end) {
  char low[32];
  const char *colon = strchr(text, ':');
  if (!colon) argp_error(state, "--queries: '%s' is not of the form A:B", text);
  snprintf(low, sizeof low, "%.*s", (int)(colon - text), text);
  *first = options_integer(state, "--queries", low, 0, INT32_MAX - 1);
  *end = options_integer(state, "--queries", colon + 1, *first + 1, INT32_MAX);
}

double options_from_0(const struct argp_state *state, const char *option, const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end || !(value >= 0) || !isfinite(value))
    argp_error(state, "%s: '%s' is not a finite number from 0 up", option, text);
  return value;
}

double options_gain(const struct argp_state *state, const char *option, const char *text) {
  return strcmp(text, "auto") == 0 ? NAN : options_positive(state, option, text);
}

int options_blame(const char *option, struct ks_error *error) {
  struct ks_error reason = *error;
  return ks_fail(error, "%s: %.480s", option, reason.text);
}

/* ---- CONFIG ---------------------------------------------------------------------------------- */

enum { OPTION_SET = 0x100, OPTION_JSON };

static error_t parse_config(int key, char *argument, struct argp_state *state) {
  struct config_options *options = state->input;
  switch (key) {
    case OPTION_SET:
      if (!strchr(argument, '=')) argp_error(state, "--set: '%s' is not of the form key=value", argument);
      if (options->set_count == OPTIONS_MAX_SETS)
        argp_error(state, "--set: at most %d times", OPTIONS_MAX_SETS);
      options->sets[options->set_count++] = argument;
      return 0;
    case OPTION_JSON: options->json = true; return 0;
    case ARGP_KEY_ARG:
      if (options->config) return ARGP_ERR_UNKNOWN;
      options->config = argument;
      return 0;
    case ARGP_KEY_END:
      if (!options->config)
        argp_error(state, "CONFIG is missing: a name in configs/ or a path to an .ini file");
      return 0;
    default: return ARGP_ERR_UNKNOWN;
  }
}

const struct argp config_argp =
    {.options =
         (const struct argp_option[]){{"set", OPTION_SET, "KEY=VALUE", 0,
                                       "Override a key of the configuration; repeatable", 0},
                                      {"json", OPTION_JSON, NULL, 0, "Print JSON instead of a table", 0},
                                      {0}},
     .parser = parse_config};

/* <folder of the binary>/<relative>/<name>.ini; empty where the system does not tell. */
static void beside_binary(char *path, size_t room, const char *relative, const char *name) {
  char binary[2048];
  ssize_t length = readlink("/proc/self/exe", binary, sizeof binary - 1);
  path[0] = 0;
  if (length <= 0) return;
  binary[length] = 0;
  *strrchr(binary, '/') = 0;
  snprintf(path, room, "%s/%s/%s.ini", binary, relative, name);
}

/* Where the configuration called `name` is. */
static int find_config(const char *name, char *path, size_t room, struct ks_error *error) {
  size_t length = strlen(name);
  if (strchr(name, '/') || (length > 4 && strcmp(name + length - 4, ".ini") == 0)) {
    snprintf(path, room, "%s", name);
    return KS_OK;
  }
  snprintf(path, room, "configs/%s.ini", name);
  if (access(path, F_OK) == 0) return KS_OK;
  beside_binary(path, room, "../configs", name);
  if (access(path, F_OK) == 0) return KS_OK;
  beside_binary(path, room, "../share/keysieve/configs", name);
  if (access(path, F_OK) == 0) return KS_OK;
  return ks_fail(error,
                 "CONFIG: there is no configs/%.200s.ini; a name in configs/ or a path to an .ini is needed",
                 name);
}

static int apply_set(struct ks_config *config, const char *set, struct ks_error *error) {
  char key[64];
  const char *equal = strchr(set, '=');
  snprintf(key, sizeof key, "%.*s", (int)(equal - set), set);
  return ks_config_set(config, "--set", key, equal + 1, error);
}

int options_config(const struct config_options *options, struct ks_config *config, struct ks_error *error) {
  char path[4096];
  if (find_config(options->config, path, sizeof path, error) != KS_OK) return KS_USER_ERROR;
  if (ks_config_read(config, path, error) != KS_OK) return KS_USER_ERROR;
  for (size_t i = 0; i < options->set_count; i++)
    if (apply_set(config, options->sets[i], error) != KS_OK) return KS_USER_ERROR;
  return ks_config_check(config, error);
}

int options_only_elsa(const struct ks_config *config, const char *what, struct ks_error *error) {
  char engine[64];
  ks_config_text(config, "engine", engine);
  if (config->engine == KS_ENGINE_ELSA) return KS_OK;
  return ks_fail(error, "CONFIG: %s has engine = %s, which has no %s; elsa has one", config->name, engine,
                 what);
}

/* ---- run, cosim ------------------------------------------------------------------------------ */

enum {
  OPTION_Q = 0x200,
  OPTION_K,
  OPTION_V,
  OPTION_LABELS,
  OPTION_QUERIES,
  OPTION_OUT,
  OPTION_MASK,
  OPTION_STATS,
  OPTION_SCALE,
  OPTION_Q_GAIN,
  OPTION_K_GAIN,
  OPTION_V_GAIN,
  OPTION_THRESHOLD,
  OPTION_P,
  OPTION_EXACT,
  OPTION_NO_QUALITY,
  OPTION_ITERATIONS,
  OPTION_POST,
  OPTION_TAU,
  OPTION_TOP_K,
  OPTION_TOP_Q,
  OPTION_POSITIVE_ONLY
};

static const struct argp_option run_list[] = {
    {"q", OPTION_Q, "Q.npy", 0, "Queries: (rows, d) or (heads, rows, d); float32, float64 or int16 codes",
     1},
    {"k", OPTION_K, "K.npy", 0, "Keys, likewise; heads and d as in Q", 1},
    {"v", OPTION_V, "V.npy", 0, "Values, of the shape of the keys", 1},
    {"labels", OPTION_LABELS, "L.npy", 0, "The right answer of each row of Q: a column of the output", 1},
    {"queries", OPTION_QUERIES, "A:B", 0, "Only rows A..B-1 of each head of Q", 1},
    {"scale", OPTION_SCALE, "X", 0, "Factor on q.k of the tensors as given (default 1/sqrt(d))", 2},
    {"q-gain", OPTION_Q_GAIN, "X", 0,
     "Factor on Q before it is quantised (default auto: the largest power of two that fits)", 2},
    {"k-gain", OPTION_K_GAIN, "X", 0, "Factor on K, likewise", 2},
    {"v-gain", OPTION_V_GAIN, "X", 0, "Factor on V, likewise", 2},
    {"exact", OPTION_EXACT, NULL, 0, "Every key takes part", 3},
    {"p", OPTION_P, "P", 0,
     "elsa: learn the threshold on the very queries of the run (default 1); 0 = exact", 3},
    {"threshold", OPTION_THRESHOLD, "T|T.json", 0, "elsa: the threshold, or what `learn` wrote", 3},
    {"iterations", OPTION_ITERATIONS, "M|Mx", 0,
     "a3: greedy iterations; 0.5x is half the keys, rounded down (default, where the design has as many)",
     3},
    {"post", OPTION_POST, "T", 0,
     "a3: use a candidate whose weight is at least T percent of the largest (default 5)", 3},
    {"tau", OPTION_TAU, "X", 0,
     "lisa: elements of K as given, up to X in magnitude, are 0 to predictions (default 0.7 of the "
     "head's mean magnitude)",
     3},
    {"top-k", OPTION_TOP_K, "N", 0,
     "lisa: candidates of a query (default: the key top_k, the most there can be)", 3},
    {"top-q", OPTION_TOP_Q, "N", 0,
     "lisa: keys used of these (default: the key top_q, or --top-k if it is less)", 3},
    {"positive-only", OPTION_POSITIVE_ONLY, NULL, 0, "lisa: only candidates whose prediction is above 0",
     3},
    {"out", OPTION_OUT, "O.npy", 0, "Write the output: float32, or int16 codes for int16 input", 5},
    {"mask", OPTION_MASK, "M.npy", 0,
     "Write uint8 (heads, queries, keys): 0 skipped, 1 candidate only, 2 used", 5},
    {"stats", OPTION_STATS, "S.json", 0, "Write the figures", 5},
    {"no-quality", OPTION_NO_QUALITY, NULL, 0, "Leave out the figures that need the reference in double",
     5},
    {0}};

/* ---- knobs: options that not every engine knows ---- */

static const struct {
  int option;
  unsigned engines;
  const char *name;
} knobs[] = {
    {OPTION_P, KS_FOR_ELSA, "--p"},
    {OPTION_THRESHOLD, KS_FOR_ELSA, "--threshold"},
    {OPTION_ITERATIONS, KS_FOR_A3, "--iterations"},
    {OPTION_POST, KS_FOR_A3, "--post"},
    {OPTION_TAU, KS_FOR_LISA, "--tau"},
    {OPTION_TOP_K, KS_FOR_LISA, "--top-k"},
    {OPTION_TOP_Q, KS_FOR_LISA, "--top-q"},
    {OPTION_POSITIVE_ONLY, KS_FOR_LISA, "--positive-only"},
};
enum { KNOBS = sizeof knobs / sizeof knobs[0] };

static void note_knob(int option, struct run_options *options) {
  for (size_t i = 0; i < KNOBS; i++)
    if (knobs[i].option == option) options->knobs |= 1u << i;
}

/* "--p, --threshold and --exact" */
static void list_knobs(const struct ks_config *config, char list[128]) {
  list[0] = 0;
  for (size_t i = 0; i < KNOBS; i++)
    if (knobs[i].engines >> config->engine & 1)
      snprintf(list + strlen(list), 128 - strlen(list), "%s%s", *list ? ", " : "", knobs[i].name);
  snprintf(list + strlen(list), 128 - strlen(list), " and --exact");
}

static int check_knobs(const struct run_options *options, const struct ks_config *config,
                       struct ks_error *error) {
  char list[128], engine[64];
  ks_config_text(config, "engine", engine);
  for (size_t i = 0; i < KNOBS; i++) {
    if (!(options->knobs >> i & 1) || knobs[i].engines >> config->engine & 1) continue;
    list_knobs(config, list);
    return ks_fail(error, "%s: engine %s does not know this knob; it has %s", knobs[i].name, engine, list);
  }
  return KS_OK;
}

int options_run_config(const struct run_options *options, struct ks_config *config, struct ks_error *error) {
  int status = options_config(&options->config, config, error);
  return status == KS_OK ? check_knobs(options, config, error) : status;
}

/* M, or a factor on the keys that ends in x. */
static void take_iterations(struct run_options *options, const char *text, const struct argp_state *state) {
  char *end;
  double value = strtod(text, &end);
  bool factor = strcmp(end, "x") == 0 && value > 0 && isfinite(value);
  bool number = !*end && value >= 1 && value <= KS_MAX_ITERATIONS && value == floor(value);
  if (end == text || !(factor || number))
    argp_error(state, "--iterations: '%s' is neither an integer 1..%d nor a factor on the keys such as 0.5x",
               text, KS_MAX_ITERATIONS);
  options->iterations = value;
  options->iterations_a_key = factor;
}

static error_t parse_run(int key, char *argument, struct argp_state *state) {
  struct run_options *options = state->input;
  note_knob(key, options);
  switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->config; return 0;
    case OPTION_Q: options->q = argument; return 0;
    case OPTION_K: options->k = argument; return 0;
    case OPTION_V: options->v = argument; return 0;
    case OPTION_LABELS: options->labels = argument; return 0;
    case OPTION_OUT: options->out = argument; return 0;
    case OPTION_MASK: options->mask = argument; return 0;
    case OPTION_STATS: options->stats = argument; return 0;
    case OPTION_QUERIES:
      options_queries(state, argument, &options->first_query, &options->end_query);
      return 0;
    case OPTION_SCALE: options->scale = options_positive(state, "--scale", argument); return 0;
    case OPTION_Q_GAIN: options->q_gain = options_gain(state, "--q-gain", argument); return 0;
    case OPTION_K_GAIN: options->k_gain = options_gain(state, "--k-gain", argument); return 0;
    case OPTION_V_GAIN: options->v_gain = options_gain(state, "--v-gain", argument); return 0;
    case OPTION_THRESHOLD: options->threshold = argument; return 0;
    case OPTION_P: options->p = options_from_0(state, "--p", argument); return 0;
    case OPTION_EXACT: options->exact = true; return 0;
    case OPTION_NO_QUALITY: options->no_quality = true; return 0;
    case OPTION_ITERATIONS: take_iterations(options, argument, state); return 0;
    case OPTION_POST: options->post = options_percent(state, "--post", argument); return 0;
    case OPTION_TAU: options->tau = options_from_0(state, "--tau", argument); return 0;
    case OPTION_TOP_K:
      options->top_k = (int)options_integer(state, "--top-k", argument, 1, KS_MAX_KEYS);
      return 0;
    case OPTION_TOP_Q:
      options->top_q = (int)options_integer(state, "--top-q", argument, 1, KS_MAX_KEYS);
      return 0;
    case OPTION_POSITIVE_ONLY: options->positive_only = true; return 0;
    default: return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child run_children[] = {{&config_argp, 0, NULL, 0}, {0}};
const struct argp run_argp = {.options = run_list, .parser = parse_run, .children = run_children};

void run_options_init(struct run_options *options) {
  *options = (struct run_options){.scale = NAN,
                                  .q_gain = NAN,
                                  .k_gain = NAN,
                                  .v_gain = NAN,
                                  .end_query = SIZE_MAX,
                                  .p = NAN,
                                  .iterations = NAN,
                                  .post = NAN,
                                  .tau = NAN};
}
