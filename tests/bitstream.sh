#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What an iCE40 bitstream makes of the FPGA, as Verilog again (icebox_vlog), and a simulator of it with a bench.
# Nothing of the RTL or of the netlist is in it: the LUTs, carries, flip-flops, block RAM and wires are read from
# the bits.
#
#   bitstream.sh BITS PCF MODULE FOLDER BENCH [OPTION..]
#
# BITS     the bitstream: a .bin, as the board takes it, or as text (nextpnr --asc)
# PCF      the pins, which give the ports their names
# MODULE   the name of the module that FOLDER/bitstream.v gets
# BENCH    a bench that has an instance of it; its only top is module `line` or what TOP names
# OPTION   for the simulator, as -DNETLIST
#
# Makes FOLDER/simulator, to be called with plusargs: of Verilator, or of Icarus with SIMULATOR=icarus, which takes
# some hundred times as long. Exit status 2: no such file, or one that is no bitstream; 3: a tool is missing.
#
#   bitstream.sh x.bin ice40-hx8k.pcf elsa_ice40_board out fpga/line.v -DNETLIST -DBOARD=elsa_ice40_board \
#     -DDIVISOR=104 -DGAP=240000
#   fpga/host.py PROGRAM --simulate out/simulator
#
# What icebox_vlog needs to be told: -c, or led_o[1:0] comes back as two ports; -n, or the module is called chip.
# Flip-flops start at 0 there, as on the FPGA: that they may start at anything is for gatesim.sh to show.
set -u

refuse() {
  status=$1
  shift
  echo "bitstream: $*" >&2
  exit "$status"
}

if [ $# -lt 5 ]; then refuse 2 'BITS PCF MODULE FOLDER BENCH [OPTION..] are needed'; fi
bits=$1 pcf=$2 module=$3 folder=$4 bench=$5
shift 5
simulator=${SIMULATOR:-verilator} top=${TOP:-line}
cells=/usr/share/yosys/ice40/cells_sim.v

for file in "$bits" "$pcf" "$bench"; do [ -r "$file" ] || refuse 2 "there is no $file"; done
for tool in icebox_vlog iceunpack; do
  command -v $tool > /dev/null || refuse 3 "$tool is missing: apt-get install fpga-icestorm"
done
[ -r $cells ] || refuse 3 "$cells is missing: apt-get install yosys"
case $simulator in
  icarus) tool=iverilog ;;
  verilator) tool=verilator ;;
  *) refuse 2 "SIMULATOR=$simulator: choose verilator or icarus" ;;
esac
command -v $tool > /dev/null || refuse 3 "$tool is missing: apt-get install $tool"

mkdir -p "$folder" || exit 2
folder=$(cd "$folder" && pwd)
rm -f "$folder/simulator"
if grep -aq '^\.device' "$bits"; then
  cp "$bits" "$folder/bitstream.asc"
else
  iceunpack "$bits" "$folder/bitstream.asc" 2> "$folder/said" || refuse 2 "$bits is no bitstream of an iCE40"
fi
icebox_vlog -s -c -n "$module" -p "$pcf" "$folder/bitstream.asc" > "$folder/bitstream.v" 2> "$folder/said" ||
  refuse 2 "icebox_vlog: $(tail -n 1 "$folder/said")"
# Ports are declared in the module's head and again in its body, which Verilator refuses: the head keeps their names.
awk '/^module / && match($0, /\(.*\)/) {
  ports = substr($0, RSTART + 1, RLENGTH - 2)
  declared = ports
  gsub(/, /, ";\n", declared)
  gsub(/(input|output|inout) (\[[^]]*\] )?/, "", ports)
  print substr($0, 1, RSTART - 1) "(" ports ");\n" declared ";"
  next
} { print }' "$folder/bitstream.v" > "$folder/said" && mv "$folder/said" "$folder/bitstream.v"
# All that is not Verilog's own: block RAM.
sed -n '/^`timescale/p; /^`ifndef NO_ICE40_DEFAULT/,/^`endif/p; /^module SB_RAM40_4K/,/^endmodule/p' $cells \
  > "$folder/ram.v"

if [ $simulator = icarus ]; then
  iverilog -g2005 -gno-specify -DNO_ICE40_DEFAULT_ASSIGNMENTS "$@" -s "$top" -o "$folder/bitstream.vvp" \
    "$bench" "$folder/bitstream.v" "$folder/ram.v" || exit 1
  printf '#!/bin/sh\nexec vvp -n %s "$@"\n' "'$folder/bitstream.vvp'" > "$folder/simulator"
  chmod +x "$folder/simulator"
else
  # It is one module of thousands of assignments without a name of their own: nothing for lint.
  verilator --binary --timing -O3 -fno-dfg -Wno-fatal -Wno-lint -Wno-style -DNO_ICE40_DEFAULT_ASSIGNMENTS "$@" \
    --top-module "$top" --Mdir "$folder/obj" -MAKEFLAGS 'OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1' \
    -o "$folder/simulator" "$bench" "$folder/bitstream.v" "$folder/ram.v" > "$folder/said" 2>&1 ||
    { tail -n 5 "$folder/said" >&2; exit 1; }
fi
