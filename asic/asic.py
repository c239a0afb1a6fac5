#!/usr/bin/env -S /usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Area, timing and power of a design in a cell library: README.md says how, and what the figures are not good for.

Generates the RTL, synthesises it with Yosys, times it with OpenSTA, adds memories by a model, and, given how often
signals toggle in a co-simulated job, reckons its energy.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

import netlist
import pdk as processes
import report
import sram
from refuse import BAD_INPUT, FAILED, NO_TOOL, refuse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PATHS = 4000  # end points asked for: enough to meet every unit's worst


# ---- running tools ------------------------------------------------------------------------------

def run(command, log, environment=None, folder=None):
    """Runs a tool, its output in `log`. A tool may print an error and yet exit with 0: that fails too."""
    try:
        with open(log, "w", encoding="utf-8") as file:
            status = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, cwd=folder, check=False,
                                    env={**os.environ, **(environment or {})}).returncode
    except FileNotFoundError:
        refuse(NO_TOOL, f"{command[0]} is not installed: scripts/bootstrap.sh asic")
    with open(log, encoding="utf-8", errors="replace") as file:
        errors = [line.strip() for line in file if re.search(r"\b(error|Error|ERROR)\b", line)]
    if errors or status:
        refuse(FAILED, f"{command[0]} failed, see {log}: {errors[0] if errors else f'status {status}'}")


def keysieve(program, *words):
    """What the program prints. Its refusals are worded for the user: they are passed on."""
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        sys.exit(done.returncode)
    return done.stdout


def version(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"


# ---- synthesis ----------------------------------------------------------------------------------

MODULE = re.compile(r"^(?:attribute [^\n]*\n)*module (\S+)\n.*?^end\n", re.S | re.M)
MEMORIES = ("ks_ram_1r1w", "ks_ram_2r1w")


def memory_of(name, text):
    """The memory that a module of the elaborated design is."""
    value = {key: int(number) for key, number in re.findall(r"^  parameter \\(\w+) (\d+)", text, re.M)}
    kind = next(kind for kind in MEMORIES if name.endswith(kind) or f"\\{kind}\\" in name)
    return sram.Memory(name=f"{kind}_{value['Depth']}x{value['Width']}", kind=kind, rows=value["Depth"],
                       bits=value["Width"], address_bits=value["AddrBits"])


def is_memory(name):
    return any(kind in name.split("\\") for kind in MEMORIES)


def digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# ---- the flow -----------------------------------------------------------------------------------

class Flow:
    """One design in one process."""

    def __init__(self, options):
        self.options = options
        self.pdk = processes.load(options.pdk)
        self.period = options.period or self.pdk.period
        self.show = json.loads(keysieve(options.program, "show", options.config, "--json"))
        self.config = self.show["config"]
        self.top = self.config.replace("-", "_")
        self.out = os.path.abspath(f"{options.build}/{self.config}-{self.pdk.name}")
        self.cells = f"{self.out}/cells.lib"
        os.makedirs(self.out, exist_ok=True)

    def elaborate(self):
        """RTL to design.il, whose memories get the names that the netlist has."""
        keysieve(self.options.program, "gen", self.options.config, "-o", f"{self.out}/rtl")
        sources = read(f"{self.out}/rtl/{self.top}.f")
        units = [row[0] for row in report.table("units.csv")]
        run(["yosys", "-c", f"{HERE}/elaborate.tcl"], f"{self.out}/elaborate.log",
            {"TOP": self.top, "SOURCES": " ".join(sources.split()), "OUT": self.out,
             "UNITS": " ".join((*units, *MEMORIES))}, f"{self.out}/rtl")
        design = read(f"{self.out}/design.il")
        self.memories = {}
        for module in MODULE.finditer(design):
            if is_memory(module[1]):
                memory = memory_of(module[1], module[0])
                self.memories[memory.name] = memory
                design = design.replace(f" {module[1]}", f" \\{memory.name}")
        write(f"{self.out}/design.il", design)
        self.modules = {module[1]: module[0] for module in MODULE.finditer(design)}

    def price_memories(self):
        processes.usable_cells(self.pdk, self.cells)
        self.library = report.read_library(self.cells)
        area = {name: self.library.cells[name].area for name in (self.pdk.flop, self.pdk.nand2)}
        model, self.fit_errors = sram.fit()

        def price(memory):
            sram.price(memory, model, self.pdk.sram, area[self.pdk.flop], area[self.pdk.nand2])
            return memory

        self.price = price
        for memory in self.memories.values():
            price(memory)
        sram.write_liberty([m for m in self.memories.values() if not m.in_flops], self.pdk.sram,
                           self.library.volt, f"{self.out}/memories.lib")

    def synthesise_unit(self, name, text):
        """The file of the mapped module; made anew only if something that it depends on has changed."""
        constraint = f"set_driving_cell {self.pdk.driver}\nset_load {self.pdk.load}\n"
        environment = {"LIBERTY": self.cells, "CONSTRAINT": f"{self.out}/constraint",
                       "STUBS": f"{self.out}/design.il", "PERIOD": f"{self.period * 1000:.0f}",
                       "TIE_HIGH": self.pdk.tie_high, "TIE_LOW": self.pdk.tie_low}
        write(environment["CONSTRAINT"], constraint)
        unit = f"{self.units}/{digest(text, constraint, self.cells_digest, self.recipe, str(self.period))}.il"
        if not os.path.exists(f"{unit}.mapped"):
            write(unit, text)
            run(["yosys", "-c", f"{HERE}/synth.tcl"], f"{unit}.log", {**environment, "UNIT": unit})
        return f"{unit}.mapped"

    def synthesise(self):
        self.units = f"{self.out}/units"
        os.makedirs(self.units, exist_ok=True)
        self.cells_digest = digest(read(self.cells))
        self.recipe = read(f"{HERE}/synth.tcl")
        boxes = {f"\\{m.name}" for m in self.memories.values() if not m.in_flops}
        units = [(name, text) for name, text in self.modules.items() if name not in boxes]
        units.sort(key=lambda unit: -len(unit[1]))  # the long ones first, so that none is left over at last
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            mapped = list(pool.map(lambda unit: self.synthesise_unit(*unit), units))
        run(["yosys", "-c", f"{HERE}/join.tcl"], f"{self.out}/join.log",
            {"TOP": self.top, "OUT": self.out, "STUBS": f"{self.out}/design.il", "MAPPED": " ".join(mapped),
             "LIBERTY": self.cells, "FLOPS": self.pdk.flop})

    def time(self):
        run(["sta", "-exit", f"{HERE}/timing.tcl"], f"{self.out}/timing.log",
            {"TOP": self.top, "OUT": self.out, "LIBERTIES": f"{self.cells} {self.out}/memories.lib",
             "PERIOD_NS": str(self.period), "DRIVER": self.pdk.driver,
             "LOAD_PF": f"{self.pdk.load / 1000:g}", "PATHS": str(PATHS)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("config", help="named configuration, or path of an .ini")
    parser.add_argument("--pdk", default="osu018", help=f"{', '.join(processes.known())} (default %(default)s)")
    parser.add_argument("--period", type=float, help="clock target in ns (default: the PDK's)")
    parser.add_argument("--build", default="build/asic", help="folder for what is made on the way (%(default)s)")
    parser.add_argument("--results", default="results", help="folder of the JSON (%(default)s)")
    parser.add_argument("--program", default="build/keysieve", help="(%(default)s)")
    options = parser.parse_args()
    if options.period is not None and not 0 < options.period < 1000:
        refuse(BAD_INPUT, f"--period {options.period}: not a time in ns between 0 and 1000")
    flow = Flow(options)
    flow.elaborate()
    flow.price_memories()
    flow.synthesise()
    flow.time()


if __name__ == "__main__":
    main()
