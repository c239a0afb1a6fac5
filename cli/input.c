/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include <math.h>
#include <string.h>

#include "options.h"

static int check_shape(const struct input *input, const struct ks_config *config, struct ks_error *error) {
  if (input->tensor.dtype == KS_UINT8)
    return ks_fail(error, "%s: %s: is uint8; float32, float64 or int16 is needed", input->option,
                   input->path);
  if (input->tensor.rank == 1)
    return ks_fail(error, "%s: %s: has 1 dimension; (rows, d) or (heads, rows, d) is needed", input->option,
                   input->path);
  if (input->d > (size_t)config->d)
    return ks_fail(error, "%s: %s: rows have %zu dimensions; the design takes 1..%d (d)", input->option,
                   input->path, input->d, config->d);
  return KS_OK;
}

static int set_gain(struct input *input, double gain, const struct ks_config *config,
                    struct ks_error *error) {
  if (!isnan(gain) && input->codes)
    return ks_fail(error, "%s-gain: has no meaning for int16 codes, which %s holds", input->option,
                   input->path);
  input->gain = isnan(gain) ? ks_gain_auto(config, &input->tensor) : gain;
  return KS_OK;
}

int input_read(struct input *input, const char *option, const char *path, double gain,
               const struct ks_config *config, struct ks_error *error) {
  *input = (struct input){.option = option, .path = path};
  if (ks_tensor_read(path, &input->tensor, error) != KS_OK) return options_blame(option, error);
  const size_t *last = input->tensor.shape + input->tensor.rank - 1;
  input->heads = input->tensor.rank == 3 ? input->tensor.shape[0] : 1;
  input->rows = input->tensor.rank == 1 ? 1 : last[-1];
  input->d = *last;
  input->codes = input->tensor.dtype == KS_INT16;
  if (check_shape(input, config, error) == KS_OK && set_gain(input, gain, config, error) == KS_OK)
    return KS_OK;
  input_free(input);
  return KS_USER_ERROR;
}

void input_free(struct input *input) {
  ks_tensor_free(&input->tensor);
}

int input_match(const struct input *a, const struct input *b, struct ks_error *error) {
  if (a->heads != b->heads)
    return ks_fail(error, "%s has %zu heads, %s has %zu; they have to agree", a->option, a->heads, b->option,
                   b->heads);
  if (a->d != b->d)
    return ks_fail(error, "%s has rows of %zu dimensions, %s of %zu; they have to agree", a->option, a->d,
                   b->option, b->d);
  if (a->codes != b->codes)
    return ks_fail(error, "%s and %s have to be both int16 codes or both floating point", a->option,
                   b->option);
  return KS_OK;
}

int input_check_keys(const struct input *k, const struct ks_config *config, struct ks_error *error) {
  if (k->rows <= (size_t)config->n) return KS_OK;
  return ks_fail(error, "%s: %s: %zu rows a head; the design takes 1..%d (n)", k->option, k->path, k->rows,
                 config->n);
}

static size_t first_element(const struct input *input, size_t head, size_t row) {
  return (head * input->rows + row) * input->d;
}

int input_codes(const struct input *input, const struct ks_config *config, size_t head, size_t first,
                size_t count, int32_t *codes, struct ks_error *error) {
  size_t d = (size_t)config->d;
  size_t rows = input->d == d ? count : 1; /* at once, where nothing is padded */
  if (input->d < d) memset(codes, 0, count * d * sizeof *codes);
  for (size_t i = 0; i < count; i += rows)
    if (ks_quantise(config, input->path, &input->tensor, input->gain, first_element(input, head, first + i),
                    rows * input->d, codes + i * d, error) != KS_OK)
      return options_blame(input->option, error);
  return KS_OK;
}

void input_values(const struct input *input, const struct ks_config *config, size_t head, size_t first,
                  size_t count, double *values) {
  size_t start = first_element(input, head, first);
  double unit = input->codes ? ldexp(1, -config->frac_bits) : 1;
  for (size_t i = 0; i < count * input->d; i++) values[i] = unit * ks_tensor_at(&input->tensor, start + i);
}
