# SPDX-License-Identifier: Apache-2.0
"""What `keysieve cosim --activity` writes: rates of every bit of every signal."""
import re


class ActivityError(Exception):
    """The file is not one of those."""


INDEXED = re.compile(r"(.*)\[(\d+)\]$")
# What Yosys puts before the name of a block in the `else if` of a generate; the language has no such scope.
UNNAMED = re.compile(r"\bgenblk\d+\.")


class Activity:
    def __init__(self, path):
        self.header = {}
        self.rates = {}  # signal -> bit -> (toggles a cycle, share of the cycles at one, share moving)
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                self._line(line.split(), f"{path}:{number}")
        for what in ("cycles", "queries"):
            if not self.header.get(what, "").isdigit() or int(self.header[what]) == 0:
                raise ActivityError(f"{path}: does not say of how many {what}")
        if not self.rates:
            raise ActivityError(f"{path}: holds no rates")
        toggles = [rate[0] for bits in self.rates.values() for rate in bits.values()]
        self.mean = sum(toggles) / len(toggles)

    def _line(self, words, where):
        if words and words[0] == "#":
            if len(words) > 2:
                self.header[words[1]] = " ".join(words[2:])
            return
        try:
            name, bit, toggles, ones, moving = words
            self.rates.setdefault(name, {})[int(bit)] = (float(toggles), float(ones), float(moving))
        except ValueError:
            raise ActivityError(f"{where}: not `signal bit toggles ones moving`") from None

    def of(self, place, net):
        """(toggles, ones, moving) of a net, "sum_q[3]", in the instance at `place`; None if unknown."""
        net = UNNAMED.sub("", net)
        match = INDEXED.match(net)
        if match:
            rate = self.rates.get(f"{place}.{match[1]}", {}).get(int(match[2]))
            if rate is not None:
                return rate
        return self.rates.get(f"{place}.{net}", {}).get(0)
