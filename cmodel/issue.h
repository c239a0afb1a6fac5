/* SPDX-License-Identifier: Apache-2.0
 *
 * issue = lqf: longest queue first, the order in which a bank takes the candidates of a query (SPEC 6; ELSA).
 */
#ifndef KS_ISSUE_H
#define KS_ISSUE_H

#include "keysieve.h"

/* A bank's queues are empty when the scan of a query begins, so that the order depends on that query's
 * candidates alone. found[0..count) are the bank's candidates, key numbers ascending; taken[0..count) gets them
 * in the order taken. */
void ks_issue_lqf(const struct ks_config *config, const uint16_t found[], int count, uint16_t taken[]);

#endif
