# SPDX-License-Identifier: Apache-2.0
#
# yosys -c synth.tcl: one module to cells of a library.
#
#   UNIT        file with the module; gets UNIT.mapped
#   STUBS       file with all modules, of which those that it holds are black boxes here
#   LIBERTY     the cells
#   CONSTRAINT  file for ABC: driving cell of an input, load of an output. Without it ABC inserts no buffers, and
#               a net that drives forty gates costs 0.3 ns in a 45 nm library
#   BUDGET      what gates between registers may take, ps
#   GATE        "CELL CLOCK ENABLE OUTPUT" of the clock gate and its pins, or empty: the library has none
#   GATE_PY     gate.py
#   MULTIPLY    multiply.v
#   TIE_HIGH, TIE_LOW  "CELL PIN" of constants, or empty: the library has none
yosys -import

read_rtlil -lib $env(STUBS)
read_rtlil $env(UNIT)

# As Yosys' own `synth`, without what renames registers (encoding of state machines, registers drawn into
# memories) or lengthens paths (sharing of multipliers). Resets stay gates before the flip-flop: drawn into it they
# would hide its enable.
opt_expr
opt_clean
opt -nodffe -nosdff
wreduce
peepopt
opt_clean
# Products as rows without sign extension, for the adder trees that alumacc makes.
techmap -map $env(MULTIPLY)
opt_expr
opt_clean
alumacc
opt -nosdff
memory -nordff
opt -fast -full -nosdff
opt -undriven -fine -nosdff
techmap
opt -fast -nosdff

# Registers with an enable get clock gates, where the library has any; else dfflibmap gives them multiplexers.
if {$env(GATE) ne ""} {
  dfflegalize -cell {$_DFF_P_} 01 -cell {$_DFFE_PP_} 01
  opt_merge
  opt_clean
  select =A:blackbox %n
  write_rtlil -selected $env(UNIT).enables
  exec $env(GATE_PY) {*}$env(GATE) < $env(UNIT).enables > $env(UNIT).gated
  design -reset
  read_rtlil -lib $env(STUBS)
  read_rtlil $env(UNIT).gated
}
dfflibmap -liberty $env(LIBERTY)
opt_clean

# Delay in ps of the mapping `script`, in place of what is mapped now; 0 if there is nothing to map.
proc mapped {script} {
  design -load unmapped
  tee -q -o $::env(UNIT).abc abc -liberty $::env(LIBERTY) -constr $::env(CONSTRAINT) -D $::env(BUDGET) \
    -script "+strash;ifraig;dch;$script;topo;buffer,-c;upsize,{D};dnsize,{D};stime"
  set file [open $::env(UNIT).abc]
  set delay 0
  regexp {Delay *= *([0-9.]+)} [read $file] all delay
  close $file
  puts "mapping: $script, $delay ps"
  return $delay
}

# The smallest mapping first. The first that is fast enough is taken, else the fastest one.
set least Inf
design -save unmapped
foreach script {amap map,{D} map,-B,0.9,{D}} {
  set delay [mapped $script]
  if {$delay < $least} {
    set least $delay
    set fastest $script
  }
  if {$delay <= $env(BUDGET) * 1.02} { break }
}
if {$fastest ne $script} { mapped $fastest }
if {$env(TIE_HIGH) ne ""} {
  hilomap -singleton -hicell {*}$env(TIE_HIGH) -locell {*}$env(TIE_LOW)
}
opt_clean -purge
select =A:blackbox %n
write_rtlil -selected $env(UNIT).mapped
