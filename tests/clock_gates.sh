#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Clock gates of the ASIC flow: which registers get one, that the netlist does what the RTL does, and that OpenSTA
# times enables and registers behind gates. The cells are Debian's osu018 with a gate (clock_gates/gate.lib).
# tests/clock_gates.sh; ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/.." || exit 1
asic=$PWD/asic
osu018=/usr/share/qflow/tech/osu018/osu018_stdcells
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp tests/clock_gates/* "$work"
cd "$work" || exit 1
passed=0
failed=0

verdict() {
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED: $1"; fi
}

# equal WHAT HAVE WANT
equal() {
  [ "$2" = "$3" ]
  verdict "$1: $2, not $3" $?
}

# ---- synthesis -----------------------------------------------------------------------------------------

# The library's last brace makes room for the gate.
sed '$!b; s/}//' $osu018.lib | sed -e '$d' > cells.lib
tail -n 1 $osu018.lib | grep -q '^}' && cat gate.lib >> cells.lib
printf 'set_driving_cell BUFX2\nset_load 40\n' > constraint
export UNIT="$work/unit" STUBS="$work/unit" LIBERTY="$work/cells.lib" CONSTRAINT="$work/constraint" BUDGET=3680
export TIE_HIGH='' TIE_LOW='' GATE='CLKGATE CLK EN GCLK' GATE_PY="$asic/gate.py"
export MULTIPLY="$asic/multiply.v"
export TOP=registers OUT="$work" SOURCES=registers.v UNITS=''
{
  yosys -c "$asic/elaborate.tcl" && cp design.il unit && : > empty && STUBS=empty yosys -c "$asic/synth.tcl" &&
    yosys -p "read_rtlil unit.mapped; rename registers mapped; write_verilog -noattr mapped.v" &&
    STUBS=empty MAPPED=unit.mapped yosys -c "$asic/join.tcl"
} > log 2>&1
verdict "synthesis: $(tail -n 1 log)" $?
equal 'clock gates' "$(grep -c '^  CLKGATE ' mapped.v)" $((9 + 1 + 1 + 1))
equal 'flip-flops' "$(grep -c '^  DFFPOSX1 ' mapped.v)" 324
equal 'gates and flip-flops on the clock itself' "$(grep -c '\.CLK(clk_i)' mapped.v)" $((12 + 3 + 8 + 8))
for register in wide_o\\[0 wide_o\\[32 inverted_o\\[0 reset_o\\[0; do
  grep -q "clock_gate\.$register\]" mapped.v
  verdict "no gate named after $register]" $?
done

# ---- function ------------------------------------------------------------------------------------------

# simulate: the bench on mapped.v with the gate whose body is standard input
simulate() {
  { echo 'module CLKGATE(input CLK, input EN, output GCLK); reg q;' && cat && echo endmodule; } > gate.v
  iverilog -g2005 -gno-specify -s bench -o bench.vvp bench.v registers.v mapped.v gate.v $osu018.v > log 2>&1 &&
    vvp -N bench.vvp >> log 2>&1 && grep -q PASS log
}

simulate << 'GATE'
always @* if (!CLK) q = EN;
assign GCLK = CLK && q;
GATE
verdict "RTL and netlist: $(tail -n 1 log)" $?
for wrong in "assign GCLK = CLK;" "assign GCLK = CLK && EN;" "always @* if (!CLK) q = !EN; assign GCLK = CLK && q;"; do
  echo "$wrong" | simulate
  [ $? -ne 0 ] && grep -q 'cycle' log
  verdict "a wrong gate is not seen: $wrong" $?
done

# ---- buffers -------------------------------------------------------------------------------------------

buffers=$(PYTHONPATH=$asic /usr/bin/python3 -B -c 'import fanout, liberty
print(fanout.add("netlist.v", liberty.read("cells.lib").cells, "BUFX4", "CLKGATE"))')
equal 'buffers for the enable of nine gates, none for gated clocks' "$buffers" 2

# ---- timing --------------------------------------------------------------------------------------------

LIBERTIES=$LIBERTY PERIOD_NS=4 DRIVER=BUFX2 LOAD_PF=0.04 PATHS=1000 sta -exit "$asic/timing.tcl" > log 2>&1
verdict "timing: $(tail -n 1 log)" $?
! grep -qiE 'error|warning' log
verdict "timing: $(grep -iE -m 1 'error|warning' log)" $?
equal 'enables that are timed' "$(grep -c 'Endpoint: clock_gate' paths.txt)" 12
equal 'flip-flops that are timed' "$(grep -A 1 '^Endpoint' paths.txt | grep -c 'flip-flop clocked by clock')" 324

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
