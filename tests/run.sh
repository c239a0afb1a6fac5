#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [long]: every test of `make test` (of `make test-long`), after `make all units`. Ends with
# `N passed, N failed`, where each case of a program counts; exit status 1 if one failed. A failure prints the
# command that repeats it.
#
# A short run takes a third of the sweeps and of the blocks' parameter sets: the lines whose number 3 divides.
#
# Real data that may not be committed is looked for in the folder that KS_SHARED names (default ../shared).
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
long=${1:-}
sweep_programs=12 sweep_size=300 sweep_share=3 programs=1000 self_gates=ice40
if [ "$long" ]; then sweep_programs=200 sweep_size=4096 sweep_share=1 programs=20000 self_gates='ice40 osu018'; fi
logs=$build/tests/logs
mkdir -p "$logs"

# The parameter sets of a block's bench: for a short run a third of them, as the sweep has whole designs.
sets_of() {
  [ "$long" ] && echo "tests/$1/sets.txt" && return
  awk '!/^#/ && NF && n++ % 3 == 0' "tests/$1/sets.txt" > "$build/tests/$1-sets.txt"
  echo "$build/tests/$1-sets.txt"
}
if [ -z "${KS_SHARED:-}" ] && [ -d ../shared/workloads ]; then export KS_SHARED=../shared; fi
passed=0
failed=0

# The number of cases in a log, from cmocka or a line `N passed, N failed`: cases passed|failed LOG
cases() {
  awk -v what="$1" '
    $1 == "[" && toupper(what) == $2 && $5 ~ /^test\(s\)/ { sum += $4 }
    /^[0-9]+ passed, [0-9]+ failed$/ { sum += what == "passed" ? $1 : $3 }
    END { print sum + 0 }' "$2"
}

# check NAME COMMAND..: runs the command, whose exit status is the verdict; without a count it is one case.
check() {
  name=$1
  shift
  log=$logs/$name.log
  start=$(date +%s)
  "$@" > "$log" 2>&1
  status=$?
  good=$(cases passed "$log")
  bad=$(cases failed "$log")
  if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  if [ $status -eq 0 ] && [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then good=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  printf '%-28s %4d passed %3d failed %4d s\n' "$name" "$good" "$bad" $(($(date +%s) - start))
  grep '^skipped: ' "$log" | sort -u
  if [ $status -ne 0 ] || [ "$bad" -ne 0 ]; then
    grep -aE 'ERROR|FAILED|runtime error|Assertion|error:' "$log" | head -n 20
    printf '  repeat with:'
    printf " '%s'" "$@"
    echo
  fi
  return $status
}

for unit in "$build"/tests/unit_*; do
  check "$(basename "$unit")" "$unit"
done

# The same under AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize='-fsanitize=address,undefined -fno-sanitize-recover=all'
if check sanitized-build make -s units BUILD="$build/sanitized" CFLAGS="-O1 -g -Werror $sanitize" \
  LDFLAGS="$sanitize"; then
  for unit in "$build"/sanitized/tests/unit_*; do
    check "sanitized-$(basename "$unit")" "$unit"
  done
fi

check figures tests/figures.sh "$build/keysieve"
check cli_errors tests/cli_errors.sh "$build/keysieve"
check compare tests/compare.py "$build/keysieve"
check registers scripts/registers.sh --check

# The RTL: its multiplier, shifter and float modules alone, then generated designs.
check arithmetic tests/arithmetic.sh
check floats tests/floats.sh
check rtl-lint tests/rtl.sh lint "$build/keysieve" 0 4096 "$sweep_share"
check rtl-sweep tests/rtl.sh cosim "$build/keysieve" "$sweep_programs" "$sweep_size" "$sweep_share"
for block in greedy lisa; do
  check $block-lint tests/block.sh lint $block 1 "$(sets_of $block)"
  check $block tests/block.sh bench $block 1 "$(sets_of $block)"
done
check cosim tests/cosim.sh "$build/keysieve" "$programs"
check activity tests/activity.py "$build/keysieve" "$build/tests/activity"
check power tests/power.py "$build/tests/power"
check clock-gates tests/clock_gates.sh
check multiply-rows tests/multiply_rows.sh
check asic tests/asic.sh "$build/keysieve"

# Gates: designs of a few keys by `make test`, the *-small ones as each kind of gates by `make test-long`.
tiny() { printf "tests/gatesim/%s-tiny.ini " "$@"; }
check gatesim-ice40 tests/gatesim.sh "$build/keysieve" "$(tiny elsa lisa)" ice40 3
check gatesim-osu018 tests/gatesim.sh "$build/keysieve" "$(tiny elsa a3)" osu018 3
check gatesim-self tests/gatesim/self_test.sh "$build/keysieve" $self_gates

check fpga tests/fpga.sh "$build/keysieve" lint line bad

if [ "$long" ]; then
  check bitstream tests/fpga.sh "$build/keysieve" flow bits
  check gatesim-long tests/gatesim.sh "$build/keysieve" "$(tiny elsa a3 lisa) *-small" all '1 2'
  check machine-long "$build/tests/unit_machine" 10000 777
  check fuzz tests/fuzz/run.sh 600
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
