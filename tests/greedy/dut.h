/* SPDX-License-Identifier: Apache-2.0
 *
 * The verilated ks_greedy behind a C interface, a cycle a call. dut.cpp is compiled once a parameter set.
 */
#ifndef DUT_H
#define DUT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The parameters of the module. */
extern const int dut_keys, dut_dim, dut_code_bits, dut_pages, dut_iterations;

struct dut_in {
  bool load, load_first;
  int load_addr;
  const int32_t *values; /* d codes; read while load */
  const int *rows;       /* d rows */
  bool query, page, exact;
  const int32_t *codes; /* d codes; read while query */
  int keys, steps;
  uint32_t info; /* 20 bits */
  bool ready;
};

/* What the outputs are in the cycle before its clock edge. */
struct dut_out {
  bool query_ready, order_error, busy, valid, last, none;
  int row, count;
  uint32_t info;
};

/* Resets the design; what registers and memories hold before is of the seed. */
void dut_reset(unsigned seed);

/* A cycle; false if an assertion of the design stopped it. */
bool dut_clock(const struct dut_in *in, struct dut_out *out);

#ifdef __cplusplus
}
#endif

#endif
