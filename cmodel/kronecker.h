/* SPDX-License-Identifier: Apache-2.0
 *
 * hash = kronecker: products with A = A1 (x) A2 (x) .., one small orthogonal factor at a time (SPEC 6;
 * ELSA 3.2).
 */
#ifndef KS_KRONECKER_H
#define KS_KRONECKER_H

#include "keysieve.h"

enum { KS_MAX_FACTORS = 8, KS_LEAST_FACTOR = 2, KS_LARGEST_FACTOR = 8, KS_FACTOR_FRAC = 5 };
enum { KS_MAX_HASH_MULTIPLIERS = 1024 };

/* Sizes of A1, A2, ..; dim is their product, the rows of A. */
struct ks_factors {
  int dim, count, size[KS_MAX_FACTORS];
};

/* Those of hash_factors; where that names too many for any d, dim is beyond KS_MAX_DIM. auto: dim is the
 * least number from d on that is the product of at most three factors, and they are those of the least sum,
 * the largest first. */
struct ks_factors ks_factors_of(const struct ks_config *config);

/* Multiplications of a batch: dim for each row of each factor. */
int ks_factors_multiplications(const struct ks_factors *factors);

/* Elements of all matrices of so many batches. */
int ks_factors_elements(const struct ks_factors *factors, int batches);

/* The matrix of A's `factor`-th factor in a batch, size * size elements row after row, LSB 2^-KS_FACTOR_FRAC.
 * Factors of a size are dealt that size's matrices in the order of batch, then factor. */
const int8_t *ks_factors_matrix(const struct ks_factors *factors, int batch, int factor);

/* The largest magnitudes of ks_kronecker for any codes of code_bits bits, over so many batches: what is passed
 * from factor to factor (0 for a single one; LSB of a code), and the sums before they are rounded (LSB 2^-5 of
 * that). With L the largest L1 norm of a row of a factor's matrices and m_0 = 2^(B-1), a factor's sums are at
 * most m L, and m' = rshr(m L, 5). A partial sum is no larger. */
struct ks_factor_bounds {
  int32_t value, sum;
};
struct ks_factor_bounds ks_factors_bounds(const struct ks_factors *factors, int batches, int code_bits);

/* x = A x in place, dim codes. The first factor belongs to the most significant digit of an index and is
 * applied first; what goes on to the next one is rounded to the fraction bits of x. The last sums are exact:
 * LSB 2^-5 of a code's. */
void ks_kronecker(const struct ks_factors *factors, int batch, int32_t x[]);

#endif
