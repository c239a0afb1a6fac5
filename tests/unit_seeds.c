/* SPDX-License-Identifier: Apache-2.0
 *
 * Every committed seed of the fuzzers once more, through the same targets.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fuzz.h"

#define LARGEST 65536

static void replay_file(const char *path, int (*target)(const uint8_t *, size_t)) {
  static uint8_t data[LARGEST];
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t size = fread(data, 1, sizeof data, file);
  fclose(file);
  uint8_t *exact = malloc(size + 1);
  assert_non_null(exact);
  memcpy(exact + 1, data, size); /* ends where the block does, so that the sanitizer sees a read behind it */
  assert_int_equal(target(exact + 1, size), 0);
  free(exact);
}

/* At least `least` files, so that a lost folder does not pass. */
static void replay(const char *folder, int least, int (*target)(const uint8_t *, size_t)) {
  DIR *stream = opendir(folder);
  int count = 0;
  if (!stream) fail_msg("%s: cannot be read", folder);
  for (struct dirent *entry; (entry = readdir(stream));) {
    char path[512];
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    replay_file(path, target);
    count++;
  }
  closedir(stream);
  assert_true(count >= least);
}

static void tensors(void **state) {
  (void)state;
  replay("tests/fuzz/seeds/tensor", 20, fuzz_tensor);
}

static void configurations(void **state) {
  (void)state;
  replay("tests/fuzz/seeds/config", 10, fuzz_config);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tensors),
      cmocka_unit_test(configurations),
  };
  return cmocka_run_group_tests_name("seeds", tests, NULL, NULL);
}
