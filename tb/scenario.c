/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../cmodel/random.h"
#include "scenario.h"

/* How the codes of a head are drawn. */
enum style { NORMAL, UNIFORM, EXTREME, SPARSE, COPIES, STYLES };

/* LISA: a group that is open. Stage 1 is done with its PREDICT, 2 with SCORE, 3 with SOFTMAX. */
struct group {
  uint8_t stage, buffer;
};

enum { MOST_OPEN = 6, STAGES = 4 }; /* two a stage; the fourth is WSUM, which closes it */

struct scenario {
  struct ks_program *program;
  uint64_t random;
  struct ks_constants constants;
  enum style style;
  int d_run;         /* columns past it are zero */
  int32_t low, high; /* codes */
  int64_t work;      /* left: rows loaded and keys times queries, so that big designs stay quick */
  bool disordered[KS_MAX_PAGES]; /* A3: the page's columns came out of order: exact queries only */
  struct group open[MOST_OPEN];  /* LISA: oldest first */
  int open_count;
};

static int64_t draw(struct scenario *s, int64_t low, int64_t high) {
  return random_between(&s->random, low, high);
}

static bool chance(struct scenario *s, int percent) {
  return draw(s, 1, 100) <= percent;
}

/* ---- codes ---------------------------------------------------------------------------------- */

static int32_t draw_code(struct scenario *s) {
  switch (s->style) {
    case NORMAL: {
      double code = 0.2 * s->high * random_normal(&s->random);
      return code < s->low ? s->low : code > s->high ? s->high : (int32_t)code;
    }
    case EXTREME: return chance(s, 50) ? s->low : s->high;
    case SPARSE: return chance(s, 90) ? 0 : (int32_t)draw(s, s->low, s->high);
    default: return (int32_t)draw(s, s->low, s->high);
  }
}

/* `count` rows, to be freed. COPIES repeats one row, so that scores and norms tie. */
static int32_t *draw_rows(struct scenario *s, int count) {
  int d = s->program->config->d;
  int32_t *rows = calloc((size_t)(count * d) + 1, sizeof *rows);
  if (!rows) abort();
  for (int r = 0; r < count; r++)
    for (int i = 0; i < s->d_run; i++) rows[r * d + i] = s->style == COPIES && r > 0 ? rows[i] : draw_code(s);
  return rows;
}

/* ---- constants ------------------------------------------------------------------------------ */

static bool has_floats(const struct scenario *s) {
  return s->program->config->accumulator == KS_ACCUMULATOR_FLOAT;
}

/* With floats, whose fields end: the largest score's weight is beyond them, others lie about the ends. */
static void stretch_scale(struct scenario *s) {
  int64_t shift = s->program->sizes.score_bits - draw(s, -4, 8);
  s->constants.exp_shift = (uint32_t)(shift < 8 ? 8 : shift > 47 ? 47 : shift);
}

static bool is_a3(const struct scenario *s) {
  return s->program->config->engine == KS_ENGINE_A3;
}

static bool is_lisa(const struct scenario *s) {
  return s->program->config->engine == KS_ENGINE_LISA;
}

/* Few steps and many; margins of every size, 0 and more than scores can differ by among them. Now and then more
 * steps than are built, or none. */
static void draw_search(struct scenario *s) {
  struct ks_constants *c = &s->constants;
  int most = s->program->config->iterations;
  c->iterations = (uint32_t)draw(s, 1, chance(s, 50) ? most : (most + 7) / 8);
  if (chance(s, 8)) c->iterations = (uint32_t)(chance(s, 50) ? 0 : draw(s, most + 1, 65535));
  c->margin = (uint64_t)draw(s, 0, (INT64_C(1) << draw(s, 0, s->program->sizes.margin_bits)) - 1);
  if (chance(s, 5)) c->margin = (uint64_t)draw(s, INT64_C(1) << 43, (INT64_C(1) << 48) - 1);
}

/* tau from nothing to everything, and lists of every length; now and then what is no code, or lists that are
 * not built. */
static void draw_lists(struct scenario *s) {
  struct ks_constants *c = &s->constants;
  uint32_t most_k = (uint32_t)s->program->config->top_k, most_q = (uint32_t)s->program->config->top_q;
  c->tau = chance(s, 30) ? 0 : (int32_t)draw(s, 0, chance(s, 70) ? s->high / 4 : s->high);
  if (chance(s, 8)) c->tau = s->high;
  if (chance(s, 3)) c->tau = (int32_t)draw(s, s->high + 1, INT32_MAX);
  if (chance(s, 3)) c->tau = (int32_t)draw(s, INT32_MIN, -1);
  c->top_k = (uint32_t)(chance(s, 40) ? most_k : draw(s, 1, most_k));
  c->top_q = (uint32_t)draw(s, 1, c->top_k < most_q ? c->top_k : most_q);
  if (chance(s, 4)) c->top_k = (uint32_t)(chance(s, 50) ? 0 : draw(s, most_k + 1, 65535));
  if (chance(s, 4)) c->top_q = (uint32_t)(chance(s, 50) ? 0 : draw(s, most_q + 1, 65535));
  if (chance(s, 4)) c->top_q = c->top_k + 1;
}

/* Scales from flat to one-hot attention, thresholds from all keys to none; now and then anything goes. */
static void draw_constants(struct scenario *s) {
  struct ks_constants *c = &s->constants;
  c->exp_mul = (uint32_t)(chance(s, 90) ? draw(s, 1 << 14, (1 << 16) - 1) : draw(s, 0, (1 << 16) - 1));
  c->exp_shift = (uint32_t)(chance(s, 90) ? draw(s, 12, 26) : draw(s, 0, 63)); /* 8..47 is legal */
  c->t_code = (int32_t)(chance(s, 80) ? draw(s, -100, 450) : draw(s, -1024, 1023));
  if (has_floats(s) && chance(s, 30)) stretch_scale(s);
  if (is_a3(s)) draw_search(s);
  if (is_lisa(s)) draw_lists(s);
}

static void draw_cosines(struct scenario *s) {
  if (s->program->config->engine != KS_ENGINE_ELSA) return;
  for (int h = 0; h <= s->program->sizes.hash_bits; h++)
    s->constants.cos_code[h] = (int16_t)draw(s, -512, 512);
}

static void change_constants(struct scenario *s) {
  draw_constants(s);
  if (chance(s, 20)) draw_cosines(s);
  ks_program_constants(s->program, &s->constants);
}

/* ---- commands ------------------------------------------------------------------------------- */

static int smaller_of(int64_t a, int64_t b) {
  return (int)(a < b ? a : b);
}

/* 1..most: often small, sometimes all; 1 where there is no work left. */
static int draw_count(struct scenario *s, int64_t most) {
  if (most < 1) most = 1;
  if (chance(s, 15)) return (int)most;
  return (int)draw(s, 1, chance(s, 50) ? smaller_of(most, 9) : most);
}

static enum ks_refusal issue(struct scenario *s, struct ks_command command, int rows) {
  int32_t *a = draw_rows(s, rows), *b = draw_rows(s, rows);
  command.tag = (uint16_t)draw(s, 0, 65535);
  enum ks_refusal refusal = ks_program_command(s->program, command, a, b, a);
  free(a);
  free(b);
  return refusal;
}

static void load(struct scenario *s, int page, int base, int count) {
  struct ks_command command = {
      .opcode = KS_LOAD, .page = (uint8_t)page, .base = (uint16_t)base, .count = (uint16_t)count};
  s->work -= count;
  if (issue(s, command, count) != KS_ACCEPTED) return;
  s->disordered[page] = is_a3(s) && count > 1 && chance(s, 5);
  if (s->disordered[page]) ks_program_disorder(s->program, (uint64_t)draw(s, 0, INT32_MAX));
}

static void attend(struct scenario *s, int page, int count) {
  uint8_t flags = s->disordered[page] || chance(s, 25) ? KS_FLAG_EXACT : 0;
  if (is_lisa(s) && chance(s, 30)) flags |= KS_FLAG_POSITIVE;
  struct ks_command command = {
      .opcode = KS_ATTEND, .page = (uint8_t)page, .flags = flags, .count = (uint16_t)count};
  s->work -= count * (int64_t)s->program->keys[page];
  issue(s, command, count);
}

/* An opcode that nothing has. */
static uint8_t draw_unknown(struct scenario *s) {
  uint8_t opcode = (uint8_t)draw(s, 3, 15);
  bool instructs = is_lisa(s) && opcode >= KS_PREDICT && opcode <= KS_WSUM;
  return instructs ? opcode - 4 : opcode;
}

static uint8_t draw_unknown_flags(struct scenario *s) {
  return (uint8_t)(is_lisa(s) ? draw(s, 1, 63) << 2 : draw(s, 1, 127) << 1);
}

/* One rule of SPEC 9 broken, or several. No row goes with it, for it must take none. */
static void break_rule(struct scenario *s, int page) {
  const struct ks_config *config = s->program->config;
  int keys = s->program->keys[page];
  struct ks_command command = {
      .opcode = (uint8_t)draw(s, KS_LOAD, KS_ATTEND), .page = (uint8_t)page, .count = 1};
  if (command.opcode == KS_LOAD) command.base = (uint16_t)keys;
  switch (draw(s, 0, 5)) {
    case 0: command.opcode = draw_unknown(s); break;
    case 1: command.page = (uint8_t)draw(s, config->pages, 15); break;
    case 2: command.count = keys == 0 && command.opcode == KS_ATTEND; break; /* one query over no keys */
    case 3: command.opcode = KS_ATTEND, command.flags = draw_unknown_flags(s); break;
    case 4: command.opcode = KS_LOAD, command.base = (uint16_t)(keys + draw(s, 1, 60000)); break;
    default:
      command.opcode = KS_LOAD, command.base = 0, command.count = (uint16_t)draw(s, config->n + 1, 65535);
      break;
  }
  issue(s, command, 0);
}

/* LOAD 1, ATTEND 1 in turn, as decoding does. A3 cannot append: every step after a first one is refused. */
static void decode(struct scenario *s, int page) {
  int room = s->program->config->n - s->program->keys[page];
  int first = room == 0 || chance(s, 50) ? 0 : s->program->keys[page];
  int steps = is_a3(s) ? 2 : draw_count(s, smaller_of(s->program->config->n - first, 40));
  for (int i = 0; i < steps && first + i < s->program->config->n && s->work > 0; i++) {
    load(s, page, first + i, 1);
    attend(s, page, 1);
  }
}

static void load_some(struct scenario *s, int page) {
  int n = s->program->config->n, keys = s->program->keys[page];
  int base = keys == n || is_a3(s) || chance(s, 60) ? 0 : keys;
  load(s, page, base, draw_count(s, smaller_of(n - base, 1 + s->work)));
}

static void attend_some(struct scenario *s, int page) {
  if (s->program->keys[page] == 0) load_some(s, page);
  int keys = s->program->keys[page] ? s->program->keys[page] : 1; /* LISA: the LOAD may have been refused */
  attend(s, page, draw_count(s, smaller_of(40, 1 + s->work / keys)));
}

/* While one page is read the next is loaded. */
static void alternate(struct scenario *s) {
  for (int i = 0, pages = s->program->config->pages; i < 4 && s->work > 0; i++) {
    load_some(s, i % pages);
    attend_some(s, i % pages);
  }
}

/* The scale that gives a key of this score a weight near 2^exponent; false if there is none. */
static bool aim_scale(struct ks_constants *constants, int64_t score, int64_t exponent) {
  int power;
  double ratio = score ? (32.0 * (double)exponent + 16) / (double)score : 0; /* exp_frac is 5 */
  double fraction = frexp(ratio, &power);
  if (ratio <= 0 || 16 - power < 8 || 16 - power > 47) return false;
  constants->exp_mul = (uint32_t)(fraction * 65535);
  constants->exp_shift = (uint32_t)(16 - power);
  return true;
}

/* Keys all alike about one end of the floats' fields and values -1, 0, 1: what is out of reach is the weight, or
 * nothing but sums, in the banks or only in their merge. */
static void brink(struct scenario *s, int page) {
  int d = s->program->config->d, keys = chance(s, 30) ? 1 : (int)draw(s, 1, 2 * s->program->config->banks);
  if (keys > s->program->config->n) keys = s->program->config->n;
  s->style = COPIES;
  int32_t *k = draw_rows(s, keys), *q = draw_rows(s, 1), *v = draw_rows(s, keys);
  for (int i = 0; i < keys * d; i++) v[i] = (int32_t)draw(s, -1, 1);
  int64_t score = 0;
  for (int i = 0; i < d; i++) score += k[i] * q[i];
  if (aim_scale(&s->constants, score, score > 0 ? 512 - draw(s, -1, 3) : draw(s, -1, 3) - 511)) {
    struct ks_command command = {.opcode = KS_LOAD, .page = (uint8_t)page, .count = (uint16_t)keys};
    ks_program_constants(s->program, &s->constants);
    ks_program_command(s->program, command, k, v, NULL);
    command = (struct ks_command){
        .opcode = KS_ATTEND, .page = (uint8_t)page, .flags = KS_FLAG_EXACT, .count = 1};
    ks_program_command(s->program, command, NULL, NULL, q);
  }
  free(k);
  free(q);
  free(v);
}

/* ---- LISA: programs of instructions ---------------------------------------------------------- */

/* Whether a buffer is free at a stage. */
static bool is_free(const struct scenario *s, int stage, int buffer) {
  for (int i = 0; i < s->open_count; i++)
    if (s->open[i].stage == stage && s->open[i].buffer == buffer) return false;
  return true;
}

/* Index of the oldest group at a stage; -1: none. */
static int oldest_at(const struct scenario *s, int stage) {
  for (int i = 0; i < s->open_count; i++)
    if (s->open[i].stage == stage) return i;
  return -1;
}

/* Whether the oldest group at a stage may take its next instruction; at stage 0, whether one can begin. */
static bool can_go(const struct scenario *s, int stage) {
  if (stage == 0) return is_free(s, 1, 0) || is_free(s, 1, 1);
  int oldest = oldest_at(s, stage);
  return oldest >= 0 && (stage + 1 == STAGES || is_free(s, stage + 1, s->open[oldest].buffer));
}

/* With something in every bit that nobody asks for. */
static enum ks_refusal instruct(struct scenario *s, struct ks_instruction instruction) {
  int32_t *q = draw_rows(s, instruction.count);
  uint64_t word = ks_instruction_word(instruction) | (uint64_t)draw(s, 0, UINT32_MAX) << 32;
  enum ks_refusal refusal = ks_program_instruct(s->program, word, q);
  free(q);
  return refusal;
}

static struct ks_instruction draw_instruction(struct scenario *s, int stage, int buffer) {
  const struct ks_config *config = s->program->config;
  return (struct ks_instruction){
      .opcode = (uint8_t)(KS_PREDICT + stage),
      .page = (uint8_t)draw(s, 0, stage ? 15 : config->pages - 1),
      .flags = (uint8_t)(chance(s, 60) ? 0 : draw(s, 0, 3)),
      .buffer = (uint8_t)buffer,
      .last = chance(s, 30),
      .count = (uint8_t)(chance(s, 50) ? config->rows : draw(s, 1, stage ? 16 : config->rows)),
      .tag = (uint16_t)draw(s, 0, 65535),
  };
}

/* A page without keys and a bad constant are refused: then no group begins. */
static bool begin_group(struct scenario *s) {
  int buffer = (int)draw(s, 0, 1);
  struct ks_instruction predict = draw_instruction(s, 0, is_free(s, 1, buffer) ? buffer : 1 - buffer);
  if (s->program->keys[predict.page] == 0 && chance(s, 90))
    predict.page = (uint8_t)(s->program->config->pages - 1 - predict.page);
  s->work -= predict.count * (int64_t)s->program->keys[predict.page];
  if (instruct(s, predict) != KS_ACCEPTED) return false;
  s->open[s->open_count++] = (struct group){1, predict.buffer};
  return true;
}

/* Only where it can go; false if a PREDICT was refused all the same. */
static bool advance(struct scenario *s, int stage) {
  if (stage == 0) return begin_group(s);
  struct group *group = &s->open[oldest_at(s, stage)];
  instruct(s, draw_instruction(s, stage, group->buffer));
  if (++group->stage == STAGES) memmove(s->open, s->open + 1, (size_t)--s->open_count * sizeof *s->open);
  return true;
}

static void close_groups(struct scenario *s) {
  for (int stage = STAGES - 1; s->open_count > 0; stage = stage > 1 ? stage - 1 : STAGES - 1)
    if (can_go(s, stage)) advance(s, stage);
}

/* A word that is refused: nobody's opcode, a PREDICT with a fault of its own, or out of order. */
static void misinstruct(struct scenario *s) {
  int stage = (int)draw(s, 0, STAGES - 1), buffer = (int)draw(s, 0, 1), rows = s->program->config->rows;
  struct ks_instruction instruction = draw_instruction(s, stage, buffer);
  bool in_order = stage ? can_go(s, stage) && s->open[oldest_at(s, stage)].buffer == buffer
                        : is_free(s, 1, buffer);
  if (chance(s, 20)) instruction.opcode = draw_unknown(s);
  else if (stage == 0 && chance(s, 30)) instruction.page = (uint8_t)draw(s, s->program->config->pages, 15);
  else if (stage == 0 && rows < 16 && in_order) instruction.count = (uint8_t)draw(s, rows + 1, 16);
  else if (in_order) return;
  enum ks_refusal refusal = instruct(s, instruction);
  assert(refusal != KS_ACCEPTED);
  (void)refusal;
}

/* Commands among the instructions: most are refused while groups are open, but for a LOAD of a page that none
 * of them reads. */
static void interfere(struct scenario *s) {
  int page = (int)draw(s, 0, s->program->config->pages - 1);
  switch (draw(s, 0, 5)) {
    case 0: load_some(s, page); break;
    case 1: attend_some(s, page); break;
    case 2: break_rule(s, page); break;
    default: misinstruct(s); break;
  }
}

/* Which of the instructions that are in order is next: any; what begins a group or brings the youngest on, so
 * that all lists are full before the first WSUM; what brings the oldest to its end. */
enum habit { ANY, FILL, HURRY, HABITS };

static int choose_stage(struct scenario *s, enum habit habit) {
  int stage = habit == FILL ? 0 : habit == HURRY ? STAGES - 1 : (int)draw(s, 0, STAGES - 1);
  while (!can_go(s, stage)) stage = (stage + (habit == HURRY ? STAGES - 1 : 1)) % STAGES;
  return stage;
}

/* The words of an ATTEND. They end with the first that is refused, which is the first of all. */
static void sequence(struct scenario *s) {
  int page = (int)draw(s, 0, s->program->config->pages - 1), keys = s->program->keys[page] + 1;
  struct ks_command attend = {.opcode = KS_ATTEND,
                              .page = (uint8_t)page,
                              .flags = (uint8_t)draw(s, 0, 3),
                              .tag = (uint16_t)draw(s, 0, 65535),
                              .count = (uint16_t)draw_count(s, smaller_of(40, 1 + s->work / keys))};
  struct ks_sequencer sequencer = ks_sequencer_new(attend, s->program->config->rows);
  s->work -= attend.count * keys;
  for (uint32_t word; ks_sequencer_next(&sequencer, &word);)
    if (instruct(s, ks_instruction_of(word)) != KS_ACCEPTED) return;
}

/* A program of instructions, which may stop half-way: what is open then is closed later, at the end at last. */
static void play(struct scenario *s) {
  enum habit habit = (enum habit)draw(s, 0, HABITS - 1);
  bool rewrites = chance(s, 15), interferes = chance(s, 40), begun = true;
  if (s->program->keys[0] == 0) load_some(s, 0);
  if (s->open_count == 0 && chance(s, 25)) {
    sequence(s);
    return;
  }
  for (int words = draw_count(s, 80); words > 0 && s->work > 0 && (begun || chance(s, 70)); words--) {
    if (rewrites && chance(s, 15)) change_constants(s);
    if (interferes && chance(s, 20)) interfere(s);
    else begun = advance(s, choose_stage(s, habit));
  }
  if (chance(s, 75)) close_groups(s);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void step(struct scenario *s) {
  int page = (int)draw(s, 0, s->program->config->pages - 1);
  switch (draw(s, 0, is_lisa(s) ? 14 : 9)) {
    case 0: decode(s, page); break;
    case 1: alternate(s); break;
    case 2: change_constants(s); break;
    case 3: break_rule(s, page); break;
    case 4:
    case 5: load_some(s, page); break;
    case 6:
    case 7:
    case 8:
    case 9: attend_some(s, page); break;
    default: play(s); break;
  }
  if (chance(s, 20)) s->style = (enum style)draw(s, 0, STYLES - 1);
}

struct ks_program *ks_scenario(const struct ks_config *config, uint64_t seed) {
  struct scenario s = {.program = ks_program_new(config), .random = seed};
  s.high = (1 << (s.program->sizes.code_bits - 1)) - 1;
  s.low = -s.high - 1;
  s.d_run = chance(&s, 70) ? config->d : (int)draw(&s, 1, config->d);
  s.style = (enum style)draw(&s, 0, STYLES - 1);
  s.work = 3 * config->n + draw(&s, 100, 20000);
  if (config->engine == KS_ENGINE_ELSA) ks_constants_cosine(config, &s.constants);
  draw_constants(&s);
  ks_program_constants(s.program, &s.constants);
  if (chance(&s, 20)) break_rule(&s, 0); /* while no page has keys */
  bool on_brink = has_floats(&s) && chance(&s, 40);
  if (on_brink) brink(&s, 0); /* often nothing after it, for a flag that is up tells of no second event */
  int steps = (int)(on_brink ? draw(&s, -4, 4) : draw(&s, 3, 12));
  for (int i = 0; i < steps && s.work > 0; i++) step(&s);
  close_groups(&s);
  return s.program;
}
