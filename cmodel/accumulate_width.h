/* SPDX-License-Identifier: Apache-2.0
 *
 * The accumulator's arithmetic for one width of integer. accumulate.c includes this twice, with
 *   SUM       the integer that holds every sum
 *   RSHR      its ks_rshr
 *   NAME(x)   x with the width's suffix
 */

struct NAME(state) {
  _Alignas(64) SUM acc[KS_MAX_DIM]; /* whole vectors in whole cache lines */
  SUM sum;
  int64_t exponent;
};

/* A state that takes its first key next: raising the exponent of zeros changes nothing but the exponent. */
KS_IN_CLONE void NAME(start)(struct NAME(state) *state, size_t d, int64_t exponent) {
  state->exponent = exponent;
  state->sum = 0;
  for (size_t i = 0; i < d; i++) state->acc[i] = 0;
}

KS_IN_CLONE void NAME(raise)(struct NAME(state) *state, size_t d, int64_t exponent) {
  int64_t by = exponent - state->exponent;
  if (by <= 0) return;
  state->exponent = exponent;
  state->sum = RSHR(state->sum, by);
  for (size_t i = 0; i < d; i++) state->acc[i] = RSHR(state->acc[i], by);
}

/* Adds rshr(m v << G, X - e), place = G - (X - e). Left of the LSB nothing is rounded. */
KS_IN_CLONE void NAME(add)(struct NAME(state) *state, size_t d, SUM m, int64_t place, const int32_t v[]) {
  if (place >= 0) {
    SUM weight = m << place;
    state->sum += weight;
    for (size_t i = 0; i < d; i++) state->acc[i] += weight * v[i];
  } else {
    int right = (int)-place;
    state->sum += RSHR(m, right);
    for (size_t i = 0; i < d; i++) state->acc[i] += RSHR(m * v[i], right);
  }
}

KS_IN_CLONE void NAME(finish)(const struct NAME(state) *state, size_t d, struct ks_row *row) {
  row->exponent = state->exponent;
  row->sum = state->sum;
  for (size_t i = 0; i < d; i++) row->acc[i] = state->acc[i];
}

KS_IN_CLONE void NAME(take)(const struct ks_sizes *sizes, size_t d, const struct ks_taken *taken,
                            const int32_t v[], struct ks_row *row) {
  struct NAME(state) state;
  NAME(start)(&state, d, taken->e[0]);
  for (size_t t = 0; t < taken->count; t++) {
    NAME(raise)(&state, d, taken->e[t]);
    int64_t place = sizes->guard_bits - (state.exponent - taken->e[t]);
    if (place + sizes->product_bits > 0)
      NAME(add)(&state, d, taken->m[t], place, v + taken->key[t * taken->key_stride] * d);
  }
  NAME(finish)(&state, d, row);
}
