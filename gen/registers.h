/* SPDX-License-Identifier: Apache-2.0
 *
 * The registers of a design: one table, from which come the Verilog register file, the C header, the
 * manifest's part and the table for readers.
 *
 *   X(name, engines, address, KIND, bits, value, signal, amount, help)
 *
 * engines  whose designs have it: a sum of KS_FOR_*, as in config_keys.h
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

#define KS_REGISTERS(X)                                                                                    \
  X(ID, KS_FOR_ALL, 0x000, FACT, 32, 0x4b535631, NULL, NULL, "the letters KSV1")                           \
  X(VERSION, KS_FOR_ALL, 0x001, FACT, 32, ks_registers_version(), NULL, NULL,                              \
    "of the generator: major [23:16], minor [15:8], patch [7:0]")                                          \
  X(ENGINE, KS_FOR_ALL, 0x002, FACT, 32, c->engine, NULL, NULL, "0 elsa, 1 a3, 2 lisa")                    \
  X(N, KS_FOR_ALL, 0x003, FACT, 32, c->n, NULL, NULL, "keys a page holds")                                 \
  X(D, KS_FOR_ALL, 0x004, FACT, 32, c->d, NULL, NULL, "codes a row")                                       \
  X(K, KS_FOR_ELSA, 0x005, FACT, 32, c->k, NULL, NULL, "bits of a hash")                                   \
  X(PARALLEL, KS_FOR_ELSA, 0x006, FACT, 32, c->banks | c->lanes << 16, NULL, NULL,                         \
    "banks [15:0], lanes a bank [31:16]")                                                                  \
  X(FORMAT, KS_FOR_ALL, 0x007, FACT, 32,                                                                   \
    c->int_bits | c->frac_bits << 8 | s->out_frac << 16 | c->pages << 24, NULL, NULL,                      \
    "I [7:0], F [15:8], OF [23:16], pages [31:24]")                                                        \
  X(CONTROL, KS_FOR_ALL, 0x008, CONTROL, 2, 0, NULL, NULL,                                                 \
    "write 1: bit 0 clears the counters, bit 1 STATUS and FLAGS")                                          \
  X(STATUS, KS_FOR_ALL, 0x009, STATE, 32, 0, "{refused_q, refusal_q, 7'd0, busy_i}", NULL,                 \
    "bit 0 busy, [15:8] code of the last refusal, [31:16] commands refused (stops at 65535)")              \
  X(FLAGS, KS_FOR_ALL, 0x00a, STATE, 5, 0,                                                                 \
    "{27'd0, unsorted_q, sum_zero_q, overflow_q, ignored_q, saturated_q}", NULL,                           \
    "sticky: bit 0 an output saturated, bit 1 a table write was ignored because the design was busy, "     \
    "bit 2 a float saturated, bit 3 a sum of weights was zero (2 and 3: accumulator = float), bit 4 "      \
    "sorted columns came out of order (a3)")                                                               \
  X(EXP_MUL, KS_FOR_ALL, 0x010, SETTING, 16, 0, "exp_mul_o", NULL,                                         \
    "multiplier of a score: scale * log2(e) * 2^(E-2F+EXP_SHIFT)")                                         \
  X(EXP_SHIFT, KS_FOR_ALL, 0x011, SETTING, 6, 8, "exp_shift_o", NULL, "right shift after it, 8..47")       \
  X(T_CODE, KS_FOR_ELSA, 0x012, SIGNED, 11, 0, "t_code_o", NULL, "threshold, LSB 1/512")                   \
  X(ITERATIONS, KS_FOR_A3, 0x013, SETTING, 16, 1, "iterations_o", NULL, "M: greedy iterations a query")    \
  X(POST_T, KS_FOR_A3, 0x014, SETTING, 32, 0, "post_t_o", NULL,                                            \
    "t: a candidate is used if its score is at most so far below the largest, LSB 2^-2F; its low bits")    \
  X(POST_T_HIGH, KS_FOR_A3, 0x015, SETTING, 16, 0, "post_t_high_o", NULL, "t, bits 32 and up")             \
  X(TAU, KS_FOR_LISA, 0x016, SETTING, 32, 0, "tau_o", NULL,                                                \
    "code from 0 up: key elements up to this magnitude are 0 to predictions; sampled by LOAD at base 0")   \
  X(TOP_K, KS_FOR_LISA, 0x017, SETTING, 16, 1, "top_k_o", NULL, "candidates of a query, at most")          \
  X(TOP_Q, KS_FOR_LISA, 0x018, SETTING, 16, 1, "top_q_o", NULL, "used keys of a query, at most")           \
  X(LOAD_CYCLES, KS_FOR_ALL, 0x020, COUNTER, 32, 0, "charge_i[0]", "32'd1", "cycles charged to loading")   \
  X(ATTEND_CYCLES, KS_FOR_ALL, 0x021, COUNTER, 32, 0, "charge_i[1]", "32'd1",                              \
    "cycles charged to scores and accumulation")                                                           \
  X(SELECT_CYCLES, KS_FOR_ALL, 0x022, COUNTER, 32, 0, "charge_i[2]", "32'd1",                              \
    "cycles charged to selection alone")                                                                   \
  X(DRAIN_CYCLES, KS_FOR_ALL, 0x023, COUNTER, 32, 0, "charge_i[3]", "32'd1",                               \
    "cycles charged to rows on their way out")                                                             \
  X(IDLE_CYCLES, KS_FOR_ALL, 0x024, COUNTER, 32, 0, "charge_i[4]", "32'd1", "all other cycles")            \
  X(QUERIES, KS_FOR_ALL, 0x025, COUNTER, 32, 0, "query_done_i", "32'd1", "queries done")                   \
  X(CANDIDATES, KS_FOR_ALL, 0x026, COUNTER, 32, 0, "query_done_i", "candidates",                           \
    "candidate keys of these queries")                                                                     \
  X(USED, KS_FOR_ALL, 0x027, COUNTER, 32, 0, "query_done_i", "used", "used keys of these queries")         \
  X(TERNARY_NONZEROS, KS_FOR_LISA, 0x028, COUNTER, 32, 0, "nonzeros_valid_i", "{23'd0, nonzeros_i}",       \
    "elements of the keys loaded that are not 0 to predictions")                                           \
  X(COS_CODE, KS_FOR_ELSA, 0x200, TABLE, 11, c->k + 1, "cos_code_o", NULL,                                 \
    "cosine of Hamming distance h at 0x200 + h, LSB 1/512")

#define KS_REGISTER_ADDRESS(name, engines, address, ...) KS_REG_##name = address,
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
