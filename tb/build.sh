#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Verilates the design of the current folder and makes dut.so of it and ks_dut.cpp.
#
#   build.sh TOP EFFORT TRACE SHARED
#
# EFFORT  run      the fastest simulation
#         compile  the fastest build, for sweeps over many small designs
# TRACE   plain    no signal but the ports is kept
#         vcd      every signal can be dumped, but for arrays of more than 128 rows, which are memories
# SHARED  folder for Verilator's own library, compiled once for all designs
set -eu
top=$1 effort=$2 trace=$3 shared=$4

case $effort in
  compile) optimise=-Og split=0 modules='ks_bank ks_score ks_adder_tree ks_accumulate ks_lane ks_lane_float ks_float_sum ks_candidate' ;;
  run) optimise=-O1 split=20000 modules= ;;
esac

case $trace in
  plain) tracing= parts= is_traced=0 ;;
  vcd)
    tracing='--trace --no-trace-params --trace-max-width 0 --trace-max-array 128'
    parts=verilated_vcd_c is_traced=1
    ;;
esac

# What stands in a design many times is compiled once for all its instances.
echo '`verilator_config' > once.vlt
for module in $modules; do echo "no_inline -module \"$module\"" >> once.vlt; done

# Measured on elsa: without -fno-dfg rows become concatenations of all their elements, and runs take
# half as long again; -O2 doubles the build and runs a tenth faster; with -O0 wide words cost a call
# each. Warnings do not stop: lint is a test of its own.
# --x-initial unique gives registers random values before reset, so that nothing may depend on them.
verilator --cc -O3 -fno-dfg $tracing --x-assign fast --x-initial unique --output-split "$split" -Wno-fatal \
  --prefix Vdut --top-module "$top" --Mdir obj -f "$top.f" once.vlt

include=$(verilator --getenv VERILATOR_ROOT)/include
version=$(verilator --version | tr -c 'A-Za-z0-9.\n' '_')
library=$shared/$version$trace.a
flags="-std=c++17 -fPIC -w -I$include -I$include/vltstd -Iobj -I. -DVM_COVERAGE=0 -DVM_SC=0
  -DVM_TRACE=$is_traced -DVM_TRACE_FST=0 -DVM_TRACE_VCD=$is_traced -DVL_USER_STOP -faligned-new -fcf-protection=none"

# Several builds may want it at once: each makes its own and the last one renamed stays.
if [ ! -f "$library" ]; then
  mkdir lib
  for part in verilated verilated_threads $parts; do
    g++ $flags -O2 -c "$include/$part.cpp" -o "lib/$part.o"
  done
  ar rcs lib.a lib/*.o
  mv lib.a "$library"
fi

if [ "$effort" = compile ]; then
  # What runs once, before the first cycle, is not worth optimising.
  for part in obj/*Slow*.cpp; do echo "#include \"$part\""; done > once.cpp
  for part in ks_dut.cpp $(ls obj/*.cpp | grep -v Slow); do echo "#include \"$part\""; done > all.cpp
  g++ $flags -O0 -c once.cpp
  g++ $flags $optimise -c all.cpp
else
  ls ks_dut.cpp obj/*.cpp | xargs -P "$(nproc)" -n 1 g++ $flags $optimise -c
fi
g++ -shared -o dut.so ./*.o "$library" -pthread
rm -rf obj lib ./*.o all.cpp once.cpp
