/* SPDX-License-Identifier: Apache-2.0 */
#include "activity.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK "clk_i"

/* What a VCD's identifier stands for: a vector, as many signals as have it for a net. Counters of bit i of
 * the value as written, from the left, are at first + i. */
struct vector {
  size_t first;
  size_t width; /* 0: no counted signal has this identifier */
  uint64_t moves; /* cycles in which any bit toggles */
};

struct bit {
  char value; /* as in the VCD; 'x' before the first */
  uint64_t since;  /* the cycle in which it took this value */
  uint64_t toggles, ones;
};

struct signal {
  char *name;
  size_t identifier;
  int left, step; /* index of the leftmost bit; what the next one's is more */
};

struct ks_activity {
  char *scope; /* as given */
  char *path;  /* of the scope whose declarations are read, dots between */
  bool declared;
  struct vector *vectors; /* by identifier */
  size_t vector_count;
  struct signal *signals;
  size_t signal_count;
  struct bit *bits;
  size_t bit_count;
  uint64_t samples;
  char *line; /* the part of a line that has come */
  size_t line_length, line_room;
};

static void *grow(void *array, size_t count, size_t size) {
  void *more = realloc(array, (count ? count : 1) * size);
  if (!more) abort();
  return more;
}

/* Room for one more item; doubles at powers of two. */
static void *grow_by_one(void *array, size_t count, size_t size) {
  return count & (count - 1) ? array : grow(array, count ? 2 * count : 1, size);
}

static char *copy_text(const char *text) {
  char *copy = strdup(text);
  if (!copy) abort();
  return copy;
}

struct ks_activity *ks_activity_new(const char *scope) {
  struct ks_activity *activity = calloc(1, sizeof *activity);
  if (!activity) abort();
  activity->scope = copy_text(scope);
  activity->path = copy_text("");
  return activity;
}

void ks_activity_free(struct ks_activity *activity) {
  if (!activity) return;
  for (size_t i = 0; i < activity->signal_count; i++) free(activity->signals[i].name);
  free(activity->scope);
  free(activity->path);
  free(activity->vectors);
  free(activity->signals);
  free(activity->bits);
  free(activity->line);
  free(activity);
}

/* ---- declarations --------------------------------------------------------------------------- */

/* Identifiers are numbers of 94 digits, '!' to '~', the lowest first, no zero among them. */
static size_t identifier_number(const char *text) {
  size_t number = 0, weight = 1;
  assert(strlen(text) <= 5);
  for (; *text >= '!' && *text <= '~'; text++, weight *= 94) number += (size_t)(*text - '!' + 1) * weight;
  return number;
}

static void enter(struct ks_activity *activity, const char *name) {
  char *path;
  if (asprintf(&path, "%s%s%s", activity->path, *activity->path ? "." : "", name) < 0) abort();
  free(activity->path);
  activity->path = path;
}

/* Generated scopes have no dots in their names. */
static void leave(struct ks_activity *activity) {
  char *dot = strrchr(activity->path, '.');
  *(dot ? dot : activity->path) = '\0';
}

/* The path of the design's scope without its last part, which stays in the names; NULL outside of it. */
static const char *name_in_design(const struct ks_activity *activity) {
  size_t length = strlen(activity->scope);
  if (strncmp(activity->path, activity->scope, length)) return NULL;
  if (activity->path[length] && activity->path[length] != '.') return NULL;
  const char *dot = strrchr(activity->scope, '.');
  return activity->path + (dot ? dot + 1 - activity->scope : 0);
}

static void declare_vector(struct ks_activity *activity, size_t identifier, size_t width) {
  if (identifier >= activity->vector_count) {
    size_t count = 2 * identifier;
    activity->vectors = grow(activity->vectors, count, sizeof *activity->vectors);
    memset(activity->vectors + activity->vector_count, 0,
           (count - activity->vector_count) * sizeof *activity->vectors);
    activity->vector_count = count;
  }
  struct vector *vector = &activity->vectors[identifier];
  assert(!vector->width || vector->width == width);
  if (vector->width) return;
  *vector = (struct vector){activity->bit_count, width, 0};
  for (size_t i = 0; i < width; i++) {
    activity->bits = grow_by_one(activity->bits, activity->bit_count, sizeof *activity->bits);
    activity->bits[activity->bit_count++] = (struct bit){.value = 'x'};
  }
}

/* "$var wire 8 ! name [7:0] $end"; a bit has no range, a row of an array has its index in the name. */
static void declare(struct ks_activity *activity, const char *line) {
  char code[8], name[512], range[32] = "";
  int width, left = 0, right = 0;
  const char *design = name_in_design(activity);
  if (!design) return;
  int fields = sscanf(line, " $var %*s %d %7s %511s %31s", &width, code, name, range);
  assert(fields >= 3 && width > 0);
  (void)fields;
  if (*range == '[' && sscanf(range, "[%d:%d]", &left, &right) == 1) right = left;
  size_t identifier = identifier_number(code);
  declare_vector(activity, identifier, (size_t)width);
  activity->signals = grow_by_one(activity->signals, activity->signal_count, sizeof *activity->signals);
  struct signal *signal = &activity->signals[activity->signal_count++];
  *signal = (struct signal){NULL, identifier, left, right > left ? 1 : -1};
  if (asprintf(&signal->name, "%s.%s", design, name) < 0) abort();
}

static void read_declaration(struct ks_activity *activity, const char *line) {
  char name[512];
  line += strspn(line, " \t");
  if (sscanf(line, "$scope %*s %511s", name) == 1) enter(activity, name);
  else if (strncmp(line, "$upscope", 8) == 0) leave(activity);
  else if (strncmp(line, "$var ", 5) == 0) declare(activity, line);
  else if (strncmp(line, "$enddefinitions", 15) == 0) activity->declared = true;
}

/* ---- values --------------------------------------------------------------------------------- */

/* The sample under way is that of cycle samples - 1; of cycle 0 only the values count. */
static void settle(struct bit *bit, uint64_t now) {
  if (bit->value == '1' && now > bit->since) bit->ones += now - bit->since;
  bit->since = now;
}

static bool is_known(char value) { return value == '0' || value == '1'; }

/* Whether it toggles. */
static bool change(struct bit *bit, char value, uint64_t now) {
  if (bit->value == value) return false;
  bool toggles = now && is_known(bit->value) && is_known(value);
  settle(bit, now);
  bit->toggles += toggles;
  bit->value = value;
  if (!now) bit->since = 1;
  return toggles;
}

/* A shorter value is extended on the left: by zeros, or by its leftmost x or z. */
static void change_vector(struct ks_activity *activity, const char *value, size_t length, const char *code) {
  size_t identifier = identifier_number(code);
  if (identifier >= activity->vector_count || !activity->vectors[identifier].width) return;
  struct vector *vector = &activity->vectors[identifier];
  struct bit *bits = activity->bits + vector->first;
  uint64_t now = activity->samples ? activity->samples - 1 : 0;
  assert(length >= 1 && length <= vector->width);
  size_t more = vector->width - length;
  char fill = *value == '1' ? '0' : *value;
  bool moves = false;
  for (size_t i = 0; i < more; i++) moves |= change(&bits[i], fill, now);
  for (size_t i = 0; i < length; i++) moves |= change(&bits[more + i], value[i], now);
  vector->moves += moves;
}

static void read_change(struct ks_activity *activity, const char *line) {
  size_t length;
  switch (*line) {
    case '#': activity->samples++; return;
    case 'b':
      length = strcspn(line, " ");
      assert(line[length]);
      change_vector(activity, line + 1, length - 1, line + length + 1);
      return;
    case '0':
    case '1':
    case 'x':
    case 'z': change_vector(activity, line, 1, line + 1); return;
    default: return; /* $dumpvars, $end, an empty line */
  }
}

/* ---- pieces of text ------------------------------------------------------------------------- */

static void keep(struct ks_activity *activity, const char *text, size_t length) {
  size_t need = activity->line_length + length + 1;
  if (need > activity->line_room) {
    activity->line_room = 2 * need;
    activity->line = grow(activity->line, activity->line_room, 1);
  }
  memcpy(activity->line + activity->line_length, text, length);
  activity->line_length += length;
  activity->line[activity->line_length] = '\0';
}

void ks_activity_read(void *state, const char *text, size_t length) {
  struct ks_activity *activity = state;
  while (length) {
    const char *end = memchr(text, '\n', length);
    size_t part = end ? (size_t)(end - text) : length;
    keep(activity, text, part);
    if (!end) return;
    if (activity->declared) read_change(activity, activity->line);
    else read_declaration(activity, activity->line);
    activity->line_length = 0;
    text += part + 1;
    length -= part + 1;
  }
}

void ks_activity_end(struct ks_activity *activity) {
  for (size_t i = 0; i < activity->bit_count; i++) settle(&activity->bits[i], activity->samples);
}

/* ---- results -------------------------------------------------------------------------------- */

uint64_t ks_activity_cycles(const struct ks_activity *activity) {
  return activity->samples ? activity->samples - 1 : 0;
}

void ks_activity_add(struct ks_activity *sum, const struct ks_activity *activity) {
  assert(sum->bit_count == activity->bit_count && sum->signal_count == activity->signal_count);
  for (size_t i = 0; i < sum->bit_count; i++) {
    sum->bits[i].toggles += activity->bits[i].toggles;
    sum->bits[i].ones += activity->bits[i].ones;
  }
  for (size_t i = 0; i < sum->vector_count; i++) sum->vectors[i].moves += activity->vectors[i].moves;
  sum->samples += ks_activity_cycles(activity);
}

static bool is_clock(const char *name) {
  const char *dot = strrchr(name, '.');
  return strcmp(dot ? dot + 1 : name, CLOCK) == 0;
}

void ks_activity_print(const struct ks_activity *activity, FILE *out) {
  double cycles = (double)ks_activity_cycles(activity);
  for (size_t i = 0; i < activity->signal_count; i++) {
    const struct signal *signal = &activity->signals[i];
    struct vector vector = activity->vectors[signal->identifier];
    bool clock = is_clock(signal->name);
    double moves = clock ? 1 : (double)vector.moves / cycles;
    for (size_t b = 0; b < vector.width; b++) {
      const struct bit *bit = &activity->bits[vector.first + b];
      fprintf(out, "%s %d %.8g %.8g %.8g\n", signal->name, signal->left + (int)b * signal->step,
              clock ? 2 : (double)bit->toggles / cycles, clock ? 0.5 : (double)bit->ones / cycles, moves);
    }
  }
}
