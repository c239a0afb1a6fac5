# SPDX-License-Identifier: Apache-2.0
"""How often the output of a cell toggles, from how often its inputs do.

Signals are stationary: one in a share d of the cycles, toggling in a share t of them. Inputs are taken to
be independent of each other, and one may toggle in the same cycle as another. With f the function and x, x'
the inputs of two cycles in a row, the output has d = P(f(x)) and t = 2 (d - P(f(x) and f(x'))). Exact under
that assumption: a sum over the states of all inputs, factored by Shannon's expansion.
"""
import functools
import re

TOKEN = re.compile(r"\s*([A-Za-z_][\w\[\]]*|[()!'&*|+^01])")


# ---- Liberty's expressions ----------------------------------------------------------------------

def tokens(text):
    at, found = 0, []
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"{text!r} is not an expression")
        found.append(match[1])
        at = match.end()
    return found


class Parser:
    """Truth tables as integers: bit i is the value where input j is bit j of i."""

    def __init__(self, text, inputs):
        self.tokens = tokens(text)
        self.inputs = inputs
        self.all = (1 << (1 << len(inputs))) - 1

    def peek(self):
        return self.tokens[0] if self.tokens else ""

    def take(self):
        return self.tokens.pop(0)

    def table(self):
        value = self.either()
        if self.tokens:
            raise ValueError(f"{self.peek()!r} is too much in an expression")
        return value

    def either(self):
        value = self.both()
        while self.peek() and self.peek() in "|+":
            self.take()
            value |= self.both()
        return value

    def both(self):
        value = self.differs()
        while self.peek() and self.peek() not in "|+)^'":
            if self.peek() in "&*":
                self.take()
            value &= self.differs()
        return value

    def differs(self):
        value = self.inverse()
        while self.peek() == "^":
            self.take()
            value ^= self.inverse()
        return value

    def inverse(self):
        if self.peek() == "!":
            self.take()
            return self.all & ~self.inverse()
        value = self.atom()
        while self.peek() == "'":
            self.take()
            value = self.all & ~value
        return value

    def atom(self):
        token = self.take()
        if token == "(":
            value = self.either()
            self.take()
            return value
        if token in "01":
            return self.all * int(token)
        j = self.inputs.index(token)
        return sum(1 << i for i in range(1 << len(self.inputs)) if i >> j & 1)


def truth_table(text, inputs):
    return Parser(text, inputs).table()


# ---- probabilities ------------------------------------------------------------------------------

def halves(table, count):
    """The function where its last input is 0, and where it is 1."""
    size = 1 << (count - 1)
    return table & ((1 << size) - 1), table >> size


class Writer:
    """Statements that compute probabilities; what occurs twice is computed once."""

    def __init__(self):
        self.lines = []
        self.names = {}

    def name(self, key, terms):
        """A variable with the sum of the terms."""
        if key not in self.names:
            terms = [term for term in terms if term]
            self.names[key] = f"v{len(self.lines)}" if terms else "0.0"
            if terms:
                self.lines.append(f"{self.names[key]} = {' + '.join(terms)}")
        return self.names[key]

    @staticmethod
    def term(factor, value):
        return None if value == "0.0" else factor if value == "1.0" else f"{factor} * {value}"

    def one(self, f, count):
        """P(f(x))"""
        if f == 0:
            return "0.0"
        if f == (1 << (1 << count)) - 1:
            return "1.0"
        low, high = halves(f, count)
        j = count - 1
        if low == high:
            return self.one(low, j)
        return self.name((f, count), [self.term(f"z{j}", self.one(low, j)),
                                      self.term(f"d{j}", self.one(high, j))])

    def two(self, f, g, count):
        """P(f(x) and g(x'))"""
        if f == 0 or g == 0:
            return "0.0"
        if count == 0:
            return "1.0"
        f_half, g_half = halves(f, count), halves(g, count)
        j = count - 1
        if f_half[0] == f_half[1] and g_half[0] == g_half[1]:
            return self.two(f_half[0], g_half[0], j)
        return self.name((f, g, count),
                         [self.term(f"p{j}{a}{b}", self.two(f_half[a], g_half[b], j))
                          for a in (0, 1) for b in (0, 1)])


def compiled(count, lines, result):
    names = ", ".join(f"d{j}, t{j}" for j in range(count))
    text = [f"def function({names}):"]
    for j in range(count):
        text += [f"    h{j} = t{j} / 2", f"    z{j} = 1 - d{j}",
                 f"    p{j}00 = z{j} - h{j}", f"    p{j}01 = p{j}10 = h{j}",
                 f"    p{j}11 = d{j} - h{j}"]
    text += ["    " + line for line in lines] + [f"    return {result}"]
    space = {}
    exec("\n".join(text), space)  # text made above from a truth table
    return space["function"]


@functools.lru_cache(maxsize=None)
def share(text, inputs):
    """function(d0, t0, d1, t1, ..): the share of the cycles in which the expression holds."""
    writer = Writer()
    result = writer.one(truth_table(text, inputs), len(inputs))
    return compiled(len(inputs), writer.lines, result)


@functools.lru_cache(maxsize=None)
def output(text, inputs):
    """function(d0, t0, d1, t1, ..): (d, t) of the expression."""
    writer = Writer()
    table = truth_table(text, inputs)
    d = writer.one(table, len(inputs))
    both = writer.two(table, table, len(inputs))
    return compiled(len(inputs), writer.lines, f"{d}, 2 * ({d} - {both})")


@functools.lru_cache(maxsize=None)
def sensitive(text, inputs, name):
    """function(d0, t0, d1, t1, ..): the share of the cycles in which the input `name` decides."""
    table, j, count = truth_table(text, inputs), inputs.index(name), len(inputs)
    differs = 0
    for i in range(1 << count):
        differs |= ((table >> i ^ table >> (i ^ 1 << j)) & 1) << i
    writer = Writer()
    return compiled(count, writer.lines, writer.one(differs, count))
