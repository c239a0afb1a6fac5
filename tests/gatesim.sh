#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The whole generated design as gates against the model: Yosys makes the netlist, Icarus runs the self-checking
# bench (tb/bench.v) on it, with random stalls and every register X at the start, wherever the RTL itself passes.
#
#   osu018   standard cells, module by module; memories become flip-flops. Debian's models, with their delays
#   ice40    flat, as for a board: LUTs, carries, block RAM. Yosys' models
#   ecp5     flat: LUTs, carries, LUT RAM, block RAM, multipliers. Yosys' models and those in tests/gatesim/
#
#   gatesim.sh KEYSIEVE [CONFIG [GATES [SEEDS]]]
#
# CONFIG  names in configs/, patterns of such names, paths of an .ini; default *-small
# GATES   one of the above or `all` (default)
# SEEDS   of the random programs, default "1"
#
# Netlists are kept in $BUILD/gatesim by a hash of what they are made from. Ends with `N passed, N failed`, where a
# program on a netlist counts; a failure prints the command that repeats it. Exit status 1: a mismatch; 2: no such
# CONFIG or GATES; 3: a tool is missing.
#
#   gatesim.sh netlist FOLDER GATES             the netlist of a design in FOLDER, which `cosim --vectors` wrote
#   gatesim.sh simulate FOLDER NETLIST GATES    the bench in FOLDER on it; exit status 1 on a mismatch
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
work=$build/gatesim
yosys=/usr/share/yosys
osu018=/usr/share/qflow/tech/osu018/osu018_stdcells
all_gates='osu018 ice40 ecp5'

refuse() {
  status=$1
  shift
  echo "gatesim: $*" >&2
  exit "$status"
}

# ---- what netlists are made with ---------------------------------------------------------------------

# needs PACKAGE FILE..: commands by name, other files by path.
needs() {
  package=$1
  shift
  for file; do
    command -v "$file" > /dev/null || [ -r "$file" ] ||
      refuse 3 "$file is missing: apt-get install $package, or make bootstrap"
  done
}

check_tools() {
  needs yosys yosys
  needs iverilog iverilog vvp
  case $1 in
    osu018) needs qflow-tech-osu018 $osu018.lib $osu018.v ;;
    *) needs yosys "$yosys/$1/cells_sim.v" ;;
  esac
}

# The commands that turn the design into GATES. Synthesis stops before `check`, whose names for what has none take
# longer than the rest; -purge, because those names are most of the netlist's text.
# No cell of Yosys' own may be left: `$` begins their names, `$paramod` those of modules.
recipe() {
  case $2 in
    osu018) echo "read_liberty -lib $osu018.lib; synth -noabc -top $1 -run begin:check; dfflibmap -liberty $osu018.lib;
      abc -liberty $osu018.lib" ;;
    *) echo "synth_$2 -top $1 -run begin:check" ;;
  esac
  # shellcheck disable=SC2016 # not variables
  echo '; opt_clean -purge; check -assert; select -assert-none t:$* t:$paramod* %d'
}

netlist() {
  folder=$1 gates=$2
  (
    cd "$folder" || exit 1
    list=$(echo *.f)
    top=${list%.f}
    recipe=$(recipe "$top" "$gates")
    # shellcheck disable=SC2046 # one a word
    key=$({ yosys -V; echo "$recipe"; cat $(cat "$list"); } | sha1sum | cut -c 1-16)
    kept=$OLDPWD/$work/netlists/$top-$gates-$key.v
    if [ ! -f "$kept" ]; then
      yosys -q -l "$gates.log" -p "read_verilog -defer $(tr '\n' ' ' < "$list"); hierarchy -check -top $top;
        $recipe; tee -o $gates.stat stat -top $top; write_verilog -noattr $gates-new.v" > "$gates.said" 2>&1
      status=$?
      # A warning fails as an error does: the RTL has none, and what synthesis warns of may be a mismatch.
      if [ $status -ne 0 ] || [ -s "$gates.said" ]; then
        head -n 5 "$gates.said" >&2
        exit 1
      fi
      mkdir -p "${kept%/*}"
      mv "$gates-new.v" "$kept"
    fi
    ln -sf "$kept" "$gates.v"
  )
}

# ---- the bench on a netlist --------------------------------------------------------------------------

# A module of which Yosys has the ports and the parameters, with a body: with_body MODULE FILE BODY
with_body() {
  sed -n "/^module $1(/,/^endmodule/p" "$2" | sed '/^endmodule/d'
  cat "$3"
  echo endmodule
}

# The models of the cells, in one file, with flip-flops that start at X and not at what a board would give them.
models() {
  case $1 in
    osu018) cat $osu018.v ;;
    # shellcheck disable=SC2016 # a macro of Verilog
    ice40) sed 's/^`define SB_DFF_INIT .*/`define SB_DFF_INIT/' "$yosys/ice40/cells_sim.v" ;;
    ecp5)
      sed '/^module DP16KD/,/^endmodule/d; s/^\tinitial Q = srval;$//' "$yosys/ecp5/cells_sim.v"
      with_body DP16KD "$yosys/ecp5/cells_sim.v" tests/gatesim/ecp5_dp16kd.vh
      with_body MULT18X18D "$yosys/ecp5/cells_bb.v" tests/gatesim/ecp5_mult18x18d.vh
      ;;
  esac
}

simulate() {
  folder=$1 netlist=$2 gates=$3 seed=${4:-1}
  models "$gates" > "$folder/$gates-cells.v"
  # It is function that is compared, not timing: a clock far slower than any path.
  echo '`timescale 1us / 10ps' > "$folder/scale.v"
  # Without delays a flip-flop could take what another one shows after the same edge; the FPGAs' have none of their
  # own and assign without blocking.
  case $gates in
    osu018) flags='-gspecify -Ttyp' ;;
    *) flags='-gno-specify -DNO_ICE40_DEFAULT_ASSIGNMENTS -DNO_INCLUDES' ;;
  esac
  (
    cd "$folder" || exit 1
    # shellcheck disable=SC2086 # flags
    iverilog -g2005 $flags -s bench -o "$gates.vvp" scale.v bench.v "$netlist" "$gates-cells.v" > "$gates.said" 2>&1 &&
      [ ! -s "$gates.said" ] || { head -n 5 "$gates.said" >&2; exit 1; }
    vvp -N "$gates.vvp" +stalls=30 "+seed=$seed" +watchdog=5000
  )
}

# ---- one design as one kind of gates -----------------------------------------------------------------

# Prints `ok` or `FAILED` for each program.
one() {
  name=$(basename "$2" .ini)
  log=$work/$name-$3.log
  for seed in $4; do
    folder=$work/$name-$seed-$3
    start=$(date +%s)
    if "$1" cosim "$2" --build "$build" --quick-build --random 1 --seed "$seed" --vectors "$folder" > "$log" 2>&1 &&
      netlist "$folder" "$3" >> "$log" 2>&1 && simulate "$folder" "$3.v" "$3" "$seed" >> "$log" 2>&1; then
      echo "ok $2 $3 seed $seed: $(sed -n 's/^PASS: //p' "$log"), $(($(date +%s) - start)) s"
    else
      echo "FAILED $2 $3 seed $seed: repeat with tests/gatesim.sh $1 $2 $3 $seed"
      tail -n 5 "$log"
    fi
  done
}

case ${1:-} in
  one) shift; one "$@"; exit ;;
  netlist) check_tools "$3"; shift; netlist "$@"; exit ;;
  simulate) check_tools "$4"; shift; simulate "$@"; exit ;;
esac

# ---- all of them -------------------------------------------------------------------------------------

keysieve=$1 config=${2:-'*-small'} gates=${3:-all} seeds=${4:-1}
[ "$gates" != all ] || gates=$all_gates
for kind in $gates; do
  case " $all_gates " in
    *" $kind "*) check_tools "$kind" ;;
    *) refuse 2 "GATES=$kind: choose osu018, ice40, ecp5 or all" ;;
  esac
done

mkdir -p "$work"
designs=
for word in $config; do
  # shellcheck disable=SC2086 # a pattern
  for file in configs/$word.ini; do
    if [ -f "$file" ]; then designs="$designs $(basename "$file" .ini)"; else designs="$designs $word"; fi
  done
done
for design in $designs; do
  "$keysieve" gen "$design" -o "$work/checked" > "$work/checked.log" 2>&1 ||
    refuse 2 "$(sed '1s/^keysieve gen: //; q' "$work/checked.log")"
done

for design in $designs; do
  for kind in $gates; do printf '%s\n' "$design" "$kind"; done
done | xargs -P "$(nproc)" -n 2 sh -c 'tests/gatesim.sh one "$1" "$3" "$4" "$2"' - "$keysieve" "$seeds" |
  tee "$work/result.txt"
good=$(grep -c '^ok ' "$work/result.txt")
bad=$(grep -c '^FAILED ' "$work/result.txt")
echo "$good passed, $bad failed"
[ "$bad" -eq 0 ] && [ "$good" -gt 0 ]
