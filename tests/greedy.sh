#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A3's greedy candidate search, rtl/ks_greedy.v with all below it, at every line of greedy/sets.txt:
#   lint   verilator -Wall, iverilog -Wall and yosys (hierarchy, proc, check -assert) have nothing to say
#   bench  heads against a linear search, cycles included (greedy/bench.c)
# Ends with `N passed, N failed`; a failure prints the command that repeats it.
#
#   greedy.sh lint|bench [SEED [SETS]]
#
# SETS: another file of sets; `-` reads standard input.
set -u
cd "$(dirname "$0")/.." || exit 1
what=$1 seed=${2:-1} sets=${3:-tests/greedy/sets.txt}
work=${BUILD:-build}/tests/greedy
modules='ks_ram_2r1w ks_merge_queue ks_merge_node ks_merge_tree ks_stream ks_column ks_greedy_total
  ks_greedy_score ks_greedy_read ks_delay ks_greedy'
files=
for module in $modules; do files="$files rtl/$module.v"; done
mkdir -p "$work"

# lint KEYS DIM CODE_BITS PAGES ITERATIONS INFO_BITS
lint() {
  log=$work/lint-$(echo "$*" | tr ' ' -).log
  {
    verilator --lint-only -Wall --top-module ks_greedy -GKeys="$1" -GDim="$2" -GCodeBits="$3" -GPages="$4" \
      -GIterations="$5" -GInfoBits="$6" $files
    iverilog -g2005 -Wall -t null -s ks_greedy -Pks_greedy.Keys="$1" -Pks_greedy.Dim="$2" \
      -Pks_greedy.CodeBits="$3" -Pks_greedy.Pages="$4" -Pks_greedy.Iterations="$5" \
      -Pks_greedy.InfoBits="$6" $files
    yosys -q -p "read_verilog $files; hierarchy -check -top ks_greedy -chparam Keys $1 -chparam Dim $2 \
      -chparam CodeBits $3 -chparam Pages $4 -chparam Iterations $5 -chparam InfoBits $6; proc; check -assert"
  } > "$log" 2>&1
  [ ! -s "$log" ] || { head -n 5 "$log"; return 1; }
}

# What all sets share: the bench, the search, Verilator's own library.
include=$(verilator --getenv VERILATOR_ROOT)/include
cpp="-std=c++17 -w -I$include -I$include/vltstd -DVM_COVERAGE=0 -DVM_SC=0 -DVM_TRACE=0 -DVM_TRACE_FST=0
  -DVM_TRACE_VCD=0 -DVL_USER_STOP -faligned-new -fcf-protection=none"
build_shared() {
  for part in bench search timing; do
    cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wconversion -Wshadow -Werror -c tests/greedy/$part.c \
      -o "$work/$part.o" || return 1
  done
  for part in verilated verilated_threads; do
    [ -f "$work/$part.o" ] || g++ $cpp -O2 -c "$include/$part.cpp" -o "$work/$part.o" || return 1
  done
}

# bench KEYS DIM CODE_BITS PAGES ITERATIONS HEADS
bench() {
  folder=$work/$(echo "$1 $2 $3 $4 $5" | tr ' ' -)
  rm -rf "$folder"
  mkdir -p "$folder"
  # What stands in the design many times is compiled once for all its instances.
  printf '`verilator_config\nno_inline -module "ks_column"\nno_inline -module "ks_merge_node"\n' \
    > "$folder/once.vlt"
  verilator --cc -O3 -fno-dfg --x-assign fast --x-initial unique --prefix Vdut --top-module ks_greedy \
    --Mdir "$folder" -GKeys="$1" -GDim="$2" -GCodeBits="$3" -GPages="$4" -GIterations="$5" -GInfoBits=20 \
    "$folder/once.vlt" $files > "$folder/log" 2>&1 &&
    ls "$folder"/*.cpp tests/greedy/dut.cpp | sed 's|.*|#include "'"$PWD"'/&"|; s|"'"$PWD"'//|"/|' > "$folder/all.cc" &&
    g++ $cpp -Og -I"$folder" -Itests/greedy -DKEYS="$1" -DDIM="$2" -DCODE_BITS="$3" -DPAGES="$4" \
      -DITERATIONS="$5" -o "$folder/bench" "$folder/all.cc" "$work"/*.o -lm -pthread >> "$folder/log" 2>&1 &&
    "$folder/bench" "$6" "$seed" 2>&1 || { tail -n 5 "$folder/log"; return 1; }
}

if [ "$what" = one ]; then
  what=$4
  shift 4
  if "$what" $*; then
    echo "ok $*"
  else
    echo "FAILED $what of $*: repeat with echo $* | tests/greedy.sh $what $seed -"
  fi
  exit
fi

if [ "$what" = bench ]; then build_shared || exit 1; fi
cat "$sets" | grep -v '^#' | grep . | awk '{ print $2 * $1, $0 }' | sort -rn | cut -d ' ' -f 2- |
  xargs -P "$(nproc)" -I{} sh tests/greedy.sh one "$seed" "$sets" "$what" {} > "$work/$what.txt"
grep -v '^ok ' "$work/$what.txt"
good=$(grep -c '^ok ' "$work/$what.txt")
bad=$(grep -c '^FAILED ' "$work/$what.txt")
echo "$good passed, $bad failed"
[ "$bad" -eq 0 ] && [ "$good" -gt 0 ]
