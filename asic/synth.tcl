# SPDX-License-Identifier: Apache-2.0
#
# yosys -c synth.tcl: one module to cells of a library.
#
#   UNIT        file with the module; gets UNIT.mapped
#   STUBS       file with all modules, of which those that it holds are black boxes here
#   LIBERTY     the cells
#   CONSTRAINT  file for ABC: driving cell of an input, load of an output. Without it ABC inserts no buffers, and
#               a net that drives forty gates costs 0.3 ns in a 45 nm library
#   PERIOD      clock target, ps
#   TIE_HIGH, TIE_LOW  "CELL PIN" of constants, or empty: the library has none
yosys -import

read_rtlil -lib $env(STUBS)
read_rtlil $env(UNIT)

# As Yosys' own `synth`, without what renames registers (encoding of state machines, registers drawn into
# memories) or lengthens paths (sharing of multipliers).
opt_expr
opt_clean
opt -nodffe -nosdff
wreduce
peepopt
opt_clean
alumacc
opt
memory -nordff
opt -fast -full
opt -undriven -fine
techmap
opt -fast
dfflibmap -liberty $env(LIBERTY)
opt_clean
# Measured on the weights of `elsa` in nangate45: 1.00 ns and 3 s, where Yosys' own script takes 32 s for 1.62 ns.
abc -liberty $env(LIBERTY) -constr $env(CONSTRAINT) -D $env(PERIOD) \
  -script "+strash;ifraig;dch;map,-B,0.9,{D};topo;buffer,-c;upsize,{D};dnsize,{D}"
if {$env(TIE_HIGH) ne ""} {
  hilomap -singleton -hicell {*}$env(TIE_HIGH) -locell {*}$env(TIE_LOW)
}
opt_clean -purge
select =A:blackbox %n
write_rtlil -selected $env(UNIT).mapped
