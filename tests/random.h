/* SPDX-License-Identifier: Apache-2.0
 *
 * Seeded randomness for the tests: splitmix64, the same everywhere.
 */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <math.h>
#include <stdint.h>

static inline uint64_t random_bits(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* low..high, both included. */
static inline int64_t random_between(uint64_t *state, int64_t low, int64_t high) {
  return low + (int64_t)(random_bits(state) % (uint64_t)(high - low + 1));
}

/* Uniform in [0, 1). */
static inline double random_unit(uint64_t *state) {
  return (double)(random_bits(state) >> 11) * 0x1p-53;
}

/* Standard normal, Box and Muller. */
static inline double random_normal(uint64_t *state) {
  double radius = sqrt(-2 * log(1 - random_unit(state)));
  return radius * cos(2 * M_PI * random_unit(state));
}

#endif
