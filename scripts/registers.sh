#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts the register table that `keysieve gen elsa` writes at the end of docs/registers.md. With --check it
# changes nothing and exits 1 if the table there is another one.
set -eu
cd "$(dirname "$0")/.."
keysieve=${KEYSIEVE:-build/keysieve}
page=docs/registers.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$keysieve" gen elsa -o "$work/elsa"
sed '/^| word /,$d' $page > "$work/page"
sed -n '/^| word /,$p' "$work/elsa/elsa_registers.md" >> "$work/page"
if test "${1:-}" = --check; then
  diff -u $page "$work/page"
else
  cp "$work/page" $page
fi
