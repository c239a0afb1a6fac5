# SPDX-License-Identifier: Apache-2.0
#
# yosys -c elaborate.tcl: the design with all parameters set, as the modules that are synthesised each by itself.
#
#   TOP      top module
#   SOURCES  Verilog files, in this folder
#   UNITS    modules that stay modules, the memories among them; all others dissolve into those that hold them,
#            so that ABC sees what a control signal drives
#   OUT      folder: gets design.il
yosys -import

read_verilog -defer {*}$env(SOURCES)
hierarchy -check -top $env(TOP)
foreach unit $env(UNITS) { setattr -mod -set keep_hierarchy 1 A:hdlname=*\\$unit }
procs
flatten
opt_clean
check -assert
write_rtlil $env(OUT)/design.il
