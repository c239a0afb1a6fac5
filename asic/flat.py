# SPDX-License-Identifier: Apache-2.0
"""A hierarchical netlist as arrays: every net a number, all cells of a kind side by side."""
from dataclasses import dataclass

import numpy as np

import netlist
from activity import UNNAMED

ZERO, ONE, NOWHERE = 0, 1, 2  # nets: the constants, and what a pin without a connection is on
FIRST = 3


@dataclass
class Group:
    """All cells of a kind."""
    pins: dict  # pin -> the net of each cell
    module: np.ndarray  # of each cell, the number of its module in Flat.modules


@dataclass
class Box:
    """An instance of what is neither a cell nor a module of the netlist: a memory."""
    instance: netlist.Instance
    path: str
    module: int
    nets: dict  # pin -> nets, most significant first


class Flat:
    def __init__(self, modules, top, cells):
        """`modules` of netlist.read; `cells` of a Liberty, by name."""
        if top not in modules:
            raise netlist.NetlistError(f"the netlist has no module {top}")
        self.source = modules
        self.places = {}   # module -> paths of its instances
        self._below = {}   # (module, instance in it) -> for each of its places, the child's place
        self._visit(top, top)
        order = self._parents_first(top)
        self.modules = sorted({modules[name].base_name for name in order})
        self.net_count = FIRST
        self._joined = []  # (nets, nets that are the same)
        self._ports = {name: {port: np.full(len(self.places[name]), -1)
                              for port in modules[name].directions} for name in order}
        self._columns, self._ids = {}, {}
        for name in order:
            self._number(name)
        self._resolve()
        self.cells = {kind: self._gather(kind, cells[kind]) for kind in self._kinds(cells)}
        self.boxes = [box for name in order for box in self._boxes(name, cells)]

    # ---- the hierarchy ----

    def _visit(self, name, path):
        self.places.setdefault(name, []).append(path)
        for child in self._children(name):
            self._below.setdefault((name, child.name), []).append(
                len(self.places.setdefault(child.kind, [])))
            self._visit(child.kind, f"{path}.{UNNAMED.sub('', child.name)}")

    def _children(self, name):
        return [i for i in self.source[name].instances if i.kind in self.source]

    def _parents_first(self, top):
        done = {}

        def visit(name):
            if name not in done:
                for child in self._children(name):
                    visit(child.kind)
                done[name] = None

        visit(top)
        return list(done)[::-1]

    # ---- numbers for nets ----

    def _number(self, name):
        """The nets of a module in all its places; its parents have said which are at its ports."""
        module = self.source[name]
        columns = self._local_nets(module)
        ids = np.full((len(self.places[name]), len(columns)), -1)
        for net, column in columns.items():
            if netlist.is_constant(net):
                ids[:, column] = ONE if net.endswith("1") else ZERO
        inputs_first = sorted(self._ports[name], key=lambda port: module.directions[port] != "input")
        for port in inputs_first:
            column, given = columns[module.net(port)], self._ports[name][port]
            twice = (ids[:, column] >= 0) & (given >= 0)
            self._joined.append((ids[twice, column], given[twice]))
            ids[:, column] = np.where(ids[:, column] < 0, given, ids[:, column])
        new = ids < 0
        ids[new] = np.arange(self.net_count, self.net_count + new.sum())
        self.net_count += int(new.sum())
        self._columns[name], self._ids[name] = columns, ids
        for child in self._children(name):
            places = self._below[name, child.name]
            for port, nets in child.pins.items():
                if nets:
                    self._ports[child.kind][port][places] = ids[:, columns[module.net(nets[0])]]

    @staticmethod
    def _local_nets(module):
        columns = {}
        for nets in [list(module.directions), *(nets for instance in module.instances
                                                for nets in instance.pins.values())]:
            for net in nets:
                columns.setdefault(module.net(net), len(columns))
        return columns

    def _resolve(self):
        """What are two nets of a parent may be one in a child that passes it on."""
        same = np.arange(self.net_count)
        for nets, others in self._joined:
            same[others] = nets
        while not np.array_equal(same, same[same]):
            same = same[same]
        self._ids = {name: same[ids] for name, ids in self._ids.items()}

    # ---- cells ----

    def _kinds(self, cells):
        used = {i.kind for name in self._ids for i in self.source[name].instances}
        return sorted(used & cells.keys())

    def _gather(self, kind, cell):
        pins = {pin: [] for pin in (*cell.capacitance, *cell.functions)}
        modules = []
        for name, ids in self._ids.items():
            instances = [i for i in self.source[name].instances if i.kind == kind]
            if not instances:
                continue
            for pin, found in pins.items():
                found.append(self._on_pin(name, instances, pin).ravel())
            modules.append(np.full(len(ids) * len(instances), self._module_number(name)))
        return Group({pin: np.concatenate(found) for pin, found in pins.items()},
                     np.concatenate(modules))

    def _on_pin(self, name, instances, pin):
        """[place, instance]"""
        module, columns, ids = self.source[name], self._columns[name], self._ids[name]
        nowhere = np.full((len(ids), 1), NOWHERE)
        at = [columns[module.net(i.pins[pin][0])] if i.pins.get(pin) else -1 for i in instances]
        return np.concatenate([ids, nowhere], axis=1)[:, at]

    def _module_number(self, name):
        return self.modules.index(self.source[name].base_name)

    def _boxes(self, name, cells):
        module, columns, ids = self.source[name], self._columns[name], self._ids[name]
        for instance in module.instances:
            if instance.kind in cells or instance.kind in self.source:
                continue
            for place, path in enumerate(self.places[name]):
                yield Box(instance, f"{path}.{UNNAMED.sub('', instance.name)}", self._module_number(name),
                          {pin: [ids[place, columns[module.net(net)]] for net in nets]
                           for pin, nets in instance.pins.items()})

    # ---- names ----

    def names(self):
        """(path of the instance, a name of a net in it, the net), for names that stand in the RTL."""
        for name, ids in self._ids.items():
            module, columns = self.source[name], self._columns[name]
            for net in {*columns, *module.same, *module.directions}:
                if net[0] == "_" or netlist.is_constant(net) or module.net(net) not in columns:
                    continue
                column = columns[module.net(net)]
                for place, path in enumerate(self.places[name]):
                    yield path, net, ids[place, column]

    def port_nets(self):
        """The nets at all ports of all instances, and at those of the top."""
        for name, ids in self._ids.items():
            module, columns = self.source[name], self._columns[name]
            at = [columns[module.net(port)] for port in module.directions]
            yield ids[:, at].ravel()

    def instance_counts(self):
        counts = dict.fromkeys(self.modules, 0)
        for name in self._ids:
            counts[self.source[name].base_name] += len(self.places[name])
        return counts
