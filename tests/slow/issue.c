/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "slow.h"

#define MOST_LANES 32
#define MOST_DEPTH 64

struct queue {
  int length, key[MOST_DEPTH];
};

static int pop(struct queue *queue) {
  int key = queue->key[0];
  queue->length--;
  for (int i = 0; i < queue->length; i++) queue->key[i] = queue->key[i + 1];
  return key;
}

/* The longest queue at the lengths given, the lowest lane of equals; -1 if all are empty. */
static int longest(int lanes, const int *length) {
  int best = -1;
  for (int lane = 0; lane < lanes; lane++)
    if (length[lane] > 0 && (best < 0 || length[lane] > length[best])) best = lane;
  return best;
}

/* What lane `lane` finds in its `look`-th look: the bank's key number look * lanes + lane. */
static void push(const struct ks_config *config, int keys, const uint8_t *mask, int bank, int lane, int look,
                 struct queue *queue) {
  int key = (look * config->lanes + lane) * config->banks + bank;
  if (key < keys && mask[key]) queue->key[queue->length++] = key;
  assert(queue->length <= config->queue_depth);
}

int slow_order(const struct ks_config *config, int keys, const uint8_t *mask, int bank, int *order) {
  struct queue queues[MOST_LANES] = {0};
  int looks = keys, look = 0, count = 0; /* more looks than keys find nothing */
  for (;;) {
    int length[MOST_LANES];
    bool full = false;
    for (int lane = 0; lane < config->lanes; lane++) {
      length[lane] = queues[lane].length;
      full |= length[lane] == config->queue_depth;
    }
    int lane = longest(config->lanes, length);
    if (lane < 0 && look == looks) return count;
    if (lane >= 0) order[count++] = pop(&queues[lane]);
    if (!full && look < looks) {
      for (int l = 0; l < config->lanes; l++) push(config, keys, mask, bank, l, look, &queues[l]);
      look++;
    }
  }
}
