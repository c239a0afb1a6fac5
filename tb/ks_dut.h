/* SPDX-License-Identifier: Apache-2.0
 *
 * The verilated design behind a C interface. ks_dut.cpp, compiled with the model that Verilator makes of a
 * design, is the shared object dut.so; what loads it finds ks_dut_run there. Any number of runs may go on at
 * once.
 */
#ifndef KS_DUT_H
#define KS_DUT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KS_DUT_MAX_STREAMS = 16 };

enum ks_dut_kind {
  KS_DUT_WRITE,   /* a register write, one cycle */
  KS_DUT_COMMAND, /* a command, offered until it is taken */
  KS_DUT_IDLE     /* waits until the design is not busy */
};

struct ks_dut_step {
  enum ks_dut_kind kind;
  uint32_t address, value; /* WRITE */
  uint64_t command;        /* COMMAND: the 64-bit word */
};

/* Steps run one after another from reset on. Rows are offered from reset on, in order, whatever the step. */
struct ks_dut_program {
  const struct ks_dut_step *steps;
  size_t step_count;
  const int32_t *k, *v, *q; /* codes, row-major, D a row */
  const int32_t *s; /* designs with sorted columns: key_rows beats of D entries, row << CODE_BITS | code */
  size_t key_rows, query_rows;
  size_t out_rows;       /* the run ends when these have come and the design is idle, all steps done */
  const uint32_t *reads; /* addresses of registers to read then */
  size_t read_count;
  unsigned
      stall_percent; /* 0..99: share of cycles in which each stream, seen alone, is stalled by its outside */
  uint64_t seed;     /* of the stalls and of what registers hold before reset */
  uint64_t watchdog; /* cycles without a transfer on any stream, after which the run fails */

  /* NULL, or what is given a VCD of the design piece by piece, where it was built to make one: a sample a
   * cycle, taken as the cycle ends, from the one in which the first command is taken to the one in which the
   * design is seen idle at the end. */
  void (*vcd)(void *context, const char *text, size_t length);
  void *vcd_context;
};

/* One beat of a trace stream: this key, for query number `query` of the command with this tag. */
struct ks_dut_take {
  uint16_t tag, query, key, used;
};

/* The caller gives room; what does not fit is counted and dropped. */
struct ks_dut_result {
  int32_t *out; /* codes, D a row */
  uint16_t *tag, *number;
  uint8_t *last;
  size_t out_room;
  struct ks_dut_take *takes[KS_DUT_MAX_STREAMS];
  size_t take_room[KS_DUT_MAX_STREAMS];
  uint32_t *reads;       /* read_count */
  uint64_t *read_cycles; /* read_count: clock edges since reset that the value reflects */

  size_t out_rows, take_count[KS_DUT_MAX_STREAMS];
  uint64_t cycles; /* from the one after the first command is taken to the last in which STATUS says busy */
  char failure[256]; /* watchdog, unstable stream, $stop, rows left over; "" if nothing went wrong */
};

void ks_dut_run(const struct ks_dut_program *program, struct ks_dut_result *result);
typedef void ks_dut_run_function(const struct ks_dut_program *program, struct ks_dut_result *result);

#ifdef __cplusplus
}
#endif
#endif
