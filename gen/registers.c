/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "registers.h"
#include "template.h"

enum kind { FACT, CONTROL, STATE, SETTING, SIGNED, COUNTER, TABLE };

struct reg {
  const char *name;
  unsigned engines;
  unsigned address;
  enum kind kind;
  int bits;
  uint32_t value;
  const char *signal, *amount, *help;
  char lower[32];
};

enum {
#define COUNT(...) +1
  REGISTERS = 0 KS_REGISTERS(COUNT)
#undef COUNT
};

uint32_t ks_registers_version(void) {
  unsigned major = 0, minor = 0, patch = 0;
  sscanf(KS_VERSION, "%u.%u.%u", &major, &minor, &patch);
  return major << 16 | minor << 8 | patch;
}

/* The registers of the design; returns their number. */
static int resolve(const struct ks_package *package, struct reg regs[REGISTERS]) {
  const struct ks_config *c = package->config;
  const struct ks_sizes *s = &package->sizes;
  const struct reg table[REGISTERS] = {
#define ROW(name, engines, address, kind, bits, value, signal, amount, help)                                 \
  {#name, engines, address, kind, bits, (uint32_t)(value), signal, amount, help, ""},
      KS_REGISTERS(ROW)
#undef ROW
  };
  int count = 0;
  for (int i = 0; i < REGISTERS; i++) {
    if (!(table[i].engines >> c->engine & 1)) continue;
    regs[count] = table[i];
    for (size_t j = 0; table[i].name[j]; j++)
      regs[count].lower[j] = (char)tolower((unsigned char)table[i].name[j]);
    count++;
  }
  return count;
}

/* ---- Verilog: what fills the holes of registers.v.in ---------------------------------------- */

typedef void print_reg(FILE *out, const struct reg *reg);

static void each(FILE *out, const void *context, unsigned kinds, print_reg *print) {
  struct reg regs[REGISTERS];
  int count = resolve(context, regs);
  for (int i = 0; i < count; i++)
    if (kinds >> regs[i].kind & 1) print(out, &regs[i]);
}

static void print_setting(FILE *out, const struct reg *reg) {
  fprintf(out, "  output reg  [%2d:0] %s,\n", reg->bits - 1, reg->signal);
}

static void print_address(FILE *out, const struct reg *reg) {
  fprintf(out, "  localparam [9:0] %-16s = 10'h%03x;\n", reg->name, reg->address);
}

static void print_reset(FILE *out, const struct reg *reg) {
  fprintf(out, "      %s <= %d'd%u;\n", reg->signal, reg->bits, reg->value);
}

static void print_write(FILE *out, const struct reg *reg) {
  fprintf(out, "      if (reg_addr_i == %s) %s <= reg_wdata_i[%d:0];\n", reg->name, reg->signal,
          reg->bits - 1);
}

static void print_counter(FILE *out, const struct reg *reg) {
  fprintf(out, "  reg [31:0] %s_q;\n", reg->lower);
}

static void print_count_reset(FILE *out, const struct reg *reg) {
  fprintf(out, "      %s_q <= 32'd0;\n", reg->lower);
}

static void print_count(FILE *out, const struct reg *reg) {
  fprintf(out, "      if (%s) %s_q <= %s_q + %s;\n", reg->signal, reg->lower, reg->lower, reg->amount);
}

static void print_read(FILE *out, const struct reg *reg) {
  fprintf(out, "      %s: rdata_d = ", reg->name);
  switch (reg->kind) {
    case FACT: fprintf(out, "32'h%08x;\n", reg->value); break;
    case STATE: fprintf(out, "%s;\n", reg->signal); break;
    case SETTING:
      if (reg->bits == 32) fprintf(out, "%s;\n", reg->signal);
      else fprintf(out, "{%d'd0, %s};\n", 32 - reg->bits, reg->signal);
      break;
    case SIGNED:
      fprintf(out, "{{%d{%s[%d]}}, %s};\n", 32 - reg->bits, reg->signal, reg->bits - 1, reg->signal);
      break;
    default: fprintf(out, "%s_q;\n", reg->lower); break;
  }
}

static void settings(FILE *out, const void *context) {
  each(out, context, 1u << SETTING | 1u << SIGNED, print_setting);
}

static void addresses(FILE *out, const void *context) {
  each(out, context, ~0u, print_address);
}

static void resets(FILE *out, const void *context) {
  each(out, context, 1u << SETTING | 1u << SIGNED, print_reset);
}

static void writes(FILE *out, const void *context) {
  each(out, context, 1u << SETTING | 1u << SIGNED, print_write);
}

static void counters(FILE *out, const void *context) {
  each(out, context, 1u << COUNTER, print_counter);
}

static void count_resets(FILE *out, const void *context) {
  each(out, context, 1u << COUNTER, print_count_reset);
}

static void counts(FILE *out, const void *context) {
  each(out, context, 1u << COUNTER, print_count);
}

static void reads(FILE *out, const void *context) {
  each(out, context, ~(1u << CONTROL | 1u << TABLE), print_read);
}

static void banner(FILE *out, const void *context) {
  ks_package_banner(context, out, "//");
}

static bool has_table(const struct ks_package *package) {
  return package->config->engine == KS_ENGINE_ELSA;
}

static void table_port(FILE *out, const void *context) {
  const struct ks_package *package = context;
  if (has_table(package)) fprintf(out, "  output reg  [%d:0] cos_code_o,\n", 11 * (package->sizes.hash_bits + 1) - 1);
}

static void nonzeros_port(FILE *out, const void *context) {
  const struct ks_package *package = context;
  if (package->config->engine != KS_ENGINE_LISA) return;
  fprintf(out, "  input  wire        nonzeros_valid_i,\n  input  wire [ 8:0] nonzeros_i,\n");
}

/* The one table that a design may have, with the names that the register file goes on with. */
static void table(FILE *out, const void *context) {
  const struct ks_package *package = context;
  char hash_bits[16];
  snprintf(hash_bits, sizeof hash_bits, "%d", package->sizes.hash_bits);
  const struct ks_hole holes[] = {{"HASH_BITS", hash_bits, NULL}, {NULL, NULL, NULL}};
  if (has_table(package)) ks_template(out, "registers_table.v.in", holes, package);
  else fprintf(out, "  wire table_write = 1'b0;\n  wire [31:0] table_read = 32'd0;\n");
}

/* The bits of a write that no register of the design has. */
static void unused_bits(FILE *out, const void *context) {
  struct reg regs[REGISTERS];
  int count = resolve(context, regs), most = 0;
  for (int i = 0; i < count; i++)
    if ((1u << SETTING | 1u << SIGNED) >> regs[i].kind & 1 && regs[i].bits > most) most = regs[i].bits;
  if (most < 32) fprintf(out, "  wire unused_wdata = &{1'b0, reg_wdata_i[31:%d]};\n", most);
}

void ks_registers_verilog(const struct ks_package *package, FILE *out) {
  char count_bits[16], count_top[16];
  snprintf(count_bits, sizeof count_bits, "%d", package->sizes.count_bits);
  snprintf(count_top, sizeof count_top, "%d", package->sizes.count_bits - 1);
  const struct ks_hole holes[] = {
      {"BANNER", NULL, banner},
      {"DESIGN", package->name, NULL},
      {"SETTINGS", NULL, settings},
      {"TABLE_PORT", NULL, table_port},
      {"NONZEROS_PORT", NULL, nonzeros_port},
      {"COUNT_TOP", count_top, NULL},
      {"COUNT_BITS", count_bits, NULL},
      {"ADDRESSES", NULL, addresses},
      {"RESETS", NULL, resets},
      {"WRITES", NULL, writes},
      {"TABLE", NULL, table},
      {"COUNTERS", NULL, counters},
      {"COUNT_RESETS", NULL, count_resets},
      {"COUNTS", NULL, counts},
      {"READS", NULL, reads},
      {"UNUSED_BITS", NULL, unused_bits},
      {NULL, NULL, NULL},
  };
  ks_template(out, "registers.v.in", holes, package);
}

/* ---- C, JSON, Markdown ---------------------------------------------------------------------- */

static const char *access_of(enum kind kind) {
  if (kind == CONTROL) return "write";
  return kind == SETTING || kind == SIGNED || kind == TABLE ? "read and write" : "read";
}

void ks_registers_header(const struct ks_package *package, FILE *out) {
  struct reg regs[REGISTERS];
  int count = resolve(package, regs);
  ks_package_banner_c(package, out);
  fprintf(out, "#ifndef %s_REGISTERS_H\n#define %s_REGISTERS_H\n\n", package->upper, package->upper);
  fprintf(out, "/* 32-bit words on the register bus: multiply by 4 for a byte address. */\n");
  for (int i = 0; i < count; i++)
    fprintf(out, "#define %s_REG_%-16s 0x%03xu /* %s: %s */\n", package->upper, regs[i].name, regs[i].address,
            access_of(regs[i].kind), regs[i].help);
  fprintf(out, "\n#endif\n");
}

void ks_registers_markdown(const struct ks_package *package, FILE *out) {
  struct reg regs[REGISTERS];
  int count = resolve(package, regs);
  fprintf(out, "# Registers of `%s`\n\n", package->name);
  fprintf(out, "32-bit words. A read's data follows its address by a cycle.\n\n");
  fprintf(out, "| word | name | access | bits | reads after reset | |\n|---|---|---|---|---|---|\n");
  for (int i = 0; i < count; i++) {
    bool table = regs[i].kind == TABLE;
    fprintf(out, "| 0x%03x", regs[i].address);
    if (table) fprintf(out, "..0x%03x", regs[i].address + regs[i].value - 1);
    fprintf(out, " | %s | %s | %d | 0x%x | %s |\n", regs[i].name, access_of(regs[i].kind), regs[i].bits,
            table ? 0 : regs[i].value, regs[i].help);
  }
}

json_t *ks_registers_json(const struct ks_package *package) {
  struct reg regs[REGISTERS];
  int count = resolve(package, regs);
  json_t *array = json_array();
  for (int i = 0; i < count; i++)
    json_array_append_new(
        array, json_pack("{s:s, s:i, s:s, s:i, s:i, s:s}", "name", regs[i].name, "word", (int)regs[i].address,
                         "access", access_of(regs[i].kind), "bits", regs[i].bits, "words",
                         regs[i].kind == TABLE ? (int)regs[i].value : 1, "help", regs[i].help));
  return array;
}
