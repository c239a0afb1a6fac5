# SPDX-License-Identifier: Apache-2.0
"""A netlist as Yosys writes it after `splitnets -ports`, hierarchy kept:
`write_verilog -noattr -noexpr -nohex -nodec`.
"""
import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|\\(\S+)|([A-Za-z_$][\w$]*)|(\d+'s?[bdh][\w]+)|([#(){}.,;=])|(\S)",
                   re.S)


class NetlistError(Exception):
    """The text is not such a netlist."""


@dataclass
class Instance:
    kind: str    # of what: a cell, a module, or a name that is neither, a black box
    name: str
    pins: dict   # pin -> the nets on it, most significant first
    parameters: dict


@dataclass
class Module:
    name: str
    directions: dict = field(default_factory=dict)  # of ports
    instances: list = field(default_factory=list)
    same: dict = field(default_factory=dict)        # net -> net that it is another name of

    def net(self, name):
        """One name for all names of a net."""
        while name in self.same:
            name = self.same[name]
        return name

    def join(self, a, b):
        a, b = self.net(a), self.net(b)
        if a != b and not is_constant(b):
            self.same[b] = a
        elif a != b:
            self.same[a] = b

    @property
    def base_name(self):
        """Of the RTL's module: "ks_rshr" of $paramod..\\ks_rshr\\Width=.."""
        parts = [part for part in self.name.split("\\") if not part.startswith("$paramod")]
        return parts[0] if parts else self.name


def is_constant(net):
    return net[0].isdigit()


def split(text):
    """(kind, text) with kind n for names, c for constants, else the character."""
    for escaped, name, constant, mark, other in TOKEN.findall(text):
        if escaped or name:
            yield "n", escaped or name
        elif constant:
            yield "c", constant
        elif mark:
            yield mark, mark
        elif other:
            yield "?", other


class Reader:
    def __init__(self, text, where):
        self.tokens = list(split(text))
        self.where = where
        self.at = 0
        self.modules = {}

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self, kind=None):
        found, text = self.peek()
        if kind and found != kind:
            raise NetlistError(f"{self.where}: {text!r} where {kind!r} was expected; a netlist is to be "
                               "written with splitnets -ports; write_verilog -noattr -noexpr -nohex -nodec")
        self.at += 1
        return text

    def skip_to(self, mark):
        while self.take() != mark:
            if self.at > len(self.tokens):
                raise NetlistError(f"{self.where}: ends too early")

    def read(self):
        while self.peek()[0]:
            if self.take("n") != "module":
                raise NetlistError(f"{self.where}: does not start with a module")
            self.module()
        return self.modules

    def module(self):
        module = Module(self.take("n"))
        self.modules[module.name] = module
        self.skip_to(";")
        while True:
            word = self.take("n")
            if word == "endmodule":
                return
            if word in ("input", "output", "inout"):
                module.directions[self.take("n")] = word
                self.take(";")
            elif word in ("wire", "supply0", "supply1"):
                self.take("n")
                self.take(";")
            elif word == "assign":
                left = self.take("n")
                self.take("=")
                module.join(self.nets()[0], left)
                self.take(";")
            else:
                module.instances.append(self.instance(word))

    def instance(self, kind):
        parameters = self.connections(as_text=True) if self.peek()[0] == "#" and self.take() else {}
        name = self.take("n")
        pins = self.connections()
        self.take(";")
        return Instance(kind, name, pins, parameters)

    def connections(self, as_text=False):
        self.take("(")
        found = {}
        while self.peek()[0] == ".":
            self.take()
            pin = self.take("n")
            self.take("(")
            found[pin] = self.take() if as_text else self.nets()
            self.take(")")
            if self.peek()[0] == ",":
                self.take()
        self.take(")")
        return found

    def nets(self):
        kind, _ = self.peek()
        if kind == ")":
            return []
        if kind == "{":
            self.take()
            nets = []
            while self.peek()[0] != "}":
                nets += self.nets()
                if self.peek()[0] == ",":
                    self.take()
            self.take()
            return nets
        if kind == "n":
            return [self.take()]
        width, digits = re.match(r"(\d+)'s?b([01xz]+)$", self.take("c")).groups()
        return [f"1'b{bit}" for bit in digits.rjust(int(width), "0")]


def number(constant):
    """The value of a parameter such as 32'sb01000."""
    match = re.match(r"\d+'s?b([01]+)$", constant)
    return int(match[1], 2) if match else constant


def read(path):
    with open(path, encoding="utf-8") as file:
        return Reader(file.read(), path).read()
