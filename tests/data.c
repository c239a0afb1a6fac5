/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "data.h"

/* "<folder>/<name>-<part>.npy" of the first folder that has it. */
static bool find(const char *name, char part, char path[512]) {
  const char *shared = getenv("KS_SHARED");
  snprintf(path, 512, "tests/data/%s-%c.npy", name, part);
  if (access(path, R_OK) == 0) return true;
  if (!shared) return false;
  snprintf(path, 512, "%s/workloads/%s-%c.npy", shared, name, part);
  return access(path, R_OK) == 0;
}

static struct ks_tensor read_part(const char *name, char part) {
  struct ks_tensor tensor;
  struct ks_error error;
  char path[512];
  if (!find(name, part, path)) fail_msg("%s-%c.npy is not there, but others of %s are", name, part, name);
  if (ks_tensor_read(path, &tensor, &error)) fail_msg("%s", error.text);
  return tensor;
}

/* The size of dimension i counted from the last; 1 beyond the first. */
static int extent(const struct ks_tensor *tensor, int i) {
  return i < tensor->rank ? (int)tensor->shape[tensor->rank - 1 - i] : 1;
}

static int32_t *codes_of(const struct ks_config *config, const char *name, const struct ks_tensor *tensor,
                         double gain) {
  size_t width = (size_t)extent(tensor, 0), d = (size_t)config->d, rows = ks_tensor_count(tensor) / width;
  int32_t *codes = calloc(rows * d, sizeof *codes);
  assert_true(codes && width <= d);
  for (size_t r = 0; r < rows; r++) {
    struct ks_error error;
    if (ks_quantise(config, name, tensor, gain, r * width, width, codes + r * d, &error))
      fail_msg("%s", error.text);
    for (size_t i = 0; i < width; i++)
      assert_int_equal(codes[r * d + i], slow_quantise(config, ks_tensor_at(tensor, r * width + i), gain));
  }
  return codes;
}

struct data *data_read(const struct ks_config *config, const char *name, double scale) {
  char path[512];
  if (!find(name, 'q', path)) {
    print_message("skipped: %s is neither in tests/data nor in workloads/ of KS_SHARED (%s)\n", name,
                  getenv("KS_SHARED") ? getenv("KS_SHARED") : "not set");
    return NULL;
  }
  struct ks_tensor q = read_part(name, 'q'), k = read_part(name, 'k'), v = read_part(name, 'v');
  double q_gain = ks_gain_auto(config, &q), k_gain = ks_gain_auto(config, &k),
         v_gain = ks_gain_auto(config, &v);
  struct data *data = malloc(sizeof *data);
  assert_non_null(data);
  *data = (struct data){
      .heads = extent(&q, 2),
      .queries = extent(&q, 1),
      .keys = extent(&k, 1),
      .q = codes_of(config, name, &q, q_gain),
      .k = codes_of(config, name, &k, k_gain),
      .v = codes_of(config, name, &v, v_gain),
      .scale = scale / q_gain / k_gain,
  };
  ks_tensor_free(&q);
  ks_tensor_free(&k);
  ks_tensor_free(&v);
  return data;
}

void data_free(struct data *data) {
  free(data->q);
  free(data->k);
  free(data->v);
  free(data);
}
