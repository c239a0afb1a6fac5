/* SPDX-License-Identifier: Apache-2.0
 *
 * Switching activity: how often each bit of a simulated design toggles, and how long it is one. Counted
 * from a VCD (IEEE 1364, clause 18) while it streams by, so that none is ever stored.
 *
 * The VCD has one time stamp a clock cycle, with the values that the cycle settles to. The first is where
 * counting starts; each further one is a counted cycle. A change from or to x or z is no toggle.
 */
#ifndef KS_ACTIVITY_H
#define KS_ACTIVITY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ks_activity;

/* `scope` is the path of the design in the VCD, dots between; signals outside it are not counted. */
struct ks_activity *ks_activity_new(const char *scope);
void ks_activity_free(struct ks_activity *activity);

/* The next piece of the VCD, cut anywhere. `activity` is a struct ks_activity *: fits ks_dut_program.vcd. */
void ks_activity_read(void *activity, const char *text, size_t length);

/* After the last piece: the cycle under way is counted too. */
void ks_activity_end(struct ks_activity *activity);

/* Adds what was counted in another run of the same design; both have ended. */
void ks_activity_add(struct ks_activity *sum, const struct ks_activity *activity);

uint64_t ks_activity_cycles(const struct ks_activity *activity);

/* "<name> <bit> <toggles a cycle> <share of the cycles in which it is one> <share of those in which any bit
 * of the signal toggles>" for every bit of every signal, in the order of the VCD; <name> is hierarchical and
 * starts with the last part of the scope, <bit> is the index that the RTL declares. The clock, clk_i wherever
 * it occurs, is 2, 0.5 and 1: it is sampled while low. Eight digits: counts are exact for up to 10^7 cycles. */
void ks_activity_print(const struct ks_activity *activity, FILE *out);

#endif
