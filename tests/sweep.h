/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads tests/sweep.txt, for the tests that loop over it. Tests run in the root of the checkout.
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

/* Exits with a message on a line that does not parse or cannot be built. Freed by free(). */
struct sweep *sweep_read(void);

#endif
