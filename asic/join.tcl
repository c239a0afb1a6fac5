# SPDX-License-Identifier: Apache-2.0
#
# yosys -c join.tcl: the mapped modules and the memories' black boxes to a netlist for OpenSTA.
#
#   TOP      top module
#   OUT      folder: gets netlist.v
#   STUBS    file with all modules; those that are not among MAPPED stay black boxes
#   MAPPED   what synth.tcl wrote
#   LIBERTY  the cells
yosys -import

read_liberty -lib -ignore_miss_func $env(LIBERTY)
read_rtlil -lib $env(STUBS)
foreach file $env(MAPPED) { read_rtlil $file }
hierarchy -check -top $env(TOP)
splitnets -ports
check -assert -mapped
write_verilog -simple-lhs -noattr -noexpr -nohex -nodec $env(OUT)/netlist.v
