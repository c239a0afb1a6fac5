/* SPDX-License-Identifier: Apache-2.0
 *
 * LISA's four instructions: their words, the program of an ATTEND, which of them are legal, and that any
 * legal program puts out what ATTENDs do.
 *
 *   unit_instruct [PROGRAMS [SEED]]
 *
 * Program i is drawn from seed SEED + i.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inputs.h"
#include "random.h"

struct options {
  int programs;
  uint64_t seed;
};

static int pick(uint64_t *random, int low, int high) {
  return (int)random_between(random, low, high);
}

/* ---- words ----------------------------------------------------------------------------------- */

static uint32_t word_of(int opcode, int buffer, int count) {
  return ks_instruction_word((struct ks_instruction){
      .opcode = (uint8_t)opcode, .buffer = (uint8_t)buffer, .count = (uint8_t)count, .last = true});
}

static void words(void **state) {
  (void)state;
  struct ks_instruction predict = {
      .opcode = KS_PREDICT, .page = 1, .flags = KS_FLAG_POSITIVE, .buffer = 1, .count = 4, .tag = 0xabcd};
  assert_int_equal(ks_instruction_word(predict), 0xabcd3618);
  predict.last = true, predict.count = 16, predict.flags = KS_FLAG_EXACT, predict.buffer = 0;
  assert_int_equal(ks_instruction_word(predict), 0xabcdf918);
  assert_int_equal(word_of(KS_WSUM, 1, 1), 0x00000c0b);
  uint64_t random = 1;
  for (int i = 0; i < 10000; i++) { /* every bit of a word means something */
    uint32_t word = (uint32_t)random_bits(&random);
    assert_int_equal(ks_instruction_word(ks_instruction_of(word)), word);
  }
}

/* Seven queries in groups of three. */
static void the_program_of_an_attend(void **state) {
  (void)state;
  static const struct {
    int opcode, buffer, count;
    bool last;
  } expected[] = {
      {KS_PREDICT, 0, 3, false},                           /**/
      {KS_PREDICT, 1, 3, false}, {KS_SCORE, 0, 3, false},  /**/
      {KS_PREDICT, 0, 1, true},  {KS_SCORE, 1, 3, false},   {KS_SOFTMAX, 0, 3, false}, /**/
      {KS_SCORE, 0, 1, true},    {KS_SOFTMAX, 1, 3, false}, {KS_WSUM, 0, 3, false},    /**/
      {KS_SOFTMAX, 0, 1, true},  {KS_WSUM, 1, 3, false},   /**/
      {KS_WSUM, 0, 1, true},
  };
  struct ks_command attend = {.opcode = KS_ATTEND, .page = 1, .flags = 2, .tag = 77, .count = 7};
  struct ks_sequencer sequencer = ks_sequencer_new(attend, 3);
  uint32_t word;
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    assert_true(ks_sequencer_next(&sequencer, &word));
    struct ks_instruction instruction = ks_instruction_of(word);
    assert_int_equal(instruction.opcode, expected[i].opcode);
    assert_int_equal(instruction.buffer, expected[i].buffer);
    assert_int_equal(instruction.count, expected[i].count);
    assert_int_equal(instruction.last, expected[i].last);
    assert_int_equal(instruction.page, 1);
    assert_int_equal(instruction.flags, 2);
    assert_int_equal(instruction.tag, 77);
  }
  assert_false(ks_sequencer_next(&sequencer, &word));
  assert_false(ks_sequencer_next(&sequencer, &word));
}

static void four_instructions_a_group(void **state) {
  (void)state;
  for (int rows = 1; rows <= 16; rows++)
    for (int count = 1; count <= UINT16_MAX; count = count < 40 ? count + 1 : 3 * count + 1) {
      struct ks_command attend = {.opcode = KS_ATTEND, .count = (uint16_t)count};
      struct ks_sequencer sequencer = ks_sequencer_new(attend, rows);
      int groups = 0, queries = 0;
      for (uint32_t word; ks_sequencer_next(&sequencer, &word); groups++)
        if (ks_instruction_of(word).opcode == KS_PREDICT) queries += ks_instruction_of(word).count;
      assert_int_equal(groups, 4 * ((count + rows - 1) / rows));
      assert_int_equal(queries, count);
    }
}

/* ---- a program beside the ATTENDs that it stands for ------------------------------------------ */

/* What is to leave, decided by an ATTEND on the slow machine when the group begins. */
struct expected {
  int count;
  struct ks_leaving leaving;
  int32_t *out;
  uint8_t *mask;
};

enum { MOST_GROUPS = 8 };

struct play {
  struct ks_config config;
  struct ks_machine *fast;
  struct slow_machine *judge, *oracle; /* what is legal and what ATTENDs give; what groups give */
  struct expected groups[MOST_GROUPS]; /* open, oldest first */
  int group_count, left_count;
  uint16_t next_number;
  int loaded[KS_MAX_PAGES];
  int seen[KS_REFUSED_OPEN + 1];
  uint64_t random, seed;
};

static struct play play_new(const struct ks_config *config, uint64_t seed) {
  return (struct play){.config = *config,
                       .fast = ks_machine_new(config),
                       .judge = slow_machine_new(config),
                       .oracle = slow_machine_new(config),
                       .random = seed,
                       .seed = seed};
}

static void same(struct play *play, const char *what, uint64_t fast, uint64_t slow) {
  if (fast != slow)
    fail_msg("unit_instruct 1 %llu: %s: fast %llu, slow %llu", (unsigned long long)play->seed, what,
             (unsigned long long)fast, (unsigned long long)slow);
}

static void set_constants(struct play *play, const struct ks_constants *constants) {
  ks_machine_constants(play->fast, constants);
  slow_machine_constants(play->judge, constants);
  slow_machine_constants(play->oracle, constants);
}

static void load(struct play *play, struct ks_command command) {
  int32_t *k = inputs_rows_new(&play->config, ROWS_NORMAL, command.count + 1, &play->random);
  int32_t *v = inputs_rows_new(&play->config, ROWS_UNIFORM, command.count + 1, &play->random);
  enum ks_refusal refusal = ks_machine_load(play->fast, command, k, v);
  same(play, "LOAD", refusal, slow_machine_load(play->judge, command, k, v));
  if (refusal == KS_ACCEPTED) {
    slow_machine_load(play->oracle, command, k, v);
    play->loaded[command.page] = command.base + command.count;
  }
  play->seen[refusal]++;
  free(k);
  free(v);
}

static void attend(struct play *play, struct ks_command command) {
  size_t d = (size_t)play->config.d, n = (size_t)play->config.n;
  int32_t *q = inputs_rows_new(&play->config, ROWS_NORMAL, 3 * command.count + 1, &play->random);
  uint8_t *mask = calloc(2 * command.count * n + 1, 1);
  assert_non_null(mask);
  int32_t *out = q + command.count * d, *slow_out = out + command.count * d;
  uint8_t *slow_mask = mask + command.count * n;
  enum ks_refusal refusal = ks_machine_attend(play->fast, command, q, out, mask, n);
  same(play, "ATTEND", refusal, slow_machine_attend(play->judge, command, q, slow_out, slow_mask, n));
  if (refusal == KS_ACCEPTED) {
    assert_memory_equal(out, slow_out, command.count * d * sizeof *out);
    assert_memory_equal(mask, slow_mask, command.count * n);
    play->next_number = 0;
  }
  play->seen[refusal]++;
  free(q);
  free(mask);
}

/* A PREDICT that was accepted. */
static void begin_group(struct play *play, struct ks_instruction predict, const int32_t *q) {
  size_t d = (size_t)play->config.d, n = (size_t)play->config.n;
  assert_true(play->group_count < MOST_GROUPS);
  struct expected *group = &play->groups[play->group_count++];
  *group = (struct expected){
      .count = predict.count,
      .leaving = {.tag = predict.tag,
                  .number = play->next_number,
                  .count = predict.count,
                  .last = predict.last},
      .out = calloc(predict.count * d, sizeof *group->out),
      .mask = calloc(predict.count * n, 1),
  };
  assert_true(group->out && group->mask);
  struct ks_command command = {.opcode = KS_ATTEND, .page = predict.page, .flags = predict.flags,
                               .count = predict.count};
  assert_int_equal(slow_machine_attend(play->oracle, command, q, group->out, group->mask, n), KS_ACCEPTED);
  play->next_number = predict.last ? 0 : (uint16_t)(play->next_number + predict.count);
}

/* A WSUM that was accepted. */
static void end_group(struct play *play, const int32_t *out, const uint8_t *mask,
                      const struct ks_leaving *leaving) {
  struct expected group = play->groups[0];
  size_t codes = (size_t)(group.count * play->config.d);
  memmove(play->groups, play->groups + 1, (size_t)--play->group_count * sizeof group);
  same(play, "rows", leaving->count, (uint64_t)group.count);
  same(play, "tag", leaving->tag, group.leaving.tag);
  same(play, "number", leaving->number, group.leaving.number);
  same(play, "last", leaving->last, group.leaving.last);
  for (size_t i = 0; i < codes; i++) same(play, "output code", (uint32_t)out[i], (uint32_t)group.out[i]);
  same(play, "masks differ", (uint64_t)memcmp(mask, group.mask, (size_t)(group.count * play->config.n)), 0);
  free(group.out);
  free(group.mask);
  play->left_count++;
}

static enum ks_refusal instruct(struct play *play, uint32_t word) {
  struct ks_instruction instruction = ks_instruction_of(word);
  struct ks_leaving leaving = {0};
  size_t n = (size_t)play->config.n;
  int32_t *q = inputs_rows_new(&play->config, ROWS_NORMAL, 2 * 16, &play->random),
          *out = q + 16 * play->config.d;
  uint8_t *mask = calloc(16, n);
  assert_non_null(mask);
  enum ks_refusal refusal = ks_machine_instruct(play->fast, word, q, out, mask, n, &leaving);
  same(play, "instruction", refusal, slow_machine_instruct(play->judge, word));
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_PREDICT) begin_group(play, instruction, q);
  if (refusal == KS_ACCEPTED && instruction.opcode == KS_WSUM) end_group(play, out, mask, &leaving);
  play->seen[refusal]++;
  free(q);
  free(mask);
  return refusal;
}

static void drain(struct play *play) {
  for (int turn = 0; play->group_count > 0; turn++) {
    assert_true(turn < 100); /* whatever was done before, this gets every group out */
    instruct(play, word_of(KS_SCORE + turn % 6 / 2, turn % 2, 1));
  }
}

static void play_free(struct play *play) {
  struct ks_counters fast, judge, oracle;
  drain(play);
  ks_machine_counters(play->fast, &fast);
  slow_machine_counters(play->judge, &judge);
  slow_machine_counters(play->oracle, &oracle);
  same(play, "queries", fast.queries, judge.queries + oracle.queries);
  same(play, "candidates", fast.candidates, judge.candidates + oracle.candidates);
  same(play, "used", fast.used, judge.used + oracle.used);
  same(play, "ternary non-zeros", fast.ternary_nonzeros, judge.ternary_nonzeros);
  same(play, "sticky flags", fast.sticky, judge.sticky | oracle.sticky);
  same(play, "refused", fast.refused, judge.refused);
  same(play, "last refusal", fast.last_refusal, judge.last_refusal);
  ks_machine_free(play->fast);
  slow_machine_free(play->judge);
  slow_machine_free(play->oracle);
}

/* ---- random programs ------------------------------------------------------------------------- */

static uint32_t random_word(struct play *play) {
  uint64_t *random = &play->random;
  if (pick(random, 0, 19) == 0) return (uint32_t)random_bits(random);
  return ks_instruction_word((struct ks_instruction){
      .opcode = (uint8_t)pick(random, KS_PREDICT, KS_WSUM),
      .page = (uint8_t)pick(random, 0, play->config.pages - 1),
      .flags = (uint8_t)pick(random, 0, 3),
      .buffer = (uint8_t)pick(random, 0, 1),
      .count = (uint8_t)pick(random, 1, play->config.rows),
      .last = pick(random, 0, 2) == 0,
      .tag = (uint16_t)random_bits(random),
  });
}

static void random_load(struct play *play) {
  int page = pick(&play->random, 0, play->config.pages - 1), most = play->config.n;
  int base = pick(&play->random, 0, 1) ? play->loaded[page] : 0;
  load(play, (struct ks_command){.opcode = KS_LOAD,
                                 .page = (uint8_t)page,
                                 .base = (uint16_t)base,
                                 .count = (uint16_t)pick(&play->random, 1, most - base + 1)});
}

static void random_attend(struct play *play) {
  attend(play, (struct ks_command){.opcode = KS_ATTEND,
                                   .page = (uint8_t)pick(&play->random, 0, play->config.pages - 1),
                                   .flags = (uint8_t)pick(&play->random, 0, 3),
                                   .count = (uint16_t)pick(&play->random, 1, 20)});
}

static void random_constants(struct play *play) {
  struct ks_constants constants = inputs_constants(
      &play->config, (enum inputs_constants)pick(&play->random, 0, CONSTANTS_KINDS - 1), &play->random);
  switch (pick(&play->random, 0, 19)) {
    case 0: constants.exp_shift = 7; break;
    case 1: constants.tau = -1; break;
    case 2: constants.top_k = 0; break;
    case 3: constants.top_q = constants.top_k + 1; break;
    default: break;
  }
  set_constants(play, &constants);
}

/* Instructions in any order, most of them out of it; between them LOADs, ATTENDs and other constants. */
static void any_program(void **state) {
  const struct options *options = *state;
  int seen[KS_REFUSED_OPEN + 1] = {0}, groups = 0;
  print_message("unit_instruct: %d programs, seed %llu\n", options->programs,
                (unsigned long long)options->seed);
  for (int i = 0; i < options->programs; i++) {
    uint64_t random = options->seed + (uint64_t)i;
    struct ks_config config = inputs_config_lisa(&random);
    struct play play = play_new(&config, options->seed + (uint64_t)i);
    random_constants(&play);
    for (int step = 0; step < 200; step++) {
      int choice = pick(&play.random, 0, 49);
      if (choice == 0) random_attend(&play);
      else if (choice < 4) random_load(&play);
      else if (choice < 7) random_constants(&play);
      else instruct(&play, random_word(&play));
    }
    play_free(&play);
    for (int refusal = 0; refusal <= KS_REFUSED_OPEN; refusal++) seen[refusal] += play.seen[refusal];
    groups += play.left_count;
  }
  print_message("unit_instruct: %d groups, %d instructions refused for their order\n", groups,
                seen[KS_REFUSED_ORDER]);
  static const enum ks_refusal expected[] = {KS_ACCEPTED,      KS_REFUSED_OPCODE, KS_REFUSED_PAGE,
                                             KS_REFUSED_COUNT, KS_REFUSED_ROOM,   KS_REFUSED_EMPTY,
                                             KS_REFUSED_SCALE, KS_REFUSED_TAU,    KS_REFUSED_TOP_K,
                                             KS_REFUSED_TOP_Q, KS_REFUSED_ORDER,  KS_REFUSED_OPEN};
  for (size_t i = 0; i < sizeof expected / sizeof *expected && options->programs >= 100; i++)
    assert_true(seen[expected[i]] > 0);
}

/* ---- an ATTEND and its program --------------------------------------------------------------- */

/* The same queries once by ATTEND and once by the words of the sequencer, on machines of their own. */
static void the_sequencers_program_is_the_attend(void **state) {
  const struct options *options = *state;
  for (uint64_t seed = options->seed; seed < options->seed + 200; seed++) {
    uint64_t random = seed;
    struct ks_config config = inputs_config_lisa(&random);
    size_t d = (size_t)config.d, n = (size_t)config.n, passages[2];
    int queries = pick(&random, 1, 50), done = 0, groups = 0;
    struct ks_constants constants = inputs_constants(&config, CONSTANTS_REAL, &random);
    int32_t *kv = inputs_rows_new(&config, ROWS_NORMAL, config.n, &random);
    int32_t *q = inputs_rows_new(&config, ROWS_NORMAL, 3 * queries, &random);
    int32_t *out = q + (size_t)queries * d, *expected = out + (size_t)queries * d;
    uint8_t *mask = calloc(2 * (size_t)queries, n), *expected_mask = mask + (size_t)queries * n;
    assert_non_null(mask);
    struct ks_machine *machine[2] = {ks_machine_new(&config), ks_machine_new(&config)};
    struct ks_command load_all = {.opcode = KS_LOAD, .count = (uint16_t)config.n};
    struct ks_command command = {
        .opcode = KS_ATTEND, .flags = (uint8_t)pick(&random, 0, 3), .tag = 9, .count = (uint16_t)queries};
    for (int i = 0; i < 2; i++) {
      ks_machine_constants(machine[i], &constants);
      assert_int_equal(ks_machine_load(machine[i], load_all, kv, kv), KS_ACCEPTED);
    }
    assert_int_equal(ks_machine_attend(machine[0], command, q, expected, expected_mask, n), KS_ACCEPTED);
    struct ks_sequencer sequencer = ks_sequencer_new(command, config.rows);
    for (uint32_t word; ks_sequencer_next(&sequencer, &word);) {
      struct ks_leaving leaving = {0};
      const int32_t *rows = q + (size_t)(groups * config.rows) * d;
      groups += ks_instruction_of(word).opcode == KS_PREDICT;
      assert_int_equal(ks_machine_instruct(machine[1], word, rows, out + (size_t)done * d,
                                           mask + (size_t)done * n, n, &leaving),
                       KS_ACCEPTED);
      if (leaving.count) assert_int_equal(leaving.number, done);
      assert_int_equal(leaving.last, leaving.count && done + leaving.count == queries);
      done += leaving.count;
    }
    assert_int_equal(done, queries);
    assert_memory_equal(out, expected, (size_t)queries * d * sizeof *out);
    assert_memory_equal(mask, expected_mask, (size_t)queries * n);
    const struct ks_passage *of_attend = ks_machine_passages(machine[0], &passages[0]);
    const struct ks_passage *of_program = ks_machine_passages(machine[1], &passages[1]);
    assert_int_equal(passages[0], queries);
    assert_int_equal(passages[1], queries);
    assert_memory_equal(of_attend, of_program, (size_t)queries * sizeof *of_attend);
    ks_machine_free(machine[0]);
    ks_machine_free(machine[1]);
    free(kv);
    free(q);
    free(mask);
  }
}

/* ---- what is legal, by hand ------------------------------------------------------------------- */

static void order_by_hand(void **state) {
  (void)state;
  static const struct {
    int opcode, buffer;
    enum ks_refusal refusal;
  } steps[] = {
      {KS_SCORE, 0, KS_REFUSED_ORDER},   /* nothing has been predicted */
      {KS_WSUM, 0, KS_REFUSED_ORDER},
      {KS_PREDICT, 1, KS_ACCEPTED},      /* A, in either buffer */
      {KS_PREDICT, 1, KS_REFUSED_ORDER}, /* that list of candidates is full */
      {KS_SOFTMAX, 1, KS_REFUSED_ORDER}, /* A has no scores yet */
      {KS_PREDICT, 0, KS_ACCEPTED},      /* B */
      {KS_SCORE, 0, KS_REFUSED_ORDER},   /* A is older */
      {KS_SCORE, 1, KS_ACCEPTED},        /* A */
      {KS_SCORE, 1, KS_REFUSED_ORDER},
      {KS_PREDICT, 1, KS_ACCEPTED},      /* C */
      {KS_SCORE, 0, KS_ACCEPTED},        /* B */
      {KS_SCORE, 1, KS_REFUSED_ORDER},   /* A's scores are in the list that C's would go to */
      {KS_SOFTMAX, 1, KS_ACCEPTED},      /* A */
      {KS_SCORE, 1, KS_ACCEPTED},        /* C */
      {KS_SOFTMAX, 1, KS_REFUSED_ORDER}, /* B is older */
      {KS_SOFTMAX, 0, KS_ACCEPTED},      /* B */
      {KS_SOFTMAX, 1, KS_REFUSED_ORDER}, /* A's weights are still there */
      {KS_WSUM, 0, KS_REFUSED_ORDER},
      {KS_PREDICT, 0, KS_ACCEPTED},      /* D */
      {KS_PREDICT, 1, KS_ACCEPTED},      /* E */
      {KS_SCORE, 0, KS_ACCEPTED},        /* D: six lists are full but one of candidates */
      {KS_PREDICT, 0, KS_ACCEPTED},      /* F: all six */
      {KS_PREDICT, 0, KS_REFUSED_ORDER},
      {KS_PREDICT, 1, KS_REFUSED_ORDER},
      {KS_SCORE, 1, KS_REFUSED_ORDER},
      {KS_WSUM, 1, KS_ACCEPTED},         /* A */
      {KS_WSUM, 1, KS_REFUSED_ORDER},
      {KS_WSUM, 0, KS_ACCEPTED},         /* B */
      {KS_WSUM, 0, KS_REFUSED_ORDER},
      {7, 0, KS_REFUSED_OPCODE},
      {12, 0, KS_REFUSED_OPCODE},
      {0, 0, KS_REFUSED_OPCODE},
      {KS_LOAD, 0, KS_REFUSED_OPCODE},   /* these are commands of 64 bits */
      {KS_ATTEND, 0, KS_REFUSED_OPCODE},
  };
  uint64_t random = 1;
  struct ks_config config = inputs_config_lisa(&random);
  config.pages = 2, config.n = config.top_k = 8, config.rows = 3;
  struct play play = play_new(&config, 1);
  struct ks_constants constants = inputs_constants(&config, CONSTANTS_REAL, &random);
  set_constants(&play, &constants);
  assert_int_equal(instruct(&play, word_of(KS_PREDICT, 0, 1)), KS_REFUSED_EMPTY);
  load(&play, (struct ks_command){.opcode = KS_LOAD, .count = 5});
  assert_int_equal(instruct(&play, word_of(KS_PREDICT, 0, 4)), KS_REFUSED_COUNT);
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    enum ks_refusal refusal = instruct(&play, word_of(steps[i].opcode, steps[i].buffer, 3));
    if (refusal != steps[i].refusal) fail_msg("step %zu: %d, not %d", i, refusal, steps[i].refusal);
  }

  /* four groups are open: their page can neither be begun anew nor grow, the other one can */
  load(&play, (struct ks_command){.opcode = KS_LOAD, .count = 5});
  load(&play, (struct ks_command){.opcode = KS_LOAD, .base = 5, .count = 1});
  attend(&play, (struct ks_command){.opcode = KS_ATTEND, .count = 1});
  assert_int_equal(play.seen[KS_REFUSED_OPEN], 3);
  load(&play, (struct ks_command){.opcode = KS_LOAD, .page = 1, .count = 5});
  attend(&play, (struct ks_command){.opcode = KS_ATTEND, .page = 1, .count = 1});
  assert_int_equal(play.seen[KS_REFUSED_OPEN], 4);
  drain(&play);
  attend(&play, (struct ks_command){.opcode = KS_ATTEND, .count = 5});
  load(&play, (struct ks_command){.opcode = KS_LOAD, .base = 5, .count = 1});
  assert_int_equal(play.seen[KS_REFUSED_OPEN], 4);
  play_free(&play);
}

/* Constants are those of the PREDICT. */
static void constants_go_with_the_group(void **state) {
  (void)state;
  uint64_t random = 2;
  struct ks_config config = inputs_config_lisa(&random);
  config.n = 8, config.top_k = 8, config.top_q = 4, config.rows = 2;
  struct play play = play_new(&config, 2);
  struct ks_constants good = inputs_constants(&config, CONSTANTS_REAL, &random), bad = good;
  bad.exp_shift = 3, bad.top_k = 0, bad.top_q = 9, bad.tau = -1;
  set_constants(&play, &good);
  load(&play, (struct ks_command){.opcode = KS_LOAD, .count = 8});
  assert_int_equal(instruct(&play, word_of(KS_PREDICT, 0, 2)), KS_ACCEPTED);
  set_constants(&play, &bad);
  for (int opcode = KS_SCORE; opcode <= KS_WSUM; opcode++)
    assert_int_equal(instruct(&play, word_of(opcode, 0, 1)), KS_ACCEPTED); /* the count is PREDICT's too */
  play_free(&play);
}

static void other_engines_have_none(void **state) {
  (void)state;
  for (int engine = KS_ENGINE_ELSA; engine <= KS_ENGINE_A3; engine++) {
    struct ks_config config;
    ks_config_default(&config);
    config.engine = engine;
    struct ks_machine *machine = ks_machine_new(&config);
    for (int opcode = 0; opcode < 16; opcode++)
      assert_int_equal(ks_machine_instruct(machine, (uint32_t)opcode, NULL, NULL, NULL, 0, NULL),
                       KS_REFUSED_OPCODE);
    ks_machine_free(machine);
  }
}

int main(int argc, char **argv) {
  struct options options = {.programs = argc > 1 ? atoi(argv[1]) : 300,
                            .seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 20240901};
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words),
      cmocka_unit_test(the_program_of_an_attend),
      cmocka_unit_test(four_instructions_a_group),
      cmocka_unit_test(order_by_hand),
      cmocka_unit_test(constants_go_with_the_group),
      cmocka_unit_test(other_engines_have_none),
      cmocka_unit_test_prestate(the_sequencers_program_is_the_attend, &options),
      cmocka_unit_test_prestate(any_program, &options),
  };
  return cmocka_run_group_tests_name("instruct", tests, NULL, NULL);
}
