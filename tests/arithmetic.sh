#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# arithmetic.v in Icarus: ks_product, plain and for cells, and ks_window, at widths that
# designs have and at the least ones. Ends with `N passed, N failed`; a failure prints what differs.
set -u
cd "$(dirname "$0")/.." || exit 1
work=${BUILD:-build}/tests/arithmetic
mkdir -p "$work"
passed=0 failed=0
for product in rtl/ks_product.v asic/blocks/ks_product.v; do
  # ABits, BBits of the product; Width, ShiftBits, OutBits of the window
  while read -r a b width shift out; do
    if iverilog -g2005 -Wall -Wno-timescale -s arithmetic -Parithmetic.ABits="$a" -Parithmetic.BBits="$b" \
      -Parithmetic.Width="$width" -Parithmetic.ShiftBits="$shift" -Parithmetic.OutBits="$out" \
      -o "$work/bench.vvp" tests/arithmetic.v rtl/ks_window.v "$product" > "$work/bench.log" 2>&1 &&
      [ ! -s "$work/bench.log" ] && vvp -N "$work/bench.vvp" > "$work/bench.log" 2>&1; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "$product, widths $a $b $width $shift $out:"
      head -n 5 "$work/bench.log"
    fi
  done << 'EOF'
34 10 36 5 11
7 8 20 4 11
22 15 47 6 27
50 14 58 6 3
4 3 9 4 3
5 1 12 2 11
6 6 10 1 4
3 2 11 4 2
EOF
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
