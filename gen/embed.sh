#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Prints the C source of the table that gen/embedded.h declares: each file named on the command line as a
# string. The program carries its Verilog, templates and harness with it, so that no path matters at run time.
set -eu
echo '#include "embedded.h"'
echo
echo 'const struct ks_embedded ks_embedded[] = {'
for file in "$@"; do
  printf '{"%s",\n' "$(basename "$file")"
  sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$/\\n"/' "$file"
  echo '},'
done
echo '{0, 0}};'
