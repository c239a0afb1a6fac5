/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../gen/embedded.h"
#include "../gen/registers.h"
#include "vectors.h"

/* One row as a number, element 0 in the lowest bits: hex digits from the top. */
static void print_row(FILE *out, const int32_t *codes, int d, int bits) {
  int digits = (d * bits + 3) / 4;
  for (int digit = digits - 1; digit >= 0; digit--) {
    unsigned value = 0;
    for (int b = 3; b >= 0; b--) {
      int bit = 4 * digit + b;
      unsigned code = bit < d * bits ? (unsigned)codes[bit / bits] >> (bit % bits) : 0;
      value = value << 1 | (code & 1);
    }
    fprintf(out, "%x", value);
  }
}

/* A memory of no words cannot be declared: an empty list gets a word that nobody asks for. */
static void print_rows(const struct ks_program *program, FILE *out, const struct ks_list *rows, int bits) {
  int d = program->config->d;
  for (size_t i = 0; i < rows->count; i += (size_t)d) {
    print_row(out, (const int32_t *)rows->items + i, d, bits);
    fputc('\n', out);
  }
  if (rows->count == 0) fputs("0\n", out);
}

/* kind, address, value or command. */
static void print_steps(const struct ks_program *program, FILE *out) {
  const struct ks_dut_step *steps = program->steps.items;
  for (size_t i = 0; i < program->steps.count; i++) {
    uint64_t value = steps[i].kind == KS_DUT_COMMAND ? steps[i].command : steps[i].value;
    fprintf(out, "%x%03" PRIx32 "%016" PRIx64 "\n", (unsigned)steps[i].kind, steps[i].address, value);
  }
}

/* last, number, tag, row. */
static void print_outputs(const struct ks_program *program, FILE *out) {
  const uint16_t *tag = program->tag.items, *number = program->number.items;
  const uint8_t *last = program->last.items;
  int d = program->config->d;
  for (size_t i = 0; i < program->tag.count; i++) {
    fprintf(out, "%x%04x%04x", last[i], number[i], tag[i]);
    print_row(out, (const int32_t *)program->out.items + i * (size_t)d, d, program->sizes.out_bits);
    fputc('\n', out);
  }
  if (program->tag.count == 0) fputs("0\n", out);
}

/* address, value: REGISTERS of them, and LISA's own. */
enum { REGISTERS = 5 };

static void print_registers(const struct ks_program *program, FILE *out) {
  struct ks_counters counters;
  ks_machine_counters(program->machine, &counters);
  fprintf(out, "%03x%08" PRIx32 "\n", KS_REG_STATUS, counters.refused << 16 | counters.last_refusal << 8);
  fprintf(out, "%03x%08" PRIx32 "\n", KS_REG_FLAGS, counters.sticky | program->sticky);
  fprintf(out, "%03x%08" PRIx32 "\n", KS_REG_QUERIES, (uint32_t)counters.queries);
  fprintf(out, "%03x%08" PRIx32 "\n", KS_REG_CANDIDATES, (uint32_t)counters.candidates);
  fprintf(out, "%03x%08" PRIx32 "\n", KS_REG_USED, (uint32_t)counters.used);
  if (program->config->engine == KS_ENGINE_LISA)
    fprintf(out, "%03x%08" PRIx32 "\n", KS_REG_TERNARY_NONZEROS, (uint32_t)counters.ternary_nonzeros);
}

static int sorted_bits(const struct ks_sizes *s) {
  return s->rank_bits + s->code_bits;
}

static void print_sizes(const struct ks_package *package, const struct ks_program *program, FILE *out) {
  const struct ks_config *c = package->config;
  const struct ks_sizes *s = &package->sizes;
  ks_package_banner(package, out, "//");
  fprintf(out, "`define BENCH_TOP %s\n", package->name);
  if (c->trace)
    fprintf(out, "`define BENCH_TRACE\n`define BENCH_STREAMS %d\n", s->trace_streams);
  if (c->engine == KS_ENGINE_A3) fprintf(out, "`define BENCH_SORTED_BITS %d\n", c->d * sorted_bits(s));
  fprintf(out, "`define BENCH_ROW_BITS %d\n`define BENCH_OUT_BITS %d\n", c->d * s->code_bits,
          c->d * s->out_bits);
  /* Bits of a row in out.hex: whole digits. */
  fprintf(out, "`define BENCH_OUT_DIGITS %d\n", (c->d * s->out_bits + 3) / 4);
  fprintf(out, "`define BENCH_STEPS %zu\n`define BENCH_KEYS %zu\n", program->steps.count,
          ks_program_key_rows(program));
  fprintf(out, "`define BENCH_QUERIES %zu\n`define BENCH_STATUS %d\n", ks_program_out_rows(program),
          KS_REG_STATUS);
  fprintf(out, "`define BENCH_REGISTERS %d\n", REGISTERS + (c->engine == KS_ENGINE_LISA));
}

int ks_vectors_write(const struct ks_package *package, const struct ks_program *program, const char *folder,
                     struct ks_error *error) {
  struct ks_output *output = ks_output_new();
  ks_package_generate(package, output);
  ks_output_text(output, "bench.v", ks_embedded_text("bench.v"));
  print_sizes(package, program, ks_output_file(output, "bench_sizes.vh"));
  print_steps(program, ks_output_file(output, "steps.hex"));
  int bits = package->sizes.code_bits;
  print_rows(program, ks_output_file(output, "k.hex"), &program->k, bits);
  print_rows(program, ks_output_file(output, "v.hex"), &program->v, bits);
  print_rows(program, ks_output_file(output, "q.hex"), &program->q, bits);
  if (package->config->engine == KS_ENGINE_A3)
    print_rows(program, ks_output_file(output, "s.hex"), &program->s, sorted_bits(&package->sizes));
  print_outputs(program, ks_output_file(output, "o.hex"));
  print_registers(program, ks_output_file(output, "registers.hex"));
  int status = ks_output_write(output, folder, error);
  ks_output_free(output);
  return status;
}
