#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A block of rtl/ by itself, BLOCK the folder that holds its bench, at every line of BLOCK/sets.txt:
#   lint   verilator -Wall, iverilog -Wall and yosys (hierarchy, proc, check -assert) have nothing to say
#   bench  against a model of its own, cycles included (BLOCK/bench.c)
# Ends with `N passed, N failed`; a failure prints the command that repeats it.
#
#   block.sh lint|bench BLOCK [SEED [SETS]]
#
# SETS: another file of sets; `-` reads standard input. BLOCK/block.conf names top, files and parameters.
set -u
cd "$(dirname "$0")/.." || exit 1
what=$1 block=$2 seed=${3:-1} sets=${4:-tests/$2/sets.txt}
work=${BUILD:-build}/tests/$block
. "tests/$block/block.conf"
mkdir -p "$work"

# each FORMAT VALUE..: the format once a parameter, with its name and its value
each() {
  format=$1
  shift
  for name in $parameters; do
    printf " $format" "$name" "$1"
    shift
  done
}

lint() {
  log=$work/lint-$(echo "$*" | tr ' ' -).log
  {
    verilator --lint-only -Wall --top-module $top $(each '-G%s=%s' "$@") $files
    iverilog -g2005 -Wall -t null -s $top $(each "-P$top.%s=%s" "$@") $files
    yosys -q -p "read_verilog -defer $files; hierarchy -check -top $top $(each '-chparam %s %s' "$@"); proc;
      check -assert"
  } > "$log" 2>&1
  [ ! -s "$log" ] || { head -n 5 "$log"; return 1; }
}

# What all sets share: the bench, its model, Verilator's own library.
include=$(verilator --getenv VERILATOR_ROOT)/include
cpp="-std=c++17 -w -I$include -I$include/vltstd -DVM_COVERAGE=0 -DVM_SC=0 -DVM_TRACE=0 -DVM_TRACE_FST=0
  -DVM_TRACE_VCD=0 -DVL_USER_STOP -faligned-new -fcf-protection=none"
build_shared() {
  rm -f "$work"/*.o
  for part in tests/$block/*.c; do
    cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wconversion -Wshadow -Werror -c "$part" \
      -o "$work/$(basename "$part" .c).o" || return 1
  done
  for part in verilated verilated_threads; do
    g++ $cpp -O2 -c "$include/$part.cpp" -o "$work/$part.o" || return 1
  done
}

# Builds and runs one set; the last field is the number of heads.
bench() {
  folder=$work/$(echo "$*" | tr ' ' -)
  rm -rf "$folder"
  mkdir -p "$folder"
  echo '`verilator_config' > "$folder/once.vlt"
  for module in $once; do echo "no_inline -module \"$module\"" >> "$folder/once.vlt"; done
  verilator --cc -O3 -fno-dfg --x-assign fast --x-initial unique --prefix Vdut --top-module $top \
    --Mdir "$folder" $(each '-G%s=%s' "$@") "$folder/once.vlt" $files > "$folder/log" 2>&1 &&
    ls "$PWD/$folder"/*.cpp "$PWD/tests/$block/dut.cpp" | sed 's|.*|#include "&"|' > "$folder/all.cc" &&
    g++ $cpp -Og -I"$folder" -I"tests/$block" $(each '-DPAR_%s=%s' "$@") -o "$folder/bench" \
      "$folder/all.cc" "$work"/*.o -lm -pthread >> "$folder/log" 2>&1 &&
    "$folder/bench" "${*##* }" "$seed" 2>&1 || { tail -n 5 "$folder/log"; return 1; }
}

if [ "$what" = one ]; then
  what=$5
  shift 5
  if "$what" $*; then
    echo "ok $*"
  else
    echo "FAILED $what of $*: repeat with echo $* | tests/block.sh $what $block $seed -"
  fi
  exit
fi

if [ "$what" = bench ]; then build_shared || exit 1; fi
# The larger ones begin first, so that none is left over at last.
cat "$sets" | grep -v '^#' | grep . | awk '{ print $2 * $1, $0 }' | sort -rn | cut -d ' ' -f 2- |
  xargs -P "$(nproc)" -I{} sh tests/block.sh one "$block" "$seed" "$sets" "$what" {} > "$work/$what.txt"
grep -v '^ok ' "$work/$what.txt"
good=$(grep -c '^ok ' "$work/$what.txt")
bad=$(grep -c '^FAILED ' "$work/$what.txt")
echo "$good passed, $bad failed"
[ "$bad" -eq 0 ] && [ "$good" -gt 0 ]
