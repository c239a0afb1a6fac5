/* SPDX-License-Identifier: Apache-2.0
 *
 * The processor's kernels equal the portable ones over their whole range of inputs, at random and at its
 * ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pairs.h"
#include "random.h"

enum { PAIRS = 37, STRIDE = 2 * KS_TILE + 6, ROUNDS = 300 };

struct pairs {
  int16_t a[PAIRS * STRIDE], w[2 * PAIRS], part[2 * PAIRS];
  int32_t sums[KS_TILE];
};

/* Codes of `bits` bits, every fourth one at an end of its range. */
static int16_t code(uint64_t *random, int bits) {
  int64_t high = (1 << (bits - 1)) - 1, low = -high - 1;
  if (random_bits(random) % 4) return (int16_t)random_between(random, low, high);
  return (int16_t)(random_bits(random) % 2 ? low : high);
}

/* Terms and weights whose products have 16 bits, as the contract of ks_pairs_round asks. */
static void fill(struct pairs *pairs, uint64_t *random) {
  int weight_bits = (int)random_between(random, 1, 15);
  for (int i = 0; i < PAIRS * STRIDE; i++) pairs->a[i] = code(random, 16 - weight_bits);
  for (int i = 0; i < 2 * PAIRS; i++) {
    int bit = (int)random_between(random, 0, 15);
    pairs->w[i] = (int16_t)random_between(random, 0, (1 << weight_bits) - 1);
    pairs->part[i] = (int16_t)(bit < 15 ? 1 << bit : 0);
  }
  for (int x = 0; x < KS_TILE; x++) pairs->sums[x] = code(random, 16);
}

static void kernels_are_equal(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int round = 0; round < ROUNDS; round++) {
    struct pairs pairs;
    int32_t portable[KS_TILE];
    size_t count = (size_t)random_between(&random, 0, PAIRS);
    fill(&pairs, &random);
    memcpy(portable, pairs.sums, sizeof portable);
    ks_pairs_multiply(pairs.sums, pairs.a, STRIDE, pairs.w, count);
    ks_pairs_multiply_portable(portable, pairs.a, STRIDE, pairs.w, count);
    assert_memory_equal(pairs.sums, portable, sizeof portable);
    ks_pairs_round(pairs.sums, pairs.a, STRIDE, pairs.w, pairs.part, count);
    ks_pairs_round_portable(portable, pairs.a, STRIDE, pairs.w, pairs.part, count);
    assert_memory_equal(pairs.sums, portable, sizeof portable);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(kernels_are_equal)};
  return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}
