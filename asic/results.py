# SPDX-License-Identifier: Apache-2.0
"""The figures of a design as JSON, as a table to read, and as a picture."""
import hashlib
import json
import os
import re
import subprocess
import sys

import report
import sram

HERE = os.path.dirname(os.path.abspath(__file__))
WORST = 20  # paths in the JSON
METHOD = {
    "synthesis": "each module by itself, hierarchy of units.csv kept, no placement, no wires",
    "timing": "ideal clock, reset not timed, inputs and outputs at the clock edge, memories by the model",
    "memories": "linear in rows, bits and their product, fitted on fakeram45 macros, scaled (pdk/*.ini); of "
                "flip-flops where that is smaller",
    "static": "leakage of the Liberty file, or of the memory model, at the corner",
    "dynamic": "rates of a co-simulated job on named nets, zero delay, no glitches; clock pins without a tree, "
               "as often as the clock gate before them is open; "
               "memories by their accesses",
}


def first_line(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"


def tools():
    return {"yosys": first_line("yosys", "-V"), "opensta": first_line("sta", "-version"),
            "abc": first_line("berkeley-abc", "-q", "version")}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


# ---- JSON ---------------------------------------------------------------------------------------

def row_as_json(row, area):
    return {"module": row.module, "title": row.title, "kind": row.kind, "count": row.count,
            "area_um2": round(row.area, 3), "share": row.area / area, "static_w": row.static,
            "dynamic_w": row.dynamic or None}


def memory_as_json(memory):
    return {"name": memory.name, "rows": memory.rows, "bits": memory.bits, "flip_flops": memory.in_flops,
            "model": {"area_um2": memory.area, "read_pj": memory.read, "write_pj": memory.write,
                      "access_ns": memory.access, "setup_ns": memory.setup, "leakage_w": memory.leakage}}


def run_as_json(flow, found, run):
    """Of the design with its memories, without the system's."""
    rows = [row for row in flow.rows if row.kind != report.SYSTEM]
    head = found["activity"]
    watt = sum(row.dynamic[run] + row.static for row in rows)
    joule = watt * int(head["cycles"]) * flow.clock * 1e-9
    memory = sum(row.dynamic[run] + row.static for row in rows if row.kind == report.MEMORY)
    return {"job": head, "power_w": watt, "of_memories_w": memory,
            "clock_w": found["all"]["clock"], "energy_job_j": joule,
            "energy_query_j": joule / int(head["queries"]), "coverage": found["coverage"]}


def area_of(flow, *kinds):
    return sum(row.area for row in flow.rows if row.kind in kinds)


def as_json(flow):
    cells, memories = area_of(flow, report.LOGIC), area_of(flow, report.MEMORY)
    runs = {run: run_as_json(flow, found, run) for run, found in flow.runs.items()}
    saving = ({"exact_over_approximate": runs["exact"]["energy_job_j"] / runs["approximate"]["energy_job_j"],
               "approximate_over_exact": runs["approximate"]["energy_job_j"] / runs["exact"]["energy_job_j"]}
              if {"exact", "approximate"} <= runs.keys() else None)
    return {
        "config": flow.config, "keysieve": flow.show["version"], "command": " ".join(sys.argv), "tools": tools(),
        "pdk": flow.pdk.name, "title": flow.pdk.title, "corner": flow.library.corner,
        "liberty": {"file": os.path.basename(flow.pdk.liberty), "sha256": digest(flow.pdk.liberty)},
        "method": METHOD,
        "period_target_ns": flow.period, "period_ns": flow.clock,
        "cells": flow.totals[0], "flip_flops": flow.totals[1],
        "clock_gates": flow.totals[2], "gated_flip_flops": flow.totals[3],
        "area_um2": {"cells": cells, "memories": memories, "total": cells + memories,
                     "system": area_of(flow, report.SYSTEM)},
        "gate_equivalents": {"cells": cells / flow.nand2, "total": (cells + memories) / flow.nand2,
                             "nand2_um2": flow.nand2},
        "static_w": sum(row.static for row in flow.rows if row.kind != report.SYSTEM),
        "rows": [row_as_json(row, cells + memories) for row in flow.rows],
        "paths": flow.worst[:WORST],
        "memories": {"fit_errors": flow.fit_errors, "scale": flow.pdk.sram, "second_port": sram.SECOND_PORT,
                     "each": [memory_as_json(memory) for memory in flow.memories.values()]},
        "runs": runs, "saving": saving,
    }


# ---- a table to read ----------------------------------------------------------------------------

def lines(result):
    """(name, count, um2, share of the total, mW static, mW dynamic of each run)"""
    runs = list(result["runs"])
    for row in result["rows"]:
        yield (row["kind"], row["title"], row["count"], row["area_um2"], row["share"], row["static_w"] * 1e3,
               [row["dynamic_w"][run] * 1e3 for run in runs])


def show(result, file=sys.stdout):
    runs = list(result["runs"])
    print(f"{result['config']} in {result['title']}\n", file=file)
    print(f"{'module':48s} {'count':>5s} {'area um2':>12s} {'share':>7s} {'static mW':>10s}"
          + "".join(f" {run + ' mW':>15s}" for run in runs), file=file)
    kind = None
    for row in lines(result):
        if row[0] != kind:
            kind = row[0]
            print({report.LOGIC: "cells", report.MEMORY: "memories",
                   report.SYSTEM: "what a system adds, not in the total"}[kind], file=file)
        print(f"  {row[1][:46]:46s} {row[2]:5d} {row[3]:12.0f} {row[4]:7.2%} {row[5]:10.4g}"
              + "".join(f" {watt:15.4g}" for watt in row[6]), file=file)
    area = result["area_um2"]
    print(f"{'total':48s} {'':5s} {area['total']:12.0f} {1:7.2%} {result['static_w'] * 1e3:10.4g}"
          + "".join(f" {(run['power_w'] - result['static_w']) * 1e3:15.4g}" for run in result["runs"].values()),
          file=file)
    print(f"\ncells {area['cells']:.0f} um2 in {result['cells']} cells, {result['flip_flops']} of them flip-flops, "
          f"{result['gated_flip_flops']} of these behind {result['clock_gates']} clock gates; "
          f"{result['gate_equivalents']['cells']:.0f} gate equivalents", file=file)
    path = result["paths"][0]
    print(f"worst path {result['period_target_ns'] - path['slack_ns']:.3f} ns, target "
          f"{result['period_target_ns']:g} ns: {path['start']} to {path['end']}, through "
          f"{' > '.join(path['modules'])}", file=file)
    for name, run in result["runs"].items():
        print(f"{name}: {run['power_w'] * 1e3:.4g} mW at {result['period_ns']:g} ns, "
              f"{run['energy_query_j'] * 1e9:.4g} nJ a query, {run['energy_job_j'] * 1e6:.4g} uJ the job of "
              f"{run['job']['cycles']} cycles", file=file)
    if result["saving"]:
        print(f"energy of the job, approximate over exact: {result['saving']['approximate_over_exact']:.3f}",
              file=file)
    if not runs:
        print("no dynamic power: no activity of a job was given", file=file)


# ---- files --------------------------------------------------------------------------------------

def write_whole(path, text):
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".tmp", path)


def write(result, folder):
    """The JSON; returns its name without the ending."""
    os.makedirs(folder, exist_ok=True)
    name = f"{folder}/asic-{result['config']}-{result['pdk']}"
    write_whole(f"{name}.json", json.dumps(result, indent=1) + "\n")
    return name


def points(result):
    """Lines of the picture: title, mm2, nJ a query of each run that it shows, by area; not the system's memories."""
    runs = [run for run in ("approximate", "exact") if run in result["runs"]]
    rows = [row for row in result["rows"] if row["kind"] != report.SYSTEM]
    for row in sorted(rows, key=lambda row: -row["area_um2"]):
        joules = []
        for run in runs:
            job = result["runs"][run]["job"]
            seconds = int(job["cycles"]) / int(job["queries"]) * result["period_ns"] * 1e-9
            joules.append((row["static_w"] + row["dynamic_w"][run]) * seconds)
        yield [row["title"], row["area_um2"] * 1e-6, *(joule * 1e9 for joule in joules)]


def picture(result, name, folder):
    """name.svg and name.png; `folder` gets the points."""
    lines = list(points(result))
    data = f"{folder}/picture.dat"
    write_whole(data, "".join(f'"{title}" {" ".join(f"{number:.6g}" for number in numbers)}\n'
                              for title, *numbers in lines))
    title = f"{result['config']}, {result['title']}, {result['period_ns']:g} ns"
    for kind in ("svg", "png"):
        subprocess.run(["gnuplot", "-c", f"{HERE}/asic.gp", data, name, kind, title, str(len(lines)),
                        str(len(lines[0]) - 2)], check=True)
