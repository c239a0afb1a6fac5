#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds floats.v and floats.cpp with Verilator and runs them: the float modules of rtl/ against the C model,
# operation by operation. Exit status 1 on a difference.
set -eu
cd "$(dirname "$0")/.."
build=$PWD/${BUILD:-build}
mkdir -p "$build/tests"
verilator --cc --exe --build -O3 -fno-dfg -Wno-fatal --x-initial unique --top-module floats \
  --Mdir "$build/tests/floats" -CFLAGS "-std=c++17 -O1 -w -I$PWD/cmodel -I$PWD/tests" \
  -LDFLAGS "$build/libkeysieve.a -linih -lm -fopenmp" -y rtl tests/floats.v "$PWD/tests/floats.cpp" \
  > "$build/tests/floats.log" 2>&1 || { tail -n 20 "$build/tests/floats.log"; exit 1; }
"$build/tests/floats/Vfloats"
