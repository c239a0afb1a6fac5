#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The board path:
#   lint        board tops of an engine each, and ks_board over its parameters: verilator -Wall, iverilog -Wall and
#               yosys have nothing to say
#   line        programs through the bits of a simulated serial line, on a board top of an engine each: outputs and
#               registers are the model's, spoiled frames are answered with the right code, and not acted on twice
#               when sent again; both ends' clocks 3 % apart either way; Icarus likewise
#   bad         bad input: one sentence, exit 2 or 3
#   flow        elsa-ice40 to a bitstream: it fits, and is as fast as was asked
# Ends with `N passed, N failed`; a failure prints the command that repeats it.
#
#   fpga.sh KEYSIEVE [lint|line|bad|flow]..
set -u
cd "$(dirname "$0")/.." || exit 1
keysieve=$1
build=${BUILD:-build}
work=$PWD/$build/tests/fpga
shift
parts=${*:-lint line bad flow}
mkdir -p "$work"
passed=0 failed=0

# run COMMAND..: good if it succeeds
run() {
  if "$@" > "$work/log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $*"
    tail -n 3 "$work/log"
  fi
}

# quiet COMMAND..: good if it succeeds and says nothing
quiet() {
  "$@" > "$work/log" 2>&1 && [ ! -s "$work/log" ] && passed=$((passed + 1)) && return
  failed=$((failed + 1))
  echo "FAILED: $*"
  head -n 3 "$work/log"
}

# ---- lint --------------------------------------------------------------------------------------------------

# lint_module TOP FILES PARAMETER=VALUE..
lint_module() {
  top=$1 files=$2
  shift 2
  # shellcheck disable=SC2046,SC2086 # lists of options and files
  {
    quiet verilator --lint-only -Wall --top-module "$top" $(printf ' -G%s' "$@") $files
    quiet iverilog -g2005 -Wall -t null -s "$top" $(printf " -P$top.%s" "$@") $files
    quiet yosys -q -p "read_verilog -defer $files; hierarchy -check -top $top \
      $(echo "$*" | tr '=' ' ' | sed 's/\([A-Z][A-Za-z]*\) /-chparam \1 /g'); proc; check -assert"
  }
}

test_lint() {
  for sizes in '576 0 576' '35 84 7' '9 0 20' '1 0 1' '2048 2400 4352'; do
    for line in '104 240000' '4 1' '5 9'; do
      set -- $sizes $line
      lint_module ks_board "$(echo fpga/rtl/*.v)" RowBits=$1 SortedBits=$2 OutBits=$3 Divisor=$4 GapCycles=$5
    done
  done
  for design in elsa-ice40 a3-ice40 lisa-small; do
    run "$keysieve" gen $design --board -o "$work/$design"
    files=$(sed "s|^|$work/$design/|" "$work/$design"/*.f)
    lint_module "$(echo $design | tr - _)_board" "$(echo $files)" Divisor=8 GapCycles=100
  done
}

# ---- line --------------------------------------------------------------------------------------------------

# simulator FOLDER: FOLDER/line, verilated
simulator() {
  (
    cd "$1" || exit 1
    list=$(echo *.f)
    verilator --binary --timing -O3 -fno-dfg -Wno-fatal -Wno-WIDTH --x-assign fast --x-initial unique \
      -DBOARD="${list%.f}_board" -DDIVISOR=16 -DGAP=1600 --top-module line --Mdir line \
      -MAKEFLAGS 'OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1' "$PWD/../../../../fpga/line.v" -f "$list"
  )
}

# vectors DESIGN SEED
vectors() {
  run "$keysieve" cosim "$1" --quick-build --build "$build" --random 1 --seed "$2" --vectors "$work/$1-$2"
}

test_line() {
  for design in elsa-ice40 a3-ice40 lisa-small; do
    run "$keysieve" gen $design --board -o "$work/$design"
    run simulator "$work/$design"
    for seed in 1 2 3; do
      vectors $design $seed
      run fpga/host.py "$work/$design-$seed" --simulate "$work/$design/line/Vline" --seed $seed
      run fpga/host.py "$work/$design-$seed" --simulate "$work/$design/line/Vline" --faults 25 --seed $seed
    done
  done
  # A model that is not the board's must be noticed.
  cp -r "$work/elsa-ice40-1" "$work/wrong"
  sed -i '2s/.$/x/; 2y/0123456789abcdefx/1234567890fedcba1/' "$work/wrong/o.hex"
  different fpga/host.py "$work/wrong" --simulate "$work/elsa-ice40/line/Vline"
  # Clocks apart, and a second simulator.
  for skew in 30 -30; do
    run fpga/host.py "$work/elsa-ice40-1" --simulate "$work/elsa-ice40/line/Vline +skew=$skew" --faults 10
  done
  run iverilog -g2005 -Wall -DBOARD=elsa_ice40_board -o "$work/line.vvp" fpga/line.v \
    $(sed "s|^|$work/elsa-ice40/|" "$work/elsa-ice40/elsa_ice40.f")
  run fpga/host.py "$work/elsa-ice40-1" --simulate "vvp -n $work/line.vvp" --faults 5
}

# different COMMAND..: good if it finds a difference, exit status 1
different() {
  "$@" > "$work/log" 2>&1
  if [ $? -eq 1 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $* finds no difference"
  fi
}

# ---- flow --------------------------------------------------------------------------------------------------

# Begun before all else, as it keeps one processor busy for as long as the other parts the other.
begin_flow() {
  fpga/flow.py elsa-ice40 ice40-hx8k --build "$build" --results "$work/results" > "$work/flow.log" 2>&1 &
  flow_process=$!
}

test_flow() {
  run ended "$flow_process"
  run python3 -c "
import json, sys
figures = json.load(open('$work/results/fpga-elsa-ice40-ice40-hx8k.json'))
sys.exit(not (figures['fmax_mhz'] >= figures['goal_mhz'] and figures['block_rams'] > 0))"
  run fpga/table.py --check
  run test -s "$build/fpga/elsa-ice40-ice40-hx8k/elsa-ice40-ice40-hx8k.bin"
}

# The exit status of a process; what it said.
ended() {
  wait "$1"
  status=$?
  cat "$work/flow.log"
  return $status
}

# ---- bits --------------------------------------------------------------------------------------------------

# The divisor is what the flow makes of the board's clock and baud rate.
test_bits() {
  run tests/bitstream.sh "$build/fpga/elsa-ice40-ice40-hx8k/elsa-ice40-ice40-hx8k.bin" fpga/boards/ice40-hx8k.pcf \
    elsa_ice40_board "$work/bits" fpga/line.v -DNETLIST -DBOARD=elsa_ice40_board -DDIVISOR=104 -DGAP=240000
  for seed in 3 6; do
    vectors elsa-ice40 $seed
    run fpga/host.py "$work/elsa-ice40-$seed" --simulate "$work/bits/simulator"
  done
  # A model that is not the board's must be noticed.
  rm -rf "$work/wrong-bits"
  cp -r "$work/elsa-ice40-3" "$work/wrong-bits"
  sed -i '2s/.$/x/; 2y/0123456789abcdefx/1234567890fedcba1/' "$work/wrong-bits/o.hex"
  different fpga/host.py "$work/wrong-bits" --simulate "$work/bits/simulator"
  bad 2 'no-such.bin' tests/bitstream.sh no-such.bin fpga/boards/ice40-hx8k.pcf board "$work/none" fpga/line.v
  bad 2 'line.v bitstream' tests/bitstream.sh fpga/line.v fpga/boards/ice40-hx8k.pcf board "$work/none" fpga/line.v
}

# ---- bad input ---------------------------------------------------------------------------------------------

# bad STATUS WORDS COMMAND..: this status, one line that has the words
bad() {
  status=$1 words=$2
  shift 2
  "$@" > "$work/out" 2> "$work/log"
  got=$?
  wrong=
  [ $got -eq "$status" ] || wrong="exit status $got"
  [ "$(wc -l < "$work/log")" -eq 1 ] || wrong="$wrong; not one line"
  for word in $words; do grep -qF -- "$word" "$work/log" || wrong="$wrong; no $word"; done
  if [ -z "$wrong" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $*: $wrong: $(cat "$work/log")"
  fi
}

test_bad() {
  python=$(python3 -c 'import sys; print(sys.executable)')
  mkdir -p "$work/nothing"
  printf '%s\n' 'engine = elsa' 'n = 2' 'd = 1' 'k = 1' 'banks = 1' 'lanes = 1' 'int_bits = 1' 'frac_bits = 0' \
    'compensate = none' 'pages = 1' 'ways = 1' 'divide_multipliers = 1' > "$work/least.ini"
  sed 's/^\(luts\|flip_flops\) .*/\1 = 100/' fpga/boards/ice40-hx8k.ini > "$work/full.ini"
  sed 's/^family .*/family = none/' fpga/boards/ice40-hx8k.ini > "$work/family.ini"
  : > "$work/empty.ini"
  flow="fpga/flow.py --build $build --results $work/results"
  # shellcheck disable=SC2086
  {
    bad 2 'no-such ice40-hx8k ulx3s-85f xc7z035' $flow elsa-ice40 no-such
    bad 2 'no-such' $flow no-such ice40-hx8k
    bad 2 '--baud 3000000' $flow elsa-ice40 ice40-hx8k --baud 4000000
    bad 2 '--baud 0' $flow elsa-ice40 ice40-hx8k --baud 0
    bad 3 'apt-get install' env PATH="$work/nothing" "$python" $flow elsa-ice40 ice40-hx8k
    bad 2 '--board trace' "$keysieve" gen elsa-small --set trace=1 --board -o "$work/none"
    bad 2 'no-such' fpga/host.py no-such --port /dev/null
    bad 2 'no-such' fpga/host.py "$work/elsa-ice40-1" --simulate no-such
    bad 2 '/dev/null' fpga/host.py "$work/elsa-ice40-1" --port /dev/null
    bad 2 '12345 baud' fpga/host.py "$work/elsa-ice40-1" --port /dev/null --baud 12345
    bad 2 'fit full 100 LUTs many flip-flops' $flow "$work/least.ini" "$work/full.ini"
    bad 2 'family.ini none ice40' $flow elsa-ice40 "$work/family.ini"
    bad 2 'empty.ini board' $flow elsa-ice40 "$work/empty.ini"
  }
}

case " $parts " in *' flow '*) begin_flow ;; esac
for part in $parts; do "test_$part"; done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
