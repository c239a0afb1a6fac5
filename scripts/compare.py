#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""ELSA as published beside Keysieve's default, and beside the default with one departure undone at a time; and the
three engines side by side.

    compare.py [--data NAME].. [--p P].. [--no-plot] [--docs] [--out DIR] [--program KEYSIEVE]

Prints a table; writes DIR/compare.json, compare.md and, with gnuplot, compare.svg and .png. All figures are
those that `keysieve run` and `show` print; the JSON has the command of each. --docs puts tables and plot into
README.md and docs/. What is not in the repository is looked for in the folder that KS_SHARED names (default
../shared).
"""
import argparse
import json
import os
import random
import shutil
import struct
import sys
from dataclasses import dataclass, field

import compare_tables
from program import output, tensors

DEFAULT, PAPER = "elsa", "elsa-paper"

# Keys that belong together; where one more than the first can be undone alone, it has a line of its own.
DEPARTURES = (
    ("hash", "hash_factors", "hash_multipliers"),
    ("norm_bits",),
    ("issue", "queue_depth"),
    ("accumulator", "ways", "recip_frac"),
    ("ways",),
    ("recip_frac",),
    ("compensate",),
)

# What a row takes from the figures of its run.
FIGURES = ("heads", "queries", "keys", "d_run", "used", "used_share", "error", "mass", "recall5", "accuracy",
           "cycles", "flags")


@dataclass
class Machine:
    name: str
    config: str
    undone: dict = field(default_factory=dict)  # keys as the paper has them
    parts: dict = field(default_factory=dict)  # kind: {"count", "bits"}

    def command(self, program: str, verb: str, *sets: str) -> list[str]:
        keys = [f"{key}={value}" for key, value in self.undone.items()]
        return [program, verb, self.config, *(word for key in (*keys, *sets) for word in ("--set", key))]


@dataclass
class Engine:
    """One setting of an engine, and the cycles over an exact run that its paper has."""
    config: str
    setting: str
    options: tuple[str, ...]
    published: str


@dataclass
class Data:
    name: str
    title: str
    prefix: str
    options: tuple[str, ...]
    learn: tuple[str, ...] = ()  # queries to learn on; without, thresholds are learned on those of the run
    labels: bool = False
    sets: tuple[str, ...] = ()
    exact_only: bool = False


# Each at the setting of its named configuration; no options: a threshold learned for p = 1.
ENGINES = (
    Engine("elsa", "p = 1", (), "0.38, 0.29, 0.26"),
    Engine("elsa-paper", "p = 1", (), "0.38, 0.29, 0.26"),
    Engine("a3-512", "M = n / 2, T = 5 %", ("--iterations", "0.5x", "--post", "5"), "1/1.85"),
    Engine("lisa-512", "top_k = n / 4, top_q = n / 8", ("--top-k", "128", "--top-q", "64"), "1/3"),
    Engine("lisa-512", "top_k = n / 8, top_q = n / 32", ("--top-k", "64", "--top-q", "16"), "1/3"),
)

# ---- the machines --------------------------------------------------------------------------------


def show(program: str, machine: Machine) -> dict:
    return json.loads(output([*machine.command(program, "show"), "--json"]).stdout)


def find_differences(program: str) -> dict:
    """{key: (default, paper's)} of the keys in which the two configurations differ."""
    ours, theirs = (show(program, Machine(name, name))["parameters"] for name in (DEFAULT, PAPER))
    return {key: (ours[key], theirs[key]) for key in ours if ours[key] != theirs[key]}


def undo_each(differences: dict) -> list[Machine]:
    unnamed = set(differences) - {key for keys in DEPARTURES for key in keys}
    if unnamed:
        sys.exit(f"compare.py: DEPARTURES lacks what {PAPER} differs in: {', '.join(sorted(unnamed))}")
    machines = []
    for keys in DEPARTURES:
        undone = {key: differences[key][1] for key in keys if key in differences}
        if keys[0] in undone:
            machines.append(Machine(f"{keys[0]}={undone[keys[0]]}", DEFAULT, undone))
    return machines


def count_parts(rows: list[dict]) -> dict:
    """Of each kind the number of parts and their bits: the width of a flat one, a * b of the others."""
    parts = {kind: {"count": 0, "bits": 0} for kind in compare_tables.KINDS}
    for row in rows:
        if row["part"] not in parts:
            sys.exit(f"compare.py: parts of an unknown kind: {row['part']}")
        size = row["a"] if row["part"] in compare_tables.FLAT else row["a"] * row["b"]
        parts[row["part"]]["count"] += row["count"]
        parts[row["part"]]["bits"] += row["count"] * size
    return parts


def make_machines(program: str, differences: dict) -> list[Machine]:
    machines = [Machine(PAPER, PAPER), Machine(DEFAULT, DEFAULT), *undo_each(differences)]
    for machine in machines:
        machine.parts = count_parts(show(program, machine)["parts"])
    return machines


# ---- the data ------------------------------------------------------------------------------------


def save_npy(path: str, shape: tuple[int, ...], values: list[float]) -> None:
    """float32. The header's length is a multiple of 64 bytes, 10 of them before its text."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust((len(header) + 11 + 63) // 64 * 64 - 11) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("ascii"))
        file.write(struct.pack(f"<{len(values)}f", *values))


def make_broad(folder: str, keys: int, d: int) -> None:
    """Heads without a peak: all scores equal (q = 0), and scores of deviation 1 with the default scale. Samples
    are normal and multiples of 1/32, as codes are: nothing is lost before the arithmetic begins."""
    heads, queries = 8, 32
    source = random.Random(1)

    def normal(*shape: int) -> list[float]:
        return [round(32 * source.gauss(0, 1)) / 32 for _ in range(shape[0] * shape[1] * shape[2])]

    for name, shape in (("k", (heads, keys, d)), ("v", (heads, keys, d)), ("q", (heads, queries, d))):
        values = normal(*shape)
        save_npy(f"{folder}/broad-normal-{name}.npy", shape, values)
        if name == "q":
            shape, values = (heads, 1, d), [0.0] * (heads * d)
        save_npy(f"{folder}/broad-equal-{name}.npy", shape, values)


def find_data(folder: str, shared: str) -> list[Data]:
    fine = ("out_frac=11",)
    broad = {"equal": "scores equal", "normal": "scores of deviation 1"}
    return [
        Data("digits", "digits", "tests/data/digits",
             ("--scale", "20", "--queries", "285:1285"), ("--scale", "20", "--queries", "0:285"),
             labels=True),
        Data("kwt1-yes", "KWT-1", f"{shared}/workloads/kwt1-yes",
             ("--scale", "0.125")),
        Data("babi", "bAbI", f"{shared}/workloads/babi",
             ("--scale", "1")),
        *(Data(f"broad-{name}{note and '-fine'}", f"{title}{note}",
               f"{folder}/broad-{name}", (), sets=sets, exact_only=True)
          for name, title in broad.items() for sets, note in (((), ""), (fine, ", out_frac = 11"))),
    ]


def choose_data(every: list[Data], names: list[str], shared: str) -> tuple[list[Data], list[str]]:
    """Those asked for, and the names of those that are not there. A broad head is always there."""
    wanted = [data for data in every if data.exact_only or not names or data.name in names]
    skipped = [data.name for data in wanted if not os.path.exists(f"{data.prefix}-q.npy")]
    for name in skipped:
        print(f"skipped: {name} is not in {shared}/workloads (KS_SHARED names the folder)")
    return [data for data in wanted if data.name not in skipped], skipped


# ---- measuring -----------------------------------------------------------------------------------


def threshold_options(program: str, machine: Machine, data: Data, p: str, folder: str) -> list[str]:
    if not data.learn:
        return ["--p", p]
    path = f"{folder}/threshold-{data.name}-{machine.name}-{p}.json"
    command = [*machine.command(program, "learn"), *tensors(data.prefix, "qk"), *data.learn]
    output([*command, "--p", p, "-o", path])
    return ["--threshold", path]


def measure(program: str, machine: Machine, data: Data, p: str | None, folder: str) -> dict:
    """One run; p = None is exact mode."""
    mode = ["--exact"] if p is None else threshold_options(program, machine, data, p, folder)
    labels = ["--labels", f"{data.prefix}-labels.npy"] if data.labels else []
    command = [*machine.command(program, "run", *data.sets), *tensors(data.prefix), *labels, *data.options,
               *mode]
    figures = json.loads(output([*command, "--json"]).stdout)
    row = {"data": data.name, "p": p and float(p), "machine": machine.name, "command": " ".join(command)}
    row.update({name: figures[name] for name in FIGURES})
    row["right"] = round(row["accuracy"] * row["queries"]) if data.labels else None
    return row


def measure_all(program: str, machines: list[Machine], data: list[Data], ps: list[str],
                folder: str) -> list[dict]:
    rows = []
    for each in data:
        exact = {}
        for p in [None] if each.exact_only else [None, *ps]:
            for machine in machines:
                row = measure(program, machine, each, p, folder)
                exact.setdefault(machine.name, row["cycles"])
                row["cycles_over_exact"] = row["cycles"] / exact[machine.name]
                rows.append(row)
    return rows


def run_engine(program: str, engine: Engine, data: Data, mode: tuple[str, ...]) -> dict:
    command = [program, "run", engine.config, *tensors(data.prefix), *data.options, "--labels",
               f"{data.prefix}-labels.npy", *mode]
    figures = json.loads(output([*command, "--json"]).stdout)
    return {"command": " ".join(command), "candidates_share": figures["candidates"] /
            (figures["queries"] * figures["keys"]), **{name: figures[name] for name in FIGURES}}


def measure_engines(program: str, data: Data, folder: str) -> list[dict]:
    """The three engines on the same data, each over its own exact run."""
    rows = []
    for engine in ENGINES:
        options = engine.options
        if not options:
            options = tuple(threshold_options(program, Machine(engine.config, engine.config), data, "1", folder))
        row, exact = run_engine(program, engine, data, options), run_engine(program, engine, data, ("--exact",))
        rows.append({"config": engine.config, "setting": engine.setting, "published": engine.published,
                     "cycles_exact": exact["cycles"], "cycles_over_exact": row["cycles"] / exact["cycles"], **row})
    return rows


def as_json(args: argparse.Namespace, differences: dict, machines: list[Machine], data: list[Data],
            skipped: list[str], rows: list[dict], engines: list[dict]) -> dict:
    return {
        "version": show(args.program, machines[0])["version"],
        "command": " ".join(sys.argv),
        "differences": {key: dict(zip((DEFAULT, PAPER), pair)) for key, pair in differences.items()},
        "machines": [{"name": m.name, "config": m.config, "undone": m.undone, "parts": m.parts,
                      "command": " ".join(m.command(args.program, "show")), **compare_tables.sizes(m.parts)}
                     for m in machines],
        "data": [{"name": each.name, "title": each.title, "exact_only": each.exact_only} for each in data],
        "skipped": skipped,
        "rows": rows,
        "engines": engines,
    }


def plot(result: dict, folder: str) -> None:
    panels = compare_tables.write_points(result, folder)
    names, titles = " ".join(name for name, _ in panels), " ".join(f'"{title}"' for _, title in panels)
    for kind in ("svg", "png"):
        output(["gnuplot", "-c", "scripts/compare.gp", folder, kind, names, titles,
                str(len(result["machines"]))])


def fail(status: int, text: str) -> None:
    """Exit statuses are those of keysieve: 2 the input is wrong, 3 a tool is missing."""
    print(f"compare.py: {text}", file=sys.stderr)
    sys.exit(status)


def check_tools(args: argparse.Namespace) -> None:
    if shutil.which(args.program) is None:
        fail(3, f"{args.program} is not built: make")
    if not args.no_plot and shutil.which("gnuplot") is None:
        fail(3, "gnuplot, which draws the plot, is not installed: apt-get install gnuplot-nox")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", action="append", default=[], choices=["digits", "kwt1-yes", "babi"],
                        help="only this; repeatable. The broad heads are always there")
    parser.add_argument("--p", action="append", default=[],
                        help="thresholds are learned for (0.5, 1, 2, 4); repeatable")
    parser.add_argument("--no-plot", action="store_true", help="tables alone, without gnuplot")
    parser.add_argument("--docs", action="store_true", help="put tables and plot into README.md and docs/")
    parser.add_argument("--out", default="build/compare", help="folder to write to (%(default)s)")
    parser.add_argument("--program", default="build/keysieve", help="(%(default)s)")
    args = parser.parse_args()
    if args.docs and (args.data or args.p or args.no_plot):
        parser.error("--docs takes every data set, every p and the plot")
    return args


def main() -> None:
    args = arguments()
    os.chdir(os.path.join(os.path.dirname(__file__), ".."))
    shared = os.environ.get("KS_SHARED") or "../shared"
    check_tools(args)
    os.makedirs(args.out, exist_ok=True)
    differences = find_differences(args.program)
    machines = make_machines(args.program, differences)
    parameters = show(args.program, machines[0])["parameters"]
    make_broad(args.out, parameters["n"], parameters["d"])
    data, skipped = choose_data(find_data(args.out, shared), args.data, shared)
    if args.docs and skipped:
        fail(2, "--docs needs all data sets: the tables would lose those skipped")
    rows = measure_all(args.program, machines, data, args.p or ["0.5", "1", "2", "4"], args.out)
    digits = next(each for each in find_data(args.out, shared) if each.labels)
    engines = measure_engines(args.program, digits, args.out)
    result = as_json(args, differences, machines, data, skipped, rows, engines)
    with open(f"{args.out}/compare.json", "w") as file:
        json.dump(result, file, indent=2)
        file.write("\n")
    compare_tables.write_markdown(result, f"{args.out}/compare.md")
    compare_tables.print_text(result)
    if not args.no_plot:
        plot(result, args.out)
    if args.docs:
        compare_tables.refresh_docs(result, args.out)
    drawn = "" if args.no_plot else ", compare.svg, compare.png"
    print(f"\nIn {args.out}/: compare.json, compare.md{drawn}")


main()
