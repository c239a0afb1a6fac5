# SPDX-License-Identifier: Apache-2.0
"""Buffers for nets that lead into many modules, or to the enables of many clock gates. ABC maps a module by itself
and sees one load at each of its outputs, also where an address leads into sixty-four memories. Gated clocks, which
lead to flip-flops only, get none.

Works on the text of a netlist as join.tcl writes it.
"""
import re
from collections import defaultdict

MOST = 8  # modules, memories or clock gates that a net may lead into
IDEAL = ("clk_i", "rst_ni")  # not timed

MODULE = re.compile(r"^module (\S+) .*?^endmodule\n", re.S | re.M)
INSTANCE = re.compile(r"^  (\S+) +(\S+) +\(\n(.*?)^  \);\n", re.S | re.M)
PIN = re.compile(r"\.(\S+) ?\((\S+?) ?\)(?=,?\n)")
INPUT = re.compile(r"^  input (\S+?) ?;", re.M)


class Buffered:
    """One module: its text with buffers."""

    def __init__(self, text, inputs, buffer):
        self.buffer = buffer
        self.added = []
        sinks = self._sinks(text, inputs)
        place = {}  # where in the text a net is named -> the net to name instead
        for net, places in sinks.items():
            if len(places) > MOST and net not in IDEAL:
                place.update(self._tree(net, places))
        parts = []
        at = 0
        for start, end in sorted(place):
            parts += [text[at:start], place[start, end], " "]
            at = end
        end = text.rindex("endmodule")
        self.text = "".join(parts) + text[at:end] + "".join(self.added) + text[end:]

    @staticmethod
    def _sinks(text, inputs):
        """Net -> where it is named as an input of an instance of `inputs`, which has those of each module."""
        sinks = defaultdict(list)
        for instance in INSTANCE.finditer(text):
            for pin in PIN.finditer(text, instance.start(3), instance.end(3)) if instance[1] in inputs else ():
                if pin[1] in inputs[instance[1]] and "'" not in pin[2]:
                    sinks[pin[2]].append(pin.span(2))
        return sinks

    def _tree(self, net, places):
        """Buffers from the net to groups of the places; and to those buffers, if they are many. Place -> net."""
        named = {}
        level = [[place] for place in places]
        while len(level) > MOST:
            groups = [level[i:i + MOST] for i in range(0, len(level), MOST)]
            names = [f"fanout_{len(self.added) + i}_" for i in range(len(groups))]
            self.added += [None] * len(groups)
            for name, group in zip(names, groups):
                for member in group:
                    self._drive(named, member, name)
            level = [[name] for name in names]
        for member in level:
            self._drive(named, member, net)
        return named

    def _drive(self, named, member, net):
        """Connects a place of the text, or a buffer by the name of its output, to the net."""
        sink = member[0]
        if isinstance(sink, tuple):
            named[sink] = net
        else:
            kind, pin_in, pin_out = self.buffer
            number = int(sink.split("_")[1])
            self.added[number] = (f"  wire {sink};\n  {kind} {sink}buffer (\n    .{pin_in}({net} ),\n"
                                  f"    .{pin_out}({sink})\n  );\n")


def inputs_of(text):
    """Module -> names of its inputs. Memories, which are black boxes, have all but what they read."""
    found = {module[1]: set(INPUT.findall(module[0])) for module in MODULE.finditer(text)}
    boxes = {kind for _, kind in re.findall(r"^(  )(ks_ram_\S+) \S+ +\($", text, re.M)} - found.keys()
    return {**found, **{box: AllButReads() for box in boxes}}


class AllButReads:
    """The inputs of a memory."""

    def __contains__(self, pin):
        return "rdata" not in pin


def add(path, cells, kind, gate):
    """Rewrites the netlist; returns the number of buffers, cells `kind` of the library. `gate`: its clock gate, or
    nothing."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    (pin_in,), (pin_out,) = cells[kind].capacitance, cells[kind].functions
    inputs = inputs_of(text)
    if gate:
        inputs[gate] = {cells[gate].gate.enable}
    modules = [Buffered(module[0], inputs, (kind, pin_in, pin_out)) for module in MODULE.finditer(text)]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(module.text for module in modules))
    return sum(len(module.added) for module in modules)
