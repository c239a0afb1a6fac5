#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The named designs against the model: outputs, tags, keys taken, status, counters and, without stalls,
# cycles.
#   elsa, elsa-paper   digits at five thresholds; kwt1 and babi where KS_SHARED names the folder that has them
#   a3-512, a3, a3-paper  digits by 256 and 64 steps and exact, kwt1 and babi likewise
#   lisa-512, lisa, lisa-paper  digits by lists of every length, tau from 0 to huge, positive_only and exact; kwt1
#                      and babi likewise
#   these and *-small  random programs with random stalls: appends, causal sequences, both pages at once,
#                      illegal commands; of LISA programs of instructions
#   *-small            programs through Icarus and its self-checking bench
#   elsa-paper-small   random programs, among them some that set each of the flags
# Ends with `N passed, N failed`; a failure prints the command that repeats it.
#
#   cosim.sh KEYSIEVE [PROGRAMS]
set -u
cd "$(dirname "$0")/.." || exit 1
keysieve=$1 programs=${2:-1000}
build=${BUILD:-build}
work=$build/tests/cosim
mkdir -p "$work"
passed=0 failed=0

run() {
  if "$@" > "$work/log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $*"
    head -n 3 "$work/log"
  fi
}

# tensors DESIGN NAME FOLDER SCALE OPTION..
tensors() {
  design=$1 data=$3/$2 scale=$4
  shift 4
  run "$keysieve" cosim "$design" --build "$build" --q "$data-q.npy" --k "$data-k.npy" --v "$data-v.npy" \
    --scale "$scale" "$@"
}

for design in elsa elsa-paper; do
  for p in 0 0.5 1 2 4; do tensors $design digits tests/data 20 --queries 285:1285 --p $p; done
  tensors $design digits tests/data 20 --queries 285:1285 --p 1 --stalls 30
  if [ -n "${KS_SHARED:-}" ]; then
    for p in 0 0.5 1 2 4; do tensors $design kwt1-yes "$KS_SHARED/workloads" 0.125 --p $p; done
    for p in 0 1; do tensors $design babi "$KS_SHARED/workloads" 1 --p $p; done
  else
    echo "skipped: co-simulation of kwt1 and babi on $design: KS_SHARED names no folder"
  fi
  run "$keysieve" cosim $design --build "$build" --random 40 --seed 7
done

for steps in '--iterations 256 --post 5' '--iterations 64 --post 10' '--iterations 256 --post 5 --stalls 30' --exact; do
  # shellcheck disable=SC2086 # two options and their values
  tensors a3-512 digits tests/data 20 --queries 285:485 $steps
done
for design in a3 a3-paper; do
  if [ -n "${KS_SHARED:-}" ]; then
    tensors $design kwt1-yes "$KS_SHARED/workloads" 0.125 --iterations 0.5x --post 5
    tensors $design babi "$KS_SHARED/workloads" 1 --iterations 0.5x --post 5
  else
    echo "skipped: co-simulation of kwt1 and babi on $design: KS_SHARED names no folder"
  fi
  run "$keysieve" cosim $design --build "$build" --random 20 --seed 7
done

# Ties: all predictions are equal where tau is larger than any code.
for lists in '' '--stalls 30'; do
  # shellcheck disable=SC2086 # an option and its value, or none
  tensors lisa-512 digits tests/data 20 --queries 285:1285 $lists
done
for lists in '--top-k 64 --top-q 16 --positive-only' '--tau 0 --top-q 1' '--tau 0.498 --top-k 100' '--top-k 1' \
  --exact '--exact --stalls 30'; do
  # shellcheck disable=SC2086
  tensors lisa-512 digits tests/data 20 --queries 285:485 $lists
done
for design in lisa lisa-paper; do
  if [ -n "${KS_SHARED:-}" ]; then
    for lists in '' '--positive-only --stalls 30' --exact; do
      # shellcheck disable=SC2086
      tensors $design kwt1-yes "$KS_SHARED/workloads" 0.125 $lists
    done
    tensors $design babi "$KS_SHARED/workloads" 1
    tensors $design babi "$KS_SHARED/workloads" 1 --top-k 12 --top-q 1 --positive-only
  else
    echo "skipped: co-simulation of kwt1 and babi on $design: KS_SHARED names no folder"
  fi
  run "$keysieve" cosim $design --build "$build" --random 40 --seed 7
done
run "$keysieve" cosim lisa-512 --build "$build" --random 20 --seed 7

for design in elsa-small elsa-paper-small a3-small lisa-small; do
  run "$keysieve" cosim $design --build "$build" --random "$programs" --stats "$work/$design.json"
  for seed in 1 2 3; do
    vectors=$work/icarus-$design-$seed
    run "$keysieve" cosim $design --build "$build" --random 1 --seed $seed --vectors "$vectors"
    run sh -c "cd '$vectors' && iverilog -g2005 -Wall -o bench *.v && vvp -N bench +stalls=30"
  done
done
for flag in saturated overflow sum_zero; do
  run grep -q "\"flag_$flag\": [1-9]" "$work/elsa-paper-small.json"
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
