/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "verilog.h"

enum { MAX_CELLS = 3, MAX_ROWS = 8192, MAX_DEPTH = 8, MAX_NAMES = 1024 };

enum group { NO_GROUP, PORTS, CONSTANTS, WIRES, ASSIGNS, PARAMETERS, PINS, CASE_ROWS };
enum block { MODULE, INSTANCE, LOOP, CASE };
enum kind { INPUT, OUTPUT, WIRE, CONSTANT };

struct name {
  char *text;
  enum kind kind;
  int depth; /* of the block that declares it */
  int whole_drivers, slice_drivers;
  bool read;
};

/* Rows wait until their group is complete, for only then the width of each column is known. */
struct row {
  char *cell[MAX_CELLS];
  char *comment;
};

struct ks_verilog {
  FILE *out;
  char *module;
  enum block stack[MAX_DEPTH];
  int depth, indent;
  bool ports_open;
  bool fresh;                            /* nothing has been printed since a block or section began */
  char *instance_module, *instance_name; /* held until the first parameter or pin shows the shape */
  char *case_target;
  enum group group;
  struct row rows[MAX_ROWS];
  size_t row_count;
  struct name names[MAX_NAMES];
  size_t name_count;
  struct ks_error breach;
};

/* ---- texts ---------------------------------------------------------------------------------- */

static char *format_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
static char *format_list(const char *format, va_list arguments) {
  char *text = NULL;
  if (vasprintf(&text, format, arguments) < 0) abort();
  return text;
}

static char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *format_text(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = format_list(format, arguments);
  va_end(arguments);
  return text;
}

/* The rest of a variadic function's arguments, formatted. */
#define FORMAT_REST(text, format)                                                                            \
  va_list arguments;                                                                                         \
  va_start(arguments, format);                                                                               \
  char *text = format_list(format, arguments);                                                               \
  va_end(arguments)

static void breach(struct ks_verilog *v, const char *name, const char *what) {
  if (!v->breach.text[0]) ks_fail(&v->breach, "the generator's module %s: %s %s", v->module, name, what);
}

/* ---- names ---------------------------------------------------------------------------------- */

static size_t identifier_length(const char *text) {
  size_t length = 0;
  while (isalnum((unsigned char)text[length]) || text[length] == '_' || text[length] == '$') length++;
  return length;
}

static struct name *find(struct ks_verilog *v, const char *text, size_t length) {
  for (size_t i = v->name_count; i-- > 0;)
    if (strlen(v->names[i].text) == length && !memcmp(v->names[i].text, text, length)) return &v->names[i];
  return NULL;
}

static struct name *declare(struct ks_verilog *v, enum kind kind, const char *text) {
  if (find(v, text, strlen(text))) breach(v, text, "is declared twice");
  assert(v->name_count < MAX_NAMES);
  struct name *name = &v->names[v->name_count++];
  *name = (struct name){.text = format_text("%s", text), .kind = kind, .depth = v->depth};
  return name;
}

static void read_one(struct ks_verilog *v, const char *text, size_t length) {
  struct name *name = find(v, text, length);
  if (name) {
    name->read = true;
    return;
  }
  char *unknown = format_text("%.*s", (int)length, text);
  breach(v, unknown, "is used before it is declared");
  free(unknown);
}

/* Books every identifier of an expression as read; numbers, their bases and $functions are none. */
static void read_all(struct ks_verilog *v, const char *expression) {
  for (const char *p = expression; *p;) {
    size_t length = identifier_length(p);
    if (length && !isdigit((unsigned char)*p) && *p != '$') read_one(v, p, length);
    if (!length && *p == '\'') length = 1 + identifier_length(p + 1);
    p += length ? length : 1;
  }
}

static void drive(struct ks_verilog *v, const char *target) {
  size_t length = identifier_length(target);
  struct name *name = find(v, target, length);
  if (!name) breach(v, target, "is driven before it is declared");
  else if (name->kind == INPUT || name->kind == CONSTANT) breach(v, target, "cannot be driven");
  else if (target[length]) name->slice_drivers++;
  else name->whole_drivers++;
  read_all(v, target + length);
}

static void audit(struct ks_verilog *v, const struct name *name) {
  bool driven = name->kind == OUTPUT || name->kind == WIRE;
  if (driven && name->whole_drivers + name->slice_drivers == 0) breach(v, name->text, "is never driven");
  if (name->whole_drivers > 1 || (name->whole_drivers && name->slice_drivers))
    breach(v, name->text, "is driven twice");
  if (name->kind != OUTPUT && !name->read) breach(v, name->text, "is never read");
}

/* Ends the names that a block at `depth` or deeper declared. */
static void forget(struct ks_verilog *v, int depth) {
  while (v->name_count && v->names[v->name_count - 1].depth >= depth) {
    struct name *name = &v->names[--v->name_count];
    audit(v, name);
    free(name->text);
  }
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void print_indent(const struct ks_verilog *v) {
  fprintf(v->out, "%*s", 2 * v->indent, "");
}

static void print_row(const struct ks_verilog *v, const struct row *row, const int width[MAX_CELLS]) {
  print_indent(v);
  int pending = 0; /* blanks owed before whatever comes next */
  for (int c = 0; c < MAX_CELLS && row->cell[0]; c++) {
    if (!width[c]) continue;
    const char *text = row->cell[c] ? row->cell[c] : "";
    if (*text) {
      fprintf(v->out, "%*s%s", pending, "", text);
      pending = 0;
    }
    pending += width[c] + 1 - (int)strlen(text);
  }
  if (row->comment) fprintf(v->out, "%*s// %s", row->cell[0] ? pending + 1 : 0, "", row->comment);
  fputc('\n', v->out);
}

/* Commas between the items of a list; a row without cells is a comment of its own. */
static void separate(struct ks_verilog *v) {
  bool last = true;
  for (size_t i = v->row_count; i-- > 0;) {
    struct row *row = &v->rows[i];
    if (!row->cell[0]) continue;
    int c = MAX_CELLS - 1;
    while (!row->cell[c]) c--;
    char *text = row->cell[c];
    row->cell[c] = format_text("%s%s", text, last ? "" : ",");
    free(text);
    last = false;
  }
}

static void flush_rows(struct ks_verilog *v) {
  if (v->group == PORTS || v->group == PARAMETERS || v->group == PINS) separate(v);
  int width[MAX_CELLS] = {0};
  for (size_t i = 0; i < v->row_count; i++)
    for (int c = 0; c < MAX_CELLS; c++) {
      int length = v->rows[i].cell[c] ? (int)strlen(v->rows[i].cell[c]) : 0;
      if (length > width[c]) width[c] = length;
    }
  for (size_t i = 0; i < v->row_count; i++) {
    print_row(v, &v->rows[i], width);
    for (int c = 0; c < MAX_CELLS; c++) free(v->rows[i].cell[c]);
    free(v->rows[i].comment);
  }
  v->row_count = 0;
  v->group = NO_GROUP;
}

/* A blank line before a block, unless it is the first in its section or block. */
static void set_apart(struct ks_verilog *v) {
  if (!v->fresh) fputc('\n', v->out);
  v->fresh = false;
}

/* Leaves the port list at the first item of the body. */
static void enter_body(struct ks_verilog *v) {
  flush_rows(v);
  if (!v->ports_open) return;
  fputs(");\n", v->out);
  v->ports_open = false;
}

/* Takes the cells over; the comment is copied. */
static void add_row(struct ks_verilog *v, enum group group, char *a, char *b, char *c, const char *comment) {
  if (group != v->group && group != PORTS && group != PARAMETERS && group != PINS) enter_body(v);
  else if (group != v->group) flush_rows(v);
  v->group = group;
  assert(v->row_count < MAX_ROWS);
  v->fresh = false;
  v->rows[v->row_count++] =
      (struct row){.cell = {a, b, c}, .comment = comment ? format_text("%s", comment) : NULL};
}

/* "[D*B-1:0]"; a number is counted down here, and so is a "+1". NULL for a scalar. */
static char *range_text(struct ks_verilog *v, const char *bits) {
  if (!bits) return NULL;
  read_all(v, bits);
  char *end;
  long number = strtol(bits, &end, 10);
  if (!*end) return format_text("[%ld:0]", number - 1);
  size_t length = strlen(bits);
  if (!strcmp(bits + length - 2, "+1")) return format_text("[%.*s:0]", (int)length - 2, bits);
  return format_text("[%s-1:0]", bits);
}

static void push(struct ks_verilog *v, enum block block, int indent) {
  assert(v->depth < MAX_DEPTH);
  v->stack[v->depth++] = block;
  v->indent += indent;
}

/* ---- the grammar ---------------------------------------------------------------------------- */

struct ks_verilog *ks_verilog_open(FILE *out, const char *module, const char *about) {
  struct ks_verilog *v = calloc(1, sizeof *v);
  if (!v) abort();
  v->out = out;
  v->module = format_text("%s", module);
  v->ports_open = true;
  fputs("//\n", out);
  for (const char *line = about; *line;) {
    size_t length = strcspn(line, "\n");
    fprintf(out, "//%s%.*s\n", length ? " " : "", (int)length, line);
    line += length + (line[length] == '\n');
  }
  fprintf(out, "\n`default_nettype none\n\nmodule %s (\n", module);
  push(v, MODULE, 1);
  return v;
}

int ks_verilog_close(struct ks_verilog *v, struct ks_error *error) {
  enter_body(v);
  if (v->depth != 1) breach(v, "a block", "is left open");
  forget(v, 0);
  fputs("endmodule\n\n`default_nettype wire\n", v->out);
  bool good = !v->breach.text[0];
  if (!good) *error = v->breach;
  free(v->module);
  free(v->case_target);
  free(v);
  return good ? KS_OK : 1;
}

void ks_verilog_finish(struct ks_verilog *v) {
  struct ks_error error;
  if (ks_verilog_close(v, &error) == KS_OK) return;
  fprintf(stderr, "%s\n", error.text);
  abort();
}

void ks_verilog_section(struct ks_verilog *v, const char *comment) {
  if (v->ports_open) {
    add_row(v, PORTS, NULL, NULL, NULL, comment);
    return;
  }
  enter_body(v);
  set_apart(v);
  print_indent(v);
  fprintf(v->out, "// %s\n", comment);
  v->fresh = true;
}

void ks_verilog_port(struct ks_verilog *v, enum ks_port direction, const char *bits, const char *name,
                     const char *comment) {
  static const char *const words[] = {"input  wire", "output wire", "output reg"};
  if (!v->ports_open) breach(v, name, "is a port after the port list");
  char *range = range_text(v, bits);
  declare(v, direction == KS_INPUT ? INPUT : OUTPUT, name);
  add_row(v, PORTS, format_text("%s", words[direction]), range ? range : format_text("%s", ""),
          format_text("%s", name), comment);
}

void ks_verilog_constant(struct ks_verilog *v, const char *name, long value, const char *comment) {
  declare(v, CONSTANT, name);
  add_row(v, CONSTANTS, format_text("localparam %s", name), format_text("= %ld;", value), NULL, comment);
}

void ks_verilog_wire(struct ks_verilog *v, const char *bits, const char *name, const char *attribute) {
  char *range = range_text(v, bits);
  declare(v, WIRE, name)->read = attribute != NULL;
  add_row(v, WIRES, format_text("wire"), range ? range : format_text("%s", ""),
          attribute ? format_text("%s %s;", name, attribute) : format_text("%s;", name), NULL);
}

void ks_verilog_assign(struct ks_verilog *v, const char *target, const char *expression, ...) {
  FORMAT_REST(text, expression);
  drive(v, target);
  read_all(v, text);
  add_row(v, ASSIGNS, format_text("assign %s", target), format_text("= %s;", text), NULL, NULL);
  free(text);
}

void ks_verilog_instance(struct ks_verilog *v, const char *module, const char *name) {
  enter_body(v);
  set_apart(v);
  v->instance_module = format_text("%s", module);
  v->instance_name = format_text("%s", name);
  push(v, INSTANCE, 1);
}

/* Prints at the outer block's indentation. */
static void outdented(struct ks_verilog *v, char *line) {
  v->indent--;
  print_indent(v);
  v->indent++;
  fputs(line, v->out);
  free(line);
}

void ks_verilog_parameter(struct ks_verilog *v, const char *name, const char *value, ...) {
  FORMAT_REST(text, value);
  if (v->instance_module) outdented(v, format_text("%s #(\n", v->instance_module));
  free(v->instance_module);
  v->instance_module = NULL;
  read_all(v, text);
  add_row(v, PARAMETERS, format_text(".%s", name), format_text("(%s)", text), NULL, NULL);
  free(text);
}

static void add_pin(struct ks_verilog *v, const char *pin, const char *text) {
  if (v->instance_name) {
    flush_rows(v);
    outdented(v, v->instance_module ? format_text("%s %s (\n", v->instance_module, v->instance_name)
                                    : format_text(") %s (\n", v->instance_name));
  }
  free(v->instance_module);
  free(v->instance_name);
  v->instance_module = v->instance_name = NULL;
  add_row(v, PINS, format_text(".%s", pin), format_text("(%s)", text), NULL, NULL);
}

void ks_verilog_pin_in(struct ks_verilog *v, const char *pin, const char *expression, ...) {
  FORMAT_REST(text, expression);
  read_all(v, text);
  add_pin(v, pin, text);
  free(text);
}

void ks_verilog_pin_out(struct ks_verilog *v, const char *pin, const char *target, ...) {
  FORMAT_REST(text, target);
  if (*text) drive(v, text);
  add_pin(v, pin, text);
  free(text);
}

void ks_verilog_pin_outs(struct ks_verilog *v, const char *pin, const char *a, const char *b, const char *c) {
  drive(v, a);
  drive(v, b);
  drive(v, c);
  char *text = format_text("{%s, %s, %s}", a, b, c);
  add_pin(v, pin, text);
  free(text);
}

void ks_verilog_for(struct ks_verilog *v, const char *label, const char *index, const char *count) {
  enter_body(v);
  read_all(v, count);
  set_apart(v);
  if (!find(v, index, strlen(index))) {
    declare(v, CONSTANT, index)->read = true;
    print_indent(v);
    fprintf(v->out, "genvar %s;\n", index);
  }
  print_indent(v);
  fprintf(v->out, "for (%s = 0; %s < %s; %s = %s + 1) begin : %s\n", index, index, count, index, index,
          label);
  push(v, LOOP, 1);
  v->fresh = true;
}

void ks_verilog_case(struct ks_verilog *v, const char *selector, const char *target) {
  enter_body(v);
  read_all(v, selector);
  drive(v, target);
  print_indent(v);
  fprintf(v->out, "always @*\n");
  print_indent(v);
  fprintf(v->out, "  case (%s)\n", selector);
  v->case_target = format_text("%s", target);
  push(v, CASE, 2);
}

void ks_verilog_case_row(struct ks_verilog *v, const char *label, const char *value, const char *comment) {
  if (v->stack[v->depth - 1] != CASE) breach(v, label, "is a case row outside a case");
  add_row(v, CASE_ROWS, format_text("%s:", label), format_text("%s = %s;", v->case_target, value), NULL,
          comment);
}

void ks_verilog_end(struct ks_verilog *v) {
  static const char *const words[] = {[INSTANCE] = ");\n", [LOOP] = "end\n", [CASE] = "  endcase\n"};
  enum block block = v->stack[v->depth - 1];
  assert(block != MODULE);
  flush_rows(v);
  forget(v, v->depth);
  v->depth--;
  v->indent -= block == CASE ? 2 : 1;
  print_indent(v);
  fputs(words[block], v->out);
  if (block == INSTANCE && v->instance_name) breach(v, v->instance_name, "has no pins");
  if (block == CASE) {
    free(v->case_target);
    v->case_target = NULL;
  }
}
