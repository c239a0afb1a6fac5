#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Gate-level simulation itself: that it fails when a gate is another one, and what it says to bad input.
#   one gate    four copies of a netlist of elsa-tiny, in each one gate changed: the bench must see one of them
#   bad input   an unknown CONFIG or GATES: one sentence, exit status 2; a missing tool: named, exit status 3
# Ends with `N passed, N failed`.
#
#   self_test.sh KEYSIEVE [GATES..]    GATES: ice40, osu018; default both
set -u
cd "$(dirname "$0")/../.." || exit 1
keysieve=$1
build=${BUILD:-build}
work=$build/gatesim/self-test
design=tests/gatesim/elsa-tiny.ini
seed=3
passed=0 failed=0

verdict() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $2"; fi
}

# ---- one gate is another one -------------------------------------------------------------------------

# The netlist with its gate number N of all that PATTERN finds changed by COMMAND, of sed:
# mutate NETLIST PATTERN N COMMAND
mutate() {
  line=$(grep -n "$2" "$1" | sed -n "$3p" | cut -d : -f 1)
  [ "$line" ] && sed "${line}$4" "$1"
}

# Four gates evenly over the netlist. Most of so small a design are counters, refusals and saturation, which a
# program of this length does not reach, so not all of them are seen; one is, or the bench could not fail.
gates_matter() {
  gates=$1 pattern=$2 command=$3
  folder=$work/$gates
  "$keysieve" cosim $design --build "$build" --quick-build --random 1 --seed $seed --vectors "$folder" > /dev/null &&
    tests/gatesim.sh netlist "$folder" "$gates" || return 1
  all=$(grep -c "$pattern" "$folder/$gates.v") seen=0
  for i in 1 2 3 4; do
    mutate "$folder/$gates.v" "$pattern" $((all * i / 5)) "$command" > "$folder/other.v" || return 1
    cmp -s "$folder/$gates.v" "$folder/other.v" && return 1
    said=$(tests/gatesim.sh simulate "$folder" other.v "$gates" $seed)
    [ $? -eq 1 ] && case $said in *FAIL:*) seen=$((seen + 1)) ;; esac
  done
  echo "$gates: $seen of 4 changed gates seen"
  [ $seen -ge 1 ]
}

# What the gate puts out is inverted: a LUT's table, and AND for NAND.
for kind in ${2:-ice40 osu018} ${3:-}; do
  case $kind in
    ice40) gates_matter ice40 '\.LUT_INIT(16.h' "s/16'h/~16'h/" ;;
    osu018) gates_matter osu018 '^  NAND2X1 ' 's/NAND2X1/AND2X2/' ;;
  esac
  verdict $? "changed gates of $kind go unseen"
done

# ---- bad input ---------------------------------------------------------------------------------------

# refused STATUS PATTERN COMMAND..: one sentence on stderr and that exit status.
refused() {
  status=$1 pattern=$2
  shift 2
  said=$("$@" 2>&1 > /dev/null)
  [ $? -eq "$status" ] && [ "$(echo "$said" | wc -l)" -eq 1 ] && echo "$said" | grep -q "$pattern"
  verdict $? "$*: $said"
}

refused 2 'GATES=xilinx' tests/gatesim.sh "$keysieve" elsa-small xilinx
refused 2 'nothing-here' tests/gatesim.sh "$keysieve" nothing-here osu018

# No yosys where a shell finds the rest.
mkdir -p "$work/bin"
for tool in sh dirname cut grep; do ln -sf "$(command -v $tool)" "$work/bin/$tool"; done
refused 3 'yosys is missing: apt-get install yosys' env PATH="$work/bin" tests/gatesim.sh "$keysieve" elsa-small osu018

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
