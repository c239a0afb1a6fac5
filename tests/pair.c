/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

#define STRIDE_BEYOND 3 /* the mask is asked for more keys than the design has; these stay 0 */

struct pair *pair_new(const struct ks_config *config, const char *origin) {
  struct pair *pair = calloc(1, sizeof *pair);
  assert_non_null(pair);
  pair->config = *config;
  pair->fast = ks_machine_new(config);
  pair->slow = slow_machine_new(config);
  snprintf(pair->origin, sizeof pair->origin, "%s", origin);
  return pair;
}

static void same(const struct pair *pair, const char *what, uint64_t fast, uint64_t slow) {
  if (fast != slow) fail_msg("%s: %s: fast %" PRIu64 ", slow %" PRIu64, pair->origin, what, fast, slow);
}

static void compare_counters(struct pair *pair) {
  struct ks_counters fast, slow;
  ks_machine_counters(pair->fast, &fast);
  slow_machine_counters(pair->slow, &slow);
  same(pair, "queries", fast.queries, slow.queries);
  same(pair, "candidates", fast.candidates, slow.candidates);
  same(pair, "used", fast.used, slow.used);
  same(pair, "ternary non-zeros", fast.ternary_nonzeros, slow.ternary_nonzeros);
  same(pair, "sticky flags", fast.sticky, slow.sticky);
  same(pair, "refused", fast.refused, slow.refused);
  same(pair, "last refusal", fast.last_refusal, slow.last_refusal);
  same(pair, "cycles are told", fast.timed, true);
  same(pair, "cycles, the sum of its parts", fast.cycles, fast.load + fast.attend + fast.select + fast.drain);
}

void pair_free(struct pair *pair) {
  compare_counters(pair);
  ks_machine_free(pair->fast);
  slow_machine_free(pair->slow);
  free(pair);
}

void pair_constants(struct pair *pair, const struct ks_constants *constants) {
  pair->constants = *constants;
  ks_machine_constants(pair->fast, constants);
  slow_machine_constants(pair->slow, constants);
}

enum ks_refusal pair_load(struct pair *pair, struct ks_command command, const int32_t *k, const int32_t *v) {
  enum ks_refusal fast = ks_machine_load(pair->fast, command, k, v);
  enum ks_refusal slow = slow_machine_load(pair->slow, command, k, v);
  same(pair, "refusal of a LOAD", fast, slow);
  if (fast == KS_ACCEPTED) pair->keys[command.page] = command.base + command.count;
  return fast;
}

static void compare_query(const struct pair *pair, int query, const int32_t *fast, const int32_t *slow,
                          const uint8_t *fast_mask, const uint8_t *slow_mask, size_t stride) {
  for (size_t j = 0; j < stride; j++)
    if (fast_mask[j] != slow_mask[j])
      fail_msg("%s: query %d, mask of key %zu: fast %d, slow %d", pair->origin, query, j, fast_mask[j],
               slow_mask[j]);
  for (int i = 0; i < pair->config.d; i++)
    if (fast[i] != slow[i])
      fail_msg("%s: query %d, element %d: fast %d, slow %d", pair->origin, query, i, fast[i], slow[i]);
}

/* What the fast machine knows of its queries against the slow one's masks. */
static void compare_passages(const struct pair *pair, struct ks_command command, const uint8_t *slow_mask,
                             size_t stride) {
  size_t count;
  const struct ks_passage *passages = ks_machine_passages(pair->fast, &count);
  bool iterates = pair->config.engine == KS_ENGINE_A3 && !(command.flags & KS_FLAG_EXACT);
  bool predicts = pair->config.engine == KS_ENGINE_LISA && !(command.flags & KS_FLAG_EXACT);
  size_t rows = pair->config.engine == KS_ENGINE_LISA ? (size_t)pair->config.rows : 0;
  bool compensates = pair->config.compensate == KS_COMPENSATE_MEAN;
  same(pair, "passages", count, command.count);
  for (size_t i = 0; i < count; i++, slow_mask += stride) {
    uint64_t candidates = 0, used = 0;
    for (size_t j = 0; j < stride; j++) candidates += slow_mask[j] > 0, used += slow_mask[j] == 2;
    same(pair, "candidates of a query", passages[i].candidates, candidates);
    same(pair, "used keys of a query", passages[i].used, used);
    same(pair, "iterations of a query", passages[i].iterations, iterates ? pair->constants.iterations : 0);
    same(pair, "keys predicted", passages[i].predicted, predicts ? (uint64_t)pair->keys[command.page] : 0);
    if (rows) same(pair, "group", passages[i].group, i / rows < count / rows ? rows : count % rows);
    same(pair, "virtual key of a query", passages[i].virtual_key,
         compensates && used < (uint64_t)pair->keys[command.page]);
  }
}

enum ks_refusal pair_attend(struct pair *pair, struct ks_command command, const int32_t *q) {
  size_t stride = (size_t)pair->config.n + STRIDE_BEYOND, d = (size_t)pair->config.d;
  int32_t *out = calloc(2 * command.count * d + 1, sizeof *out);
  uint8_t *mask = calloc(2 * command.count * stride + 1, 1);
  assert_true(out && mask);
  int32_t *slow_out = out + command.count * d;
  uint8_t *slow_mask = mask + command.count * stride;

  enum ks_refusal fast = ks_machine_attend(pair->fast, command, q, out, mask, stride);
  enum ks_refusal slow = slow_machine_attend(pair->slow, command, q, slow_out, slow_mask, stride);
  same(pair, "refusal of an ATTEND", fast, slow);
  for (int i = 0; fast == KS_ACCEPTED && i < command.count; i++)
    compare_query(pair, i, out + (size_t)i * d, slow_out + (size_t)i * d, mask + (size_t)i * stride,
                  slow_mask + (size_t)i * stride, stride);
  if (fast == KS_ACCEPTED) compare_passages(pair, command, slow_mask, stride);
  free(out);
  free(mask);
  return fast;
}

void pair_load_rows(struct pair *pair, int base, int count, const int32_t *k, const int32_t *v) {
  struct ks_command command = {.opcode = KS_LOAD, .base = (uint16_t)base, .count = (uint16_t)count};
  same(pair, "refusal of a legal LOAD", pair_load(pair, command, k, v), KS_ACCEPTED);
}

void pair_attend_rows(struct pair *pair, bool exact, int count, const int32_t *q) {
  struct ks_command command = {
      .opcode = KS_ATTEND, .flags = exact ? KS_FLAG_EXACT : 0, .count = (uint16_t)count};
  same(pair, "refusal of a legal ATTEND", pair_attend(pair, command, q), KS_ACCEPTED);
}

struct pair_options pair_options(int argc, char **argv, int heads, uint64_t seed) {
  return (struct pair_options){.heads = argc > 1 ? atoi(argv[1]) : heads,
                               .seed = argc > 2 ? strtoull(argv[2], NULL, 10) : seed};
}
