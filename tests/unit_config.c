/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration parser: every key at both ends and beyond them, words, files, cross-key rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../cmodel/keysieve.h"

static void mentions(const struct ks_error *error, const char *word) {
  if (!strstr(error->text, word)) fail_msg("\"%s\" does not mention %s", error->text, word);
}

static int set(struct ks_config *config, const char *key, const char *value, struct ks_error *error) {
  memset(error, 0, sizeof *error);
  return ks_config_set(config, "--set", key, value, error);
}

static void takes(const struct ks_config_key *key, const char *value) {
  struct ks_config config;
  struct ks_error error;
  char text[64];
  ks_config_default(&config);
  if (set(&config, key->name, value, &error)) fail_msg("%s = %s: %s", key->name, value, error.text);
  ks_config_text(&config, key->name, text);
  assert_string_equal(text, value);
}

static void refuses(const struct ks_config_key *key, const char *value) {
  struct ks_config config, before;
  struct ks_error error;
  ks_config_default(&config);
  before = config;
  if (!set(&config, key->name, value, &error)) fail_msg("%s = '%s' is taken", key->name, value);
  mentions(&error, "--set");
  mentions(&error, key->name);
  mentions(&error, key->range);
  assert_memory_equal(&config, &before, sizeof config);
}

/* "low..high" */
static void try_ends(const struct ks_config_key *key, const char *range) {
  char text[64];
  double low = atof(range), high = atof(strstr(range, "..") + 2);
  snprintf(text, sizeof text, "%.17g", low);
  takes(key, text);
  snprintf(text, sizeof text, "%.17g", high);
  takes(key, text);
  snprintf(text, sizeof text, "%.17g", low - 1);
  refuses(key, text);
  snprintf(text, sizeof text, "%.17g", high + 1);
  refuses(key, text);
}

static void try_words(const struct ks_config_key *key) {
  char words[64], *rest = NULL;
  snprintf(words, sizeof words, "%s", key->range);
  for (char *word = strtok_r(words, "|", &rest); word; word = strtok_r(NULL, "|", &rest)) takes(key, word);
  refuses(key, "0");
  refuses(key, key->range);
}

static void every_key_at_both_ends(void **state) {
  (void)state;
  static const char *const nonsense[] = {"",
                                         " ",
                                         "abc",
                                         "1x",
                                         "0x10",
                                         "--1",
                                         "nan",
                                         "inf",
                                         "1e99",
                                         "1 2",
                                         "99999999999999999999999999",
                                         "-99999999999999999999999999"};
  size_t keys = 0;
  for (const struct ks_config_key *key; (key = ks_config_key(keys)); keys++) {
    const char *numbers = strstr(key->range, "auto|") == key->range ? key->range + 5 : key->range;
    if (numbers > key->range) takes(key, "auto");
    if (strstr(numbers, ".."))
      try_ends(key, numbers);
    else
      try_words(key);
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) refuses(key, nonsense[i]);
  }
  assert_int_equal(keys, 29);
}

static void defaults_are_those_of_the_table(void **state) {
  (void)state;
  struct ks_config config;
  char text[64];
  ks_config_default(&config);
  for (size_t i = 0; ks_config_key(i); i++) {
    ks_config_text(&config, ks_config_key(i)->name, text);
    assert_string_equal(text, ks_config_key(i)->initial);
  }
  struct ks_error error;
  assert_int_equal(ks_config_check(&config, &error), KS_OK);
}

static void unknown_keys(void **state) {
  (void)state;
  static const char *const keys[] = {"", "N", "n ", "bank", "name", "guard-bits"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    struct ks_config config;
    struct ks_error error;
    ks_config_default(&config);
    assert_int_equal(set(&config, keys[i], "1", &error), KS_USER_ERROR);
    mentions(&error, "--set");
    mentions(&error, keys[i]);
  }
}

static void long_values_do_not_overflow(void **state) {
  (void)state;
  char value[2000];
  memset(value, '1', sizeof value - 1);
  value[sizeof value - 1] = 0;
  for (size_t i = 0; ks_config_key(i); i++) {
    struct ks_config config;
    struct ks_error error;
    ks_config_default(&config);
    assert_int_equal(set(&config, ks_config_key(i)->name, value, &error), KS_USER_ERROR);
    mentions(&error, ks_config_key(i)->name);
  }
}

/* Pairs that no machine can be built from, and what the reason names. */
static void combinations_that_cannot_be_built(void **state) {
  (void)state;
  static const struct {
    const char *first, *first_value, *second, *second_value, *named;
  } bad[] = {
      {"ways", "3", "n", "512", "ways"},
      {"divide_multipliers", "65", "d", "64", "divide_multipliers"},
      {"out_frac", "2", "frac_bits", "3", "out_frac"},
      {"out_frac", "12", "frac_bits", "3", "out_frac"},
      {"engine", "lisa", "n", "31", "top_k"},
      {"engine", "lisa", "top_q", "33", "top_q"},
      {"engine", "lisa", "iterations", "5", "iterations"},
      {"engine", "a3", "rows", "2", "rows"},
      {"engine", "a3", "banks", "2", "banks"},
      {"engine", "a3", "k", "32", "k"},
      {"engine", "a3", "accumulator", "float", "ways"},
      {"accumulator", "float", "n", "512", "ways"},
      {"hash_factors", "4,4,4", "n", "512", "kronecker"},
      {"hash_multipliers", "255", "n", "512", "kronecker"},
      {"queue_depth", "9", "n", "512", "lqf"},
      {"iterations", "3", "n", "512", "iterations"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct ks_config config;
    struct ks_error error;
    ks_config_default(&config);
    assert_int_equal(set(&config, bad[i].first, bad[i].first_value, &error), KS_OK);
    assert_int_equal(set(&config, bad[i].second, bad[i].second_value, &error), KS_OK);
    memset(&error, 0, sizeof error);
    assert_int_equal(ks_config_check(&config, &error), KS_USER_ERROR);
    mentions(&error, bad[i].named);
  }
}

/* The sizes of its own selector, and not those of another one. */
static void sizes_are_of_the_engine(void **state) {
  (void)state;
  struct ks_config config;
  struct ks_sizes elsa, a3;
  ks_config_default(&config);
  ks_sizes_derive(&config, &elsa);
  config.engine = KS_ENGINE_A3;
  config.int_bits = config.frac_bits = 8, config.d = 256, config.n = 4096, config.iterations = 8192;
  ks_sizes_derive(&config, &a3);
  assert_int_equal(elsa.bank_count, 4);
  assert_int_equal(elsa.hash_bits, 64);
  assert_int_equal(elsa.iteration_bits, KS_NO_SIZE);
  assert_int_equal(elsa.margin_bits, KS_NO_SIZE);
  assert_int_equal(a3.bank_count, 1);
  assert_int_equal(a3.bank_rows, 4096);
  assert_int_equal(a3.hash_bits, KS_NO_SIZE);
  assert_int_equal(a3.norm_bits, KS_NO_SIZE);
  assert_int_equal(a3.hash_queue, KS_NO_SIZE);
  assert_int_equal(elsa.filter_depth, KS_NO_SIZE);
  assert_int_equal(elsa.trace_streams, 4);
  assert_int_equal(a3.trace_streams, 2);
  assert_int_equal(a3.rank_bits, 12);
  assert_int_equal(a3.iteration_bits, 14);
  assert_int_equal(a3.greedy_total_bits, 47); /* 2^13 times (-2^16)^2, and a sign */
  assert_int_equal(a3.margin_bits, 42);       /* two scores of 256 (-2^16)^2, and its opposite */
}

static int set_all(struct ks_config *config, const char *const pairs[][2], struct ks_error *error) {
  ks_config_default(config);
  for (int i = 0; i < 8 && pairs[i][0]; i++)
    assert_int_equal(set(config, pairs[i][0], pairs[i][1], error), KS_OK);
  return ks_config_check(config, error);
}

/* Each key of the paper's machine is legal by itself. */
static void what_the_paper_chose(void **state) {
  (void)state;
  static const char *const good[][8][2] = {
      {{"hash", "kronecker"}},
      {{"hash", "kronecker"}, {"d", "50"}},
      {{"hash", "kronecker"}, {"d", "251"}},
      {{"hash", "kronecker"}, {"d", "1"}, {"divide_multipliers", "1"}},
      {{"hash", "kronecker"}, {"hash_factors", "8,8"}, {"hash_multipliers", "1"}},
      {{"hash", "kronecker"}, {"hash_factors", "2,2,2,2,2,2,2,2"}, {"d", "256"}},
      {{"issue", "lqf"}},
      {{"issue", "lqf"}, {"queue_depth", "2"}},
      {{"accumulator", "float"}, {"ways", "1"}},
      {{"accumulator", "float"}, {"ways", "1"}, {"recip_frac", "5"}},
      {{"norm_bits", "8"}},
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    struct ks_config config;
    struct ks_error error;
    if (set_all(&config, good[i], &error)) fail_msg("%s", error.text);
  }
}

static void combinations_that_make_no_sense(void **state) {
  (void)state;
  static const char *const bad[][8][2] = {
      /* the last one is named */
      {{"accumulator", "float"}, {"ways", "1"}, {"exp_frac", "6"}},
      {{"accumulator", "float"}, {"ways", "1"}, {"exp_frac", "4"}},
      {{"accumulator", "float"}, {"ways", "1"}, {"recip_frac", "4"}},
      {{"accumulator", "float"}, {"ways", "1"}, {"guard_bits", "9"}},
      {{"accumulator", "float"}, {"ways", "2"}},
      {{"accumulator", "float"}, {"ways", "4"}},
      {{"hash", "kronecker"}, {"hash_factors", "4,4"}},
      {{"hash", "kronecker"}, {"hash_factors", "8,8,8"}},
      {{"hash", "kronecker"}, {"d", "11"}, {"divide_multipliers", "1"}, {"hash_factors", "3,4"}},
      {{"hash", "kronecker"}, {"d", "256"}, {"hash_factors", "2,2,2,2,2,2,2,2,2"}},
      {{"hash", "kronecker"},
       {"hash_factors", "8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8"}},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct ks_config config;
    struct ks_error error;
    int last = 0;
    while (bad[i][last + 1][0]) last++;
    assert_int_equal(set_all(&config, bad[i], &error), KS_USER_ERROR);
    mentions(&error, bad[i][last][0]);
  }
}

static void a_file(void **state) {
  (void)state;
  static const char text[] =
      "# a comment\n; another\n\nn = 100\r\nd=24 ; behind a value\nk\t=\t7\t\nbanks =3\nways = 4";
  struct ks_config config;
  struct ks_error error;
  memset(&error, 0, sizeof error);
  if (ks_config_parse(&config, "some.ini", text, &error)) fail_msg("%s", error.text);
  assert_int_equal(config.n, 100);
  assert_int_equal(config.d, 24);
  assert_int_equal(config.k, 7);
  assert_int_equal(config.banks, 3);
  assert_int_equal(config.ways, 4);
  assert_int_equal(config.lanes, 8);
}

/* Each is refused, and the message opens with the file and the line. */
static void files_with_a_bad_line(void **state) {
  (void)state;
  static const struct {
    const char *text, *where, *named;
  } bad[] = {
      {"n = 100\nbank = 3\n", "some.ini:2", "bank"},
      {"n = 100\n\n# x\nd = 257\n", "some.ini:4", "1..256"},
      {"n = 100\nnonsense\n", "some.ini:2", ""},
      {"[elsa]\nn = 100\n", "some.ini:", "elsa"},
      {"n =\n", "some.ini:1", "n"},
      {"= 5\n", "some.ini:1", ""},
      {"n = 1\nd = 3 k = 4\n", "some.ini:2", "d"},
      {"[elsa\nn = 100\n", "some.ini:1", ""},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct ks_config config;
    struct ks_error error;
    memset(&error, 0, sizeof error);
    if (!ks_config_parse(&config, "some.ini", bad[i].text, &error)) fail_msg("taken: %s", bad[i].text);
    mentions(&error, bad[i].where);
    mentions(&error, bad[i].named);
  }
}

/* A line longer than the parser's buffer must not be read as two. */
static void a_long_line_stays_one_line(void **state) {
  (void)state;
  for (int length = 150; length < 450; length++) {
    char text[512];
    struct ks_config config;
    struct ks_error error;
    memset(&error, 0, sizeof error);
    memset(text, 'x', sizeof text);
    text[0] = '#';
    snprintf(text + length, sizeof text - (size_t)length, "n = 7\nd = 9\n");
    int status = ks_config_parse(&config, "some.ini", text, &error);
    if (status == KS_OK && (config.n != 512 || config.d != 9))
      fail_msg("the end of a comment of %d characters is read as a line: n = %d", length + 5, config.n);
    if (status != KS_OK) mentions(&error, "some.ini:1");
  }
}

static void files_by_name(void **state) {
  (void)state;
  struct ks_config config;
  struct ks_error error;
  char folder[] = "/tmp/unit_config_XXXXXX", path[128], other[128];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/my-design.ini", folder);
  snprintf(other, sizeof other, "%s/9 lives.ini", folder);
  FILE *file = fopen(path, "w");
  fputs("n = 9\n", file);
  fclose(file);
  assert_int_equal(ks_config_read(&config, path, &error), KS_OK);
  assert_string_equal(config.name, "my-design");
  assert_int_equal(config.n, 9);

  assert_int_equal(rename(path, other), 0);
  assert_int_equal(ks_config_read(&config, other, &error), KS_USER_ERROR); /* not an identifier */
  mentions(&error, "9 lives.ini");
  unlink(other);
  assert_int_equal(ks_config_read(&config, path, &error), KS_USER_ERROR); /* missing */
  mentions(&error, path);
  assert_int_equal(ks_config_read(&config, folder, &error), KS_USER_ERROR); /* a folder */
  mentions(&error, folder);
  assert_int_equal(ks_config_read(&config, "/dev/zero", &error), KS_USER_ERROR);
  mentions(&error, "/dev/zero");
  rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_key_at_both_ends),
      cmocka_unit_test(defaults_are_those_of_the_table),
      cmocka_unit_test(unknown_keys),
      cmocka_unit_test(long_values_do_not_overflow),
      cmocka_unit_test(sizes_are_of_the_engine),
      cmocka_unit_test(combinations_that_cannot_be_built),
      cmocka_unit_test(what_the_paper_chose),
      cmocka_unit_test(combinations_that_make_no_sense),
      cmocka_unit_test(a_file),
      cmocka_unit_test(files_with_a_bad_line),
      cmocka_unit_test(a_long_line_stays_one_line),
      cmocka_unit_test(files_by_name),
  };
  return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
