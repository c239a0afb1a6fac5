/* SPDX-License-Identifier: Apache-2.0
 *
 * The one table of configuration keys (DESIGN section 5). From it come the fields of
 * struct ks_config, the .ini parser, --set, --help, docs and the emitted headers.
 *
 *   X(key, KIND, default, low, high, engines, help)
 *
 * KIND   INT   an integer low..high
 *        AUTO  an integer low..high or the word "auto" (stored as KS_AUTO, resolved by ks_sizes_derive)
 *        ENUM  one of the words of KS_WORDS_<key>, in that order; stored as its index; low..high is unused
 *        REAL  a finite real low..high or "auto" (stored as NAN)
 *        LIST  a comma-separated list of integers low..high or "auto" (stored as text)
 * engines: who knows the key, a sum of KS_FOR_ELSA, KS_FOR_A3, KS_FOR_LISA.
 */
#ifndef KS_CONFIG_KEYS_H
#define KS_CONFIG_KEYS_H

#define KS_FOR_ELSA 1
#define KS_FOR_A3 2
#define KS_FOR_LISA 4
#define KS_FOR_ALL 7

#define KS_WORDS_engine "elsa", "a3", "lisa"
#define KS_WORDS_accumulator "shared", "float"
#define KS_WORDS_compensate "mean", "none"
#define KS_WORDS_hash "hadamard", "kronecker"
#define KS_WORDS_issue "inorder", "lqf"

#define KS_CONFIG_KEYS(X)                                                                                    \
  X(engine, ENUM, 0, 0, 2, KS_FOR_ALL, "how keys are selected")                                              \
  X(n, INT, 512, 1, 4096, KS_FOR_ALL, "keys a page holds")                                                   \
  X(d, INT, 64, 1, 256, KS_FOR_ALL, "dimensions of a query, key and value row")                              \
  X(int_bits, INT, 5, 1, 8, KS_FOR_ALL, "I: integer bits of a code")                                         \
  X(frac_bits, INT, 3, 0, 8, KS_FOR_ALL, "F: fraction bits of a code")                                       \
  X(out_frac, AUTO, KS_AUTO, 0, 16, KS_FOR_ALL, "OF: fraction bits of an output code, F..F+8; auto = F")     \
  X(exp_frac, INT, 5, 3, 8, KS_FOR_ALL, "E: fraction bits of a weight; the exp table has 2^E entries")       \
  X(guard_bits, AUTO, KS_AUTO, 0, 16, KS_FOR_ALL, "G: guard bits of the accumulator; auto = ceil(log2 n)")   \
  X(recip_frac, INT, 8, 3, 12, KS_FOR_ALL, "R: index bits of the reciprocal table")                          \
  X(accumulator, ENUM, 0, 0, 1, KS_FOR_ALL, "one shared exponent a row, or floats (paper)")                  \
  X(ways, INT, 2, 1, 4, KS_FOR_ALL, "accumulators a bank: 1, 2 or 4")                                        \
  X(compensate, ENUM, 0, 0, 1, KS_FOR_ALL, "one virtual mean key for the skipped keys, or none (papers)")    \
  X(divide_multipliers, AUTO, KS_AUTO, 1, 256, KS_FOR_ALL, "m_o: output multipliers; auto = min(16, d)")     \
  X(pages, INT, 2, 1, 2, KS_FOR_ALL, "pages of keys: with 2, a LOAD overlaps an ATTEND on the other page")   \
  X(trace, INT, 0, 0, 1, KS_FOR_ALL, "1 adds the TRACE streams (tag, query, key, used)")                     \
  X(k, INT, 64, 1, 256, KS_FOR_ELSA, "bits of a hash")                                                       \
  X(theta, REAL, NAN, 0, 3.15, KS_FOR_ELSA, "angle correction in radians; auto = 80th percentile for d, k")  \
  X(banks, INT, 4, 1, 16, KS_FOR_ELSA, "P_a: key banks, each with its own score and accumulate lanes")       \
  X(lanes, INT, 8, 1, 32, KS_FOR_ELSA, "P_c: candidate selectors a bank")                                    \
  X(hash, ENUM, 0, 0, 1, KS_FOR_ELSA, "hash function")                                                       \
  X(hash_factors, LIST, "auto", 2, 8, KS_FOR_ELSA, "kronecker: sizes of the factors, their product is d")    \
  X(hash_multipliers, INT, 256, 1, 1024, KS_FOR_ELSA, "m_h: kronecker: multipliers of the hash unit")        \
  X(norm_bits, AUTO, KS_AUTO, 8, 8, KS_FOR_ELSA, "bits of a stored norm; auto = exact integer, 8 = paper")   \
  X(issue, ENUM, 0, 0, 1, KS_FOR_ELSA, "order in which a bank takes its candidates")                         \
  X(queue_depth, INT, 8, 2, 64, KS_FOR_ELSA, "lqf: entries of a lane's candidate queue")                     \
  X(iterations, INT, 640, 1, 8192, KS_FOR_A3, "largest number of greedy iterations M")                       \
  X(rows, INT, 4, 1, 16, KS_FOR_LISA, "queries a group of the prediction array")                             \
  X(top_k, INT, 32, 1, 4096, KS_FOR_LISA, "largest number of candidates, 1..n")                              \
  X(top_q, INT, 16, 1, 4096, KS_FOR_LISA, "largest number of used keys, 1..top_k")

#endif
