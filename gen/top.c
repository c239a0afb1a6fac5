/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../cmodel/hash.h"
#include "facts.h"
#include "top.h"
#include "verilog.h"

/* ---- ports ---------------------------------------------------------------------------------- */

/* Widths of ports are numbers: Verilog-2005 has no constants before the port list. 0 for a scalar. */
static void port(struct ks_verilog *v, enum ks_port direction, int bits, const char *name) {
  char text[16];
  snprintf(text, sizeof text, "%d", bits);
  ks_verilog_port(v, direction, bits ? text : NULL, name, NULL);
}

static void print_stream_ports(struct ks_verilog *v, const struct ks_package *package) {
  const struct ks_sizes *s = &package->sizes;
  int d = package->config->d;
  ks_verilog_section(v, "Commands");
  port(v, KS_INPUT, 0, "cmd_valid_i");
  port(v, KS_OUTPUT, 0, "cmd_ready_o");
  port(v, KS_INPUT, 64, "cmd_data_i");
  ks_verilog_section(v, "Rows of K");
  port(v, KS_INPUT, 0, "k_valid_i");
  port(v, KS_OUTPUT, 0, "k_ready_o");
  port(v, KS_INPUT, d * s->code_bits, "k_data_i");
  ks_verilog_section(v, "Rows of V");
  port(v, KS_INPUT, 0, "v_valid_i");
  port(v, KS_OUTPUT, 0, "v_ready_o");
  port(v, KS_INPUT, d * s->code_bits, "v_data_i");
  ks_verilog_section(v, "Rows of Q");
  port(v, KS_INPUT, 0, "q_valid_i");
  port(v, KS_OUTPUT, 0, "q_ready_o");
  port(v, KS_INPUT, d * s->code_bits, "q_data_i");
  ks_verilog_section(v, "Rows of O: tag of the command, number of the query in it, last of it");
  port(v, KS_OUTPUT, 0, "o_valid_o");
  port(v, KS_INPUT, 0, "o_ready_i");
  port(v, KS_OUTPUT, d * s->out_bits, "o_data_o");
  port(v, KS_OUTPUT, 16, "o_tag_o");
  port(v, KS_OUTPUT, 16, "o_number_o");
  port(v, KS_OUTPUT, 0, "o_last_o");
}

static void print_ports(struct ks_verilog *v, const struct ks_package *package) {
  int banks = package->config->banks;
  port(v, KS_INPUT, 0, "clk_i");
  port(v, KS_INPUT, 0, "rst_ni");
  print_stream_ports(v, package);
  if (package->config->trace) {
    ks_verilog_section(v, "Trace, a stream a bank: it takes this key for this query of the command");
    port(v, KS_OUTPUT, banks, "trace_valid_o");
    port(v, KS_INPUT, banks, "trace_ready_i");
    port(v, KS_OUTPUT, banks * 16, "trace_tag_o");
    port(v, KS_OUTPUT, banks * 16, "trace_query_o");
    port(v, KS_OUTPUT, banks * package->sizes.count_bits, "trace_key_o");
    port(v, KS_OUTPUT, banks, "trace_used_o");
  }
  ks_verilog_section(v, "Register bus: reg_rdata_o belongs to the address of the cycle before");
  port(v, KS_INPUT, 0, "reg_write_i");
  port(v, KS_INPUT, 10, "reg_addr_i");
  port(v, KS_INPUT, 32, "reg_wdata_i");
  port(v, KS_OUTPUT, 32, "reg_rdata_o");
}

/* ---- constants ------------------------------------------------------------------------------ */

/* The engine's parameters and the facts that they are. */
static const char *const parameters[][2] = {
    {"Keys", "n"},
    {"Dim", "d"},
    {"CodeBits", "code_bits"},
    {"ExpFrac", "exp_frac"},
    {"RecipFrac", "recip_frac"},
    {"OutBits", "out_bits"},
    {"GuardBits", "guard_bits"},
    {"Ways", "ways"},
    {"PartDim", "divide_multipliers"},
    {"Pages", "pages"},
    {"HashBits", "hash_bits"},
    {"Banks", "banks"},
    {"Lanes", "lanes"},
    {"QueueDepth", "queue_depth"},
    {"HashDim", "hash_dim"},
    {"HashBatches", "hash_batches"},
    {"ScoreBits", "score_bits"},
    {"SquareBits", "square_bits"},
    {"RootBits", "root_bits"},
    {"NormBits", "norm_bits"},
    {"SqrtIndexBits", "sqrt_index_bits"},
    {"SqrtConstFrac", "sqrt_const_frac"},
    {"ExpBits", "exp_bits"},
    {"AccBits", "acc_bits"},
    {"TotalBits", "total_bits"},
    {"MergedBits", "merged_bits"},
    {"MergedTotalBits", "merged_total_bits"},
    {"RecipIndexBits", "recip_index_bits"},
    {"RecipBits", "recip_bits"},
    {"SumBits", "sum_bits"},
    {"HashQueue", "hash_queue"},
    {"Slots", "slots"},
    {"FifoDepth", "fifo_depth"},
    {"Flight", "flight"},
};
enum { PARAMETERS = sizeof parameters / sizeof parameters[0] };

/* Those of hash = kronecker only. */
static const char *const kronecker_parameters[][2] = {
    {"HashMultipliers", "hash_products"},
    {"HashCycles", "hash_cycles"},
    {"HashWorkBits", "hash_work_bits"},
    {"HashSumBits", "hash_sum_bits"},
};
enum { KRONECKER_PARAMETERS = sizeof kronecker_parameters / sizeof kronecker_parameters[0] };

static bool is_kronecker(const struct ks_package *package) {
  return package->config->hash == KS_HASH_KRONECKER;
}

static void print_fact(struct ks_verilog *v, const struct ks_package *package, const char *name) {
  struct ks_fact facts[KS_FACTS_MAX];
  char capitals[64];
  size_t count = ks_facts(package, facts), i = 0;
  while (i < count && strcmp(facts[i].name, name)) i++;
  assert(i < count);
  ks_facts_capitals(name, capitals);
  ks_verilog_constant(v, capitals, facts[i].value, facts[i].help);
}

static void print_constants(struct ks_verilog *v, const struct ks_package *package) {
  ks_verilog_section(v, "---- sizes ----");
  for (size_t i = 0; i < PARAMETERS; i++) print_fact(v, package, parameters[i][1]);
  for (size_t i = 0; is_kronecker(package) && i < KRONECKER_PARAMETERS; i++)
    print_fact(v, package, kronecker_parameters[i][1]);
  print_fact(v, package, "count_bits");
  print_fact(v, package, "row_count_bits");
}

/* A constant of `bits` bits of which get(of, i) is bit i, "12'h444"; the caller frees it. */
static char *constant_of_bits(size_t bits, bool (*get)(const void *of, size_t i), const void *of) {
  size_t digits = (bits + 3) / 4;
  char *text = malloc(digits + 24);
  if (!text) abort();
  int length = sprintf(text, "%zu'h", bits);
  for (size_t digit = digits; digit-- > 0;) {
    unsigned value = 0;
    for (size_t b = 4; b-- > 0;) value = value << 1 | (4 * digit + b < bits && get(of, 4 * digit + b));
    length += sprintf(text + length, "%x", value);
  }
  return text;
}

static bool sign_bit(const void *signs, size_t i) {
  return ((const int32_t *)signs)[i] < 0;
}

/* The signs of hash = hadamard, sign i in bit i: 1 is -1. */
static void print_hadamard(struct ks_verilog *v, const struct ks_package *package) {
  size_t count = (size_t)(package->sizes.hash_batches * package->sizes.hash_dim);
  int32_t signs[2 * KS_MAX_HASH];
  assert(count <= 2 * KS_MAX_HASH);
  ks_hash_signs(signs, count);
  char *negative = constant_of_bits(count, sign_bit, signs);
  ks_verilog_parameter(v, "HashNegative", "%s", negative);
  free(negative);
}

enum { SIZE_BITS = 4, ELEMENT_BITS = KS_FACTOR_FRAC + 1 };

static bool size_bit(const void *factors, size_t i) {
  return ((const struct ks_factors *)factors)->size[i / SIZE_BITS] >> i % SIZE_BITS & 1;
}

static bool element_bit(const void *elements, size_t i) {
  return ((const int8_t *)elements)[i / ELEMENT_BITS] >> i % ELEMENT_BITS & 1;
}

/* Factor after factor, in it batch after batch: the order of ks_hash_kronecker. */
static int8_t *gather_matrices(const struct ks_factors *factors, int batches, size_t count) {
  int8_t *elements = malloc(count), *end = elements;
  if (!elements) abort();
  for (int factor = 0; factor < factors->count; factor++)
    for (int batch = 0; batch < batches; batch++) {
      size_t square = (size_t)(factors->size[factor] * factors->size[factor]);
      memcpy(end, ks_factors_matrix(factors, batch, factor), square);
      end += square;
    }
  assert(end == elements + count);
  return elements;
}

static void print_kronecker(struct ks_verilog *v, const struct ks_package *package) {
  char capitals[64];
  struct ks_factors factors = ks_factors_of(package->config);
  size_t count = (size_t)ks_factors_elements(&factors, package->sizes.hash_batches);
  int8_t *elements = gather_matrices(&factors, package->sizes.hash_batches, count);
  char *sizes = constant_of_bits(SIZE_BITS * (size_t)factors.count, size_bit, &factors);
  char *matrices = constant_of_bits(ELEMENT_BITS * count, element_bit, elements);
  ks_verilog_parameter(v, "Kronecker", "1");
  ks_verilog_parameter(v, "HashFactors", "%d", factors.count);
  ks_verilog_parameter(v, "HashSizes", "%s", sizes);
  ks_verilog_parameter(v, "HashElements", "%zu", count);
  ks_verilog_parameter(v, "HashMatrices", "%s", matrices);
  for (size_t i = 0; i < KRONECKER_PARAMETERS; i++) {
    ks_facts_capitals(kronecker_parameters[i][1], capitals);
    ks_verilog_parameter(v, kronecker_parameters[i][0], "%s", capitals);
  }
  free(elements);
  free(sizes);
  free(matrices);
}

/* ---- wires ---------------------------------------------------------------------------------- */

static void print_wires(struct ks_verilog *v) {
  ks_verilog_section(v, "---- between the engine, its registers and its tables ----");
  ks_verilog_wire(v, "16", "exp_mul", NULL);
  ks_verilog_wire(v, "6", "exp_shift", NULL);
  ks_verilog_wire(v, "11", "t_code", NULL);
  ks_verilog_wire(v, "(HASH_BITS+1)*11", "cos_code", NULL);
  ks_verilog_wire(v, NULL, "busy", NULL);
  ks_verilog_wire(v, "5", "charge", NULL);
  ks_verilog_wire(v, NULL, "refused", NULL);
  ks_verilog_wire(v, "8", "refusal", NULL);
  ks_verilog_wire(v, NULL, "saturated", NULL);
  ks_verilog_wire(v, NULL, "overflow", NULL);
  ks_verilog_wire(v, NULL, "sum_zero", NULL);
  ks_verilog_wire(v, NULL, "query_done", NULL);
  ks_verilog_wire(v, "COUNT_BITS", "candidates", NULL);
  ks_verilog_wire(v, "BANKS*EXP_FRAC", "exp_index", NULL);
  ks_verilog_wire(v, "BANKS*(EXP_FRAC+1)", "exp_value", NULL);
  ks_verilog_wire(v, "RECIP_INDEX_BITS", "recip_index", NULL);
  ks_verilog_wire(v, "RECIP_BITS", "recip_value", NULL);
  ks_verilog_wire(v, "SQRT_INDEX_BITS+1", "sqrt_index", NULL);
  ks_verilog_wire(v, "SQRT_CONST_FRAC+2", "sqrt_value", NULL);
  ks_verilog_wire(v, "BANKS", "take", NULL);
  ks_verilog_wire(v, "BANKS", "take_ready", NULL);
  ks_verilog_wire(v, "BANKS*16", "take_tag", NULL);
  ks_verilog_wire(v, "BANKS*16", "take_query", NULL);
  ks_verilog_wire(v, "BANKS*ROW_COUNT_BITS", "take_row", NULL);
}

/* ---- blocks --------------------------------------------------------------------------------- */

/* Ports of the top that are the engine's own, by their names: a name that ends in _o is driven by the engine.
 */
static void print_streams(struct ks_verilog *v) {
  static const char *const names[] = {
      "clk_i",     "rst_ni",    "cmd_valid_i", "cmd_ready_o", "cmd_data_i", "k_valid_i", "k_ready_o",
      "k_data_i",  "v_valid_i", "v_ready_o",   "v_data_i",    "q_valid_i",  "q_ready_o", "q_data_i",
      "o_valid_o", "o_ready_i", "o_data_o",    "o_tag_o",     "o_number_o", "o_last_o",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    bool output = names[i][strlen(names[i]) - 1] == 'o';
    if (output) ks_verilog_pin_out(v, names[i], "%s", names[i]);
    else ks_verilog_pin_in(v, names[i], "%s", names[i]);
  }
}

static void print_engine(struct ks_verilog *v, const struct ks_package *package) {
  char capitals[64];
  ks_verilog_section(v, "---- engine ----");
  ks_verilog_instance(v, "ks_elsa", "u_engine");
  for (size_t i = 0; i < PARAMETERS; i++) {
    ks_facts_capitals(parameters[i][1], capitals);
    ks_verilog_parameter(v, parameters[i][0], "%s", capitals);
  }
  ks_verilog_parameter(v, "OutShift", "%d", package->sizes.out_frac - package->config->frac_bits);
  ks_verilog_parameter(v, "Mean", "%d", package->config->compensate == KS_COMPENSATE_MEAN);
  ks_verilog_parameter(v, "Lqf", "%d", package->config->issue == KS_ISSUE_LQF);
  ks_verilog_parameter(v, "Float", "%d", package->config->accumulator == KS_ACCUMULATOR_FLOAT);
  if (package->config->norm_bits != KS_AUTO) {
    ks_verilog_parameter(v, "NormShort", "1");
    ks_verilog_parameter(v, "NormFrac", "%d", package->config->frac_bits);
  }
  if (is_kronecker(package)) print_kronecker(v, package);
  else print_hadamard(v, package);

  print_streams(v);
  ks_verilog_pin_in(v, "exp_mul_i", "exp_mul");
  ks_verilog_pin_in(v, "exp_shift_i", "exp_shift");
  ks_verilog_pin_in(v, "t_code_i", "t_code");
  ks_verilog_pin_in(v, "cos_code_i", "cos_code");
  ks_verilog_pin_out(v, "busy_o", "busy");
  ks_verilog_pin_out(v, "charge_o", "charge");
  ks_verilog_pin_out(v, "refused_o", "refused");
  ks_verilog_pin_out(v, "refusal_o", "refusal");
  ks_verilog_pin_out(v, "saturated_o", "saturated");
  ks_verilog_pin_out(v, "overflow_o", "overflow");
  ks_verilog_pin_out(v, "sum_zero_o", "sum_zero");
  ks_verilog_pin_out(v, "query_done_o", "query_done");
  ks_verilog_pin_out(v, "candidates_o", "candidates");
  ks_verilog_pin_out(v, "exp_index_o", "exp_index");
  ks_verilog_pin_in(v, "exp_value_i", "exp_value");
  ks_verilog_pin_out(v, "recip_index_o", "recip_index");
  ks_verilog_pin_in(v, "recip_value_i", "recip_value");
  ks_verilog_pin_out(v, "sqrt_index_o", "sqrt_index");
  ks_verilog_pin_in(v, "sqrt_value_i", "sqrt_value");
  ks_verilog_pin_out(v, "trace_valid_o", "take");
  ks_verilog_pin_in(v, "trace_ready_i", "take_ready");
  ks_verilog_pin_out(v, "trace_tag_o", "take_tag");
  ks_verilog_pin_out(v, "trace_query_o", "take_query");
  ks_verilog_pin_out(v, "trace_row_o", "take_row");
  ks_verilog_end(v);
}

static void print_registers(struct ks_verilog *v, const struct ks_package *package) {
  char module[128];
  snprintf(module, sizeof module, "%s_registers", package->name);
  ks_verilog_section(v, "---- registers: every candidate of ELSA is used ----");
  ks_verilog_instance(v, module, "u_registers");
  ks_verilog_pin_in(v, "clk_i", "clk_i");
  ks_verilog_pin_in(v, "rst_ni", "rst_ni");
  ks_verilog_pin_in(v, "reg_write_i", "reg_write_i");
  ks_verilog_pin_in(v, "reg_addr_i", "reg_addr_i");
  ks_verilog_pin_in(v, "reg_wdata_i", "reg_wdata_i");
  ks_verilog_pin_out(v, "reg_rdata_o", "reg_rdata_o");
  ks_verilog_pin_out(v, "exp_mul_o", "exp_mul");
  ks_verilog_pin_out(v, "exp_shift_o", "exp_shift");
  ks_verilog_pin_out(v, "t_code_o", "t_code");
  ks_verilog_pin_out(v, "cos_code_o", "cos_code");
  ks_verilog_pin_in(v, "busy_i", "busy");
  ks_verilog_pin_in(v, "refused_i", "refused");
  ks_verilog_pin_in(v, "refusal_i", "refusal");
  ks_verilog_pin_in(v, "saturated_i", "saturated");
  ks_verilog_pin_in(v, "overflow_i", "overflow");
  ks_verilog_pin_in(v, "sum_zero_i", "sum_zero");
  ks_verilog_pin_in(v, "charge_i", "charge");
  ks_verilog_pin_in(v, "query_done_i", "query_done");
  ks_verilog_pin_in(v, "candidates_i", "candidates");
  ks_verilog_pin_in(v, "used_i", "candidates");
  ks_verilog_end(v);
}

static void print_table(struct ks_verilog *v, const struct ks_package *package, const char *what,
                        const char *index, const char *value) {
  char module[128], instance[64];
  snprintf(module, sizeof module, "%s_%s_table", package->name, what);
  snprintf(instance, sizeof instance, "u_%s_table", what);
  ks_verilog_instance(v, module, instance);
  ks_verilog_pin_in(v, "index_i", "%s", index);
  ks_verilog_pin_out(v, "value_o", "%s", value);
  ks_verilog_end(v);
}

static void print_tables(struct ks_verilog *v, const struct ks_package *package) {
  ks_verilog_section(v, "---- tables ----");
  print_table(v, package, "recip", "recip_index", "recip_value");
  print_table(v, package, "sqrt", "sqrt_index", "sqrt_value");
  ks_verilog_for(v, "g_exp", "b", "BANKS");
  print_table(v, package, "exp", "exp_index[b*EXP_FRAC+:EXP_FRAC]", "exp_value[b*(EXP_FRAC+1)+:EXP_FRAC+1]");
  ks_verilog_end(v);
}

/* ---- trace ---------------------------------------------------------------------------------- */

/* Row r of bank b is key r * BANKS + b, below n whenever it is taken. */
static void print_key(struct ks_verilog *v) {
  ks_verilog_wire(v, "32", "key", NULL);
  ks_verilog_assign(v, "key",
                    "{{(32-ROW_COUNT_BITS){1'b0}}, take_row[b*ROW_COUNT_BITS+:ROW_COUNT_BITS]} * BANKS + b");
}

/* Streams with a register each: a bank that its stream does not relieve waits. */
static void print_trace_streams(struct ks_verilog *v) {
  ks_verilog_section(v, "---- trace: every candidate of ELSA is used ----");
  ks_verilog_assign(v, "trace_used_o", "{BANKS{1'b1}}");
  ks_verilog_for(v, "g_trace", "b", "BANKS");
  print_key(v);
  ks_verilog_wire(v, NULL, "unused_key", "/* the bits of a key above COUNT_BITS are zero */");
  ks_verilog_assign(v, "unused_key", "&{1'b0, key[31:COUNT_BITS]}");
  ks_verilog_instance(v, "ks_trace", "u_trace");
  ks_verilog_parameter(v, "Width", "32+COUNT_BITS");
  ks_verilog_pin_in(v, "clk_i", "clk_i");
  ks_verilog_pin_in(v, "rst_ni", "rst_ni");
  ks_verilog_pin_in(v, "key_valid_i", "take[b]");
  ks_verilog_pin_in(v, "key_i", "{take_tag[b*16+:16], take_query[b*16+:16], key[COUNT_BITS-1:0]}");
  ks_verilog_pin_out(v, "key_ready_o", "take_ready[b]");
  ks_verilog_pin_out(v, "trace_valid_o", "trace_valid_o[b]");
  ks_verilog_pin_in(v, "trace_ready_i", "trace_ready_i[b]");
  ks_verilog_pin_outs(v, "trace_o", "trace_tag_o[b*16+:16]", "trace_query_o[b*16+:16]",
                      "trace_key_o[b*COUNT_BITS+:COUNT_BITS]");
  ks_verilog_end(v);
  ks_verilog_end(v);
}

/* Without the streams a simulator can still look. */
static void print_trace_wires(struct ks_verilog *v) {
  const char *look = "/* verilator public_flat_rd */";
  ks_verilog_section(v, "---- what a simulator may look at: the keys that the banks take ----");
  ks_verilog_wire(v, "BANKS", "trace_valid", look);
  ks_verilog_wire(v, "BANKS*16", "trace_tag", look);
  ks_verilog_wire(v, "BANKS*16", "trace_query", look);
  ks_verilog_wire(v, "BANKS*32", "trace_key", look);
  ks_verilog_assign(v, "take_ready", "{BANKS{1'b1}}");
  ks_verilog_assign(v, "trace_valid", "take");
  ks_verilog_assign(v, "trace_tag", "take_tag");
  ks_verilog_assign(v, "trace_query", "take_query");
  ks_verilog_for(v, "g_trace", "b", "BANKS");
  print_key(v);
  ks_verilog_assign(v, "trace_key[b*32+:32]", "key");
  ks_verilog_end(v);
}

/* ---- the module ----------------------------------------------------------------------------- */

void ks_top(const struct ks_package *package, FILE *out) {
  fprintf(out, "// SPDX-License-Identifier: Apache-2.0\n");
  ks_package_banner(package, out, "//");
  struct ks_verilog *v = ks_verilog_open(out, package->name,
                                         "ELSA accelerator: engine, registers, tables. Streams are "
                                         "valid/ready; a row is D codes, element i of a row in\n"
                                         "bits [i*CODE_BITS +: CODE_BITS], of an output row in bits "
                                         "[i*OUT_BITS +: OUT_BITS]. A command is opcode [3:0]\n"
                                         "(1 LOAD, 2 ATTEND), page [7:4], flags [15:8] (bit 0 exact), tag "
                                         "[31:16], base [47:32], count [63:48].\n"
                                         "rst_ni is synchronous.");
  print_ports(v, package);
  print_constants(v, package);
  print_wires(v);
  print_engine(v, package);
  print_registers(v, package);
  print_tables(v, package);
  if (package->config->trace) print_trace_streams(v);
  else print_trace_wires(v);
  ks_verilog_finish(v);
}
