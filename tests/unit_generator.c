/* SPDX-License-Identifier: Apache-2.0
 *
 * The generator as a program: the writer's books, holes, files whole or not at all, and that what is emitted
 * says what the model says.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "../cmodel/tables.h"
#include "../gen/board.h"
#include "../gen/embedded.h"
#include "../gen/facts.h"
#include "../gen/inventory.h"
#include "../gen/tables.h"
#include "../gen/template.h"
#include "../gen/verilog.h"
#include "sweep.h"

enum { MAX_PATH = 512 };

/* ---- folders of a test ---------------------------------------------------------------------- */

static void make_folder(char folder[MAX_PATH]) {
  snprintf(folder, MAX_PATH, "/tmp/unit_generator.XXXXXX");
  assert_non_null(mkdtemp(folder));
}

static void path_of(char path[MAX_PATH], const char *folder, const char *name) {
  assert_true(snprintf(path, MAX_PATH, "%s/%s", folder, name) < MAX_PATH);
}

static bool real_entry(const struct dirent *entry) {
  return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

static int entries(const char *folder) {
  DIR *stream = opendir(folder);
  assert_non_null(stream);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(stream));) count += real_entry(entry);
  closedir(stream);
  return count;
}

static void remove_folder(const char *folder) {
  DIR *stream = opendir(folder);
  assert_non_null(stream);
  for (struct dirent *entry; (entry = readdir(stream));) {
    char path[MAX_PATH];
    path_of(path, folder, entry->d_name);
    if (real_entry(entry)) assert_int_equal(remove(path), 0);
  }
  closedir(stream);
  assert_int_equal(rmdir(folder), 0);
}

/* The whole file, freed by free(). */
static char *read_file(const char *folder, const char *name) {
  char path[MAX_PATH], *text = NULL;
  size_t size = 0;
  path_of(path, folder, name);
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("%s: %s", path, strerror(errno));
  ssize_t length = getdelim(&text, &size, '\0', file);
  assert_true(length >= 0);
  fclose(file);
  return text;
}

static struct ks_output *generate(const struct ks_package *package) {
  struct ks_output *output = ks_output_new();
  ks_package_generate(package, output);
  return output;
}

static void write_good(struct ks_output *output, const char *folder) {
  struct ks_error error;
  if (ks_output_write(output, folder, &error)) fail_msg("%s", error.text);
}

/* What an assertion or a breach ends, ends by SIGABRT. */
static bool aborts(void (*act)(void)) {
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    if (!freopen("/dev/null", "w", stderr)) _exit(1);
    act();
    _exit(0);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* ---- the writer ----------------------------------------------------------------------------- */

static struct ks_verilog *open_module(FILE *out) {
  struct ks_verilog *v = ks_verilog_open(out, "m", "A module.");
  ks_verilog_port(v, KS_INPUT, NULL, "a_i", NULL);
  return v;
}

static void no_breach(struct ks_verilog *v) {
  ks_verilog_port(v, KS_OUTPUT, "2", "y_o", NULL);
  ks_verilog_assign(v, "y_o[0]", "a_i");
  ks_verilog_assign(v, "y_o[1]", "!a_i");
}

static void port_twice(struct ks_verilog *v) {
  ks_verilog_port(v, KS_INPUT, NULL, "a_i", NULL);
}

static void late_port(struct ks_verilog *v) {
  ks_verilog_port(v, KS_OUTPUT, NULL, "y_o", NULL);
  ks_verilog_assign(v, "y_o", "a_i");
  ks_verilog_port(v, KS_INPUT, NULL, "b_i", NULL);
}

static void output_undriven(struct ks_verilog *v) {
  ks_verilog_port(v, KS_OUTPUT, NULL, "y_o", NULL);
}

static void driven_twice(struct ks_verilog *v) {
  ks_verilog_port(v, KS_OUTPUT, NULL, "y_o", NULL);
  ks_verilog_assign(v, "y_o", "a_i");
  ks_verilog_assign(v, "y_o", "!a_i");
}

static void whole_and_slice(struct ks_verilog *v) {
  ks_verilog_port(v, KS_OUTPUT, "2", "y_o", NULL);
  ks_verilog_assign(v, "y_o", "{2{a_i}}");
  ks_verilog_assign(v, "y_o[1]", "a_i");
}

static void input_driven(struct ks_verilog *v) {
  ks_verilog_assign(v, "a_i", "1'b0");
}

static void undeclared_read(struct ks_verilog *v) {
  ks_verilog_port(v, KS_OUTPUT, NULL, "y_o", NULL);
  ks_verilog_assign(v, "y_o", "a_i && b");
}

static void undeclared_driven(struct ks_verilog *v) {
  ks_verilog_assign(v, "b", "a_i");
}

static void wire_unread(struct ks_verilog *v) {
  ks_verilog_wire(v, NULL, "w", NULL);
  ks_verilog_assign(v, "w", "a_i");
}

static void out_of_scope(struct ks_verilog *v) {
  ks_verilog_port(v, KS_OUTPUT, NULL, "y_o", NULL);
  ks_verilog_for(v, "g", "i", "2");
  ks_verilog_wire(v, NULL, "w", NULL);
  ks_verilog_assign(v, "w", "a_i");
  ks_verilog_end(v);
  ks_verilog_assign(v, "y_o", "w");
}

static void left_open(struct ks_verilog *v) {
  ks_verilog_for(v, "g", "i", "2");
}

static void every_breach_is_named(void **state) {
  (void)state;
  const struct {
    void (*act)(struct ks_verilog *v);
    const char *expected; /* NULL: none */
  } cases[] = {
      {no_breach, NULL},
      {port_twice, "a_i is declared twice"},
      {late_port, "b_i is a port after the port list"},
      {output_undriven, "y_o is never driven"},
      {driven_twice, "y_o is driven twice"},
      {whole_and_slice, "y_o is driven twice"},
      {input_driven, "a_i cannot be driven"},
      {undeclared_read, "b is used before it is declared"},
      {undeclared_driven, "b is driven before it is declared"},
      {wire_unread, "w is never read"},
      {out_of_scope, "w is never read"},
      {left_open, "a block is left open"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct ks_error error = {""};
    FILE *out = fopen("/dev/null", "w");
    struct ks_verilog *v = open_module(out);
    cases[i].act(v);
    int status = ks_verilog_close(v, &error);
    fclose(out);
    assert_int_equal(status != KS_OK, cases[i].expected != NULL);
    if (cases[i].expected && !strstr(error.text, cases[i].expected))
      fail_msg("\"%s\" does not say \"%s\"", error.text, cases[i].expected);
  }
}

static void end_without_block(void) {
  ks_verilog_end(open_module(stderr));
}

static void finish_after_breach(void) {
  struct ks_verilog *v = open_module(stderr);
  output_undriven(v);
  ks_verilog_finish(v);
}

static void our_mistakes_stop_the_writer(void **state) {
  (void)state;
  assert_true(aborts(end_without_block));
  assert_true(aborts(finish_after_breach));
}

/* ---- holes ---------------------------------------------------------------------------------- */

static const struct ks_hole no_holes[] = {{NULL, NULL, NULL}};

static void unknown_hole(void) {
  ks_template(stderr, "registers.v.in", no_holes, NULL);
}

static void unused_filling(void) {
  const struct ks_hole holes[] = {{"NOBODY", "", NULL}, {NULL, NULL, NULL}};
  ks_template(stderr, "ks_rshr.v", holes, NULL);
}

static void unknown_file(void) {
  ks_template(stderr, "nothing.v", no_holes, NULL);
}

static void holes_and_fillings_match(void **state) {
  (void)state;
  assert_true(aborts(unknown_hole));
  assert_true(aborts(unused_filling));
  assert_true(aborts(unknown_file));

  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  ks_template(out, "ks_rshr.v", no_holes, NULL);
  fclose(out);
  assert_string_equal(text, ks_embedded_text("ks_rshr.v"));
  free(text);
}

/* ---- files ---------------------------------------------------------------------------------- */

static struct ks_output *two_files(const char *first, const char *second) {
  struct ks_output *output = ks_output_new();
  ks_output_text(output, "first", first);
  ks_output_text(output, "second", second);
  return output;
}

static void expect_refused(const char *folder, const char *expected) {
  struct ks_output *output = two_files("new", "new");
  struct ks_error error = {""};
  assert_int_equal(ks_output_write(output, folder, &error), KS_USER_ERROR);
  if (!strstr(error.text, expected)) fail_msg("\"%s\" does not say \"%s\"", error.text, expected);
  ks_output_free(output);
}

static void impossible_folders(void **state) {
  (void)state;
  char folder[MAX_PATH], file[MAX_PATH], below[MAX_PATH];
  make_folder(folder);
  path_of(file, folder, "file");
  path_of(below, file, "below");
  fclose(fopen(file, "w"));
  expect_refused(file, "is not a folder");
  expect_refused(below, "cannot make the output folder");
  expect_refused("/dev/full", "is not a folder");
  expect_refused("/proc/self", "cannot write"); /* root may not write there either */
  expect_refused("", "is empty");
  assert_int_equal(entries(folder), 1);
  remove_folder(folder);
}

/* After `first` and `second` say old, a write that fails leaves them so, and nothing beside them. */
static void expect_untouched(const char *folder, int beside) {
  char *first = read_file(folder, "first");
  assert_string_equal(first, "old");
  free(first);
  assert_int_equal(entries(folder), beside + 1);
}

static void full_disk(void **state) {
  (void)state;
  char folder[MAX_PATH], temporary[MAX_PATH], name[64];
  make_folder(folder);
  struct ks_output *output = two_files("old", "old");
  write_good(output, folder);
  ks_output_free(output);
  snprintf(name, sizeof name, ".second.%ld", (long)getpid());
  path_of(temporary, folder, name);
  assert_int_equal(symlink("/dev/full", temporary), 0);
  expect_refused(folder, "/second: No space left on device");
  expect_untouched(folder, 1);
  remove_folder(folder);
}

static void folder_in_place_of_a_file(void **state) {
  (void)state;
  char folder[MAX_PATH], second[MAX_PATH];
  make_folder(folder);
  struct ks_output *output = ks_output_new();
  ks_output_text(output, "first", "old");
  write_good(output, folder);
  ks_output_free(output);
  path_of(second, folder, "second");
  assert_int_equal(mkdir(second, 0777), 0);
  expect_refused(folder, "/second: it is a folder");
  expect_untouched(folder, 1);
  remove_folder(folder);
}

static ino_t inode_of(const char *folder, const char *name) {
  char path[MAX_PATH];
  struct stat status;
  path_of(path, folder, name);
  assert_int_equal(stat(path, &status), 0);
  return status.st_ino;
}

/* A file that is written anew is another inode. */
static void same_files_are_left_alone(void **state) {
  (void)state;
  char folder[MAX_PATH];
  make_folder(folder);
  struct ks_output *before = two_files("equal", "one"), *after = two_files("equal", "two");
  write_good(before, folder);
  ino_t first = inode_of(folder, "first"), second = inode_of(folder, "second");
  write_good(before, folder);
  assert_true(inode_of(folder, "first") == first && inode_of(folder, "second") == second);
  write_good(after, folder);
  assert_true(inode_of(folder, "first") == first && inode_of(folder, "second") != second);
  char *text = read_file(folder, "second");
  assert_string_equal(text, "two");
  free(text);
  assert_int_equal(entries(folder), 2);
  ks_output_free(before);
  ks_output_free(after);
  remove_folder(folder);
}

/* ---- a pure function ------------------------------------------------------------------------ */

/* Fails on today's date, or on where the test runs. */
static void expect_no_trace_of_here(const char *name, const char *text) {
  static const char *const dates[] = {"%Y-%m-%d", "%b %e %Y", "%e %b %Y", "%d.%m.%Y", "%m/%d/%Y"};
  char here[MAX_PATH], date[64];
  time_t now = time(NULL);
  assert_non_null(getcwd(here, sizeof here));
  if (strstr(text, here) || strstr(text, "/tmp/") || strstr(text, "/home/"))
    fail_msg("%s contains a path", name);
  for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
    strftime(date, sizeof date, dates[i], localtime(&now));
    if (strstr(text, date)) fail_msg("%s contains the date %s", name, date);
  }
}

static void compare_files(const struct ks_output *output, const char *one, const char *other) {
  const char *name;
  for (size_t i = 0; (name = ks_output_name(output, i)); i++) {
    char *a = read_file(one, name), *b = read_file(other, name);
    if (strcmp(a, b)) fail_msg("%s differs from run to run", name);
    expect_no_trace_of_here(name, a);
    free(a);
    free(b);
  }
}

static void expect_pure(const struct ks_config *config) {
  char one[MAX_PATH], other[MAX_PATH];
  struct ks_package package;
  make_folder(one);
  make_folder(other);
  ks_package_init(&package, config);
  struct ks_output *a = generate(&package), *b = generate(&package);
  assert_true(ks_output_hash(a) == ks_output_hash(b));
  write_good(a, one);
  write_good(b, other);
  assert_int_equal(entries(one), entries(other));
  compare_files(a, one, other);
  ks_output_free(a);
  ks_output_free(b);
  remove_folder(one);
  remove_folder(other);
}

/* Every configuration of the three sweeps. */
static void over_the_sweeps(void (*expect)(const struct ks_config *config)) {
  struct sweep *sweeps[] = {sweep_read(), sweep_read_a3(), sweep_read_lisa()};
  for (size_t s = 0; s < sizeof sweeps / sizeof sweeps[0]; s++) {
    for (int i = 0; i < sweeps[s]->count; i++) expect(&sweeps[s]->configs[i]);
    free(sweeps[s]);
  }
}

static void pure_over_the_sweep(void **state) {
  (void)state;
  over_the_sweeps(expect_pure);
}

/* ---- what is emitted ------------------------------------------------------------------------ */

/* Reads `LABEL: value_o = BITS'dVALUE;` rows back. */
static void expect_table(void (*print)(const struct ks_package *, FILE *), const struct ks_package *package,
                         struct ks_table table) {
  char *text = NULL, *rest = NULL;
  size_t size, row = 0;
  FILE *out = open_memstream(&text, &size);
  print(package, out);
  fclose(out);
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    const char *assignment = strstr(line, "value_o = ");
    unsigned value, index;
    int bits;
    if (!assignment || sscanf(assignment, "value_o = %d'd%u;", &bits, &value) != 2) continue;
    assert_true(row < table.entries);
    if (sscanf(line, " %*d'd%u:", &index) == 1)
      assert_int_equal(index, row);
    else
      assert_int_equal(row, table.entries - 1); /* default */
    assert_int_equal(bits, table.bits);
    assert_int_equal(value, table.value[row]);
    row++;
  }
  assert_int_equal(row, table.entries);
  free(text);
  ks_table_free(&table);
}

static void tables_over_the_sweep(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read();
  for (int i = 0; i < sweep->count; i++) {
    struct ks_package package;
    ks_package_init(&package, &sweep->configs[i]);
    expect_table(ks_tables_exp, &package, ks_table_exp(&sweep->configs[i]));
    expect_table(ks_tables_reciprocal, &package, ks_table_reciprocal(&sweep->configs[i]));
    expect_table(ks_tables_root, &package, ks_table_root(&package.sizes));
  }
  free(sweep);
}

/* A C compiler takes both headers and finds every size of the model in them. */
static void expect_headers(const struct ks_config *config) {
  char folder[MAX_PATH], path[MAX_PATH], command[2 * MAX_PATH], capitals[64];
  struct ks_package package;
  make_folder(folder);
  ks_package_init(&package, config);
  struct ks_output *output = generate(&package);
  write_good(output, folder);
  ks_output_free(output);
  path_of(path, folder, "check.c");
  FILE *check = fopen(path, "w");
  assert_non_null(check);
  fprintf(check, "#include \"%s.h\"\n#include \"%s_registers.h\"\n", package.name, package.name);
#define SIZE(field, comment)             \
  ks_facts_capitals(#field, capitals);   \
  if (package.sizes.field != KS_NO_SIZE) \
    fprintf(check, "_Static_assert(%s_%s == %d, \"\");\n", package.upper, capitals, package.sizes.field);
  KS_SIZES(SIZE)
#undef SIZE
  fprintf(check, "_Static_assert(%s_N == %d && %s_REG_EXP_MUL == 0x10, \"\");\n", package.upper, config->n,
          package.upper);
  fclose(check);
  snprintf(command, sizeof command, "cc -std=c11 -Wall -Wextra -Werror -fsyntax-only %s", path);
  assert_int_equal(system(command), 0);
  remove_folder(folder);
}

static void headers_compile(void **state) {
  (void)state;
  struct ks_config config;
  struct sweep *sweep = sweep_read();
  ks_config_default(&config);
  snprintf(config.name, sizeof config.name, "with-a-dash");
  expect_headers(&config);
  expect_headers(&sweep->configs[sweep->count / 2]);
  free(sweep);
  config.engine = KS_ENGINE_LISA;
  expect_headers(&config);
}

static void expect_manifest(const struct ks_config *config) {
  char folder[MAX_PATH], path[MAX_PATH], name[128];
  struct ks_package package;
  json_error_t problem;
  struct ks_inventory_row rows[KS_INVENTORY_MAX];
  make_folder(folder);
  ks_package_init(&package, config);
  struct ks_output *output = generate(&package);
  write_good(output, folder);
  snprintf(name, sizeof name, "%s.json", package.name);
  path_of(path, folder, name);
  json_t *manifest = json_load_file(path, 0, &problem);
  if (!manifest) fail_msg("%s: %s", name, problem.text);

  json_t *sizes = json_object_get(manifest, "sizes");
#define SIZE(field, comment)                                                                        \
  assert_int_equal(json_is_integer(json_object_get(sizes, #field)), package.sizes.field != KS_NO_SIZE); \
  if (package.sizes.field != KS_NO_SIZE)                                                            \
    assert_int_equal(json_integer_value(json_object_get(sizes, #field)), package.sizes.field);
  KS_SIZES(SIZE)
#undef SIZE
  assert_int_equal(json_array_size(json_object_get(manifest, "parts")),
                   ks_inventory(config, &package.sizes, rows));
  assert_int_equal(json_array_size(json_object_get(manifest, "files")), entries(folder));
  assert_string_equal(json_string_value(json_object_get(manifest, "top")), package.name);
  json_decref(manifest);
  ks_output_free(output);
  remove_folder(folder);
}

static void manifests_over_the_sweep(void **state) {
  (void)state;
  over_the_sweeps(expect_manifest);
}

/* What is an engine's own stands in its registers and its top, and in nobody else's. */
static void every_engine_has_its_own(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    unsigned engines;
  } parts[] = {
      {"registers.h", "_REG_T_CODE", KS_FOR_ELSA},      {"registers.h", "_REG_COS_CODE", KS_FOR_ELSA},
      {"registers.h", "_REG_ITERATIONS", KS_FOR_A3},    {"registers.h", "_REG_POST_T ", KS_FOR_A3},
      {"registers.h", "_REG_TAU", KS_FOR_LISA},         {"registers.h", "_REG_TOP_K", KS_FOR_LISA},
      {"registers.h", "_REG_TOP_Q", KS_FOR_LISA},       {"registers.h", "_REG_TERNARY_NONZEROS", KS_FOR_LISA},
      {"registers.v", "nonzeros_i", KS_FOR_LISA},       {"registers.v", "exp_mul_o", KS_FOR_ALL},
      {"top.v", "s_data_i", KS_FOR_A3},                 {"top.v", "PREDICT", KS_FOR_LISA},
      {"top.v", "ks_elsa #(", KS_FOR_ELSA},             {"top.v", "ks_a3 #(", KS_FOR_A3},
      {"top.v", "ks_lisa #(", KS_FOR_LISA},             {"top.v", ".nonzeros_o", KS_FOR_LISA},
  };
  for (int engine = KS_ENGINE_ELSA; engine <= KS_ENGINE_LISA; engine++) {
    char folder[MAX_PATH], name[2 * MAX_PATH];
    struct ks_config config;
    struct ks_package package;
    ks_config_default(&config);
    config.engine = engine;
    make_folder(folder);
    ks_package_init(&package, &config);
    struct ks_output *output = generate(&package);
    write_good(output, folder);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
      bool is_top = strcmp(parts[i].name, "top.v") == 0;
      snprintf(name, sizeof name, "%s%s", package.name, is_top ? ".v" : "_");
      if (!is_top) strcat(name, parts[i].name);
      char *text = read_file(folder, name);
      bool there = strstr(text, parts[i].text) != NULL;
      if (there != (parts[i].engines >> engine & 1))
        fail_msg("engine %d: %s is %s %s", engine, parts[i].text, there ? "in" : "not in", name);
      free(text);
    }
    ks_output_free(output);
    remove_folder(folder);
  }
}

static long board_constant(const char *text, const char *name) {
  char row[64];
  long value = -1;
  snprintf(row, sizeof row, "  localparam %s = ", name);
  const char *at = strstr(text, row);
  assert_non_null(at);
  sscanf(at + strlen(row), "%ld;", &value);
  return value;
}

static bool holds(const struct ks_output *output, const char *file) {
  const char *name;
  for (size_t i = 0; (name = ks_output_name(output, i)); i++)
    if (!strcmp(name, file)) return true;
  return false;
}

/* A board package is the package and the board's files. */
static void expect_board_files(struct ks_package *package) {
  char top[80];
  size_t files = 0, more = 0;
  struct ks_output *design = generate(package);
  package->board = true;
  struct ks_output *board = generate(package);
  snprintf(top, sizeof top, "%s_board.v", package->name);
  while (ks_output_name(design, files)) assert_true(holds(board, ks_output_name(design, files++)));
  while (ks_output_name(board, more)) more++;
  assert_true(holds(board, top) && holds(board, "ks_board.v") && holds(board, "ks_frame.v"));
  assert_false(holds(design, top) || holds(design, "ks_board.v"));
  assert_int_equal(more - files, 8); /* the top and the modules of fpga/rtl */
  ks_output_free(design);
  ks_output_free(board);
}

static void boards_over_the_sweep(void **state) {
  (void)state;
  struct sweep *sweep = sweep_read();
  for (int i = 0; i < sweep->count; i++) {
    struct ks_package package;
    struct ks_error error;
    char *text;
    size_t size;
    ks_package_init(&package, &sweep->configs[i]);
    if (sweep->configs[i].trace) {
      assert_int_equal(ks_board_check(&sweep->configs[i], &error), KS_USER_ERROR);
      continue;
    }
    assert_int_equal(ks_board_check(&sweep->configs[i], &error), KS_OK);
    FILE *out = open_memstream(&text, &size);
    ks_board(&package, out);
    fclose(out);
    int d = sweep->configs[i].d, code_bits = package.sizes.code_bits;
    bool sorted = sweep->configs[i].engine == KS_ENGINE_A3;
    assert_int_equal(board_constant(text, "ROW_BITS"), d * code_bits);
    assert_int_equal(board_constant(text, "OUT_BITS"), d * package.sizes.out_bits);
    assert_int_equal(board_constant(text, "SORTED_BITS"), sorted ? d * (package.sizes.rank_bits + code_bits) : 0);
    assert_int_equal(strstr(text, ".s_valid_i") != NULL, sorted);
    expect_board_files(&package);
    free(text);
  }
  free(sweep);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_breach_is_named),
      cmocka_unit_test(our_mistakes_stop_the_writer),
      cmocka_unit_test(holes_and_fillings_match),
      cmocka_unit_test(impossible_folders),
      cmocka_unit_test(full_disk),
      cmocka_unit_test(folder_in_place_of_a_file),
      cmocka_unit_test(same_files_are_left_alone),
      cmocka_unit_test(pure_over_the_sweep),
      cmocka_unit_test(tables_over_the_sweep),
      cmocka_unit_test(headers_compile),
      cmocka_unit_test(manifests_over_the_sweep),
      cmocka_unit_test(every_engine_has_its_own),
      cmocka_unit_test(boards_over_the_sweep),
  };
  return cmocka_run_group_tests_name("generator", tests, NULL, NULL);
}
