# SPDX-License-Identifier: Apache-2.0
"""Cells of a Liberty file, as far as power needs them: capacitances, functions, slews, energies, leakage.

Units of what comes out: pF, ns, pJ, W.
"""
import re
from dataclasses import dataclass, field

import numpy as np

GROUND = {"VSS", "VGND", "GND", "VNB"}


class LibertyError(Exception):
    """The file is not Liberty, or lacks what power needs."""


# ---- the file as a tree -----------------------------------------------------------------------

@dataclass
class Group:
    kind: str
    name: str
    attributes: dict = field(default_factory=dict)
    groups: list = field(default_factory=list)

    def all(self, kind):
        return [group for group in self.groups if group.kind == kind]


# A complex attribute has its value in parentheses and no braces after them.
TOKEN = re.compile(
    r'(?P<skip>\s+|/\*.*?\*/|//[^\n]*|\\\n)'
    r'|(?P<word>[A-Za-z_][\w.]*)\s*'
    r'(?:\((?P<arguments>[^()]*)\)\s*(?P<brace>\{?)|:\s*(?P<value>"[^"]*"|[^;\n{}]+))'
    r'|(?P<end>\})|(?P<semicolon>;)', re.S)


def parse(text, where):
    """The outermost group, library."""
    root = Group("", "")
    stack = [root]
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            line = text.count("\n", 0, at) + 1
            raise LibertyError(f"{where}:{line}: not Liberty: {text[at:at + 30].strip()!r}")
        at = match.end()
        word = match["word"]
        if match["end"]:
            stack.pop()
        elif word and match["brace"]:
            group = Group(word, match["arguments"].strip().strip('"'))
            stack[-1].groups.append(group)
            stack.append(group)
        elif word and match["value"] is not None:
            stack[-1].attributes[word] = match["value"].strip().strip('"')
        elif word:
            stack[-1].attributes[word] = match["arguments"]
    libraries = root.all("library")
    if len(libraries) != 1:
        raise LibertyError(f"{where}: holds {len(libraries)} libraries, not one")
    return libraries[0]


def numbers(text):
    return [float(x) for x in re.findall(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", text)]


# ---- tables -----------------------------------------------------------------------------------

LOAD = {"total_output_net_capacitance"}


@dataclass
class Table:
    """Values over slew (ns) and load (pF), linear between the points and beyond them."""
    slews: np.ndarray
    loads: np.ndarray
    values: np.ndarray  # [slew, load]

    def __call__(self, slew, load):
        if self.values.size == 1:
            return self.values[0, 0]
        i, x = self._place(self.slews, slew)
        j, y = self._place(self.loads, load)
        v = self.values
        low = v[i, j] * (1 - y) + v[i, np.minimum(j + 1, v.shape[1] - 1)] * y
        k = np.minimum(i + 1, v.shape[0] - 1)
        high = v[k, j] * (1 - y) + v[k, np.minimum(j + 1, v.shape[1] - 1)] * y
        return low * (1 - x) + high * x

    @staticmethod
    def _place(points, value):
        if len(points) == 1:
            return np.zeros(np.shape(value), int), np.zeros(np.shape(value))
        i = np.clip(np.searchsorted(points, value) - 1, 0, len(points) - 2)
        return i, (value - points[i]) / (points[i + 1] - points[i])


def mean(tables):
    """One table in place of several over the same points, else a function that asks each."""
    first = tables[0]
    if all(np.array_equal(t.slews, first.slews) and np.array_equal(t.loads, first.loads)
           for t in tables):
        return Table(first.slews, first.loads, sum(t.values for t in tables) / len(tables))
    return lambda slew, load: sum(t(slew, load) for t in tables) / len(tables)


class Templates:
    """Tables, whose axes stand in templates of the library."""

    def __init__(self, library, units):
        self.units = units
        self.templates = {group.name: group.attributes for group in library.groups
                          if group.kind.endswith("_template")}

    def table(self, group, scale):
        values = np.array(numbers(group.attributes["values"])) * scale
        template = self.templates.get(group.name, {})
        axes = []  # (is a load, points)
        for number in "12":
            points = group.attributes.get("index_" + number, template.get("index_" + number))
            if points is not None and f"variable_{number}" in template:
                load = template["variable_" + number] in LOAD
                unit = self.units.farad if load else self.units.second
                axes.append((load, np.array(numbers(points)) * unit))
        one = np.zeros(1)
        slews = next((points for load, points in axes if not load), one)
        loads = next((points for load, points in axes if load), one)
        if axes and axes[0][0]:
            return Table(slews, loads, values.reshape(len(loads), len(slews)).T)
        return Table(slews, loads, values.reshape(len(slews), len(loads)))


# ---- cells ------------------------------------------------------------------------------------

@dataclass
class Units:
    farad: float   # a unit of capacitance in pF
    second: float  # a unit of time in ns
    joule: float   # a unit of internal energy in pJ
    watt: float    # a unit of leakage in W


PREFIX = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0}


def unit(text, symbol):
    match = re.match(r"\s*([\d.]*)\s*([fpnum]?)" + symbol, text, re.I)
    return float(match[1] or 1) * PREFIX[match[2].lower()]


def units_of(library):
    a = library.attributes
    amount, name = re.match(r"\s*([\d.]+)\s*,\s*\W?(\w+)", a["capacitive_load_unit"]).groups()
    farad = float(amount) * unit(name, "f")
    volt = unit(a.get("voltage_unit", "1V"), "V")
    return Units(farad=farad * 1e12, second=unit(a["time_unit"], "s") * 1e9,
                 joule=farad * volt * volt * 1e12, watt=unit(a["leakage_power_unit"], "W"))


@dataclass
class Energy:
    """What a toggle of `pin` costs beside its load: the mean of rise and fall."""
    pin: str
    related: str  # the input whose toggle it answers; None: of an input pin itself
    when: str     # the state in which it holds; None: in all
    table: Table


@dataclass
class Arc:
    """Slew of an output pin, the mean of rise and fall."""
    pin: str
    related: str
    table: Table


@dataclass
class ClockGate:
    """The pins of a cell that passes the clock in cycles that start with its enable on."""
    clock: str
    enable: str
    output: str


@dataclass
class Cell:
    name: str
    area: float
    leakage: float
    capacitance: dict  # of input pins
    functions: dict    # of output pins: an expression; None where it cannot be told
    clocks: set        # input pins
    sequential: bool
    state: dict        # of a sequential cell: name of the state -> (output pin, is inverted)
    energies: list
    arcs: list
    gate: ClockGate = None


def power_groups(pin):
    groups = []
    for group in pin.all("internal_power"):
        if group.attributes.get("related_pg_pin") not in GROUND:
            groups.append(group)
    return groups


def energies_of(pin, templates):
    energies = []
    for group in power_groups(pin):
        tables = [templates.table(g, templates.units.joule) for g in group.groups
                  if g.kind in ("rise_power", "fall_power", "power")]
        if not tables:
            continue
        related = group.attributes.get("related_pin")
        for name in related.split() if related else [None]:
            energies.append(Energy(pin.name, name, group.attributes.get("when"), mean(tables)))
    return energies


def arcs_of(pin, templates):
    arcs = []
    for group in pin.all("timing"):
        tables = [templates.table(g, templates.units.second) for g in group.groups
                  if g.kind in ("rise_transition", "fall_transition")]
        if tables:
            for name in group.attributes["related_pin"].split():
                arcs.append(Arc(pin.name, name, mean(tables)))
    return arcs


def leakage_of(cell, watt):
    if "cell_leakage_power" in cell.attributes:
        return float(cell.attributes["cell_leakage_power"]) * watt
    values = [float(group.attributes["value"]) for group in cell.all("leakage_power")]
    return sum(values) / len(values) * watt if values else 0.0


def states_of(cell, functions):
    states = {}
    for group in cell.all("ff") + cell.all("latch"):
        for name, inverted in zip(re.split(r"\s*,\s*", group.name), (False, True)):
            states[name.strip('"')] = inverted
    return {pin: states[function.strip("() ")] for pin, function in functions.items()
            if function and function.strip("() ") in states}


def gate_of(pins):
    roles = {role: [pin.name for pin in pins if pin.attributes.get(f"clock_gate_{role}_pin") == "true"]
             for role in ("clock", "enable", "out", "test")}
    if roles["test"] or not all(roles[role] for role in ("clock", "enable", "out")):
        return None
    return ClockGate(*roles["clock"], *roles["enable"], *roles["out"])


def cell_of(group, templates):
    pins = group.all("pin")
    outputs = [pin for pin in pins if pin.attributes.get("direction") == "output"]
    inputs = [pin for pin in pins if pin.attributes.get("direction") == "input"]
    functions = {pin.name: pin.attributes.get("function") for pin in outputs}
    return Cell(
        name=group.name,
        area=float(group.attributes.get("area", 0)),
        leakage=leakage_of(group, templates.units.watt),
        capacitance={pin.name: float(pin.attributes.get("capacitance", 0)) * templates.units.farad
                     for pin in inputs},
        functions=functions,
        clocks={pin.name for pin in inputs
                if "true" in (pin.attributes.get("clock"), pin.attributes.get("clock_gate_clock_pin"))},
        sequential=bool(group.all("ff") or group.all("latch")),
        state=states_of(group, functions),
        energies=[energy for pin in pins for energy in energies_of(pin, templates)],
        arcs=[arc for pin in outputs for arc in arcs_of(pin, templates)],
        gate=gate_of(pins))


@dataclass
class Library:
    name: str
    volt: float
    corner: str
    cells: dict


def read(path):
    with open(path, encoding="latin-1") as file:
        library = parse(file.read(), path)
    try:
        templates = Templates(library, units_of(library))
        cells = {group.name: cell_of(group, templates) for group in library.all("cell")}
        volt = float(library.attributes["nom_voltage"])
    except (KeyError, AttributeError, TypeError) as reason:
        raise LibertyError(f"{path}: lacks {reason}") from None
    a = library.attributes
    return Library(library.name, volt, f"{a.get('nom_voltage')} V, {a.get('nom_temperature')} C", cells)
