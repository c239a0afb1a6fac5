#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The generated RTL of every named configuration and of every line of the sweeps, or a share of them, several at
# once:
#   lint    verilator -Wall, iverilog -Wall and yosys (hierarchy, proc, check -assert) have nothing to say
#   cosim   random programs, every third without stalls and then with every cycle compared
# Ends with `N passed, N failed`; a failure prints the command that repeats it.
#
#   rtl.sh lint|cosim KEYSIEVE [PROGRAMS [BANKS_D [SHARE]]]
#
# SHARE takes every SHARE-th line of each sweep only; BANKS_D leaves out the designs of more than so many score
# multipliers. What is left out is told.
set -u
cd "$(dirname "$0")/.." || exit 1
what=$1 keysieve=$2 programs=${3:-12} banks_d=${4:-4096} share=${5:-1}
work=${BUILD:-build}/tests/rtl
mkdir -p "$work/lint"

# What a linter says of one design, and nothing else.
lint() {
  folder=$work/lint/$(basename "$1" .ini)
  rm -rf "$folder"
  "$keysieve" gen "$1" -o "$folder" > "$folder.log" 2>&1 || return 1
  cd "$folder" || return 1
  list=$(echo *.f)
  top=${list%.f}
  {
    verilator --lint-only -Wall --top-module "$top" -f "$list"
    iverilog -g2005 -Wall -t null -s "$top" -f "$list"
    yosys -q -p "read_verilog -defer $(tr '\n' ' ' < "$list"); hierarchy -check -top $top; proc; check -assert"
  } > lint.log 2>&1
  [ ! -s lint.log ]
}

cosim() {
  "$keysieve" cosim "$1" --quick-build --build "$work/cosim" --random "$programs"
}

case $what in
  one-lint | one-cosim)
    log=$work/$what-$(basename "$4").log
    if "${what#one-}" "$4" > "$log" 2>&1; then
      echo "ok $4"
    else
      echo "FAILED $4: repeat with tests/rtl.sh $what $keysieve $programs $4"
      cat "$log" "$work/lint/$(basename "$4" .ini)/lint.log" 2> /dev/null | head -n 5
    fi
    exit ;;
esac

# Score multipliers of a line of the sweep, which names every key that matters here.
value() { echo "$keys" | tr ' ' '\n' | sed -n "s/^$1=//p"; }

rm -f "$work"/sweep*.ini
[ "$share" -gt 1 ] && echo "skipped: $what of all but every ${share}rd line of the sweeps, left to make test-long"
for list in sweep sweep_a3 sweep_lisa; do
  line=0
  grep -v '^#' tests/$list.txt | grep . | while read -r keys; do
    line=$((line + 1))
    [ $((line % share)) -eq 0 ] || continue
    banks=$(value banks)
    if [ $((${banks:-1} * $(value d))) -gt "$banks_d" ]; then
      echo "skipped: $what of $list line $line, left to make test-long"
      continue
    fi
    for pair in $keys; do echo "${pair%%=*} = ${pair#*=}"; done > "$work/$(printf '%s%02d.ini' $list $line)"
  done
done
case $what in
  lint) designs="configs/*.ini $work/sweep*.ini" ;;
  cosim) designs="$work/sweep*.ini" ;; # the named ones have tests of their own
esac

# The larger ones stand at the end of the sweep: they begin first, so that none is left over at last.
ls -r $designs |
  xargs -P "$(nproc)" -I{} sh tests/rtl.sh "one-$what" "$keysieve" "$programs" {} > "$work/$what.txt"
grep -v '^ok ' "$work/$what.txt"
good=$(grep -c '^ok ' "$work/$what.txt")
bad=$(grep -c '^FAILED ' "$work/$what.txt")
echo "$good passed, $bad failed"
[ "$bad" -eq 0 ] && [ "$good" -eq "$(ls $designs | wc -l)" ]
