# SPDX-License-Identifier: Apache-2.0
"""From the netlist, the memories' figures and the power of jobs to the lines of the table."""
import os
import re
from collections import Counter
from dataclasses import dataclass, field

import power

HERE = os.path.dirname(os.path.abspath(__file__))
UNNAMED = re.compile(r"_\d+_")  # a net that only Yosys knows
LOGIC, MEMORY, SYSTEM = "logic", "memory", "system"


def table(name):
    """Rows of a .csv in this folder: the first word, and the rest of the line."""
    with open(f"{HERE}/{name}", encoding="utf-8") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    return [tuple(word.strip() for word in line.split(",", 1)) for line in lines]


@dataclass
class Row:
    """A line: all instances of a module of the RTL, or all memories that hold the same."""
    module: str
    title: str
    kind: str
    count: int = 0
    area: float = 0       # um2
    static: float = 0     # W
    dynamic: dict = field(default_factory=dict)  # run -> W
    made_of: Counter = field(default_factory=Counter)  # of memories: names of their modules

    def grow(self, area, static):
        self.count += 1
        self.area += area
        self.static += static


class Tree:
    """The instances of a netlist: netlist.read's modules, from the top one on."""

    def __init__(self, modules, top):
        self.modules = modules
        self.places = {}  # path of an instance, / between its parts -> its module
        self._visit(top, "")

    def _visit(self, name, path):
        self.places[path] = self.modules[name]
        for instance in self.modules[name].instances:
            if instance.kind in self.modules:
                self._visit(instance.kind, f"{path}/{instance.name}".lstrip("/"))

    def unit(self, pin):
        """The module of the RTL that holds the cell whose pin or name, as OpenSTA has it, this is."""
        return self.places[self._place(pin)].base_name

    def _place(self, pin):
        while pin not in self.places:
            pin = pin.rpartition("/")[0]
        return pin

    def register(self, name, cells):
        """The register of a flip-flop, by what Yosys named its output; other names as they are."""
        place = self._place(name)
        for instance in self.places[place].instances:
            if instance.name == name[len(place):].lstrip("/") and instance.kind in cells:
                nets = [instance.pins[pin][0] for pin in cells[instance.kind].state if instance.pins.get(pin)]
                named = [net for net in nets if not UNNAMED.fullmatch(net)]
                return f"{place}/{named[0]}".lstrip("/") if named else name
        return name


def holds(name):
    """What a memory of this name holds."""
    fitting = [(len(end), what) for end, what in table("memories.csv") if name.endswith(end)]
    return max(fitting)[1] if fitting else f"others ({name})"


# ---- area and static power ----------------------------------------------------------------------

class Cells:
    """Of one instance of each module, without those in it: area, leakage, number of cells, of flip-flops, of clock
    gates, of flip-flops behind those."""

    def __init__(self, modules, library):
        self.of = {name: self._sum(module, library.cells) for name, module in modules.items()}

    @staticmethod
    def _sum(module, cells):
        found = [(cells[instance.kind], instance.pins) for instance in module.instances if instance.kind in cells]
        gated = {module.net(pins[cell.gate.output][0]) for cell, pins in found if cell.gate}
        flops = [module.net(pins[clock][0]) for cell, pins in found if cell.sequential for clock in cell.clocks]
        return (sum(cell.area for cell, _ in found), sum(cell.leakage for cell, _ in found), len(found), len(flops),
                len(gated), sum(clock in gated for clock in flops))


def rows_of(tree, cells, memories, top):
    """Lines of the logic and of the memories; areas in um2, static power in W."""
    titles = {**dict(table("units.csv")), top: "registers, constant tables"}
    rows = {}

    def row(module, title, kind):
        return rows.setdefault((kind, title), Row(module, title, kind))

    for module in tree.places.values():
        if module.name not in memories:
            name = module.base_name
            row(name, titles.get(name, name), LOGIC).grow(*cells.of[module.name][:2])
        for instance in module.instances:
            memory = memories.get(instance.kind)
            if memory:
                line = row(memory.kind, holds(instance.name), MEMORY)
                line.grow(*cells.of[memory.name][:2] if memory.in_flops else (memory.area, memory.leakage))
                line.made_of[memory.name] += 1
    return sorted(rows.values(), key=lambda r: (r.kind, -r.area))


def system_memories(show, price):
    """What a system adds, by title: a page of query rows and one of output rows."""
    keys, size = show["parameters"]["n"], show["sizes"]
    dimensions = show["parameters"]["d"]
    return {title: price(keys, dimensions * size[bits])
            for title, bits in (("queries (Q)", "code_bits"), ("outputs (O)", "out_bits"))}


def system_rows(memories):
    return [Row("-", title, SYSTEM, 1, memory.area, memory.leakage) for title, memory in memories.items()]


# ---- dynamic power ------------------------------------------------------------------------------

def charge(rows, run, found, memories, system, period):
    """Adds to the lines the dynamic power in W of a run, `found` by power.make_report.

    Accesses of a memory cost what the model says; of the system's two, a row written and read a query.
    """
    modules = found["modules"]
    access = Counter()
    for box in found["memories"]:
        memory = memories[box["kind"]]
        if box["reads"] is None or box["writes"] is None:
            raise power.netlist.NetlistError(f"it is not known how often {box['path']} is accessed")
        access[holds(box["path"])] += box["reads"] * memory.read + box["writes"] * memory.write  # pJ a cycle
    queries = int(found["activity"]["queries"]) / int(found["activity"]["cycles"])
    for row in rows:
        if row.kind == LOGIC:
            watt = dynamic(modules[row.module])
        elif row.kind == MEMORY:
            watt = access[row.title] * 1e-3 / period
            watt += sum(dynamic(modules[name]) / modules[name]["instances"] * count
                        for name, count in row.made_of.items() if memories[name].in_flops)
        else:
            one = system[row.title]
            watt = queries * (one.read + one.write) * 1e-3 / period
        row.dynamic[run] = watt


def dynamic(row):
    return row["internal"] + row["switching"] + row["clock"]
