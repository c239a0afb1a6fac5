#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what the build, the tests and the demo need and this machine lacks; `bootstrap.sh asic`, `bench`, `compare`,
# `fpga` or `fuzz` what these need as well. Does nothing when all is there. Without the right to install it names the
# packages and exits 3.
set -eu

# What a package is for, and a command or a header that shows it is there.
packages='
gcc             gcc                          compiles keysieve
g++             g++                          compiles the simulation that verilator makes
libc6-dev       /usr/include/stdio.h         compiles keysieve
make            make                         runs the build
libinih-dev     /usr/include/ini.h           reads configurations
libjansson-dev  /usr/include/jansson.h       reads and writes JSON
libcmocka-dev   /usr/include/cmocka.h        runs the unit tests
verilator       verilator                    simulates and lints the Verilog
iverilog        iverilog                     simulates the Verilog a second time
yosys           yosys                        checks that the Verilog can be synthesised
opensta         sta                          times the netlist of the ASIC flow
qflow-tech-osu018  /usr/share/qflow/tech/osu018/osu018_stdcells.v  has the standard cells of netlists
nextpnr-ice40   nextpnr-ice40                places and routes the FPGA version
fpga-icestorm   icepack                      makes its bitstream, and Verilog of that again
python3         python3                      runs the FPGA and ASIC flows and the comparison with ELSA as published
python3-numpy   /usr/lib/python3/dist-packages/numpy   reckons power; is what the bench compares with
'
if test "${1:-}" = bench; then
  packages="$packages
libopenblas0-pthread   /usr/lib/*/openblas-pthread/libblas.so.3   is what NumPy multiplies with
"
fi
if test "${1:-}" = compare || test "${1:-}" = asic; then
  packages="$packages
gnuplot-nox            gnuplot                                            draws the plot
fonts-dejavu-core      /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf    are the letters in it
"
fi
if test "${1:-}" = fpga; then
  packages="$packages
python3-venv           /usr/lib/python3*/ensurepip/__init__.py    installs tools that Debian has not, for ECP5
"
fi
if test "${1:-}" = fuzz; then
  packages="$packages
clang                  clang                                                     compiles the fuzz targets
libclang-rt-14-dev     /usr/lib/llvm-14/lib/clang/*/lib/linux/*fuzzer*.a         drives the fuzz targets
"
fi

is_there() {
  case $1 in
    /*) set -- $1 && test -e "$1" ;; # unquoted: a pattern
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing=
reasons=
while read -r package sign purpose; do
  test -n "$package" || continue
  is_there "$sign" && continue
  missing="$missing $package"
  reasons="$reasons  $package: $purpose
"
done <<END
$packages
END
test -n "$missing" || exit 0

printf 'Needed and not installed:\n%s' "$reasons"
if ! command -v apt-get >/dev/null 2>&1; then
  echo "There is no apt-get here; please install what these Debian packages hold:$missing" >&2
  exit 3
fi
if test "$(id -u)" = 0; then
  sudo=
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || test -t 0; }; then
  sudo=sudo
else
  echo "Neither root nor sudo; please have these installed: apt-get install$missing" >&2
  exit 3
fi

echo "Installing them: $sudo apt-get install$missing"
# Package lists of a fresh system are empty, and old ones name versions that are gone.
$sudo apt-get update -qq || true
if ! $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; then
  echo "apt-get failed; please install by hand: apt-get install$missing" >&2
  exit 3
fi
