#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Measures theta for the usual d and k, in about ten minutes, and prints cmodel/theta_table.h:
#   scripts/theta_table.sh > build/theta_table.h && mv build/theta_table.h cmodel/theta_table.h
set -eu
keysieve=${KEYSIEVE:-build/keysieve}

cat <<'END'
/* SPDX-License-Identifier: Apache-2.0
 *
 * theta in radians for the usual d and k, measured by scripts/theta_table.sh: {d, k, theta}. Do not edit.
 */
#ifndef KS_THETA_TABLE_H
#define KS_THETA_TABLE_H

#define KS_THETA_TABLE \
END
for d in 8 16 24 32 48 50 64 80 96 128 256; do
  row=
  for k in 8 16 24 32 48 64 96 128 256; do
    theta=$("$keysieve" calibrate elsa --pairs 1000000 --set divide_multipliers=auto --set d=$d \
            --set k=$k | sed 's/theta = \([^ ]*\).*/\1/')
    row="$row {$d, $k, $theta},"
    test $k = 48 && row="$row \\
 "
  done
  if test $d = 256; then printf ' %s\n' "${row%,}"; else printf ' %s \\\n' "$row"; fi
done
printf '\n#endif\n'
