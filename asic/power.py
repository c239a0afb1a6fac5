#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Power of a netlist from the switching activity of a co-simulated job, by module.

  power.py --netlist N.v --liberty CELLS.lib --top T --activity A.txt --period NS [--json OUT.json]

Every net that has a name in the RTL gets the rate measured on it: flip-flops, all ports of all modules. What
lies between such nets is reckoned cell by cell (boolean.py). Then, of each cell: switching, C V^2 / 2 a toggle;
internal, by the Liberty's tables at the slew and load found; leakage; and the clock, which is the capacitance
and internal energy of its pins, as often as the clock gate before them is open. Zero delay: no glitches. power.md
says what the figures are not good for.

Exit status: 1 if too little of the netlist was measured, 2 if an input is wrong.
"""
import argparse
import itertools
import json
import os
import re
import sys

import numpy as np

import boolean
import liberty
import netlist
from activity import Activity, ActivityError
from flat import FIRST, NOWHERE, ONE, Flat

SLEW = 0.1   # ns, of the clock and of what comes from outside the netlist
SETTLED = 1e-4  # ns: slews that change less are found
COLUMNS = ("internal", "switching", "clock", "leakage")


# ---- toggles ------------------------------------------------------------------------------------

class Toggles:
    """Of each net the toggles a cycle and the share of the cycles in which it is one."""

    def __init__(self, flat, library, activity):
        self.flat = flat
        self.gates = [(cell, flat.cells[kind]) for kind, cell in library.cells.items()
                      if kind in flat.cells and not cell.sequential and not cell.gate]
        self.flops = [(cell, flat.cells[kind]) for kind, cell in library.cells.items()
                      if kind in flat.cells and cell.sequential]
        self.clock_gates = [(cell, flat.cells[kind]) for kind, cell in library.cells.items()
                            if kind in flat.cells and cell.gate]
        self.toggles = np.full(flat.net_count, np.nan)
        self.ones = np.full(flat.net_count, np.nan)
        self.moving = np.ones(flat.net_count)
        self.toggles[:FIRST] = self.ones[:FIRST] = 0
        self.ones[ONE] = 1
        self.moving[:FIRST] = 0
        self._measure(activity)
        self._pair_outputs()
        self.coverage = self._coverage()
        self._guess(activity.mean)
        self._propagate()
        self._clock()

    def _measure(self, activity):
        for path, name, net in self.flat.names():
            if np.isnan(self.toggles[net]):
                rate = activity.of(path, name)
                if rate is not None:
                    self.toggles[net], self.ones[net], self.moving[net] = rate

    def _pair_outputs(self):
        """A flip-flop's output that has no name in the RTL toggles with the one that has."""
        for cell, group in self.flops:
            for (pin, inverted), (other, other_inverted) in itertools.permutations(cell.state.items(), 2):
                rows = np.isnan(self.toggles[group.pins[pin]]) & (group.pins[other] != NOWHERE)
                nets, known = group.pins[pin][rows], group.pins[other][rows]
                ones = self.ones[known]
                self.toggles[nets], self.moving[nets] = self.toggles[known], self.moving[known]
                self.ones[nets] = ones if inverted == other_inverted else 1 - ones

    def _coverage(self):
        """Share of the outputs of flip-flops and of gates, and of ports, whose nets were measured."""
        def outputs(groups):
            return [group.pins[pin] for cell, group in groups for pin in cell.functions]

        def share(nets):
            nets = np.concatenate(nets) if nets else np.zeros(0, int)
            nets = nets[nets != NOWHERE]
            return float(np.mean(~np.isnan(self.toggles[nets]))) if len(nets) else 1.0

        return {"flip_flops": share(outputs(self.flops)), "ports": share(list(self.flat.port_nets())),
                "gates": share(outputs(self.gates))}

    def _guess(self, mean):
        """The mean of all rates for what is neither measured nor driven by a gate."""
        unknown = np.isnan(self.toggles)
        for cell, group in self.gates:
            for pin, function in cell.functions.items():
                if function:
                    unknown[group.pins[pin]] = False
        self.toggles[unknown] = mean
        self.ones[unknown] = 0.5

    def _propagate(self):
        """Gates whose inputs are known, round by round."""
        waiting = [(cell, pin, group, np.flatnonzero(np.isnan(self.toggles[group.pins[pin]])))
                   for cell, group in self.gates for pin, function in cell.functions.items() if function]
        while any(len(rows) for *_, rows in waiting):
            left = [(cell, pin, group, self._reckon(cell, pin, group, rows))
                    for cell, pin, group, rows in waiting]
            if sum(len(rows) for *_, rows in left) == sum(len(rows) for *_, rows in waiting):
                raise netlist.NetlistError("the netlist has a loop of gates")
            waiting = left

    def _reckon(self, cell, pin, group, rows):
        """Of the cells `rows` those that can be; returns the others."""
        inputs = tuple(cell.capacitance)
        known = np.ones(len(rows), bool)
        for name in inputs:
            known &= ~np.isnan(self.toggles[group.pins[name][rows]])
        now = rows[known]
        if len(now):
            moving = np.zeros(len(now))
            for name in inputs:
                moving = np.maximum(moving, self.moving[group.pins[name][now]])
            rates = self.rates(inputs, group, now)
            toggles = boolean.output(cell.functions[pin], inputs)(*while_moving(rates, moving))[1]
            nets = group.pins[pin][now]
            self.toggles[nets], self.moving[nets] = toggles * moving, moving
            self.ones[nets] = boolean.share(cell.functions[pin], inputs)(*rates)
        return rows[~known]

    def _clock(self):
        """A clock has an edge up and one down in each cycle, behind a gate in those with its enable on."""
        for cell, group in self.flops + self.clock_gates:
            for pin in cell.clocks:
                nets = group.pins[pin]
                self.toggles[nets], self.ones[nets], self.moving[nets] = 2, 0.5, 1
        for cell, group in self.clock_gates:
            gate = cell.gate
            nets, on = group.pins[gate.output], self.ones[group.pins[gate.enable]]
            self.toggles[nets], self.ones[nets], self.moving[nets] = 2 * on, on / 2, on

    def rates(self, pins, group, rows=slice(None)):
        """d, t of each pin in turn, as the functions of boolean.py want them."""
        return [rate[group.pins[pin][rows]] for pin in pins for rate in (self.ones, self.toggles)]

    def of_pin(self, cell, group, pin):
        """Toggles at a pin. An output of a flip-flop that is not connected toggles with the other."""
        toggles = self.toggles[group.pins[pin]]
        for other in cell.state if pin in cell.state else ():
            toggles = np.maximum(toggles, self.toggles[group.pins[other]])
        return toggles


def while_moving(rates, moving):
    """d, t of each input in the cycles in which some of them toggle, a share `moving` of all. All toggles are
    in these; d is the nearest to that of all cycles with which so many toggles can be."""
    inside = []
    for ones, toggles in zip(rates[::2], rates[1::2]):
        toggles = np.minimum(part_of(toggles, moving), 1)
        inside += [np.clip(ones, toggles / 2, 1 - toggles / 2), toggles]
    return inside


# ---- loads and slews ----------------------------------------------------------------------------

def find_loads(flat, library):
    """pF on each net: the pins of cells; no wires."""
    load = np.zeros(flat.net_count)
    for kind, group in flat.cells.items():
        for pin, capacitance in library.cells[kind].capacitance.items():
            load += np.bincount(group.pins[pin], minlength=flat.net_count) * capacitance
    load[NOWHERE] = 0
    return load


def find_slews(flat, library, load):
    """ns on each net, the slowest arc's; by repetition, as each depends on those before it."""
    slew = np.full(flat.net_count, SLEW)
    change = 1.0
    while change > SETTLED:
        new = np.zeros(flat.net_count)
        for kind, group in flat.cells.items():
            for arc in library.cells[kind].arcs:
                out = group.pins[arc.pin]
                np.maximum.at(new, out, arc.table(slew[group.pins[arc.related]], load[out]))
        new[new == 0] = SLEW
        new[:FIRST] = SLEW
        change = np.abs(new - slew).max()
        slew = new
    return slew


# ---- power --------------------------------------------------------------------------------------

class Power:
    """Energies a cycle in pJ, leakage in W, summed over the cells of each module."""

    def __init__(self, flat, library, toggles):
        self.flat = flat
        self.volt = library.volt
        self.toggles = toggles
        self.load = find_loads(flat, library)
        self.slew = find_slews(flat, library, self.load)
        self.sums = {column: np.zeros(len(flat.modules)) for column in COLUMNS + ("cells", "area")}
        for kind, group in flat.cells.items():
            self._add_cells(library.cells[kind], group)
        for box in flat.boxes:
            self._add_box(box)

    def _add(self, column, group, values):
        weights = np.broadcast_to(values, group.module.shape)
        self.sums[column] += np.bincount(group.module, weights, minlength=len(self.flat.modules))

    def _add_cells(self, cell, group):
        self._add("cells", group, 1.0)
        self._add("area", group, cell.area)
        self._add("leakage", group, cell.leakage)
        clocks = cell.clocks | ({cell.gate.output} if cell.gate else set())
        for pin in cell.functions.keys() - clocks:
            self._add("switching", group, self._switching(group.pins[pin]))
        for energy in cell.energies:
            column = "clock" if energy.pin in clocks else "internal"
            self._add(column, group, self._internal(cell, group, energy))
        for pin in cell.clocks:  # here, and not where a gate drives it
            toggles = self.toggles.of_pin(cell, group, pin)
            self._add("clock", group, toggles * cell.capacitance[pin] * self.volt ** 2 / 2)

    def _add_box(self, box):
        """What a memory's outputs drive; the house's names tell them."""
        outputs = [nets for pin, nets in box.nets.items() if pin.split("[")[0].endswith("_o")]
        nets = np.array([net for nets in outputs for net in nets], int)
        self.sums["switching"][box.module] += self._switching(nets).sum()

    def _switching(self, nets):
        return self.toggles.toggles[nets] * self.load[nets] * self.volt ** 2 / 2

    def _internal(self, cell, group, energy):
        nets = group.pins[energy.pin]
        slew = self.slew[group.pins[energy.related or energy.pin]]
        table = energy.table(slew, self.load[nets])
        return table * self._blamed(cell, group, energy) * self._state_share(cell, group, energy)

    def _blamed(self, cell, group, energy):
        """Toggles of the pin; of an output those that the input `related` brings about. All inputs' add up
        to the output's: each has a part as its own toggles that decide the output."""
        toggles = self.toggles.of_pin(cell, group, energy.pin)
        related = {e.related for e in cell.energies if e.pin == energy.pin} - {None}
        function = cell.functions.get(energy.pin)
        if cell.sequential or not function or energy.related is None:
            return toggles / max(1, len(related))
        inputs = tuple(cell.capacitance)
        rates = self.toggles.rates(inputs, group)
        parts = {pin: self.toggles.of_pin(cell, group, pin) * boolean.sensitive(function, inputs, pin)(*rates)
                 for pin in related}
        return toggles * part_of(parts[energy.related], sum(parts.values()))

    def _state_share(self, cell, group, energy):
        """How much of the toggles find the cell in the state of `when`."""
        if energy.when is None:
            return 1.0
        if cell.gate and energy.pin != cell.gate.enable:
            return self._gate_share(cell, group, energy)
        pins = tuple(cell.capacitance) + tuple(cell.functions)
        rates = self.toggles.rates(pins, group)
        mine = boolean.share(energy.when, pins)(*rates)
        if energy.related is None:
            return mine
        states = [boolean.share(e.when, pins)(*rates) for e in cell.energies
                  if (e.pin, e.related) == (energy.pin, energy.related) and e.when]
        return part_of(mine, sum(states))

    def _gate_share(self, cell, group, energy):
        """The same of a clock gate, whose pins are far from independent: a toggle of the clock finds it closed in
        the cycles with the enable off, and in the others passes to the output, whose tables hold there."""
        gate, pins = cell.gate, tuple(cell.capacitance) + tuple(cell.functions)
        is_open = energy.pin == gate.output
        ones = {gate.enable: float(is_open), gate.output: 0.5 * is_open}
        rates = [rate for pin in pins for rate in (ones.get(pin, 0.5), 0.0)]
        on = self.toggles.ones[group.pins[gate.enable]]
        return boolean.share(energy.when, pins)(*rates) * (1 if is_open else 1 - on)

    def rows(self, period):
        """Module of the RTL -> its figures in W, without the modules below it."""
        instances = self.flat.instance_counts()
        rows = {}
        for number, name in enumerate(self.flat.modules):
            row = {"instances": instances[name], "cells": int(self.sums["cells"][number]),
                   "area": self.sums["area"][number]}
            for column in COLUMNS:
                watt = 1.0 if column == "leakage" else 1e-3 / period
                row[column] = self.sums[column][number] * watt
            row["total"] = sum(row[column] for column in COLUMNS)
            rows[name] = row
        return rows


def part_of(part, whole):
    return part / np.where(whole > 0, whole, 1)


# ---- memories -----------------------------------------------------------------------------------

def memories(flat, activity):
    """Black boxes, with how often each is read and written: the share of cycles with its enables on."""
    return sorted((memory(box, activity) for box in flat.boxes), key=lambda row: row["path"])


def memory(box, activity):
    def share(port):
        rate = activity.of(box.path, port)
        return None if rate is None else rate[1]

    reads = [share(port) for port in ("ren_i", "ren_a_i", "ren_b_i") if port in box.nets]
    depth, width = size_of(box)
    return {"path": box.path, "kind": box.instance.kind, "depth": depth, "width": width,
            "reads": None if None in reads else sum(reads), "writes": share("we_i")}


def size_of(box):
    """Rows and bits: by its parameters, or by a name such as ks_ram_1r1w_40x7; None if neither tells."""
    parameters = {name: netlist.number(value) for name, value in box.instance.parameters.items()}
    named = re.search(r"_(\d+)x(\d+)$", box.instance.kind)
    if {"Depth", "Width"} <= parameters.keys():
        return parameters["Depth"], parameters["Width"]
    return (int(named[1]), int(named[2])) if named else (None, None)


# ---- the report ---------------------------------------------------------------------------------

def make_report(flat, library, activity, period):
    toggles = Toggles(flat, library, activity)
    modules = Power(flat, library, toggles).rows(period)
    total = {key: sum(row[key] for row in modules.values()) for key in next(iter(modules.values()))}
    energy = total["total"] * int(activity.header["cycles"]) * period * 1e-9
    return {
        "activity": activity.header,
        "liberty": {"name": library.name, "corner": library.corner},
        "period_ns": period,
        "method": "measured rates on all named nets, zero delay, pin loads without wires, clock pins "
                  "without a tree, memories left out",
        "coverage": toggles.coverage,
        "all": total,
        "energy_job": energy,
        "energy_query": energy / int(activity.header["queries"]),
        "modules": modules,
        "memories": memories(flat, activity),
    }


def or_unknown(value, form):
    return "?".rjust(int(form[:-1].split(".")[0])) if value is None else format(value, form)


def print_report(report):
    columns = COLUMNS + ("total",)
    print(f"{'module':26s} {'number':>7s} {'cells':>8s} " + " ".join(f"{c + ', mW':>13s}" for c in columns))
    rows = sorted(report["modules"].items(), key=lambda item: -item[1]["total"])
    for name, row in rows + [("all", report["all"])]:
        print(f"{name:26s} {row['instances']:7d} {row['cells']:8d} "
              + " ".join(f"{row[column] * 1e3:13.5g}" for column in columns))
    if report["memories"]:
        print(f"\n{'memory':60s} {'rows':>6s} {'bits':>6s} {'reads a cycle':>14s} {'writes':>10s}")
    for row in report["memories"]:
        print(f"{row['path']:60s} {or_unknown(row['depth'], '6d')} {or_unknown(row['width'], '6d')} "
              f"{or_unknown(row['reads'], '14.6f')} {or_unknown(row['writes'], '10.6f')}")
    print("\nmeasured: " + ", ".join(f"{share:.2%} of {kind.replace('_', '-')}"
                                     for kind, share in report["coverage"].items()))
    print(f"energy of the job: {report['energy_job']:.6g} J in {report['activity']['cycles']} cycles of "
          f"{report['period_ns']:g} ns, {report['energy_query']:.6g} J a query, without memories")


# ---- the program --------------------------------------------------------------------------------

def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--netlist", required=True, help="hierarchical, as netlist.py says")
    parser.add_argument("--liberty", required=True, help="of the cells in it")
    parser.add_argument("--top", required=True, help="its top module")
    parser.add_argument("--activity", required=True, help="what `keysieve cosim --activity` wrote")
    parser.add_argument("--period", required=True, type=float, help="of the clock, ns")
    parser.add_argument("--minimum", type=float, default=0.99,
                        help="share of flip-flops and of ports that must be measured (default 0.99)")
    parser.add_argument("--json", help="write the figures there")
    return parser.parse_args()


def read_inputs(o):
    if not 0 < o.period < float("inf"):
        raise netlist.NetlistError(f"--period {o.period}: not a time above 0")
    library = liberty.read(o.liberty)
    return Flat(netlist.read(o.netlist), o.top, library.cells), library, Activity(o.activity)


def write_json(report, path):
    """Whole or not at all."""
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
        file.write("\n")
    os.replace(path + ".tmp", path)


def main():
    sys.setrecursionlimit(10000)
    o = options()
    try:
        report = make_report(*read_inputs(o), o.period)
        print_report(report)
        if o.json:
            write_json(report, o.json)
    except OSError as reason:
        print(f"power.py: {reason.filename}: {reason.strerror}", file=sys.stderr)
        return 2
    except (liberty.LibertyError, netlist.NetlistError, ActivityError) as reason:
        print(f"power.py: {reason}", file=sys.stderr)
        return 2
    short = [kind for kind in ("flip_flops", "ports") if report["coverage"][kind] < o.minimum]
    if short:
        print(f"power.py: less than {o.minimum:.2%} of {' and '.join(short)} were measured", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
