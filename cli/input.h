/* SPDX-License-Identifier: Apache-2.0
 *
 * A tensor of rows that the user gave, (rows, d) or (heads, rows, d), with the gain it is quantised by.
 */
#ifndef INPUT_H
#define INPUT_H

#include "keysieve.h"

struct input {
  const char *option, *path; /* "--q" and its file, for messages; borrowed */
  struct ks_tensor tensor;
  size_t heads, rows, d;
  double gain;
  bool codes; /* int16 */
};

/* Reads and checks it against the configuration; a gain of NAN is auto. On failure nothing
 * is left to free. */
int input_read(struct input *input, const char *option, const char *path, double gain,
               const struct ks_config *config, struct ks_error *error);
void input_free(struct input *input);

/* Fails unless both have the same heads and dimensions and are both codes or both not. */
int input_match(const struct input *a, const struct input *b, struct ks_error *error);

/* Fails if there are more keys than the design holds. */
int input_check_keys(const struct input *k, const struct ks_config *config, struct ks_error *error);

/* Rows first..first+count-1 of a head as codes, zero padded to the configuration's d: count * d of them. */
int input_codes(const struct input *input, const struct ks_config *config, size_t head, size_t first,
                size_t count, int32_t *codes, struct ks_error *error);

/* The same as numbers, unpadded: count * input->d of them. A code stands for code * 2^-F. */
void input_values(const struct input *input, const struct ks_config *config, size_t head, size_t first,
                  size_t count, double *values);

#endif
