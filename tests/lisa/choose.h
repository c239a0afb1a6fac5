/* SPDX-License-Identifier: Apache-2.0
 *
 * LISA's choices by linear search, from SPEC 8 alone and as plainly as it reads there.
 */
#ifndef CHOOSE_H
#define CHOOSE_H

#include <stdbool.h>
#include <stdint.h>

/* +1, 0 or -1 for an element of a key; tau >= 0. */
int choose_ternary(int32_t k, int32_t tau);

/* Prediction of a key of d codes for a query of d codes. */
int64_t choose_prediction(int d, const int32_t *k, int32_t tau, const int32_t *q);

/* Marks the `top` largest of n numbers, the lowest index on ties, all if there are not so many. positive:
 * of these only those > 0, or, if there is none, the single largest. Returns how many are marked. */
int choose_largest(int n, const int64_t *numbers, int top, bool positive, bool *chosen);

#endif
