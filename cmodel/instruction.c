/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "keysieve.h"

uint32_t ks_instruction_word(struct ks_instruction instruction) {
  assert(instruction.count >= 1 && instruction.count <= 16);
  return (instruction.opcode & 15u) | (instruction.page & 15u) << 4 | (instruction.flags & 3u) << 8 |
         (instruction.buffer & 1u) << 10 | (uint32_t)instruction.last << 11 |
         (instruction.count - 1u) << 12 | (uint32_t)instruction.tag << 16;
}

struct ks_instruction ks_instruction_of(uint32_t word) {
  return (struct ks_instruction){
      .opcode = word & 15,
      .page = word >> 4 & 15,
      .flags = word >> 8 & 3,
      .buffer = word >> 10 & 1,
      .last = word >> 11 & 1,
      .count = (uint8_t)((word >> 12 & 15) + 1),
      .tag = (uint16_t)(word >> 16),
  };
}

/* ---- the program of an ATTEND ---------------------------------------------------------------- */

enum { STEPS = 4 };

struct ks_sequencer ks_sequencer_new(struct ks_command attend, int rows) {
  assert(rows >= 1 && rows <= 16);
  return (struct ks_sequencer){.command = attend, .rows = (unsigned)rows};
}

static unsigned group_count(const struct ks_sequencer *sequencer) {
  return (sequencer->command.count + sequencer->rows - 1) / sequencer->rows;
}

static struct ks_instruction instruction_at(const struct ks_sequencer *sequencer, unsigned group) {
  static const uint8_t opcodes[STEPS] = {KS_PREDICT, KS_SCORE, KS_SOFTMAX, KS_WSUM};
  const struct ks_command *command = &sequencer->command;
  unsigned left = command->count - group * sequencer->rows;
  return (struct ks_instruction){
      .opcode = opcodes[sequencer->step],
      .page = command->page,
      .flags = command->flags,
      .buffer = group & 1,
      .count = (uint8_t)(left < sequencer->rows ? left : sequencer->rows),
      .last = left <= sequencer->rows,
      .tag = command->tag,
  };
}

/* Round g: PREDICT of group g, SCORE of g - 1, SOFTMAX of g - 2, WSUM of g - 3, where these exist. */
bool ks_sequencer_next(struct ks_sequencer *sequencer, uint32_t *word) {
  unsigned groups = group_count(sequencer);
  while (sequencer->group < groups + STEPS - 1) {
    unsigned group = sequencer->group - sequencer->step;
    bool exists = sequencer->group >= sequencer->step && group < groups;
    if (exists) *word = ks_instruction_word(instruction_at(sequencer, group));
    if (++sequencer->step == STEPS) sequencer->step = 0, sequencer->group++;
    if (exists) return true;
  }
  return false;
}
