/* SPDX-License-Identifier: Apache-2.0
 *
 * A program for the hardware, and what the model says must come of it. The model runs it while it is put
 * together.
 */
#ifndef KS_PROGRAM_H
#define KS_PROGRAM_H

#include "../cmodel/keysieve.h"
#include "ks_dut.h"

struct ks_list {
  void *items;
  size_t count, room;
};

struct ks_program {
  const struct ks_config *config; /* borrowed */
  struct ks_sizes sizes;
  struct ks_machine *machine;
  struct ks_constants constants; /* as the registers stand */
  bool constants_known;
  bool timed; /* no register is written between commands, so that the model's cycles are the hardware's */
  size_t commands;
  int keys[KS_MAX_PAGES]; /* loaded on each page */
  int last_load;          /* rows of the last LOAD */

  struct ks_list steps;   /* struct ks_dut_step */
  struct ks_list k, v, q; /* int32_t codes, d a row */
  struct ks_list s;       /* A3: int32_t entries as ks_dut.h has them, d a beat */

  struct ks_list out;                 /* int32_t, d a row */
  struct ks_list tag, number, last;   /* uint16_t, uint16_t, uint8_t: one a row */
  struct ks_list takes[KS_DUT_MAX_STREAMS]; /* struct ks_dut_take */
  uint32_t sticky; /* flags that must be up beside the model's: KS_STICKY_UNSORTED */
};

struct ks_program *ks_program_new(const struct ks_config *config);
void ks_program_free(struct ks_program *program);

/* Writes the registers that change. The cosine table can only be written when the design is idle, which is
 * waited for. */
void ks_program_constants(struct ks_program *program, const struct ks_constants *constants);

/* The next command: count rows of k and v for a LOAD, of q for an ATTEND, codes; a command that the model
 * refuses leaves its rows out. */
enum ks_refusal ks_program_command(struct ks_program *program, struct ks_command command, const int32_t *k,
                                   const int32_t *v, const int32_t *q);

/* LISA: the next instruction, in the low half of the word of the command stream; of the high half nothing is
 * asked. PREDICT reads its group's rows of q, and leaves them out if it is refused. Output rows, and what the
 * trace streams show of them, are the group's when its WSUM comes: before the program runs every group has to be
 * closed. */
enum ks_refusal ks_program_instruct(struct ks_program *program, uint64_t word, const int32_t *q);

/* A3: makes the columns of the last LOAD, of 2 rows at least, arrive out of order in one place; `choice` says
 * where. The model knows of no such thing, so that until the next LOAD of the page only exact queries may come. */
void ks_program_disorder(struct ks_program *program, uint64_t choice);

size_t ks_program_key_rows(const struct ks_program *program);
size_t ks_program_out_rows(const struct ks_program *program);

/* `count` more items of `size` bytes at the end, uninitialised. Growing aborts when memory is out. */
void *ks_list_add(struct ks_list *list, size_t count, size_t size);

/* The command as the 64-bit word of the command stream. */
uint64_t ks_program_word(struct ks_command command);

#endif
