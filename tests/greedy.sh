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
  set -- Keys "$1" Dim "$2" CodeBits "$3" Pages "$4" Iterations "$5" InfoBits "$6"
  {
    verilator --lint-only -Wall --top-module ks_greedy $(printf ' -G%s=%s' "$@") $files
    iverilog -g2005 -Wall -t null -s ks_greedy $(printf ' -Pks_greedy.%s=%s' "$@") $files
    yosys -q -p "read_verilog $files; hierarchy -check -top ks_greedy $(printf ' -chparam %s %s' "$@");
      proc; check -assert"
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

# build FOLDER KEYS DIM CODE_BITS PAGES ITERATIONS
build() {
  rm -rf "$1"
  mkdir -p "$1"
  # What stands in the design many times is compiled once for all its instances.
  echo '`verilator_config' > "$1/once.vlt"
  for module in ks_column ks_merge_node; do echo "no_inline -module \"$module\"" >> "$1/once.vlt"; done
  verilator --cc -O3 -fno-dfg --x-assign fast --x-initial unique --prefix Vdut --top-module ks_greedy \
    --Mdir "$1" -GKeys="$2" -GDim="$3" -GCodeBits="$4" -GPages="$5" -GIterations="$6" -GInfoBits=20 \
    "$1/once.vlt" $files || return 1
  ls "$1"/*.cpp tests/greedy/dut.cpp | sed 's/.*/#include "&"/' > "$1/all.cc"
  g++ $cpp -Og -I. -I"$1" -Itests/greedy -DKEYS="$2" -DDIM="$3" -DCODE_BITS="$4" -DPAGES="$5" \
    -DITERATIONS="$6" -o "$1/bench" "$1/all.cc" "$work"/*.o -lm -pthread
}

# bench KEYS DIM CODE_BITS PAGES ITERATIONS HEADS
bench() {
  folder=$work/$(echo "$1 $2 $3 $4 $5" | tr ' ' -)
  if build "$folder" "$1" "$2" "$3" "$4" "$5" > "$folder.log" 2>&1; then
    "$folder/bench" "$6" "$seed" 2>&1
  else
    tail -n 5 "$folder.log"
    return 1
  fi
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
# The larger ones begin first, so that none is left over at last.
grep -v '^#' "$sets" | grep . | awk '{ print $1 * $2, $0 }' | sort -rn | cut -d ' ' -f 2- |
  xargs -P "$(nproc)" -I{} sh tests/greedy.sh one "$seed" "$sets" "$what" {} > "$work/$what.txt"
grep -v '^ok ' "$work/$what.txt"
good=$(grep -c '^ok ' "$work/$what.txt")
bad=$(grep -c '^FAILED ' "$work/$what.txt")
echo "$good passed, $bad failed"
[ "$bad" -eq 0 ] && [ "$good" -gt 0 ]
