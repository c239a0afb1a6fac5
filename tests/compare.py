#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""scripts/compare.py on digits at p = 1, and on the broad heads: its figures against those of the program, called
here anew; its tables; what it says when something is missing. tests/compare.py [PROGRAM]

Prints what is wrong and `N passed, N failed`.
"""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else f"{ROOT}/build/keysieve")
DIGITS = "--scale 20 --q tests/data/digits-q.npy --k tests/data/digits-k.npy".split()
LEARN = [*DIGITS, "--queries", "0:285"]
RUN = [*DIGITS, "--queries", "285:1285", "--v", "tests/data/digits-v.npy", "--labels",
       "tests/data/digits-labels.npy"]

# How a user would ask for these machines.
MACHINES = {
    "elsa-paper": ["elsa-paper"],
    "elsa": ["elsa"],
    "hash=kronecker": ["elsa", "--set", "hash=kronecker", "--set", "hash_factors=4,4,4"],
    "norm_bits=8": ["elsa", "--set", "norm_bits=8"],
    "issue=lqf": ["elsa", "--set", "issue=lqf"],
    "accumulator=float": ["elsa", "--set", "accumulator=float", "--set", "ways=1", "--set", "recip_frac=5"],
    "ways=1": ["elsa", "--set", "ways=1"],
    "recip_frac=5": ["elsa", "--set", "recip_frac=5"],
    "compensate=none": ["elsa", "--set", "compensate=none"],
}

passed = failed = 0


def expect(what: str, found, wanted) -> None:
    global passed, failed
    if found == wanted:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}: {found}, not {wanted}")


def call(*command: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, cwd=ROOT)


def figures(*command: str) -> dict:
    done = call(PROGRAM, *command, "--json")
    if done.returncode:
        sys.exit(f"FAILED: {' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout)


def select(rows: list[dict], **values) -> dict:
    """The one row that has these values."""
    found = [row for row in rows if all(row[key] == value for key, value in values.items())]
    return found[0] if len(found) == 1 else sys.exit(f"FAILED: {len(found)} rows have {values}")


def test_figures(result: dict, work: str) -> None:
    """Each machine's two rows of digits are what `learn` and `run` give."""
    for name, config in MACHINES.items():
        figures("learn", *config, *LEARN, "--p", "1", "-o", f"{work}/t.json")
        exact, chosen = (figures("run", *config, *RUN, *mode)
                         for mode in (["--exact"], ["--threshold", f"{work}/t.json"]))
        for p, wanted in ((None, exact), (1, chosen)):
            row = select(result["rows"], data="digits", machine=name, p=p)
            for key in ("used", "used_share", "error", "mass", "recall5", "accuracy", "cycles"):
                expect(f"{name}, p = {p}: {key}", row[key], wanted[key])
            expect(f"{name}, p = {p}: right", row["right"], round(1000 * wanted["accuracy"]))
            expect(f"{name}, p = {p}: cycles of exact", row["cycles_over_exact"],
                   wanted["cycles"] / exact["cycles"])


def test_sizes(result: dict) -> None:
    """What the program counts, summed here: both measures of a multiplier and of words, an adder's width."""
    for name, config in MACHINES.items():
        parts, machine = figures("show", *config)["parts"], select(result["machines"], name=name)
        factors = [part for part in parts if part["part"].endswith(("multiplier", "selector"))]
        expect(f"{name}: multipliers", machine["multipliers"], sum(part["count"] for part in factors))
        areas = {"multiplier_bits": factors}
        for key, kind in (("memory_bits", "memory"), ("register_bits", "registers")):
            areas[key] = [part for part in parts if part["part"] == kind]
        for key, some in areas.items():
            expect(f"{name}: {key}", machine[key], sum(part["count"] * part["a"] * part["b"] for part in some))
        widths = [part["count"] * part["a"] for part in parts if part["part"] == "adder"]
        expect(f"{name}: adder_bits", machine["adder_bits"], sum(widths))


def test_machines(result: dict) -> None:
    """The paper's, the default, and no departure forgotten."""
    expect("machines", [machine["name"] for machine in result["machines"]], list(MACHINES))
    undone = set().union(*(machine["undone"] for machine in result["machines"]))
    expect("keys undone", undone, set(result["differences"]))


def test_text(text: str) -> None:
    lines = text.splitlines()
    expect("lines wider than 120 columns", [line for line in lines if len(line) > 120], [])
    for name in MACHINES:  # digits exact and p = 1, four broad heads
        found = [line for line in lines if line.split(" ")[0] == name]
        expect(f"lines of {name}", len(found), 6)
    exact = figures("run", "elsa", *RUN, "--exact")
    first = next(line for line in lines if line.startswith("elsa ")).split()
    expect("error and cycles of elsa, exact, in the table", (first[2], first[6]),
           (f"{exact['error']:.4f}", f"{exact['cycles']:,d}"))


def test_engines(result: dict, work: str) -> None:
    """Each row is what the program gives for its options, over its own exact run."""
    expect("engines", [row["config"] for row in result["engines"]],
           ["elsa", "elsa-paper", "a3-512", "lisa-512", "lisa-512"])
    for row in result["engines"]:
        options = {"p = 1": ["--threshold", f"{work}/e.json"], "M = n / 2, T = 5 %": ["--iterations", "256", "--post", "5"],
                   "top_k = n / 4, top_q = n / 8": [],
                   "top_k = n / 8, top_q = n / 32": ["--top-k", "64", "--top-q", "16"]}[row["setting"]]
        if row["setting"] == "p = 1":
            figures("learn", row["config"], *LEARN, "--p", "1", "-o", f"{work}/e.json")
        wanted, exact = (figures("run", row["config"], *RUN, *mode) for mode in (options, ["--exact"]))
        for key in ("used", "error", "mass", "recall5", "accuracy", "cycles"):
            expect(f"{row['config']}, {row['setting']}: {key}", row[key], wanted[key])
        expect(f"{row['config']}, {row['setting']}: candidates", row["candidates_share"] * 512000, wanted["candidates"])
        expect(f"{row['config']}, {row['setting']}: over exact", row["cycles_over_exact"],
               wanted["cycles"] / exact["cycles"])


def test_broad(result: dict) -> None:
    """5 fraction bits stall on many equal weights; rounding the output hides less of it, the finer it is."""
    for data, factor in (("broad-equal", 4), ("broad-equal-fine", 10), ("broad-normal-fine", 10)):
        shared, floats, paper = (select(result["rows"], data=data, machine=name)["error"]
                                 for name in ("elsa", "accumulator=float", "elsa-paper"))
        expect(f"{data}: error {floats} of floats is {factor} times {shared}", 0 < factor * shared <= floats, True)
        expect(f"{data}: error of the paper's machine", paper, floats)


def test_docs(markdown: str) -> None:
    """The pages have every line that this run made, so they are of this version. make compare and --docs mend it."""
    page = []
    for name in ("docs/compare.md", "README.md"):
        with open(f"{ROOT}/{name}") as file:
            page += file.read().splitlines()
    made = [line for line in markdown.split("<!-- table ") if not line.startswith("summary")]
    expect("docs/compare.md and README.md lack", [line for table in made for line in table.splitlines()
                                     if line.startswith("|") and line not in page], [])


def test_missing(work: str) -> None:
    done = call(sys.executable, "-B", "scripts/compare.py", "--program", PROGRAM, "--out", f"{work}/none",
                PATH="/nonexistent")
    expect("without gnuplot: status", done.returncode, 3)
    expect("without gnuplot: named", "gnuplot-nox" in done.stderr, True)
    expect("without gnuplot: nothing written", os.path.exists(f"{work}/none"), False)
    os.symlink("/bin/true", f"{work}/gnuplot")  # asked for, and not run
    done = call(sys.executable, "-B", "scripts/compare.py", "--program", PROGRAM, "--docs", "--out", work,
                KS_SHARED="/nonexistent", PATH=work)
    expect("--docs without all data: status", (done.returncode, "--docs" in done.stderr), (2, True))
    done = call("/bin/sh", "scripts/bootstrap.sh", "compare", PATH="/nonexistent")
    expect("without python3: status", done.returncode, 3)
    expect("without python3: named", "python3" in done.stdout and "gnuplot-nox" in done.stdout, True)


def main() -> None:
    with tempfile.TemporaryDirectory() as work:
        done = call(f"{ROOT}/scripts/compare.py", "--program", PROGRAM, "--data", "digits", "--data", "kwt1-yes",
                    "--p", "1", "--no-plot", "--out", work, KS_SHARED="/nonexistent")
        if done.returncode:
            sys.exit(f"FAILED: compare.py: {done.stdout}{done.stderr}")
        with open(f"{work}/compare.json") as file:
            result = json.load(file)
        with open(f"{work}/compare.md") as file:
            markdown = file.read()
        expect("skipped", (result["skipped"], "skipped: kwt1-yes" in done.stdout), (["kwt1-yes"], True))
        test_machines(result)
        test_figures(result, work)
        test_sizes(result)
        test_text(done.stdout)
        test_broad(result)
        test_engines(result, work)
        test_docs(markdown)
        test_missing(work)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
