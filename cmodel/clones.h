/* SPDX-License-Identifier: Apache-2.0
 *
 * KS_CLONES before a function: the compiler makes one copy a processor generation, and the loader picks
 * what runs here, so that one portable binary uses wide vectors. Results never depend on the copy.
 * KS_IN_CLONE before a helper of such functions: it becomes part of every copy.
 */
#ifndef KS_CLONES_H
#define KS_CLONES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define KS_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define KS_CLONES
#endif

#define KS_IN_CLONE static inline __attribute__((always_inline))

#endif
