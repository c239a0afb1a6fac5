/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the lists of configurations, for the tests that loop over them. Tests run in the root of the
 * checkout.
 */
#ifndef TESTS_SWEEP_H
#define TESTS_SWEEP_H

#include "../cmodel/keysieve.h"

#define SWEEP_MAX 128

struct sweep {
  int count;
  struct ks_config configs[SWEEP_MAX];
  char lines[SWEEP_MAX][512]; /* as written, for messages */
};

/* tests/sweep.txt and tests/sweep_a3.txt: the configurations of ELSA, and those of A3. Exit with a message on
 * a line that does not parse or cannot be built. Freed by free(). */
struct sweep *sweep_read(void);
struct sweep *sweep_read_a3(void);
struct sweep *sweep_read_lisa(void);

#endif
