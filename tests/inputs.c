/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inputs.h"
#include "random.h"

static int pick(uint64_t *random, int low, int high) {
  return (int)random_between(random, low, high);
}

static int chance(uint64_t *random, int of) {
  return pick(random, 1, of) == 1;
}

void inputs_depart(struct ks_config *config, int choice, uint64_t *random) {
  config->compensate = choice & 1 ? KS_COMPENSATE_NONE : KS_COMPENSATE_MEAN;
  config->norm_bits = choice & 2 ? 8 : KS_AUTO;
  if (choice & 4) {
    config->hash = KS_HASH_KRONECKER;
    config->hash_multipliers = pick(random, 1, 1024);
  }
  if (choice & 8) {
    config->issue = KS_ISSUE_LQF;
    config->queue_depth = chance(random, 2) ? pick(random, 2, 4) : pick(random, 2, 64);
  }
  if (choice & 16) {
    config->accumulator = KS_ACCUMULATOR_FLOAT;
    config->exp_frac = 5;
    config->recip_frac = pick(random, 5, 12);
    config->ways = 1;
    config->guard_bits = KS_AUTO;
  }
}

struct ks_config inputs_config(uint64_t *random) {
  struct ks_config config;
  ks_config_default(&config);
  config.n = chance(random, 8) ? 1 : pick(random, 1, 70);
  config.d = chance(random, 8) ? 1 : pick(random, 1, 40);
  config.int_bits = pick(random, 1, 8);
  config.frac_bits = pick(random, 0, 8);
  config.out_frac = chance(random, 3) ? KS_AUTO : config.frac_bits + pick(random, 0, 8);
  config.exp_frac = pick(random, 3, 8);
  config.guard_bits = chance(random, 3) ? KS_AUTO : pick(random, 0, 16);
  config.recip_frac = pick(random, 3, 12);
  config.ways = 1 << pick(random, 0, 2);
  config.divide_multipliers = pick(random, 1, config.d);
  config.pages = pick(random, 1, 2);
  config.k = chance(random, 8) ? 256 : pick(random, 1, 90);
  config.banks = pick(random, 1, 16);
  config.lanes = pick(random, 1, 32);
  config.theta = random_unit(random);
  inputs_depart(&config, pick(random, 0, 31), random);
  return config;
}

/* What every engine knows as inputs_config draws it, the rest as it is by default. */
static struct ks_config config_of(enum ks_engine engine, uint64_t *random) {
  struct ks_config elsa = inputs_config(random), config;
  ks_config_default(&config);
  config.engine = (int)engine;
#define TAKE(key, KIND, value, low, high, engines, help) \
  if ((engines) == KS_FOR_ALL && strcmp(#key, "engine") != 0) \
    memcpy(&config.key, &elsa.key, sizeof config.key);
  KS_CONFIG_KEYS(TAKE)
#undef TAKE
  return config;
}

struct ks_config inputs_config_lisa(uint64_t *random) {
  struct ks_config config = config_of(KS_ENGINE_LISA, random);
  config.rows = pick(random, 1, 16);
  config.top_k = chance(random, 4) ? config.n : pick(random, 1, config.n);
  config.top_q = chance(random, 4) ? 1 : pick(random, 1, config.top_k);
  return config;
}

struct ks_config inputs_config_a3(uint64_t *random) {
  struct ks_config config = config_of(KS_ENGINE_A3, random);
  config.iterations = chance(random, 8) ? pick(random, 1, KS_MAX_ITERATIONS) : pick(random, 1, 2 * config.n);
  return config;
}

static int32_t clip(const struct ks_config *config, double code) {
  double high = ldexp(1, slow_code_bits(config) - 1) - 1;
  return (int32_t)fmax(-high - 1, fmin(high, rint(code)));
}

static int32_t code_of(const struct ks_config *config, enum inputs_rows kind, int row, uint64_t *random) {
  int bits = slow_code_bits(config);
  int32_t high = (1 << (bits - 1)) - 1;
  int32_t any = (int32_t)random_between(random, -high - 1, high);
  switch (kind) {
    case ROWS_NORMAL: return clip(config, ldexp(random_normal(random), config->frac_bits));
    case ROWS_TINY: return pick(random, -1, 1);
    case ROWS_EXTREME: return any < 0 ? -high - 1 : high;
    case ROWS_LADDER: return any / (1 << row % 8);
    case ROWS_ZERO: return 0;
    case ROWS_LEAST: return -high - 1;
    default: return any;
  }
}

int32_t *inputs_rows_new(const struct ks_config *config, enum inputs_rows kind, int count, uint64_t *random) {
  size_t d = (size_t)config->d;
  int32_t *rows = calloc((size_t)count * d, sizeof *rows);
  assert(rows);
  for (int j = 0; j < count; j++) {
    int32_t *row = rows + (size_t)j * d;
    if (kind == ROWS_SPARSE && !chance(random, 4)) continue;
    for (int i = 0; i < config->d; i++) row[i] = code_of(config, kind, j, random);
    if (kind == ROWS_EQUAL && j > 0) memcpy(row, rows, d * sizeof *row);
  }
  return rows;
}

/* A whole legal register file: near 1/sqrt(d), theta of the configuration, t in 0..1. */
static struct ks_constants real(const struct ks_config *config, uint64_t *random) {
  struct ks_constants constants = {0};
  double scale = ldexp(1 / sqrt(config->d), pick(random, -2, 1));
  if (!slow_scale(config, scale, &constants.exp_mul, &constants.exp_shift)) constants.exp_shift = 8;
  constants.t_code = slow_threshold_code(random_unit(random));
  for (int h = 0; h <= config->k; h++)
    constants.cos_code[h] = (int16_t)slow_cosine(config->k, isnan(config->theta) ? 0.127 : config->theta, h);
  return constants;
}

static void set_random(const struct ks_config *config, struct ks_constants *constants, uint64_t *random) {
  constants->exp_mul = (uint32_t)random_between(random, 0, 65535);
  constants->exp_shift = (uint32_t)random_between(random, 8, 47);
  constants->t_code = pick(random, -1024, 1023);
  for (int h = 0; h <= config->k; h++) constants->cos_code[h] = (int16_t)pick(random, -512, 512);
}

static void set_a3(const struct ks_config *config, enum inputs_constants kind,
                   struct ks_constants *constants, uint64_t *random) {
  int iterations = (int)ldexp(config->n, pick(random, -3, 1));
  int margin_bits = 2 * slow_code_bits(config) + 8; /* of d = 256 */
  double scale = ldexp(1 / sqrt(config->d), pick(random, -2, 1));
  double percent = chance(random, 8) ? 100 : exp(log(0.1) + random_unit(random) * log(1000));
  constants->margin = (uint64_t)slow_margin(config, scale, percent);
  if (kind == CONSTANTS_RANDOM) {
    iterations = pick(random, 1, config->iterations);
    constants->margin = random_bits(random) >> pick(random, 64 - margin_bits, 63);
  }
  if (kind == CONSTANTS_EVERY) {
    iterations = config->iterations;
    constants->margin = ((uint64_t)1 << margin_bits) - 1;
  }
  if (kind == CONSTANTS_NONE) iterations = 1, constants->margin = 0;
  constants->iterations = (uint32_t)fmax(1, fmin(iterations, config->iterations));
}

static void set_lisa(const struct ks_config *config, enum inputs_constants kind,
                     struct ks_constants *constants, uint64_t *random) {
  int high = (1 << (slow_code_bits(config) - 1)) - 1;
  int top_k = kind == CONSTANTS_RANDOM ? pick(random, 1, config->top_k) : config->top_k;
  int most = config->top_q < top_k ? config->top_q : top_k;
  constants->tau = (int32_t)fmin(high, rint(0.56 * ldexp(1, config->frac_bits))); /* of normal rows */
  if (kind == CONSTANTS_RANDOM) constants->tau = pick(random, 0, chance(random, 2) ? high : 1);
  if (kind == CONSTANTS_EVERY) constants->tau = 0;
  if (kind == CONSTANTS_NONE) constants->tau = high, top_k = most = 1;
  constants->top_k = (uint32_t)top_k;
  constants->top_q = (uint32_t)(chance(random, 2) ? most : pick(random, 1, most));
}

struct ks_constants inputs_constants(const struct ks_config *config, enum inputs_constants kind,
                                     uint64_t *random) {
  struct ks_constants constants = real(config, random);
  switch (kind) {
    case CONSTANTS_RANDOM: set_random(config, &constants, random); break;
    case CONSTANTS_STEEP: constants.exp_mul = 65535, constants.exp_shift = 8; break;
    case CONSTANTS_FLAT: constants.exp_mul = 0, constants.exp_shift = 47; break;
    case CONSTANTS_EVERY: constants.t_code = -1024; break;
    case CONSTANTS_NONE: constants.t_code = 1023; break;
    case CONSTANTS_NEGATIVE:
      constants.t_code = 0;
      for (int h = 0; h <= config->k; h++) constants.cos_code[h] = (int16_t)pick(random, -512, 0);
      break;
    default: break;
  }
  if (config->engine == KS_ENGINE_A3) set_a3(config, kind, &constants, random);
  if (config->engine == KS_ENGINE_LISA) set_lisa(config, kind, &constants, random);
  return constants;
}
