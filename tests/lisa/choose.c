/* SPDX-License-Identifier: Apache-2.0 */
#include "choose.h"

int choose_ternary(int32_t k, int32_t tau) {
  if (k > tau) return 1;
  if (k < -tau) return -1;
  return 0;
}

int64_t choose_prediction(int d, const int32_t *k, int32_t tau, const int32_t *q) {
  int64_t sum = 0;
  for (int i = 0; i < d; i++) sum += choose_ternary(k[i], tau) * q[i];
  return sum;
}

/* The largest number that is not marked yet, the lowest index on ties; -1 if all are. */
static int largest(int n, const int64_t *numbers, const bool *chosen) {
  int best = -1;
  for (int j = 0; j < n; j++)
    if (!chosen[j] && (best < 0 || numbers[j] > numbers[best])) best = j;
  return best;
}

int choose_largest(int n, const int64_t *numbers, int top, bool positive, bool *chosen) {
  int count = 0;
  for (int j = 0; j < n; j++) chosen[j] = false;
  for (; count < top && count < n; count++) {
    int best = largest(n, numbers, chosen);
    if (positive && count > 0 && numbers[best] <= 0) break;
    chosen[best] = true;
  }
  return count;
}
