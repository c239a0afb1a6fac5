#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Clock gates for registers with an enable: gate.py CELL CLOCK_PIN ENABLE_PIN OUTPUT_PIN, from standard input to
standard output. Called by synth.tcl.

The text is a module in RTLIL whose flip-flops with an enable are $_DFFE_PP_. Those that share clock and enable get
one gate for at most MOST of them; where they are fewer than LEAST they stay as they are, for multiplexers.
"""
import re
import sys
from collections import defaultdict

LEAST = 4  # flip-flops worth a gate, which is as large as about two multiplexers and takes a clock edge every cycle
MOST = 32  # flip-flops on a gate: what a clock tree would do

FLOP = re.compile(r"^  cell \$_DFFE_PP_ (\S+)\n((?:    connect .*\n)+)  end\n", re.M)
PIN = re.compile(r"^    connect \\(\w+) (.*)\n", re.M)


def groups(flops):
    """Lists of flip-flops that share a gate, of no more than MOST each and as long as each other."""
    sharing = defaultdict(list)
    for flop in flops:
        sharing[flop["C"], flop["E"]].append(flop)
    for found in sharing.values():
        if len(found) >= LEAST:
            count = -(-len(found) // MOST)
            yield from (found[i * len(found) // count:(i + 1) * len(found) // count] for i in range(count))


def gate_name(group):
    """After the first register behind it, for reports of paths; else one that Yosys is free to change."""
    register = group[0]["Q"].replace(" ", "")
    return f"\\clock_gate.{register[1:]}" if register[0] == "\\" else f"$clock_gate{register}"


def gated(text, cell, clock, enable, output):
    flops = [{"name": flop[1], **dict(PIN.findall(flop[2]))} for flop in FLOP.finditer(text)]
    gates = []
    clock_of = {}  # flip-flop -> its gated clock
    for group in groups(flops):
        net = f"$gated_clock${len(gates)}"
        clock_of.update((flop["name"], net) for flop in group)
        gates.append(f"  cell \\{cell} {gate_name(group)}\n    connect \\{clock} {group[0]['C']}\n"
                     f"    connect \\{enable} {group[0]['E']}\n    connect \\{output} {net}\n  end\n")

    def plain(flop):
        if flop[1] not in clock_of:
            return flop[0]
        pins = dict(PIN.findall(flop[2]))
        return (f"  cell $_DFF_P_ {flop[1]}\n    connect \\C {clock_of[flop[1]]}\n    connect \\D {pins['D']}\n"
                f"    connect \\Q {pins['Q']}\n  end\n")

    start = text.index("\n", re.search(r"^module ", text, re.M).start()) + 1
    end = text.rindex("end\n")
    wires = "".join(f"  wire {net}\n" for net in dict.fromkeys(clock_of.values()))
    return text[:start] + wires + FLOP.sub(plain, text[start:end]) + "".join(gates) + text[end:]


if __name__ == "__main__":
    sys.stdout.write(gated(sys.stdin.read(), *sys.argv[1:]))
