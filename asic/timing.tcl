# SPDX-License-Identifier: Apache-2.0
#
# sta -exit timing.tcl: slack of every end point, and the worst paths.
#
#   TOP, OUT   as in synth.tcl: reads netlist.v, writes paths.txt
#   LIBERTIES  cells and memories
#   PERIOD_NS  clock target
#   DRIVER, LOAD_PF  cell that drives every input, load on every output
#   PATHS      how many end points are reported, the worst first
#
# The clock is ideal: no tree, no skew. Inputs change at the clock edge and outputs are taken at it. The reset is
# of control alone and may take as many cycles as its tree needs: it is not timed.
foreach library $env(LIBERTIES) { read_liberty $library }
read_verilog $env(OUT)/netlist.v
link_design $env(TOP)

create_clock -name clock -period $env(PERIOD_NS) [get_ports clk_i]
set inputs {}
foreach port [all_inputs] {
  if {[get_property $port full_name] ni {clk_i rst_ni}} { lappend inputs $port }
}
set_input_delay 0 -clock clock $inputs
set_output_delay 0 -clock clock [all_outputs]
set_driving_cell -lib_cell $env(DRIVER) [all_inputs]
set_load $env(LOAD_PF) [all_outputs]
set_false_path -from [get_ports rst_ni]

report_checks -path_delay max -group_count $env(PATHS) -fields {capacitance slew} -digits 4 \
  > $env(OUT)/paths.txt
report_worst_slack
report_tns
