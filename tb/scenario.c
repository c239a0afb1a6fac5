/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "../cmodel/random.h"
#include "scenario.h"

/* How the codes of a head are drawn. */
enum style { NORMAL, UNIFORM, EXTREME, SPARSE, COPIES, STYLES };

struct scenario {
  struct ks_program *program;
  uint64_t random;
  struct ks_constants constants;
  enum style style;
  int d_run;         /* columns past it are zero */
  int32_t low, high; /* codes */
  int64_t work;      /* left: rows loaded and keys times queries, so that big designs stay quick */
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

/* With floats, whose fields end: the largest score's weight far beyond them, so that others lie about the ends. */
static void stretch_scale(struct scenario *s) {
  int64_t shift = s->program->sizes.score_bits - draw(s, -4, 8);
  s->constants.exp_shift = (uint32_t)(shift < 8 ? 8 : shift > 47 ? 47 : shift);
}

/* Scales from flat to one-hot attention, thresholds from all keys to none; now and then anything goes. */
static void draw_constants(struct scenario *s) {
  struct ks_constants *c = &s->constants;
  c->exp_mul = (uint32_t)(chance(s, 90) ? draw(s, 1 << 14, (1 << 16) - 1) : draw(s, 0, (1 << 16) - 1));
  c->exp_shift = (uint32_t)(chance(s, 90) ? draw(s, 12, 26) : draw(s, 0, 63)); /* 8..47 is legal */
  c->t_code = (int32_t)(chance(s, 80) ? draw(s, -100, 450) : draw(s, -1024, 1023));
  if (s->program->config->accumulator == KS_ACCUMULATOR_FLOAT && chance(s, 30)) stretch_scale(s);
}

static void draw_cosines(struct scenario *s) {
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

/* 1..most: often small, sometimes all. */
static int draw_count(struct scenario *s, int64_t most) {
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
  issue(s, command, count);
}

static void attend(struct scenario *s, int page, int count) {
  uint8_t flags = chance(s, 25) ? KS_FLAG_EXACT : 0;
  struct ks_command command = {
      .opcode = KS_ATTEND, .page = (uint8_t)page, .flags = flags, .count = (uint16_t)count};
  s->work -= count * (int64_t)s->program->keys[page];
  issue(s, command, count);
}

/* One rule of SPEC 9 broken, or several. No row goes with it, for it must take none. */
static void break_rule(struct scenario *s, int page) {
  const struct ks_config *config = s->program->config;
  int keys = s->program->keys[page];
  struct ks_command command = {
      .opcode = (uint8_t)draw(s, KS_LOAD, KS_ATTEND), .page = (uint8_t)page, .count = 1};
  if (command.opcode == KS_LOAD) command.base = (uint16_t)keys;
  switch (draw(s, 0, 5)) {
    case 0: command.opcode = (uint8_t)draw(s, 3, 15); break;
    case 1: command.page = (uint8_t)draw(s, config->pages, 15); break;
    case 2: command.count = 0; break;
    case 3: command.opcode = KS_ATTEND, command.flags = (uint8_t)(draw(s, 1, 127) << 1); break;
    case 4: command.opcode = KS_LOAD, command.base = (uint16_t)(keys + draw(s, 1, 60000)); break;
    default:
      command.opcode = KS_LOAD, command.base = 0, command.count = (uint16_t)draw(s, config->n + 1, 65535);
      break;
  }
  issue(s, command, 0);
}

/* LOAD 1, ATTEND 1 in turn, as decoding does. */
static void decode(struct scenario *s, int page) {
  int room = s->program->config->n - s->program->keys[page];
  int first = room == 0 || chance(s, 50) ? 0 : s->program->keys[page];
  int steps = draw_count(s, smaller_of(s->program->config->n - first, 40));
  for (int i = 0; i < steps && s->work > 0; i++) {
    load(s, page, first + i, 1);
    attend(s, page, 1);
  }
}

static void load_some(struct scenario *s, int page) {
  int n = s->program->config->n, keys = s->program->keys[page];
  int base = keys == n || chance(s, 60) ? 0 : keys;
  load(s, page, base, draw_count(s, smaller_of(n - base, 1 + s->work)));
}

static void attend_some(struct scenario *s, int page) {
  if (s->program->keys[page] == 0) load_some(s, page);
  attend(s, page, draw_count(s, smaller_of(40, 1 + s->work / s->program->keys[page])));
}

/* While one page is read the next is loaded. */
static void alternate(struct scenario *s) {
  for (int i = 0, pages = s->program->config->pages; i < 4 && s->work > 0; i++) {
    load_some(s, i % pages);
    attend_some(s, i % pages);
  }
}

static void step(struct scenario *s) {
  int page = (int)draw(s, 0, s->program->config->pages - 1);
  switch (draw(s, 0, 9)) {
    case 0: decode(s, page); break;
    case 1: alternate(s); break;
    case 2: change_constants(s); break;
    case 3: break_rule(s, page); break;
    case 4:
    case 5: load_some(s, page); break;
    default: attend_some(s, page); break;
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
  ks_constants_cosine(config, &s.constants);
  draw_constants(&s);
  ks_program_constants(s.program, &s.constants);
  if (chance(&s, 20)) break_rule(&s, 0); /* while no page has keys */
  for (int i = 0, steps = (int)draw(&s, 3, 12); i < steps && s.work > 0; i++) step(&s);
  return s.program;
}
