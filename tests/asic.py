#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What tests/asic.sh checks of results/*.json, and the memory model: a line `ok ..` or `FAILED ..` each."""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "asic"))
import sram  # noqa: E402


def expect(what, good):
    print(f"{'ok' if good else 'FAILED'} {what}")


def near(a, b, part=1e-6):
    return abs(a - b) <= part * max(abs(a), abs(b))


def check_whole(name, result):
    """Every field is there and the sums are those of their parts."""
    for key in ("config", "keysieve", "command", "tools", "corner", "liberty", "method", "period_ns", "rows", "paths"):
        expect(f"{name}: has {key}", result.get(key))
    for tool, version in result["tools"].items():
        expect(f"{name}: version of {tool}", version != "unknown" and any(c.isdigit() for c in version))
    rows = [row for row in result["rows"] if row["kind"] != "system"]
    area = result["area_um2"]
    expect(f"{name}: areas sum up", near(sum(row["area_um2"] for row in rows), area["total"]))
    expect(f"{name}: shares sum up", near(sum(row["share"] for row in rows), 1))
    expect(f"{name}: static power sums up", near(sum(row["static_w"] for row in rows), result["static_w"]))
    for row in result["rows"]:
        if row["kind"] != "logic":
            expect(f"{name}: {row['title']} is not free", row["area_um2"] > 0 and row["static_w"] > 0)
    expect(f"{name}: the system's Q and O", sum(row["kind"] == "system" for row in result["rows"]) == 2)
    nand2 = result["gate_equivalents"]
    expect(f"{name}: gate equivalents", near(nand2["cells"] * nand2["nand2_um2"], area["cells"]))


def check_sane(name, result, modules, memories):
    """The modules that the design has, with areas and times that such a design can have."""
    titles = {row["title"]: row for row in result["rows"]}
    counts = {row["module"]: row["count"] for row in result["rows"] if row["kind"] == "logic"}
    for module, count in modules.items():
        expect(f"{name}: {count} of {module}", counts.get(module) == count)
    for title, count in memories.items():
        expect(f"{name}: {count} memories of {title}", titles.get(title, {}).get("count") == count)
    expect(f"{name}: an area of its cells between a NAND2 and ten flip-flops",
           24 < result["area_um2"]["cells"] / result["cells"] < 960)
    worst = result["paths"][0]
    expect(f"{name}: the worst path takes 1 to 50 ns", 1 < worst["arrival_ns"] < 50)
    expect(f"{name}: it has ends and modules", worst["start"] and worst["end"] and worst["modules"])
    expect(f"{name}: paths in order", [p["slack_ns"] for p in result["paths"]]
           == sorted(p["slack_ns"] for p in result["paths"]))
    expect(f"{name}: the clock is no faster than it", result["period_ns"] >= worst["arrival_ns"])


def check_power(result):
    for run in ("approximate", "exact"):
        found = result["runs"][run]
        dynamic = sum(row["dynamic_w"][run] for row in result["rows"] if row["kind"] != "system")
        expect(f"{run}: power sums up", near(dynamic + result["static_w"], found["power_w"]))
        seconds = int(found["job"]["cycles"]) * result["period_ns"] * 1e-9
        expect(f"{run}: energy is power times time", near(found["power_w"] * seconds, found["energy_job_j"]))
        expect(f"{run}: rates are of the design", found["coverage"]["flip_flops"] >= 0.99)
        expect(f"{run}: memories take power", found["of_memories_w"] > 0)
    expect("the same rates twice save nothing", near(result["saving"]["approximate_over_exact"], 1))


def check_model():
    """The memory model: near the macros it is fitted on, never below the area of bare cells, growing."""
    model, errors = sram.fit()
    expect("the model is within 15 % of every macro", max(errors.values()) < 0.15)
    scale = {"area": 1, "time": 1, "energy": 1, "leakage": 1}
    last = 0
    for rows in (1, 8, 64, 65, 256, 1024, 1025, 8192):
        for bits in (1, 12, 64, 65, 576, 2304):
            memory = sram.Memory("ks_ram_1r1w", rows, bits)
            sram.price(memory, model, scale, 4.522, 0.798)
            expect(f"{memory.name}: more than its bits", memory.area > rows * bits * sram.BIT_CELL)
            expect(f"{memory.name}: all figures", min(memory.read, memory.write, memory.access, memory.leakage) > 0)
        expect(f"{rows} rows of 2304 bits: no smaller than fewer rows", memory.area >= last)
        last = memory.area
    both = sram.Memory("ks_ram_2r1w", 512, 16)
    one = sram.Memory("ks_ram_1r1w", 512, 16)
    for memory in (both, one):
        sram.price(memory, model, scale, 4.522, 0.798)
    expect("a second read port is a second copy", near(both.area, 2 * one.area) and near(both.write, 2 * one.write)
           and near(both.read, one.read))
    tiny = sram.Memory("ks_ram_1r1w", 4, 8)
    sram.price(tiny, model, scale, 4.522, 0.798)
    expect("few bits are flip-flops, many are not", tiny.in_flops and not one.in_flops)


def main():
    check_model()
    results = {name: json.load(open(f"{sys.argv[1]}/asic-{name}-osu018.json", encoding="utf-8"))
               for name in ("elsa-small", "a3-small")}
    for name, result in results.items():
        check_whole(name, result)
    check_sane("elsa-small", results["elsa-small"], {"ks_score": 2, "ks_accumulate": 2, "ks_divide": 1},
               {"keys (K)": 2, "values (V)": 2, "hashes": 6, "norms": 6})
    check_power(results["elsa-small"])
    check_sane("a3-small", results["a3-small"], {"ks_column": 7, "ks_merge_tree": 2, "ks_filter": 1},
               {"keys (K)": 1, "values (V)": 1, "sorted keys": 7})
    expect("a3-small: no rates, no dynamic power", all(row["dynamic_w"] is None for row in results["a3-small"]["rows"]))


main()
