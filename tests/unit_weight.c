/* SPDX-License-Identifier: Apache-2.0
 *
 * Weights (SPEC 2) and the weight of the mean key (SPEC 5) against the slow model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../cmodel/compensate.h"
#include "../cmodel/weight.h"
#include "random.h"
#include "slow/slow.h"

#define CHUNK 64
#define MAX_STRIDE 3

/* CHUNK scores from `first` on, laid `stride` apart among others. */
static void check_chunk(const struct ks_config *config, const struct ks_table *table,
                        const struct ks_constants *constants, int64_t first, int64_t step, size_t stride) {
  int64_t scores[CHUNK * MAX_STRIDE] = {0}, e[CHUNK];
  int32_t m[CHUNK];
  for (int i = 0; i < CHUNK; i++) scores[(size_t)i * stride] = first + i * step;
  ks_weigh(constants, table, scores, stride, CHUNK, m, e);
  for (int i = 0; i < CHUNK; i++) {
    int64_t score = first + i * step;
    struct slow_weight slow =
        slow_weight_of(config->exp_frac, score, constants->exp_mul, constants->exp_shift);
    if (m[i] != slow.m || e[i] != slow.e)
      fail_msg("E %d, score %lld * %u >> %u: fast %d, e %lld, slow %d, e %lld", config->exp_frac,
               (long long)score, constants->exp_mul, constants->exp_shift, m[i], (long long)e[i], (int)slow.m,
               (long long)slow.e);
  }
}

/* Every score of 16 bits, by a spread of constants. */
static void every_score_of_16_bits(void **state) {
  (void)state;
  static const struct ks_constants constants[] = {
      {.exp_mul = 0, .exp_shift = 47},     {.exp_mul = 1, .exp_shift = 8},
      {.exp_mul = 32768, .exp_shift = 15}, {.exp_mul = 47274, .exp_shift = 17},
      {.exp_mul = 65535, .exp_shift = 8},  {.exp_mul = 65535, .exp_shift = 9},
      {.exp_mul = 33333, .exp_shift = 12}, {.exp_mul = 54321, .exp_shift = 47},
  };
  struct ks_config config;
  ks_config_default(&config);
  for (config.exp_frac = 3; config.exp_frac <= 8; config.exp_frac++) {
    struct ks_table table = ks_table_exp(&config);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
      for (int64_t first = -32768; first < 32768; first += CHUNK)
        check_chunk(&config, &table, &constants[i], first, 1, 1);
    ks_table_free(&table);
  }
}

static void scores_of_every_width(void **state) {
  (void)state;
  uint64_t random = 1;
  struct ks_config config;
  ks_config_default(&config);
  for (int i = 0; i < 20000; i++) {
    config.exp_frac = (int)random_between(&random, 3, 8);
    struct ks_table table = ks_table_exp(&config);
    struct ks_constants constants = {.exp_mul = (uint32_t)random_between(&random, 0, 65535),
                                     .exp_shift = (uint32_t)random_between(&random, 8, 47)};
    int64_t bound = INT64_C(1) << random_between(&random, 0, 40);
    int64_t first = random_between(&random, -bound, bound - 1);
    check_chunk(&config, &table, &constants, first, 0, MAX_STRIDE);
    check_chunk(&config, &table, &constants, -bound, bound / CHUNK, 2);
    ks_table_free(&table);
  }
}

static void every_multiple_of_every_mean_weight(void **state) {
  (void)state;
  for (int exp_frac = 3; exp_frac <= 8; exp_frac++)
    for (int32_t weight = 1 << exp_frac; weight < 2 << exp_frac; weight++)
      for (int skipped = 1; skipped <= 4096; skipped++) {
        int32_t m = weight;
        int64_t e = -7;
        ks_multiply_weight(exp_frac, skipped, &m, &e);
        struct slow_weight slow = slow_multiply(exp_frac, (struct slow_weight){weight, -7}, skipped);
        if (m != slow.m || e != slow.e)
          fail_msg("E %d, %d * %d: fast %d, e %lld, slow %d, e %lld", exp_frac, weight, skipped, m,
                   (long long)e, (int)slow.m, (long long)slow.e);
      }
}

static void mean_rows(void **state) {
  (void)state;
  uint64_t random = 1;
  struct ks_config config;
  ks_config_default(&config);
  config.d = 1;
  static int32_t rows[4096];
  for (config.int_bits = 1; config.int_bits <= 8; config.int_bits++)
    for (int keys = 1; keys <= 4096; keys += keys < 600 ? 1 : 97)
      for (int kind = 0; kind < 3; kind++) {
        int32_t high = (1 << (slow_code_bits(&config) - 1)) - 1, sum = 0, fast, slow;
        for (int j = 0; j < keys; j++) {
          rows[j] = kind == 0   ? -high - 1
                    : kind == 1 ? high
                                : (int32_t)random_between(&random, -high - 1, high);
          sum += rows[j];
        }
        ks_mean_row(&sum, 1, keys, slow_code_bits(&config), &fast);
        slow_mean_row(&config, keys, rows, &slow);
        assert_int_equal(fast, slow);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_score_of_16_bits),
      cmocka_unit_test(scores_of_every_width),
      cmocka_unit_test(every_multiple_of_every_mean_weight),
      cmocka_unit_test(mean_rows),
  };
  return cmocka_run_group_tests_name("weight", tests, NULL, NULL);
}
