/* SPDX-License-Identifier: Apache-2.0 */
#include "group.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct ks_group *new_group(const struct ks_design *design) {
  size_t rows = (size_t)design->config.rows;
  struct ks_group *group = ks_allocate(1, sizeof(*group));
  group->q = ks_allocate(rows * (size_t)design->config.d, sizeof(*group->q));
  group->attention = ks_allocate(rows, sizeof(*group->attention));
  for (size_t i = 0; i < rows; i++) group->attention[i] = ks_attention_new(design);
  return group;
}

static void free_group(const struct ks_design *design, struct ks_group *group) {
  for (int i = 0; i < design->config.rows; i++) ks_attention_free(&group->attention[i]);
  free(group->attention);
  free(group->q);
  free(group);
}

void ks_groups_free(const struct ks_design *design, struct ks_groups *groups) {
  for (size_t i = 0; i < groups->idle_count; i++) free_group(design, groups->idle[i]);
  for (int kind = 0; kind < KS_LIST_KINDS; kind++)
    for (int i = 0; i < KS_LISTS && groups->list[kind][i]; i++) free_group(design, groups->list[kind][i]);
}

/* The kind of list that an instruction reads; -1: PREDICT. It writes the kind after it; WSUM none. */
static int kind_read(struct ks_instruction instruction) {
  return instruction.opcode - KS_SCORE;
}

bool ks_groups_ready(const struct ks_groups *groups, struct ks_instruction instruction) {
  int reads = kind_read(instruction), writes = reads + 1;
  if (reads >= 0) {
    const struct ks_group *oldest = groups->list[reads][0];
    if (!oldest || oldest->predict.buffer != instruction.buffer) return false;
  }
  for (int i = 0; i < KS_LISTS && writes < KS_LIST_KINDS && groups->list[writes][i]; i++)
    if (groups->list[writes][i]->predict.buffer == instruction.buffer) return false;
  return true;
}

bool ks_groups_any(const struct ks_groups *groups) {
  return groups->list[0][0] || groups->list[1][0] || groups->list[2][0];
}

bool ks_groups_read(const struct ks_groups *groups, int page) {
  for (int kind = 0; kind < KS_LIST_KINDS; kind++)
    for (int i = 0; i < KS_LISTS && groups->list[kind][i]; i++)
      if (groups->list[kind][i]->predict.page == page) return true;
  return false;
}

static struct ks_group *begin(const struct ks_design *design, struct ks_groups *groups,
                              struct ks_instruction predict) {
  struct ks_group *group = groups->idle_count ? groups->idle[--groups->idle_count] : new_group(design);
  group->predict = predict;
  group->first = !groups->within;
  group->number = group->first ? 0 : groups->next_number;
  groups->next_number = (uint16_t)(group->number + predict.count);
  groups->within = !predict.last;
  return group;
}

void ks_groups_begin(struct ks_groups *groups) {
  groups->within = false;
}

static struct ks_group *take_oldest(struct ks_group *list[KS_LISTS]) {
  struct ks_group *oldest = list[0];
  list[0] = list[1];
  list[1] = NULL;
  return oldest;
}

struct ks_group *ks_groups_move(const struct ks_design *design, struct ks_groups *groups,
                                struct ks_instruction instruction) {
  assert(ks_groups_ready(groups, instruction));
  int reads = kind_read(instruction), writes = reads + 1;
  struct ks_group *group =
      reads < 0 ? begin(design, groups, instruction) : take_oldest(groups->list[reads]);
  if (writes < KS_LIST_KINDS) groups->list[writes][groups->list[writes][0] ? 1 : 0] = group;
  return group;
}

void ks_groups_close(struct ks_groups *groups, struct ks_group *group) {
  groups->idle[groups->idle_count++] = group;
}
