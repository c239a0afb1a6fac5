/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../cmodel/hash.h"
#include "facts.h"
#include "top.h"
#include "verilog.h"

/* ---- engines -------------------------------------------------------------------------------- */

/* What the tops of two engines differ in by name; key is that of the row that stream b shows. */
struct engine {
  const char *module, *title;
  const char *trace; /* what the streams tell */
  const char *row_bits, *key, *used;
};

static const char trace_of_banks[] =
    "Trace, a stream a bank: it takes this key for this query of the command";
static const char trace_of_stages[] =
    "Trace: stream 0 this key is a candidate of this query of the command, stream 1 it is used";

static const struct engine engines[] = {
    [KS_ENGINE_ELSA] = {"ks_elsa", "ELSA", trace_of_banks, "ROW_COUNT_BITS", "row * BANKS + b",
                        "{BANKS{1'b1}}"},
    [KS_ENGINE_A3] = {"ks_a3", "A3", trace_of_stages, "RANK_BITS", "row", "2'b10"},
    [KS_ENGINE_LISA] = {"ks_lisa", "LISA", trace_of_stages, "RANK_BITS", "row", "2'b10"},
};

static const struct engine *engine_of(const struct ks_package *package) {
  return &engines[package->config->engine];
}

static bool is_for(const struct ks_package *package, unsigned mask) {
  return mask >> package->config->engine & 1;
}

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
  if (package->config->engine == KS_ENGINE_A3) {
    ks_verilog_section(v, "Sorted columns: beat r has the r-th {row, code} of every column");
    port(v, KS_INPUT, 0, "s_valid_i");
    port(v, KS_OUTPUT, 0, "s_ready_o");
    port(v, KS_INPUT, d * (s->rank_bits + s->code_bits), "s_data_i");
  }
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
  int streams = package->sizes.trace_streams;
  port(v, KS_INPUT, 0, "clk_i");
  port(v, KS_INPUT, 0, "rst_ni");
  print_stream_ports(v, package);
  if (package->config->trace) {
    ks_verilog_section(v, engine_of(package)->trace);
    port(v, KS_OUTPUT, streams, "trace_valid_o");
    port(v, KS_INPUT, streams, "trace_ready_i");
    port(v, KS_OUTPUT, streams * 16, "trace_tag_o");
    port(v, KS_OUTPUT, streams * 16, "trace_query_o");
    port(v, KS_OUTPUT, streams * package->sizes.count_bits, "trace_key_o");
    port(v, KS_OUTPUT, streams, "trace_used_o");
  }
  ks_verilog_section(v, "Register bus: reg_rdata_o belongs to the address of the cycle before");
  port(v, KS_INPUT, 0, "reg_write_i");
  port(v, KS_INPUT, 10, "reg_addr_i");
  port(v, KS_INPUT, 32, "reg_wdata_i");
  port(v, KS_OUTPUT, 32, "reg_rdata_o");
}

/* ---- constants ------------------------------------------------------------------------------ */

/* The engine's parameters and the facts that they are. */
static const struct parameter {
  const char *name, *fact;
  unsigned engines;
} parameters[] = {
    {"Keys", "n", KS_FOR_ALL},
    {"Dim", "d", KS_FOR_ALL},
    {"CodeBits", "code_bits", KS_FOR_ALL},
    {"ExpFrac", "exp_frac", KS_FOR_ALL},
    {"RecipFrac", "recip_frac", KS_FOR_ALL},
    {"OutBits", "out_bits", KS_FOR_ALL},
    {"GuardBits", "guard_bits", KS_FOR_ALL},
    {"Ways", "ways", KS_FOR_ALL},
    {"PartDim", "divide_multipliers", KS_FOR_ALL},
    {"Pages", "pages", KS_FOR_ALL},
    {"HashBits", "hash_bits", KS_FOR_ELSA},
    {"Banks", "banks", KS_FOR_ELSA},
    {"Lanes", "lanes", KS_FOR_ELSA},
    {"QueueDepth", "queue_depth", KS_FOR_ELSA},
    {"HashDim", "hash_dim", KS_FOR_ELSA},
    {"HashBatches", "hash_batches", KS_FOR_ELSA},
    {"Iterations", "iterations", KS_FOR_A3},
    {"Rows", "rows", KS_FOR_LISA},
    {"TopK", "top_k", KS_FOR_LISA},
    {"TopQ", "top_q", KS_FOR_LISA},
    {"StageCells", "stage_cells", KS_FOR_LISA},
    {"Lists", "lists", KS_FOR_LISA},
    {"ScoreBits", "score_bits", KS_FOR_ALL},
    {"MarginBits", "margin_bits", KS_FOR_A3},
    {"SquareBits", "square_bits", KS_FOR_ELSA},
    {"RootBits", "root_bits", KS_FOR_ELSA},
    {"NormBits", "norm_bits", KS_FOR_ELSA},
    {"SqrtIndexBits", "sqrt_index_bits", KS_FOR_ELSA},
    {"SqrtConstFrac", "sqrt_const_frac", KS_FOR_ELSA},
    {"ExpBits", "exp_bits", KS_FOR_ALL},
    {"AccBits", "acc_bits", KS_FOR_ALL},
    {"TotalBits", "total_bits", KS_FOR_ALL},
    {"MergedBits", "merged_bits", KS_FOR_ALL},
    {"MergedTotalBits", "merged_total_bits", KS_FOR_ALL},
    {"RecipIndexBits", "recip_index_bits", KS_FOR_ALL},
    {"RecipBits", "recip_bits", KS_FOR_ALL},
    {"SumBits", "sum_bits", KS_FOR_ALL},
    {"HashQueue", "hash_queue", KS_FOR_ELSA},
    {"Slots", "slots", KS_FOR_ALL},
    {"FilterDepth", "filter_depth", KS_FOR_A3},
    {"Records", "filter_records", KS_FOR_A3},
    {"FifoDepth", "fifo_depth", KS_FOR_ALL},
    {"Flight", "flight", KS_FOR_ALL},
    {"Contexts", "contexts", KS_FOR_ALL},
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
  for (size_t i = 0; i < PARAMETERS; i++)
    if (is_for(package, parameters[i].engines)) print_fact(v, package, parameters[i].fact);
  for (size_t i = 0; is_kronecker(package) && i < KRONECKER_PARAMETERS; i++)
    print_fact(v, package, kronecker_parameters[i][1]);
  print_fact(v, package, "bank_count");
  print_fact(v, package, "trace_streams");
  print_fact(v, package, "count_bits");
  print_fact(v, package, package->config->engine == KS_ENGINE_ELSA ? "row_count_bits" : "rank_bits");
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

/* What runs between the engine, its registers and its tables: the wire, the ports at its ends without their _i
 * and _o (NULL where it has none), and who drives it. */
enum driver { ENGINE, REGISTERS, TABLES, TRACE };

static const struct signal {
  const char *wire, *bits, *engine, *registers;
  enum driver driver;
  unsigned engines;
} signals[] = {
    {"exp_mul", "16", "exp_mul", "exp_mul", REGISTERS, KS_FOR_ALL},
    {"exp_shift", "6", "exp_shift", "exp_shift", REGISTERS, KS_FOR_ALL},
    {"t_code", "11", "t_code", "t_code", REGISTERS, KS_FOR_ELSA},
    {"cos_code", "(HASH_BITS+1)*11", "cos_code", "cos_code", REGISTERS, KS_FOR_ELSA},
    {"iterations", "16", "iterations", "iterations", REGISTERS, KS_FOR_A3},
    {"post_t", "32", "post_t", "post_t", REGISTERS, KS_FOR_A3},
    {"post_t_high", "16", "post_t_high", "post_t_high", REGISTERS, KS_FOR_A3},
    {"tau", "32", "tau", "tau", REGISTERS, KS_FOR_LISA},
    {"top_k", "16", "top_k", "top_k", REGISTERS, KS_FOR_LISA},
    {"top_q", "16", "top_q", "top_q", REGISTERS, KS_FOR_LISA},
    {"busy", NULL, "busy", "busy", ENGINE, KS_FOR_ALL},
    {"charge", "5", "charge", "charge", ENGINE, KS_FOR_ALL},
    {"refused", NULL, "refused", "refused", ENGINE, KS_FOR_ALL},
    {"refusal", "8", "refusal", "refusal", ENGINE, KS_FOR_ALL},
    {"saturated", NULL, "saturated", "saturated", ENGINE, KS_FOR_ALL},
    {"overflow", NULL, "overflow", "overflow", ENGINE, KS_FOR_ALL},
    {"sum_zero", NULL, "sum_zero", "sum_zero", ENGINE, KS_FOR_ALL},
    {"unsorted", NULL, "unsorted", "unsorted", ENGINE, KS_FOR_A3},
    {"query_done", NULL, "query_done", "query_done", ENGINE, KS_FOR_ALL},
    {"candidates", "COUNT_BITS", "candidates", "candidates", ENGINE, KS_FOR_ALL},
    {"used", "COUNT_BITS", "used", "used", ENGINE, KS_FOR_A3 | KS_FOR_LISA},
    {"nonzeros_valid", NULL, "nonzeros_valid", "nonzeros_valid", ENGINE, KS_FOR_LISA},
    {"nonzeros", "9", "nonzeros", "nonzeros", ENGINE, KS_FOR_LISA},
    {"exp_index", "BANK_COUNT*EXP_FRAC", "exp_index", NULL, ENGINE, KS_FOR_ALL},
    {"exp_value", "BANK_COUNT*(EXP_FRAC+1)", "exp_value", NULL, TABLES, KS_FOR_ALL},
    {"recip_index", "RECIP_INDEX_BITS", "recip_index", NULL, ENGINE, KS_FOR_ALL},
    {"recip_value", "RECIP_BITS", "recip_value", NULL, TABLES, KS_FOR_ALL},
    {"sqrt_index", "SQRT_INDEX_BITS+1", "sqrt_index", NULL, ENGINE, KS_FOR_ELSA},
    {"sqrt_value", "SQRT_CONST_FRAC+2", "sqrt_value", NULL, TABLES, KS_FOR_ELSA},
    {"take", "TRACE_STREAMS", "trace_valid", NULL, ENGINE, KS_FOR_ALL},
    {"take_ready", "TRACE_STREAMS", "trace_ready", NULL, TRACE, KS_FOR_ALL},
    {"take_tag", "TRACE_STREAMS*16", "trace_tag", NULL, ENGINE, KS_FOR_ALL},
    {"take_query", "TRACE_STREAMS*16", "trace_query", NULL, ENGINE, KS_FOR_ALL},
    {"take_row", "TRACE_STREAMS*ROW_COUNT_BITS", "trace_row", NULL, ENGINE, KS_FOR_ELSA},
    {"take_row", "TRACE_STREAMS*RANK_BITS", "trace_row", NULL, ENGINE, KS_FOR_A3 | KS_FOR_LISA},
};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static void print_wires(struct ks_verilog *v, const struct ks_package *package) {
  ks_verilog_section(v, "---- between the engine, its registers and its tables ----");
  for (size_t i = 0; i < SIGNALS; i++)
    if (is_for(package, signals[i].engines)) ks_verilog_wire(v, signals[i].bits, signals[i].wire, NULL);
}

/* The pin `port` with its ending, on the wire. */
static void print_pin(struct ks_verilog *v, const char *port, bool drives, const char *wire) {
  char pin[64];
  snprintf(pin, sizeof pin, "%s_%c", port, drives ? 'o' : 'i');
  if (drives) ks_verilog_pin_out(v, pin, "%s", wire);
  else ks_verilog_pin_in(v, pin, "%s", wire);
}

/* ---- blocks --------------------------------------------------------------------------------- */

static void print_own_pin(struct ks_verilog *v, const char *name) {
  if (name[strlen(name) - 1] == 'o') ks_verilog_pin_out(v, name, "%s", name);
  else ks_verilog_pin_in(v, name, "%s", name);
}

/* Ports of the top that are the engine's own, by their names: a name that ends in _o is driven by the engine.
 */
static void print_streams(struct ks_verilog *v, const struct ks_package *package) {
  static const char *const sorted[] = {"s_valid_i", "s_ready_o", "s_data_i"};
  static const char *const names[] = {
      "clk_i",     "rst_ni",    "cmd_valid_i", "cmd_ready_o", "cmd_data_i", "k_valid_i", "k_ready_o",
      "k_data_i",  "v_valid_i", "v_ready_o",   "v_data_i",    "q_valid_i",  "q_ready_o", "q_data_i",
      "o_valid_o", "o_ready_i", "o_data_o",    "o_tag_o",     "o_number_o", "o_last_o",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) print_own_pin(v, names[i]);
  for (size_t i = 0; package->config->engine == KS_ENGINE_A3 && i < sizeof sorted / sizeof sorted[0]; i++)
    print_own_pin(v, sorted[i]);
}

/* The parameters that are not facts. */
static void print_choices(struct ks_verilog *v, const struct ks_package *package) {
  const struct ks_config *config = package->config;
  ks_verilog_parameter(v, "OutShift", "%d", package->sizes.out_frac - config->frac_bits);
  ks_verilog_parameter(v, "Mean", "%d", config->compensate == KS_COMPENSATE_MEAN);
  ks_verilog_parameter(v, "Float", "%d", config->accumulator == KS_ACCUMULATOR_FLOAT);
  if (config->engine != KS_ENGINE_ELSA) return;
  ks_verilog_parameter(v, "Lqf", "%d", config->issue == KS_ISSUE_LQF);
  if (config->norm_bits != KS_AUTO) {
    ks_verilog_parameter(v, "NormShort", "1");
    ks_verilog_parameter(v, "NormFrac", "%d", config->frac_bits);
  }
  if (is_kronecker(package)) print_kronecker(v, package);
  else print_hadamard(v, package);
}

static void print_engine(struct ks_verilog *v, const struct ks_package *package) {
  char capitals[64];
  ks_verilog_section(v, "---- engine ----");
  ks_verilog_instance(v, engine_of(package)->module, "u_engine");
  for (size_t i = 0; i < PARAMETERS; i++) {
    if (!is_for(package, parameters[i].engines)) continue;
    ks_facts_capitals(parameters[i].fact, capitals);
    ks_verilog_parameter(v, parameters[i].name, "%s", capitals);
  }
  print_choices(v, package);
  print_streams(v, package);
  for (size_t i = 0; i < SIGNALS; i++)
    if (is_for(package, signals[i].engines))
      print_pin(v, signals[i].engine, signals[i].driver == ENGINE, signals[i].wire);
  ks_verilog_end(v);
}

/* Every candidate of ELSA is used, and only A3 has columns to be out of order. */
static void print_registers(struct ks_verilog *v, const struct ks_package *package) {
  static const char *const bus[] = {"clk_i",      "rst_ni",      "reg_write_i",
                                    "reg_addr_i", "reg_wdata_i", "reg_rdata_o"};
  char module[128];
  snprintf(module, sizeof module, "%s_registers", package->name);
  ks_verilog_section(v, "---- registers ----");
  ks_verilog_instance(v, module, "u_registers");
  for (size_t i = 0; i < sizeof bus / sizeof bus[0]; i++) print_own_pin(v, bus[i]);
  for (size_t i = 0; i < SIGNALS; i++)
    if (is_for(package, signals[i].engines) && signals[i].registers)
      print_pin(v, signals[i].registers, signals[i].driver == REGISTERS, signals[i].wire);
  if (package->config->engine != KS_ENGINE_A3) ks_verilog_pin_in(v, "unsorted_i", "1'b0");
  if (package->config->engine == KS_ENGINE_ELSA) ks_verilog_pin_in(v, "used_i", "candidates");
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
  if (package->config->engine == KS_ENGINE_ELSA) print_table(v, package, "sqrt", "sqrt_index", "sqrt_value");
  ks_verilog_for(v, "g_exp", "b", "BANK_COUNT");
  print_table(v, package, "exp", "exp_index[b*EXP_FRAC+:EXP_FRAC]", "exp_value[b*(EXP_FRAC+1)+:EXP_FRAC+1]");
  ks_verilog_end(v);
}

/* ---- trace ---------------------------------------------------------------------------------- */

/* The key of what stream b shows, below n whenever it shows something. */
static void print_key(struct ks_verilog *v, const struct engine *engine) {
  ks_verilog_wire(v, "32", "row", NULL);
  ks_verilog_wire(v, "32", "key", NULL);
  ks_verilog_assign(v, "row", "{{(32-%s){1'b0}}, take_row[b*%s+:%s]}", engine->row_bits, engine->row_bits,
                    engine->row_bits);
  ks_verilog_assign(v, "key", "%s", engine->key);
}

/* Streams with a register each: an engine waits for a stream that is not relieved. */
static void print_trace_streams(struct ks_verilog *v, const struct engine *engine) {
  ks_verilog_section(v, "---- trace ----");
  ks_verilog_assign(v, "trace_used_o", "%s", engine->used);
  ks_verilog_for(v, "g_trace", "b", "TRACE_STREAMS");
  print_key(v, engine);
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
static void print_trace_wires(struct ks_verilog *v, const struct engine *engine) {
  const char *look = "/* verilator public_flat_rd */";
  ks_verilog_section(v, "---- what a simulator may look at: what the trace streams would show ----");
  ks_verilog_wire(v, "TRACE_STREAMS", "trace_valid", look);
  ks_verilog_wire(v, "TRACE_STREAMS*16", "trace_tag", look);
  ks_verilog_wire(v, "TRACE_STREAMS*16", "trace_query", look);
  ks_verilog_wire(v, "TRACE_STREAMS*32", "trace_key", look);
  ks_verilog_wire(v, "TRACE_STREAMS", "trace_used", look);
  ks_verilog_assign(v, "take_ready", "{TRACE_STREAMS{1'b1}}");
  ks_verilog_assign(v, "trace_valid", "take");
  ks_verilog_assign(v, "trace_tag", "take_tag");
  ks_verilog_assign(v, "trace_query", "take_query");
  ks_verilog_assign(v, "trace_used", "%s", engine->used);
  ks_verilog_for(v, "g_trace", "b", "TRACE_STREAMS");
  print_key(v, engine);
  ks_verilog_assign(v, "trace_key[b*32+:32]", "key");
  ks_verilog_end(v);
}

/* ---- the module ----------------------------------------------------------------------------- */

/* LISA's words beside commands. */
static const char about_instructions[] =
    ";\nwith opcode 8 PREDICT, 9 SCORE, 10 SOFTMAX or 11 WSUM it is an instruction: flags [9:8] (bit 1 "
    "positive_only),\nbuffer [10], last [11], count - 1 [15:12], tag [31:16]";

void ks_top(const struct ks_package *package, FILE *out) {
  fprintf(out, "// SPDX-License-Identifier: Apache-2.0\n");
  ks_package_banner(package, out, "//");
  char about[640];
  snprintf(about, sizeof about,
           "%s accelerator: engine, registers, tables. Streams are valid/ready; a row is D codes, element i of a "
           "row in\nbits [i*CODE_BITS +: CODE_BITS], of an output row in bits [i*OUT_BITS +: OUT_BITS]. A command "
           "is opcode [3:0]\n(1 LOAD, 2 ATTEND), page [7:4], flags [15:8] (bit 0 exact), tag [31:16], base "
           "[47:32], count [63:48]%s.\nrst_ni is synchronous.",
           engine_of(package)->title,
           package->config->engine == KS_ENGINE_LISA ? about_instructions : "");
  struct ks_verilog *v = ks_verilog_open(out, package->name, about);
  print_ports(v, package);
  print_constants(v, package);
  print_wires(v, package);
  print_engine(v, package);
  print_registers(v, package);
  print_tables(v, package);
  if (package->config->trace) print_trace_streams(v, engine_of(package));
  else print_trace_wires(v, engine_of(package));
  ks_verilog_finish(v);
}
