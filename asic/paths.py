# SPDX-License-Identifier: Apache-2.0
"""What OpenSTA says of paths."""
import re

POINT = re.compile(r"(-?[\d.]+) +(-?[\d.]+) [\^v] (\S+) \((\S+)\)$")


def parse(path):
    """One entry an end point, the worst first: start, end, slack, arrival (ns), and its points (time, pin, cell)."""
    with open(path, encoding="utf-8") as file:
        parts = file.read().split("Startpoint: ")[1:]
    return [one_path(part) for part in parts]


def one_path(text):
    # Of the points after the clock's, up to the end point; behind it the clock comes again.
    launch, _, _ = text.partition("data arrival time")
    points = [(float(match[2]), match[3], match[4])
              for match in (POINT.search(line) for line in launch.splitlines()) if match]
    return {
        "start": text.split(None, 1)[0],
        "end": re.search(r"Endpoint: (\S+)", text)[1],
        "arrival": float(re.search(r"(-?[\d.]+) +data arrival time", text)[1]),
        "slack": float(re.search(r"(-?[\d.]+) +slack", text)[1]),
        "points": points,
    }


def through(path, tree):
    """The modules of the RTL on the way, in order."""
    units = []
    for _, pin, _ in path["points"]:
        unit = tree.unit(pin)
        if not units or units[-1] != unit:
            units.append(unit)
    return units


def worst(paths, tree, cells):
    """The worst path, and the worst one between each pair of modules, the worst first. Flip-flops, of the
    library's `cells`, bear the names of their registers."""
    seen = set()
    found = []
    for path in paths:
        units = through(path, tree)
        ends = (units[0], units[-1])
        if ends in seen:
            continue
        seen.add(ends)
        found.append({"start": tree.register(path["start"], cells),
                      "end": tree.register(path["end"], cells), "arrival_ns": path["arrival"],
                      "slack_ns": path["slack"], "modules": units, "cells": len(path["points"]) - 1})
    return found
