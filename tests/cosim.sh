#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The named designs against the model: outputs, tags, keys taken, status, counters and, without stalls,
# cycles.
#   elsa        digits at five thresholds; kwt1 and babi where KS_SHARED names the folder that has them
#   elsa, elsa-small  random programs with random stalls: appends, causal sequences, both pages at once,
#               illegal commands
#   elsa-small  three programs through Icarus and its self-checking bench; the same with floats
#   elsa-small with floats  random programs, among them some that set each of the flags
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

# tensors NAME FOLDER SCALE OPTION..
tensors() {
  data=$2/$1 scale=$3
  shift 3
  run "$keysieve" cosim elsa --build "$build" --q "$data-q.npy" --k "$data-k.npy" --v "$data-v.npy" \
    --scale "$scale" "$@"
}

for p in 0 0.5 1 2 4; do tensors digits tests/data 20 --queries 285:1285 --p $p; done
if [ -n "${KS_SHARED:-}" ]; then
  for p in 0 0.5 1 2 4; do tensors kwt1-yes "$KS_SHARED/workloads" 0.125 --p $p; done
  for p in 0 1; do tensors babi "$KS_SHARED/workloads" 1 --p $p; done
else
  echo 'skipped: co-simulation of kwt1 and babi: KS_SHARED names no folder'
fi

run "$keysieve" cosim elsa-small --build "$build" --random "$programs"
run "$keysieve" cosim elsa --build "$build" --random 40 --seed 7

floats='--set accumulator=float --set ways=1'
run "$keysieve" cosim elsa-small $floats --build "$build" --random "$programs" --stats "$work/floats.json"
for flag in saturated overflow sum_zero; do
  run grep -q "\"flag_$flag\": [1-9]" "$work/floats.json"
done

# icarus NAME SEED OPTION..
icarus() {
  folder=$work/$1 seed=$2
  shift 2
  run "$keysieve" cosim elsa-small "$@" --build "$build" --random 1 --seed "$seed" --vectors "$folder"
  run sh -c "cd '$folder' && iverilog -g2005 -Wall -o bench *.v && vvp -N bench +stalls=30"
}
for seed in 1 2 3; do
  icarus "icarus$seed" $seed
  icarus "icarus-floats$seed" $seed $floats
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
