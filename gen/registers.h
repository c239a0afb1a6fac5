/* SPDX-License-Identifier: Apache-2.0
 *
 * The registers of a design: one table, from which come the Verilog register file, the C header, the
 * manifest's part and the table for readers.
 *
 *   X(name, address, KIND, bits, value, signal, amount, help)
 *
 * address  32-bit word on the register bus
 * KIND     FACT     read only; value is what it reads, an expression of c (configuration) and s (sizes)
 *          CONTROL  write only: bits that act
 *          STATE    read only: packed by the register file itself, `signal` is the expression it reads
 *          SETTING  read and write, `bits` wide, unsigned; value is its reset, `signal` the port it drives
 *          SIGNED   likewise, two's complement, read back sign-extended
 *          COUNTER  read only, wraps; adds `amount` in every cycle in which `signal` is high
 *          TABLE    read and write, one word an entry from `address` on; value is the number of entries;
 *                   two's complement, read back sign-extended; not writable while the design is busy
 */
#ifndef KS_REGISTERS_H
#define KS_REGISTERS_H

#include <jansson.h>

#include "package.h"

#define KS_REGISTERS(X)                                                                                      \
  X(ID, 0x000, FACT, 32, 0x4b535631, NULL, NULL, "the letters KSV1")                                         \
  X(VERSION, 0x001, FACT, 32, ks_registers_version(), NULL, NULL,                                            \
    "of the generator: major [23:16], minor [15:8], patch [7:0]")                                            \
  X(ENGINE, 0x002, FACT, 32, c->engine, NULL, NULL, "0 elsa")                                                \
  X(N, 0x003, FACT, 32, c->n, NULL, NULL, "keys a page holds")                                               \
  X(D, 0x004, FACT, 32, c->d, NULL, NULL, "codes a row")                                                     \
  X(K, 0x005, FACT, 32, c->k, NULL, NULL, "bits of a hash")                                                  \
  X(PARALLEL, 0x006, FACT, 32, c->banks | c->lanes << 16, NULL, NULL, "banks [15:0], lanes a bank [31:16]")  \
  X(FORMAT, 0x007, FACT, 32, c->int_bits | c->frac_bits << 8 | s->out_frac << 16 | c->pages << 24, NULL,     \
    NULL, "I [7:0], F [15:8], OF [23:16], pages [31:24]")                                                    \
  X(CONTROL, 0x008, CONTROL, 2, 0, NULL, NULL, "write 1: bit 0 clears the counters, bit 1 STATUS and FLAGS") \
  X(STATUS, 0x009, STATE, 32, 0, "{refused_q, refusal_q, 7'd0, busy_i}", NULL,                               \
    "bit 0 busy, [15:8] code of the last refusal, [31:16] commands refused (stops at 65535)")                \
  X(FLAGS, 0x00a, STATE, 4, 0, "{28'd0, sum_zero_q, overflow_q, ignored_q, saturated_q}", NULL,              \
    "sticky: bit 0 an output saturated, bit 1 a table write was ignored because the design was busy, bit 2 " \
    "a float saturated, bit 3 a sum of weights was zero (2 and 3: accumulator = float)")                     \
  X(EXP_MUL, 0x010, SETTING, 16, 0, "exp_mul_o", NULL,                                                       \
    "multiplier of a score: scale * log2(e) * 2^(E-2F+EXP_SHIFT)")                                           \
  X(EXP_SHIFT, 0x011, SETTING, 6, 8, "exp_shift_o", NULL, "right shift after it, 8..47")                     \
  X(T_CODE, 0x012, SIGNED, 11, 0, "t_code_o", NULL, "threshold, LSB 1/512")                                  \
  X(LOAD_CYCLES, 0x020, COUNTER, 32, 0, "charge_i[0]", "32'd1", "cycles charged to loading")                 \
  X(ATTEND_CYCLES, 0x021, COUNTER, 32, 0, "charge_i[1]", "32'd1",                                            \
    "cycles charged to scores and accumulation")                                                             \
  X(SELECT_CYCLES, 0x022, COUNTER, 32, 0, "charge_i[2]", "32'd1", "cycles charged to selection alone")       \
  X(DRAIN_CYCLES, 0x023, COUNTER, 32, 0, "charge_i[3]", "32'd1", "cycles charged to rows on their way out")  \
  X(IDLE_CYCLES, 0x024, COUNTER, 32, 0, "charge_i[4]", "32'd1", "all other cycles")                          \
  X(QUERIES, 0x025, COUNTER, 32, 0, "query_done_i", "32'd1", "queries done")                                 \
  X(CANDIDATES, 0x026, COUNTER, 32, 0, "query_done_i", "candidates", "candidate keys of these queries")      \
  X(USED, 0x027, COUNTER, 32, 0, "query_done_i", "used", "used keys of these queries")                       \
  X(COS_CODE, 0x200, TABLE, 11, c->k + 1, "cos_code_o", NULL,                                                \
    "cosine of Hamming distance h at 0x200 + h, LSB 1/512")

#define KS_REGISTER_ADDRESS(name, address, ...) KS_REG_##name = address,
enum ks_register_address { KS_REGISTERS(KS_REGISTER_ADDRESS) };
#undef KS_REGISTER_ADDRESS

/* KS_VERSION as the register shows it. */
uint32_t ks_registers_version(void);

void ks_registers_verilog(const struct ks_package *package, FILE *out);
void ks_registers_header(const struct ks_package *package, FILE *out);
void ks_registers_markdown(const struct ks_package *package, FILE *out);

/* A new reference to an array of objects: name, address, access, bits, help. */
json_t *ks_registers_json(const struct ks_package *package);

#endif
