/* SPDX-License-Identifier: Apache-2.0
 *
 * The .npy parser on good and bad bytes, and the writer that leaves nothing half-written.
 */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../cmodel/keysieve.h"

/* ---- making files ---------------------------------------------------------------------------------- */

struct bytes {
  size_t size;
  uint8_t data[1024];
};

static void put(struct bytes *bytes, const void *data, size_t size) {
  assert_true(bytes->size + size <= sizeof bytes->data);
  memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
}

/* A file of the version with this header text, padded as NumPy does, and these elements. */
static struct bytes npy(int version, const char *text, const void *data, size_t size) {
  struct bytes bytes = {0};
  size_t prefix = version == 1 ? 10 : 12, length = strlen(text) + 1,
         padding = 63 - (prefix + length + 63) % 64;
  size_t whole = length + padding;
  const uint8_t length_bytes[4] = {(uint8_t)whole, (uint8_t)(whole >> 8), 0, 0};
  put(&bytes, "\x93NUMPY", 6);
  put(&bytes, (const uint8_t[]){(uint8_t)version, 0}, 2);
  put(&bytes, length_bytes, version == 1 ? 2 : 4);
  put(&bytes, text, strlen(text));
  for (size_t i = 0; i < padding; i++) put(&bytes, " ", 1);
  put(&bytes, "\n", 1);
  put(&bytes, data, size);
  return bytes;
}

/* A heap copy of exactly the right size, so that the sanitizer sees a read behind the end. */
static int parse(const struct bytes *bytes, struct ks_tensor *tensor, struct ks_error *error) {
  uint8_t *copy = malloc(bytes->size ? bytes->size : 1);
  assert_non_null(copy);
  memcpy(copy, bytes->data, bytes->size);
  memset(error, 0, sizeof *error);
  int status = ks_tensor_parse("x.npy", copy, bytes->size, tensor, error);
  free(copy);
  return status;
}

static void mentions(const struct ks_error *error, const char *word) {
  if (!strstr(error->text, word)) fail_msg("\"%s\" does not mention %s", error->text, word);
}

static void refuses(const struct bytes *bytes, const char *word) {
  struct ks_tensor tensor;
  struct ks_error error;
  assert_int_equal(parse(bytes, &tensor, &error), KS_USER_ERROR);
  mentions(&error, "x.npy");
  mentions(&error, word);
  assert_null(strchr(error.text, '\n'));
}

static struct ks_tensor take(const struct bytes *bytes) {
  struct ks_tensor tensor;
  struct ks_error error;
  if (parse(bytes, &tensor, &error)) fail_msg("refused: %s", error.text);
  return tensor;
}

static void holds(const struct bytes *bytes, size_t count, const double *values) {
  struct ks_tensor tensor = take(bytes);
  assert_int_equal(ks_tensor_count(&tensor), count);
  for (size_t i = 0; i < count; i++) assert_true(ks_tensor_at(&tensor, i) == values[i]);
  ks_tensor_free(&tensor);
}

static const float six[] = {1, 2, 3, 4, 5, 6};
static const double six_values[] = {1, 2, 3, 4, 5, 6};

#define HEADER(descr, order, shape) "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }"

/* ---- good files -------------------------------------------------------------------------------------- */

static void versions_1_to_3(void **state) {
  (void)state;
  for (int version = 1; version <= 3; version++) {
    struct bytes bytes = npy(version, HEADER("<f4", "False", "(2, 3)"), six, sizeof six);
    holds(&bytes, 6, six_values);
  }
}

static void every_dtype_and_byte_order(void **state) {
  (void)state;
  struct bytes bytes;
  bytes = npy(1, HEADER("<f8", "False", "(2, 3)"), six_values, sizeof six_values);
  holds(&bytes, 6, six_values);
  bytes = npy(1, HEADER(">f4", "False", "(2,)"), "\x3f\x80\0\0\xc0\0\0\0", 8);
  holds(&bytes, 2, (const double[]){1, -2});
  bytes = npy(1, HEADER(">f8", "False", "(1,)"), "\x3f\xf8\0\0\0\0\0\0", 8);
  holds(&bytes, 1, (const double[]){1.5});
  bytes = npy(1, HEADER("<i2", "False", "(2,)"), "\xff\xff\0\x80", 4);
  holds(&bytes, 2, (const double[]){-1, -32768});
  bytes = npy(1, HEADER(">i2", "False", "(2,)"), "\x7f\xff\0\x01", 4);
  holds(&bytes, 2, (const double[]){32767, 1});
  bytes = npy(1, HEADER("|u1", "False", "(2,)"), "\xff\x01", 2);
  holds(&bytes, 2, (const double[]){255, 1});
}

static void fortran_order(void **state) {
  (void)state;
  struct bytes bytes = npy(1, HEADER("<f4", "True", "(2, 3)"), six, sizeof six);
  holds(&bytes, 6, (const double[]){1, 3, 5, 2, 4, 6});
  bytes = npy(1, HEADER("<f4", "True", "(1, 3, 2)"), six, sizeof six);
  holds(&bytes, 6, (const double[]){1, 4, 2, 5, 3, 6});
  bytes = npy(1, HEADER(">f4", "True", "(2, 1)"), "\x3f\x80\0\0\xc0\0\0\0", 8);
  holds(&bytes, 2, (const double[]){1, -2});
}

static void shapes_are_kept(void **state) {
  (void)state;
  struct bytes bytes = npy(1, HEADER("<f4", "False", "(1, 2, 3)"), six, sizeof six);
  struct ks_tensor tensor = take(&bytes);
  assert_int_equal(tensor.rank, 3);
  assert_int_equal(tensor.shape[0], 1);
  assert_int_equal(tensor.shape[1], 2);
  assert_int_equal(tensor.shape[2], 3);
  ks_tensor_free(&tensor);
}

static void headers_as_others_write_them(void **state) {
  (void)state;
  static const char *const headers[] = {
      "{'descr':'<f4','fortran_order':False,'shape':(2,3)}",
      "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2, 3)}",
      "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}",
      "  { 'shape' : ( 2 , 3 , ) , 'fortran_order' : False , 'descr' : '<f4' , }  ",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }",
  };
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    struct bytes bytes = npy(1, headers[i], six, sizeof six);
    holds(&bytes, 6, six_values);
  }
}

/* ---- bad files ------------------------------------------------------------------------------------------
 */

static void cut_off_anywhere(void **state) {
  (void)state;
  for (int version = 1; version <= 3; version++) {
    struct bytes bytes = npy(version, HEADER("<f4", "False", "(2, 3)"), six, sizeof six);
    while (bytes.size > 0) {
      bytes.size--;
      refuses(&bytes, "");
    }
  }
  struct bytes bytes = npy(1, HEADER("<f4", "False", "(2, 3)"), six, sizeof six - 1);
  refuses(&bytes, "truncated");
}

static void bytes_behind_the_end(void **state) {
  (void)state;
  struct bytes bytes = npy(1, HEADER("<f4", "False", "(5,)"), six, sizeof six);
  refuses(&bytes, "4");
}

static void not_a_npy_file(void **state) {
  (void)state;
  struct bytes bytes = {.size = 20, .data = "PK\3\4 this is a zip"};
  refuses(&bytes, ".npy");
  for (int version = 0; version < 256; version++) {
    if (version >= 1 && version <= 3) continue;
    bytes = npy(1, HEADER("<f4", "False", "(2, 3)"), six, sizeof six);
    bytes.data[6] = (uint8_t)version;
    refuses(&bytes, "version");
  }
}

static void dtypes_that_are_not_taken(void **state) {
  (void)state;
  static const char *const descrs[] = {"<f2", "<i4", "<i8", "<u2", "|b1", "|i1",
                                       "<c8", "<U4", "f4",  "",    "<",   "<f44"};
  for (size_t i = 0; i < sizeof descrs / sizeof *descrs; i++) {
    char header[128];
    snprintf(header, sizeof header, HEADER("%s", "False", "(2, 3)"), descrs[i]);
    struct bytes bytes = npy(1, header, six, sizeof six);
    refuses(&bytes, descrs[i]);
    refuses(&bytes, "float32");
  }
}

static void ranks_that_are_not_taken(void **state) {
  (void)state;
  struct bytes bytes = npy(1, HEADER("<f4", "False", "()"), six, 4);
  refuses(&bytes, "1 to 3");
  bytes = npy(1, HEADER("<f4", "False", "(1, 1, 2, 3)"), six, sizeof six);
  refuses(&bytes, "1 to 3");
  refuses(&bytes, "4");
}

static void shapes_that_cannot_be(void **state) {
  (void)state;
  static const char *const shapes[] = {
      "(4294967296, 4294967296)",    /* 2^64 elements: 0 modulo 2^64 */
      "(18446744073709551615,)",     /* SIZE_MAX */
      "(4611686018427387905,)",      /* four bytes each: 4 modulo 2^64 */
      "(2147483648, 2147483648, 4)", /* 2^64 again */
      "(99999999999999999999999999999999,)",
      "(-6,)",
      "(2, -3)",
      "(0, 3)",
      "(6, 0)",
      "(0,)",
      "(2.0, 3)",
      "(2, 3",
      "2, 3",
      "(,)",
      "(2,,3)",
      "('2', 3)",
  };
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    char header[128];
    snprintf(header, sizeof header, HEADER("<f4", "False", "%s"), shapes[i]);
    struct bytes bytes = npy(1, header, six, sizeof six);
    refuses(&bytes, "");
  }
}

static void headers_that_make_no_sense(void **state) {
  (void)state;
  static const char *const headers[] = {
      "",
      "{",
      "{}",
      "[1, 2]",
      "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '<f4', 'shape': (2, 3)}",
      "{'fortran_order': False, 'shape': (2, 3)}",
      "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2, 3)}",
      "{'descr': <f4, 'fortran_order': False, 'shape': (2, 3)}",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'extra': 1}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} garbage",
      "{'descr': '<f4, 'fortran_order': False, 'shape': (2, 3)}",
      "{'descr': 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'fortran_order': False, 'shape': (2, 3)}",
  };
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    struct bytes bytes = npy(1, headers[i], six, sizeof six);
    refuses(&bytes, "");
  }
}

static void nan_and_infinity_with_their_index(void **state) {
  (void)state;
  float values[6] = {1, 2, 3, 4, NAN, 6};
  struct bytes bytes = npy(1, HEADER("<f4", "False", "(2, 3)"), values, sizeof values);
  refuses(&bytes, "(1, 1)");
  refuses(&bytes, "NaN");
  values[4] = -INFINITY;
  bytes = npy(1, HEADER("<f4", "True", "(2, 3)"), values, sizeof values); /* the fifth down the columns */
  refuses(&bytes, "(0, 2)");
  refuses(&bytes, "nfinit");
  double value = INFINITY;
  bytes = npy(1, HEADER("<f8", "False", "(1,)"), &value, sizeof value);
  refuses(&bytes, "(0");
}

/* ---- writing
 * ------------------------------------------------------------------------------------------------ */

static int entries_of(const char *folder) {
  int count = 0;
  DIR *stream = opendir(folder);
  assert_non_null(stream);
  while (readdir(stream)) count++;
  closedir(stream);
  return count - 2; /* . and .. */
}

static struct ks_tensor some_tensor(void) {
  struct ks_tensor tensor = ks_tensor_new(KS_FLOAT32, 3, (const size_t[]){2, 50, 30});
  for (size_t i = 0; i < ks_tensor_count(&tensor); i++) ((float *)tensor.data)[i] = (float)i / 8 - 7;
  return tensor;
}

static int make_folder(void **state) {
  static char folder[32];
  strcpy(folder, "/tmp/unit_tensor_XXXXXX");
  *state = mkdtemp(folder);
  return *state == NULL;
}

static int remove_folder(void **state) {
  return rmdir(*state);
}

static void what_is_written_reads_back(void **state) {
  char path[64];
  struct ks_error error;
  snprintf(path, sizeof path, "%s/x.npy", (char *)*state);
  static const enum ks_dtype dtypes[] = {KS_FLOAT32, KS_FLOAT64, KS_INT16, KS_UINT8};
  static const size_t bytes[] = {4, 8, 2, 1};
  for (int rank = 1; rank <= 3; rank++)
    for (int i = 0; i < 4; i++) {
      struct ks_tensor back, tensor = ks_tensor_new(dtypes[i], rank, (const size_t[]){2, 3, 5});
      size_t size = bytes[i] * ks_tensor_count(&tensor);
      for (size_t j = 0; j < size; j++) ((uint8_t *)tensor.data)[j] = (uint8_t)(j % 63);
      assert_int_equal(ks_tensor_write(path, &tensor, &error), KS_OK);
      assert_int_equal(ks_tensor_read(path, &back, &error), KS_OK);
      assert_int_equal(back.dtype, dtypes[i]);
      assert_int_equal(back.rank, rank);
      assert_memory_equal(back.shape, tensor.shape, (size_t)rank * sizeof(size_t));
      assert_memory_equal(back.data, tensor.data, size);
      assert_int_equal(entries_of(*state), 1);
      ks_tensor_free(&back);
      ks_tensor_free(&tensor);
    }
  unlink(path);
}

/* The full device through a link of our own first: a writer that renames over what is there would replace
 * only that. */
static void a_full_device(void **state) {
  char path[64];
  struct ks_error error;
  struct stat status;
  struct ks_tensor tensor = some_tensor();
  snprintf(path, sizeof path, "%s/full", (char *)*state);
  assert_int_equal(symlink("/dev/full", path), 0);
  assert_int_equal(ks_tensor_write(path, &tensor, &error), KS_USER_ERROR);
  mentions(&error, path);
  assert_int_equal(lstat(path, &status), 0);
  assert_true(S_ISLNK(status.st_mode));
  assert_int_equal(entries_of(*state), 1);
  unlink(path);
  assert_int_equal(ks_tensor_write("/dev/full", &tensor, &error), KS_USER_ERROR);
  mentions(&error, "/dev/full");
  assert_int_equal(lstat("/dev/full", &status), 0);
  assert_true(S_ISCHR(status.st_mode));
  ks_tensor_free(&tensor);
}

/* A disk that fills while the file is written, played by a limit on the size of a file. */
static void a_disk_that_fills(void **state) {
  char path[64];
  struct ks_error error;
  struct rlimit before;
  struct ks_tensor back, tensor = some_tensor(), old = ks_tensor_new(KS_UINT8, 1, (const size_t[]){1});
  snprintf(path, sizeof path, "%s/x.npy", (char *)*state);
  getrlimit(RLIMIT_FSIZE, &before);
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  const struct rlimit little = {.rlim_cur = 5000, .rlim_max = before.rlim_max};

  setrlimit(RLIMIT_FSIZE, &little);
  int status = ks_tensor_write(path, &tensor, &error);
  setrlimit(RLIMIT_FSIZE, &before);
  assert_int_equal(status, KS_USER_ERROR);
  mentions(&error, path);
  assert_int_equal(entries_of(*state), 0);

  /* what was there before stays as it was */
  assert_int_equal(ks_tensor_write(path, &old, &error), KS_OK);
  setrlimit(RLIMIT_FSIZE, &little);
  status = ks_tensor_write(path, &tensor, &error);
  setrlimit(RLIMIT_FSIZE, &before);
  assert_int_equal(status, KS_USER_ERROR);
  assert_int_equal(ks_tensor_read(path, &back, &error), KS_OK);
  assert_int_equal(back.dtype, KS_UINT8);
  assert_int_equal(entries_of(*state), 1);
  unlink(path);
  signal(SIGXFSZ, handler);
  ks_tensor_free(&back);
  ks_tensor_free(&old);
  ks_tensor_free(&tensor);
}

static void places_that_cannot_be_written(void **state) {
  char inside_a_file[64], missing[64], file[64];
  struct ks_error error;
  struct ks_tensor tensor = some_tensor();
  snprintf(file, sizeof file, "%s/file", (char *)*state);
  snprintf(inside_a_file, sizeof inside_a_file, "%s/file/x.npy", (char *)*state);
  snprintf(missing, sizeof missing, "%s/missing/x.npy", (char *)*state);
  fclose(fopen(file, "w"));
  const char *const paths[] = {inside_a_file, missing, "/proc/x.npy", *state, ""};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    assert_int_equal(ks_tensor_write(paths[i], &tensor, &error), KS_USER_ERROR);
    mentions(&error, paths[i]);
  }
  assert_int_equal(entries_of(*state), 1);
  unlink(file);
  ks_tensor_free(&tensor);
}

static void files_that_cannot_be_read(void **state) {
  struct ks_tensor tensor;
  struct ks_error error;
  const char *const paths[] = {"/nonexistent/x.npy", *state, "/dev/zero", ""};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    assert_int_equal(ks_tensor_read(paths[i], &tensor, &error), KS_USER_ERROR);
    mentions(&error, paths[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(versions_1_to_3),
      cmocka_unit_test(every_dtype_and_byte_order),
      cmocka_unit_test(fortran_order),
      cmocka_unit_test(shapes_are_kept),
      cmocka_unit_test(headers_as_others_write_them),
      cmocka_unit_test(cut_off_anywhere),
      cmocka_unit_test(bytes_behind_the_end),
      cmocka_unit_test(not_a_npy_file),
      cmocka_unit_test(dtypes_that_are_not_taken),
      cmocka_unit_test(ranks_that_are_not_taken),
      cmocka_unit_test(shapes_that_cannot_be),
      cmocka_unit_test(headers_that_make_no_sense),
      cmocka_unit_test(nan_and_infinity_with_their_index),
      cmocka_unit_test_setup_teardown(what_is_written_reads_back, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_full_device, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_disk_that_fills, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(places_that_cannot_be_written, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(files_that_cannot_be_read, make_folder, remove_folder),
  };
  return cmocka_run_group_tests_name("tensor", tests, NULL, NULL);
}
