/* SPDX-License-Identifier: Apache-2.0
 *
 * The slow model: ELSA, A3 and LISA, written from SPEC.md alone and as plainly as it reads there. It shares
 * types and the committed matrices with libkeysieve and no code. Wide integers, and doubles where they are
 * exact; nothing is fast, nothing is clever, and that is the point: the tests hold the fast model to it.
 *
 * Contradictions of SPEC.md are asserts here; a configuration has passed ks_config_check.
 */
#ifndef SLOW_H
#define SLOW_H

#include "../../cmodel/keysieve.h"

typedef __int128 wide;

/* ---- numbers (number.c; SPEC 1, 2, 4, 6) ------------------------------------------------------------- */

/* floor(x / 2^s + 1/2); |x| < 2^100, any s >= 0. */
wide slow_rshr(wide x, wide s);

/* Index of the highest one of x >= 1. */
int slow_top_one(wide x);

/* The nearest of -2^(bits-1) .. 2^(bits-1) - 1. */
wide slow_saturate(wide x, int bits);

/* SPEC 1: the derived widths. */
int slow_code_bits(const struct ks_config *config);
int slow_out_frac(const struct ks_config *config);
int slow_guard_bits(const struct ks_config *config);

/* SPEC 3: only ELSA has more than one. */
int slow_banks(const struct ks_config *config);

/* A code of x: half to even of x * gain * 2^F, saturated. */
int32_t slow_quantise(const struct ks_config *config, double x, double gain);

/* SPEC 2: m of the fraction f, 0 <= f < 2^E. */
int slow_exp_entry(int exp_frac, int f);

/* SPEC 2: exp_mul and exp_shift; false where the scale is refused. */
bool slow_scale(const struct ks_config *config, double scale, uint32_t *exp_mul, uint32_t *exp_shift);

/* A weight m 2^(e-E). */
struct slow_weight {
  wide m, e;
};

struct slow_weight slow_weight_of(int exp_frac, wide score, uint32_t exp_mul, uint32_t exp_shift);

/* SPEC 4: r of the index idx, 0 <= idx < 2^R. */
int slow_reciprocal(int recip_frac, int idx);

/* SPEC 6: the integer nearest sqrt(x), x >= 0. */
wide slow_root(wide x);

/* SPEC 6: cos_code[h] for h = 0..k. */
int slow_cosine(int k, double theta, int h);

/* SPEC 6: t_code of t. */
int slow_threshold_code(double t);

/* ---- hash (hash.c; SPEC 6) --------------------------------------------------------------------------- */

/* bits[0..k) = 0 or 1 of the vector x of d codes. */
void slow_hash(const struct ks_config *config, const int32_t *x, uint8_t *bits);

/* ---- floats (floats.c; SPEC 3) ----------------------------------------------------------------------- */

/* The float nearest x, ties to even, flushed or saturated; a saturation sets *overflow. A double holds every
 * float, every product with a code and every sum of two floats, or rounds it so finely that rounding it again
 * gives what rounding the exact sum would. */
double slow_float(double x, bool *overflow);

/* acc[0..d) / sum as d output codes; true if one was saturated. sum > 0. */
bool slow_divide_floats(const struct ks_config *config, const double *acc, double sum, int32_t *out);

/* ---- issue (issue.c; SPEC 6) ------------------------------------------------------------------------- */

/* issue = lqf: the keys of one bank in the order taken. mask[j] is not 0 for a candidate; order gets the key
 * numbers. Returns how many. */
int slow_order(const struct ks_config *config, int keys, const uint8_t *mask, int bank, int *order);

/* ---- greedy (greedy.c; SPEC 7) ----------------------------------------------------------------------- */

/* sorted[i * keys + r] is the row of the r-th largest code of column i of k, equal codes in order of row. */
void slow_sort(int keys, int d, const int32_t *k, int *sorted);

/* mask[j] = 1 for a candidate, else 0, after at most `iterations` max steps. */
void slow_greedy(int keys, int d, const int32_t *k, const int *sorted, const int32_t *q, int iterations,
                 uint8_t *mask);

/* mask[j] becomes 2 for a candidate that post-scoring keeps: at most t below the largest score of one. */
void slow_filter(int keys, const wide *scores, wide t, uint8_t *mask);

/* t of T percent; scale is the one after the gains. */
double slow_margin(const struct ks_config *config, double scale, double percent);

/* ---- lists (lists.c; SPEC 8) ------------------------------------------------------------------------- */

/* tern(k). */
int slow_tern(int32_t k, int32_t tau);

/* tau by default, of keys * d codes. */
int32_t slow_tau(int keys, int d, const int32_t *k);

/* Of the keys whose mask is `from`, the `top` of largest value, ties to the lowest j, get the mask `to`. */
void slow_top(int keys, const wide *values, int top, uint8_t from, uint8_t to, uint8_t *mask);

/* mask[j] = 1 for a candidate, else 0. */
void slow_predict(int keys, const wide *predictions, int top_k, bool positive_only, uint8_t *mask);

/* ---- one head (head.c; SPEC 3 to 8) ------------------------------------------------------------------ */

/* SPEC 5: the mean of rows 0..keys-1. */
void slow_mean_row(const struct ks_config *config, int keys, const int32_t *rows, int32_t *mean);

/* SPEC 5: the weight of `skipped` mean keys of weight w. */
struct slow_weight slow_multiply(int exp_frac, struct slow_weight w, int skipped);

/* SPEC 4: d output codes of acc / sum, sum > 0; true if one was saturated. */
bool slow_divide(const struct ks_config *config, const wide *acc, wide sum, int32_t *out);

/* A head as loaded: its keys and what loading makes of them. K and V are borrowed. */
struct slow_head {
  const struct ks_config *config;
  int keys;
  const int32_t *k, *v;
  uint8_t *hashes; /* ELSA: keys * config->k */
  wide *norms;     /* ELSA: keys */
  wide max_norm;   /* ELSA */
  int *sorted;     /* A3: d * keys */
  int *ternary;    /* LISA: keys * d */
  int32_t *mean_k, *mean_v; /* d each */
};

/* keys >= 1 rows of d codes each; tau is LISA's. */
struct slow_head *slow_head_new(const struct ks_config *config, int keys, const int32_t *k,
                                const int32_t *v, int32_t tau);
void slow_head_free(struct slow_head *head);

struct slow_result {
  bool saturated;            /* SPEC 4: an element of the output was */
  bool overflow, sum_zero;   /* SPEC 3: a float was saturated; all weights were flushed */
  bool joined;               /* SPEC 5: the virtual key was added */
  int candidates, used;      /* keys, all banks */
  int taken[KS_MAX_BANKS];   /* keys used, a bank; without the virtual key */
};

/* One query: out gets d output codes, mask one byte a loaded key: 0 skipped, 1 candidate only, 2 used.
 * flags are ATTEND's. */
struct slow_result slow_attend(const struct slow_head *head, const struct ks_constants *constants,
                               int flags, const int32_t *q, int32_t *out, uint8_t *mask);

/* SPEC 6: the t of one head: sum over the non-zero queries and their number are added to *sum and *count. */
void slow_learn(const struct ks_config *config, int queries, const int32_t *q, int keys, const int32_t *k,
                double scale, double p, double *sum, size_t *count);

/* ---- the machine (machine.c; SPEC 9) ----------------------------------------------------------------- */

/* Pages of rows, and the same calls as ks_machine_*; every ATTEND makes its head anew. */
struct slow_machine;

struct slow_machine *slow_machine_new(const struct ks_config *config);
void slow_machine_free(struct slow_machine *machine);
void slow_machine_constants(struct slow_machine *machine, const struct ks_constants *constants);
enum ks_refusal slow_machine_load(struct slow_machine *machine, struct ks_command command, const int32_t *k,
                                  const int32_t *v);
enum ks_refusal slow_machine_attend(struct slow_machine *machine, struct ks_command command, const int32_t *q,
                                    int32_t *out, uint8_t *mask, size_t mask_stride);

/* LISA: what an instruction would be refused for, and the new state of the groups where it is not. Computes
 * nothing: what a program puts out is held against ATTENDs. */
enum ks_refusal slow_machine_instruct(struct slow_machine *machine, uint32_t word);

/* Fills queries, candidates, used, ternary_nonzeros, sticky, refused and last_refusal; the rest is zero. */
void slow_machine_counters(const struct slow_machine *machine, struct ks_counters *counters);

#endif
