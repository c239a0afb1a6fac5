#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The ASIC flow's rows of a signed product (asic/multiply.v): all operands of 9 and 7 bits, and that a wrong
# constant is seen. tests/multiply_rows.sh; ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# are_right MAP: maps the products by it; the last line of what the bench prints is in $work/log
are_right() {
  {
    yosys -p "read_verilog tests/multiply_rows.v; hierarchy -top products; proc; opt_expr; wreduce; opt_clean
              techmap -map $1; select -assert-none t:\$mul; rename products mapped
              write_verilog -noattr $work/mapped.v" &&
      iverilog -g2005 -s bench -o "$work/bench.vvp" tests/multiply_rows.v "$work/mapped.v" &&
      vvp -N "$work/bench.vvp"
  } > "$work/log" 2>&1 && tail -n 1 "$work/log" | grep -q PASS
}

if are_right asic/multiply.v; then passed=$((passed + 1)); else failed=$((failed + 1)) && tail -n 1 "$work/log"; fi
for side in A B; do
  sed "s/(ONE << (${side}_WIDTH - 1))/(ONE << ${side}_WIDTH)/" asic/multiply.v > "$work/wrong.v"
  if are_right "$work/wrong.v" || ! grep -q 'are wrong' "$work/log"; then
    failed=$((failed + 1)) && echo "FAILED: a wrong constant of $side is not seen"
  else
    passed=$((passed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
