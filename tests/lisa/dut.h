/* SPDX-License-Identifier: Apache-2.0
 *
 * The verilated lisa_dut behind a C interface, a cycle a call. dut.cpp is compiled once a parameter set.
 */
#ifndef DUT_H
#define DUT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The parameters of the module. */
extern const int dut_keys, dut_dim, dut_code_bits, dut_rows, dut_top_k, dut_top_q, dut_stage_cells,
    dut_lists, dut_pages, dut_score_bits, dut_score_delay;

struct dut_in {
  bool write;
  int write_addr, tau;
  const int32_t *k; /* d codes; read while write */
  bool start, positive, exact;
  int addr, keys, top_k, queries;
  uint32_t info;        /* 12 bits */
  const int32_t *query; /* d codes, or NULL */
  bool candidate_ready, issue, issue_last;
  bool score_valid, through, score_last;
  int64_t score;
  int top_q;
  uint32_t data;
  bool used_ready;
};

/* All of them come from registers: they do not depend on what goes in in the same cycle. */
struct dut_out {
  bool count_valid;
  int count;
  bool start_ready, query_read;
  int query_index;
  bool candidate, candidate_last, group_last, candidate_exact, predict_busy;
  int key, candidates, index;
  uint32_t info;
  bool room, used, used_through, used_last, top_q_busy;
  int64_t used_score;
  uint32_t used_data;
};

/* Resets the design; what registers and memories hold before is of the seed. */
void dut_reset(unsigned seed);

/* What shows in this cycle. */
void dut_look(struct dut_out *out);

/* Clocks; false if an assertion of the design stopped it. */
bool dut_clock(const struct dut_in *in);

#ifdef __cplusplus
}
#endif

#endif
