/* SPDX-License-Identifier: Apache-2.0 */
#include "issue.h"

enum { MAX_LANES = 32 };

/* What a lane finds it takes in the order found, so its queue is a stretch of that list. */
struct lanes {
  int count;
  int length[MAX_LANES];
  int head[MAX_LANES];        /* place in found[] of the queue's oldest, or of the next find */
  uint16_t next[KS_MAX_KEYS]; /* the same lane's next find */
};

/* Word of the scan and lane in which a key is looked at. */
struct place {
  int word, lane;
};

static struct place place_of(const struct ks_config *config, uint16_t key) {
  int row = key / config->banks;
  return (struct place){row / config->lanes, row % config->lanes};
}

static void list_finds(const struct ks_config *config, const uint16_t found[], int count,
                       struct lanes *lanes) {
  lanes->count = config->lanes;
  for (int lane = 0; lane < lanes->count; lane++) lanes->length[lane] = lanes->head[lane] = 0;
  for (int i = count - 1; i >= 0; i--) {
    int lane = place_of(config, found[i]).lane;
    lanes->next[i] = (uint16_t)lanes->head[lane];
    lanes->head[lane] = i;
  }
}

/* Ties: the lowest lane. */
static int find_longest(const struct lanes *lanes) {
  int longest = 0;
  for (int lane = 1; lane < lanes->count; lane++)
    if (lanes->length[lane] > lanes->length[longest]) longest = lane;
  return longest;
}

void ks_issue_lqf(const struct ks_config *config, const uint16_t found[], int count, uint16_t taken[]) {
  struct lanes lanes;
  list_finds(config, found, count, &lanes);
  for (int word = 0, pushed = 0, popped = 0; popped < count;) {
    int longest = find_longest(&lanes);
    bool full = lanes.length[longest] == config->queue_depth; /* the pop of this cycle comes too late */
    if (lanes.length[longest] > 0) {
      taken[popped++] = found[lanes.head[longest]];
      lanes.head[longest] = lanes.next[lanes.head[longest]];
      lanes.length[longest]--;
    }
    if (full) continue;
    for (; pushed < count && place_of(config, found[pushed]).word == word; pushed++)
      lanes.length[place_of(config, found[pushed]).lane]++;
    word++;
  }
}
