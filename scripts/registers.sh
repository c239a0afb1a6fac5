#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts the register tables that `keysieve gen` writes for elsa, a3 and lisa at the end of docs/registers.md. With --check
# it changes nothing and exits 1 if the tables there are others.
set -eu
cd "$(dirname "$0")/.."
keysieve=${KEYSIEVE:-build/keysieve}
page=docs/registers.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed '/^## The map/,$d' $page > "$work/page"
echo '## The map' >> "$work/page"
for design in elsa a3 lisa; do
  "$keysieve" gen $design -o "$work/$design"
  printf '\nOf `%s`:\n\n' $design >> "$work/page"
  sed -n '/^| word /,$p' "$work/$design/${design}_registers.md" >> "$work/page"
done
if test "${1:-}" = --check; then
  diff -u $page "$work/page"
else
  cp "$work/page" $page
fi
