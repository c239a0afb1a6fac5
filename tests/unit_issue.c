/* SPDX-License-Identifier: Apache-2.0
 *
 * issue = lqf (SPEC 6): the order of every bitmap of 16 keys and of random larger ones against the slow
 * model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../cmodel/issue.h"
#include "random.h"
#include "slow/slow.h"

static struct ks_config configure(int n, int banks, int lanes, int depth) {
  struct ks_config config;
  ks_config_default(&config);
  config.issue = KS_ISSUE_LQF;
  config.n = n;
  config.banks = banks;
  config.lanes = lanes;
  config.queue_depth = depth;
  return config;
}

static void check(const struct ks_config *config, const uint8_t *mask, int bank) {
  static uint16_t found[KS_MAX_KEYS], taken[KS_MAX_KEYS];
  static int order[KS_MAX_KEYS];
  int count = 0;
  for (int key = bank; key < config->n; key += config->banks)
    if (mask[key]) found[count++] = (uint16_t)key;
  assert_int_equal(slow_order(config, config->n, mask, bank, order), count);
  ks_issue_lqf(config, found, count, taken);
  for (int i = 0; i < count; i++)
    if (taken[i] != order[i])
      fail_msg("n %d, banks %d, lanes %d, depth %d, bank %d: key %d of the order is %d, slow %d", config->n,
               config->banks, config->lanes, config->queue_depth, bank, i, taken[i], order[i]);
}

static void every_bitmap_of_16_keys(void **state) {
  (void)state;
  for (int lanes = 1; lanes <= 8; lanes++)
    for (int depth = 2; depth <= 4; depth++) {
      struct ks_config config = configure(16, 1, lanes, depth);
      for (int bits = 0; bits < 1 << 16; bits++) {
        uint8_t mask[16];
        for (int key = 0; key < 16; key++) mask[key] = bits >> key & 1;
        check(&config, mask, 0);
      }
    }
}

static void random_bitmaps(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int i = 0; i < 3000; i++) {
    uint8_t mask[1000];
    struct ks_config config =
        configure((int)random_between(&random, 1, 1000), (int)random_between(&random, 1, 16),
                  (int)random_between(&random, 1, 32), (int)random_between(&random, 2, 64));
    int64_t percent = random_between(&random, 0, 100);
    for (int key = 0; key < config.n; key++) mask[key] = random_between(&random, 1, 100) <= percent;
    for (int bank = 0; bank < config.banks; bank++) check(&config, mask, bank);
  }
}

static void every_key_of_4096(void **state) {
  (void)state;
  static uint8_t mask[KS_MAX_KEYS];
  memset(mask, 1, sizeof mask);
  for (int depth = 2; depth <= 64; depth += 31) {
    struct ks_config config = configure(KS_MAX_KEYS, 1, 32, depth);
    check(&config, mask, 0);
  }
}

/* Two lanes. Lane 1 finds 1, 3 and 5, lane 0 0 and 2: cycle 1 takes 0, being of the lower lane; in cycles 2
 * and 3 lane 1 is the longer. Queues of 2 are full in cycle 2, so that 5 comes a cycle later and 2 has its
 * turn. */
static void an_order_by_hand(void **state) {
  (void)state;
  const uint16_t found[] = {0, 1, 2, 3, 5}, deep[] = {0, 1, 3, 2, 5}, shallow[] = {0, 1, 2, 3, 5};
  uint16_t taken[5];
  struct ks_config config = configure(8, 1, 2, 3);
  ks_issue_lqf(&config, found, 5, taken);
  assert_memory_equal(taken, deep, sizeof deep);
  config.queue_depth = 2;
  ks_issue_lqf(&config, found, 5, taken);
  assert_memory_equal(taken, shallow, sizeof shallow);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_bitmap_of_16_keys),
      cmocka_unit_test(random_bitmaps),
      cmocka_unit_test(every_key_of_4096),
      cmocka_unit_test(an_order_by_hand),
  };
  return cmocka_run_group_tests_name("issue", tests, NULL, NULL);
}
