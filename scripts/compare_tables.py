# SPDX-License-Identifier: Apache-2.0
"""The tables of compare.py, made from what it writes to compare.json: text, Markdown, points for the plot."""
import re
import shutil
from collections.abc import Callable
from typing import NamedTuple

# Kinds of parts that `show` lists. A flat one has a width only, the others have two measures.
MULTIPLIERS = ("multiplier", "selector", "single multiplier")
FLAT = ("adder", "comparator")
KINDS = (*MULTIPLIERS, *FLAT, "memory", "table", "registers")


def sizes(parts: dict) -> dict:
    """What is compared of a machine, from its parts of each kind."""
    return {
        "multipliers": sum(parts[kind]["count"] for kind in MULTIPLIERS),
        "multiplier_bits": sum(parts[kind]["bits"] for kind in MULTIPLIERS),
        "adder_bits": parts["adder"]["bits"],
        "memory_bits": parts["memory"]["bits"],
        "register_bits": parts["registers"]["bits"],
    }


# ---- columns and rows ----------------------------------------------------------------------------


class Column(NamedTuple):
    title: str
    text: Callable[[dict], str]  # of a row: a run, or a machine


def column(title: str, key: str, form: str, factor: float = 1) -> Column:
    return Column(title, lambda row: "-" if row[key] is None else format(factor * row[key], form))


USED = column("used %", "used_share", ".2f", 100)
ERROR = column("error", "error", ".4f")
CYCLES = column("cycles", "cycles", ",d")
OF_EXACT = column("of exact %", "cycles_over_exact", ".1f", 100)
QUALITY = (USED, ERROR, column("mass", "mass", ".3f"), column("recall5", "recall5", ".3f"),
           column("right %", "accuracy", ".1f", 100), CYCLES, OF_EXACT)
SIZES = (column("mult.", "multipliers", ",d"), column("mult. bits", "multiplier_bits", ",d"),
         column("add. bits", "adder_bits", ",d"), column("mem. bits", "memory_bits", ",d"),
         column("reg. bits", "register_bits", ",d"))


def mode(p: float | None) -> str:
    return "exact" if p is None else f"p = {p:g}"


def machine_column(form: str = "{}") -> Column:
    return Column("machine", lambda row: form.format(row["machine"]))


def heading(data: dict, row: dict) -> str:
    heads = "1 head" if row["heads"] == 1 else f"{row['heads']} heads"
    queries = "1 query" if row["queries"] == 1 else f"{row['queries']:,d} queries"
    return f"{data['title']}: {heads} of {queries} over {row['keys']} keys, d = {row['d_run']}"


def select(rows: list[dict], **values) -> list[dict]:
    return [row for row in rows if all(row[key] == value for key, value in values.items())]


def modes(rows: list[dict]) -> list[float | None]:
    return list(dict.fromkeys(row["p"] for row in rows))


# ---- text ----------------------------------------------------------------------------------------


def stack(titles: list[str]) -> list[list[str]]:
    """Lines of a word each, so that a title is no wider than its numbers."""
    words = [title.split() for title in titles]
    depth = max(map(len, words))
    return [list(line) for line in zip(*([""] * (depth - len(word)) + word for word in words))]


def print_text(result: dict) -> None:
    """One table; a group of lines for each data set and p."""
    machines = {machine["name"]: machine for machine in result["machines"]}
    rows = [{**machines[row["machine"]], **row} for row in result["rows"]]
    columns = [machine_column(), *QUALITY, *SIZES]
    titles = stack([c.title for c in columns])
    cells = [*titles, *([c.text(row) for c in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]

    def show(line: list[str]) -> None:
        print("  ".join(f"{cell:{'>' if i else '<'}{widths[i]}}" for i, cell in enumerate(line)))

    for line in titles:
        show(line)
    for data in result["data"]:
        of_data = select(rows, data=data["name"])
        for p in modes(of_data):
            print(f"\n{heading(data, of_data[0])}, {mode(p)}")
            for row in select(of_data, p=p):
                show([c.text(row) for c in columns])


# ---- Markdown ------------------------------------------------------------------------------------


def markdown(columns: list[Column], rows: list[dict]) -> str:
    lines = [[c.title for c in columns], *([c.text(row) for c in columns] for row in rows)]
    head, *body = ("| " + " | ".join(line) + " |" for line in lines)
    return "\n".join([head, "|---" * len(columns) + "|", *body])


def differences_table(result: dict) -> str:
    rows = [{"key": key, **values} for key, values in result["differences"].items()]
    return markdown([column(f"`{name}`", name, "") for name in rows[0]], rows)


def parts_table(result: dict) -> str:
    rows = [{"machine": machine["name"], **machine["parts"]} for machine in result["machines"]]

    def of(kind: str, what: str, title: str) -> Column:
        return Column(title, lambda row: f"{row[kind][what]:,d}")

    counted = [of(kind, "count", f"{kind}s") for kind in (*MULTIPLIERS, *FLAT)]
    bits = [of(kind, "bits", f"{kind.removesuffix('s')} bits") for kind in KINDS]
    return markdown([machine_column("`{}`"), *counted, *bits], rows)


def data_table(result: dict, name: str) -> str:
    columns = [Column("", lambda row: mode(row["p"])), machine_column("`{}`"), *QUALITY]
    return markdown(columns, select(result["rows"], data=name))


def broad_table(result: dict) -> str:
    """Error alone: in exact mode all else is the same. A column for each head."""
    return across(result, [(data, [Column(data["title"], ERROR.text)], None)
                           for data in result["data"] if data["exact_only"]], ())


def summary_table(result: dict) -> str:
    """Every data set at p = 1, and the parts."""
    cycles = Column("cycles (of exact)", lambda row: f"{CYCLES.text(row)} ({100 * row['cycles_over_exact']:.0f} %)")
    groups = [(data, [Column(f"{data['title']}: {USED.title}", USED.text), ERROR, cycles], 1)
              for data in result["data"] if select(result["rows"], data=data["name"], p=1)]
    return across(result, groups, SIZES)


def engines_table(result: dict) -> str:
    """The three engines on digits."""
    columns = [Column("engine", lambda row: f"`{row['config']}`"), column("setting", "setting", ""),
               column("candidates %", "candidates_share", ".2f", 100), *QUALITY,
               column("exact cycles", "cycles_exact", ",d"), column("over exact", "cycles_over_exact", ".2f"),
               column("published", "published", "")]
    return markdown([c for c in columns if c is not OF_EXACT], result["engines"])


def across(result: dict, groups: list[tuple], sizes_of: tuple[Column, ...]) -> str:
    """A line for each machine; groups are (data, columns of its run at p, p)."""
    columns = [machine_column("`{}`")]
    rows = [{**machine, "machine": machine["name"]} for machine in result["machines"]]
    for data, own, p in groups:
        runs = {row["machine"]: row for row in select(result["rows"], data=data["name"], p=p)}
        columns += [Column(c.title, lambda row, c=c, runs=runs: c.text(runs[row["machine"]])) for c in own]
    return markdown([*columns, *sizes_of], rows)


def tables(result: dict) -> dict[str, str]:
    """{name: Markdown}"""
    whole = [data["name"] for data in result["data"] if not data["exact_only"]]
    return {"differences": differences_table(result), "summary": summary_table(result),
            "parts": parts_table(result), "broad": broad_table(result), "engines": engines_table(result),
            **{name: data_table(result, name) for name in whole}}


def write_markdown(result: dict, path: str) -> None:
    with open(path, "w") as file:
        for name, text in tables(result).items():
            file.write(f"<!-- table {name} -->\n{text}\n<!-- end -->\n\n")


def refresh_docs(result: dict, folder: str) -> None:
    """Replaces the lines between `<!-- table NAME -->` and `<!-- end -->`, and the plot."""
    made = tables(result)
    for path in ("README.md", "docs/compare.md"):
        with open(path) as file:
            page = file.read()
        page = re.sub(r"(<!-- table (\S+) -->\n)(?:(?!<!--).*\n)*(?=<!-- end -->)",
                      lambda found: f"{found[1]}{made[found[2]]}\n", page)
        with open(path, "w") as file:
            file.write(page)
    for kind in ("svg", "png"):
        shutil.copyfile(f"{folder}/compare.{kind}", f"docs/compare.{kind}")


# ---- the plot ------------------------------------------------------------------------------------


def write_points(result: dict, folder: str) -> list[tuple[str, str]]:
    """FOLDER/NAME.dat: a block a machine, headed by its name, of keys used in percent and error. Exact mode
    is too far from the rest to be shown. Returns the panels: name and title of each data set."""
    panels = []
    for data in result["data"]:
        rows = select(result["rows"], data=data["name"])
        if data["exact_only"]:
            continue
        panels.append((data["name"], f"{data['title']}, {rows[0]['keys']} keys"))
        with open(f"{folder}/{data['name']}.dat", "w") as file:
            for machine in result["machines"]:
                points = [f"{100 * row['used_share']:.6g} {row['error']:.6g}"
                          for row in select(rows, machine=machine["name"]) if row["p"] is not None]
                file.write("\n".join([f'"{machine["name"]}"', *points, "\n\n"]))
    return panels
