/* SPDX-License-Identifier: Apache-2.0
 *
 * issue = lqf: longest queue first, the order in which a bank takes the candidates of a query (SPEC 6; ELSA).
 */
#ifndef KS_ISSUE_H
#define KS_ISSUE_H

#include "keysieve.h"

/* Cycles from the first look of the lanes, that one included. */
struct ks_issue_cycles {
  int scanned; /* until the lanes have looked at the last word */
  int emptied; /* until the last candidate is taken; 0 where there is none */
};

/* A bank's queues are empty when the scan of a query begins, so that the order depends on that query's
 * candidates alone. found[0..count) are the bank's candidates, key numbers ascending, within its first
 * `words` scan words; taken[0..count) gets them in the order taken and when[0..count), where not NULL, the
 * cycle in which each is, the first look's being 0. */
struct ks_issue_cycles ks_issue_lqf(const struct ks_config *config, int words, const uint16_t found[],
                                    int count, uint16_t taken[], uint16_t when[]);

#endif
