/* SPDX-License-Identifier: Apache-2.0
 *
 * The board top: the design behind a serial line, for an FPGA board (docs/board.md).
 */
#ifndef KS_BOARD_H
#define KS_BOARD_H

#include <stdio.h>

#include "package.h"

/* Prints the module <design>_board. The configuration has no trace streams: ks_board_check. */
void ks_board(const struct ks_package *package, FILE *out);

/* Refuses what a board top cannot carry: trace streams, of which the line would be no match. */
int ks_board_check(const struct ks_config *config, struct ks_error *error);

#endif
