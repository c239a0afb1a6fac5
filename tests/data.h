/* SPDX-License-Identifier: Apache-2.0
 *
 * Real tensors as codes. digits are in tests/data; kwt1-yes and babi, which may not be committed, are looked
 * for in the folder workloads/ of the folder that the environment variable KS_SHARED names.
 */
#ifndef TESTS_DATA_H
#define TESTS_DATA_H

#include "slow/slow.h"

/* All heads of a data set, rows padded with zeros to config->d. */
struct data {
  int heads, queries, keys;
  int32_t *q, *k, *v; /* heads * queries or keys rows of config->d codes */
  double scale;       /* on q.k after the gains */
};

/* NULL, after a line that says where it looked, when the files are not there; fails the running test when
 * they are there and wrong. `scale` is the factor on q.k of the tensors as given. */
struct data *data_read(const struct ks_config *config, const char *name, double scale);
void data_free(struct data *data);

#endif
