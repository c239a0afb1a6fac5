#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The ASIC flow on small designs in the cells of Debian's osu018: what it writes is whole and sane, what it must
# refuse it refuses. tests/asic.sh [PROGRAM] (default build/keysieve); ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/.." || exit 1
program=${1:-build/keysieve}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

verdict() {
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED: $1"; fi
}

flow() {
  asic/asic.py --program "$program" --build "$work/build" --results "$work/results" --no-picture "$@" \
    > "$work/out" 2> "$work/err"
}

# refused STATUS "WORD .." ARGUMENT..: in one sentence that holds every word
refused() {
  expected=$1 words=$2
  shift 2
  flow "$@"
  status=$?
  [ $status -eq "$expected" ] && [ "$(wc -l < "$work/err")" -eq 1 ]
  verdict "asic.py $*: exit status $status, $(cat "$work/err")" $?
  for word in $words; do
    grep -qF -e "$word" "$work/err"
    verdict "asic.py $*: the message does not name $word" $?
  done
}

# ---- what is refused ---------------------------------------------------------------------------------------

refused 2 'osu81 osu018 nangate45 sky130hd ihp-sg13g2' elsa-small --pdk osu81
PDK_ROOT=$work/nowhere
export PDK_ROOT
refused 2 "$work/nowhere/nangate45/nangate45_typ.lib PDK_ROOT" elsa-small --pdk nangate45
refused 2 'elsa-tiny' elsa-tiny
refused 2 '--period' elsa-small --period -1
refused 2 'nothing.txt' elsa-small --activity exact="$work/nothing.txt"
refused 2 '--activity' elsa-small --activity exact
refused 2 'elsa-small 512' elsa-small --digits

# ---- small designs -----------------------------------------------------------------------------------------

# A job of some random queries: rates for dynamic power. By their names they are two runs of one job.
"$program" cosim elsa-small --quick-build --build "$work/cosim" --random 3 --activity "$work/rates.txt" \
  > "$work/cosim.log" 2>&1
verdict "cosim elsa-small --activity: $(tail -n 1 "$work/cosim.log")" $?

flow elsa-small --activity approximate="$work/rates.txt" --activity exact="$work/rates.txt"
verdict "asic.py elsa-small: $(cat "$work/err")" $?
flow a3-small
verdict "asic.py a3-small: $(cat "$work/err")" $?
/usr/bin/python3 -B tests/asic.py "$work/results" > "$work/checks"
cat "$work/checks"
passed=$((passed + $(grep -c '^ok' "$work/checks")))
failed=$((failed + $(grep -c '^FAILED' "$work/checks")))
[ "$(grep -c '^ok' "$work/checks")" -gt 0 ]
verdict 'the results were checked' $?

# A tool that prints an error and yet exits with 0, as OpenSTA does: the run fails.
mkdir "$work/bin"
printf '#!/bin/sh\necho "Error: netlist.v, line 7 syntax error"\n' > "$work/bin/sta"
chmod +x "$work/bin/sta"
rm "$work/build/elsa-small-osu018/timing.key"
old=$PATH
PATH=$work/bin:$PATH
refused 1 'sta timing.log line 7' elsa-small
PATH=$old

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
