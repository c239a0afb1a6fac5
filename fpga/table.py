#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts the figures of results/fpga-*.json into the table of fpga/README.md; --check compares.

Exit status: 0 good; 1 the table is not that of the results."""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- figures -->\n", "<!-- end -->\n"
HEAD = """| configuration | board | LUTs | flip-flops | block RAMs | multipliers | fmax, MHz | asked | board's clock |
|---|---|---|---|---|---|---|---|---|
"""


def share(result, what):
    has = result["has"][what]
    return f"{result[what]:,} of {has:,}" if has else "-"


def row(result):
    placed = [f"{result['fmax_mhz']:.1f}", f"{result['goal_mhz']:g}", f"{result['clock_mhz']:g}"] \
        if "fmax_mhz" in result else ["-", "-", "-"]
    cells = [f"`{result['config']}`", f"`{result['board']}`"] + \
        [share(result, what) for what in ("luts", "flip_flops", "block_rams", "multipliers")] + placed
    return "| " + " | ".join(cells) + " |\n"


def main():
    page = HERE / "README.md"
    text = page.read_text(encoding="utf-8")
    results = [json.loads(path.read_text(encoding="utf-8"))
               for path in sorted((HERE.parent / "results").glob("fpga-*.json"))]
    before, rest = text.split(BEGIN)
    wanted = before + BEGIN + HEAD + "".join(map(row, results)) + END + rest.split(END)[1]
    if sys.argv[1:] == ["--check"]:
        if wanted != text:
            print("fpga/README.md is not of results/: run fpga/table.py", file=sys.stderr)
        return int(wanted != text)
    page.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
