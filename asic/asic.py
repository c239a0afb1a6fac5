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
import shutil
import subprocess
import sys

import fanout
import jobs
import liberty
import netlist
import paths
import pdk as processes
import power
import report
import results
import sram
from activity import Activity, ActivityError
from flat import Flat
from refuse import BAD_INPUT, FAILED, NO_TOOL, refuse

HERE = os.path.dirname(os.path.abspath(__file__))
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


# ---- synthesis ----------------------------------------------------------------------------------

MODULE = re.compile(r"^(?:attribute [^\n]*\n)*module (\S+)\n.*?^end\n", re.S | re.M)
MEMORIES = ("ks_ram_1r1w", "ks_ram_2r1w")


def memory_of(name, text):
    """The memory that a module of the elaborated design is."""
    value = {key: int(number) for key, number in re.findall(r"^  parameter \\(\w+) (\d+)", text, re.M)}
    kind = next(kind for kind in MEMORIES if name.endswith(kind) or f"\\{kind}\\" in name)
    return sram.Memory(kind, value["Depth"], value["Width"], value["AddrBits"])


def is_memory(name):
    return any(kind in name.split("\\") for kind in MEMORIES)


def digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def read(path):
    with open(path, encoding="latin-1") as file:
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
        self.cells = f"{self.out}/cells.lib"  # those that mapping may use
        os.makedirs(self.out, exist_ok=True)

    def elaborate(self):
        """RTL to design.il, whose memories get the names that the netlist has."""
        keysieve(self.options.program, "gen", self.options.config, "-o", f"{self.out}/rtl")
        shutil.copytree(f"{HERE}/blocks", f"{self.out}/rtl", dirs_exist_ok=True)
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
                if memory.name in self.memories:
                    refuse(FAILED, f"two memories of {self.config} would be named {memory.name}")
                self.memories[memory.name] = memory
                design = design.replace(f" {module[1]}", f" \\{memory.name}")
        write(f"{self.out}/design.il", design)
        self.modules = {module[1]: module[0] for module in MODULE.finditer(design)}

    def price_memories(self):
        processes.usable_cells(self.pdk, self.cells)
        self.library = liberty.read(self.pdk.liberty)
        self.gate = self.library.cells[self.pdk.gate].gate if self.pdk.gate else None
        if self.pdk.gate and not self.gate:
            refuse(BAD_INPUT, f"PDK {self.pdk.name}: {self.pdk.gate} is no clock gate without a test pin")
        self.nand2 = self.library.cells[self.pdk.nand2].area
        model, self.fit_errors = sram.fit()

        def price(memory):
            sram.price(memory, model, self.pdk.sram, self.library.cells[self.pdk.flop].area, self.nand2)
            return memory

        for memory in self.memories.values():
            price(memory)
        self.system = report.system_memories(self.show,
                                             lambda rows, bits: price(sram.Memory("ks_ram_1r1w", rows, bits)))
        sram.write_liberty([m for m in self.memories.values() if not m.in_flops], self.pdk.sram,
                           self.library.volt, f"{self.out}/memories.lib")

    def synthesise_unit(self, name, text):
        """The file of the mapped module; made anew only if something that it depends on has changed."""
        constraint = f"set_driving_cell {self.pdk.driver}\nset_load {self.pdk.load}\n"
        environment = {"LIBERTY": self.cells, "CONSTRAINT": f"{self.out}/constraint",
                       "STUBS": f"{self.out}/design.il", "BUDGET": f"{self.budget * 1000:.0f}",
                       "GATE": " ".join((self.pdk.gate, self.gate.clock, self.gate.enable, self.gate.output))
                       if self.gate else "", "GATE_PY": f"{HERE}/gate.py", "MULTIPLY": f"{HERE}/multiply.v",
                       "TIE_HIGH": self.pdk.tie_high, "TIE_LOW": self.pdk.tie_low}
        write(environment["CONSTRAINT"], constraint)
        unit = f"{self.units}/{digest(text, constraint, self.cells_digest, self.recipe, str(self.budget))}.il"
        if not os.path.exists(f"{unit}.mapped"):
            write(unit, text)
            run(["yosys", "-c", f"{HERE}/synth.tcl"], f"{unit}.log", {**environment, "UNIT": unit})
        return f"{unit}.mapped"

    def synthesise(self):
        self.units = f"{self.out}/units"
        os.makedirs(self.units, exist_ok=True)
        self.cells_digest = digest(read(self.cells))
        self.recipe = read(f"{HERE}/synth.tcl") + read(f"{HERE}/gate.py") + read(f"{HERE}/multiply.v") + self.pdk.gate
        boxes = {f"\\{m.name}" for m in self.memories.values() if not m.in_flops}
        units = [(name, text) for name, text in self.modules.items() if name not in boxes]
        units.sort(key=lambda unit: -len(unit[1]))  # the long ones first, so that none is left over at last
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            mapped = list(pool.map(lambda unit: self.synthesise_unit(*unit), units))
        self.once("join", ["yosys", "-c", f"{HERE}/join.tcl"],
                  {"TOP": self.top, "OUT": self.out, "STUBS": f"{self.out}/design.il",
                   "MAPPED": " ".join(mapped), "LIBERTY": self.pdk.liberty},
                  read(f"{HERE}/fanout.py"),
                  lambda: fanout.add(f"{self.out}/netlist.v", self.library.cells, self.pdk.buffer, self.pdk.gate))

    def time(self):
        self.once("timing", ["sta", "-exit", f"{HERE}/timing.tcl"],
                  {"TOP": self.top, "OUT": self.out, "LIBERTIES": f"{self.pdk.liberty} {self.out}/memories.lib",
                   "PERIOD_NS": str(self.period), "DRIVER": self.pdk.driver,
                   "LOAD_PF": f"{self.pdk.load / 1000:g}", "PATHS": str(PATHS)},
                  read(f"{self.out}/join.key") + read(f"{self.out}/memories.lib"))

    def once(self, step, command, environment, inputs, afterwards=lambda: None):
        """Runs the tool, unless it ran before with the same script, settings and inputs."""
        key = digest(read(command[-1]), json.dumps(environment), read(self.pdk.liberty), inputs)
        stamp = f"{self.out}/{step}.key"
        if os.path.exists(stamp):
            if read(stamp) == key:
                return
            os.remove(stamp)
        run(command, f"{self.out}/{step}.log", environment)
        afterwards()
        write(stamp, key)

    def measure(self):
        """The lines of the table, the worst paths; power of the runs whose activity is given."""
        modules = netlist.read(f"{self.out}/netlist.v")
        tree = report.Tree(modules, self.top)
        self.count = report.Cells(modules, self.library)
        self.rows = report.rows_of(tree, self.count, self.memories, self.top)
        self.rows += report.system_rows(self.system)
        logic = [module.name for module in tree.places.values() if module.name not in self.memories]
        self.totals = [sum(self.count.of[name][i] for name in logic) for i in (2, 3, 4, 5)]  # cells and what follows
        self.worst = paths.worst(paths.parse(f"{self.out}/paths.txt"), tree, self.library.cells)
        self.runs = {}
        activity = jobs.digits(self, keysieve) if self.options.digits else self.options.activity
        flat = Flat(modules, self.top, self.library.cells) if activity else None
        for name, path in activity:
            rates = Activity(path)
            if rates.header["config"] != self.config:
                refuse(BAD_INPUT, f"{path} is of {rates.header['config']}, not of {self.config}")
            found = power.make_report(flat, self.library, rates, self.clock)
            report.charge(self.rows, name, found, self.memories, self.system, self.clock)
            self.runs[name] = found

    @property
    def budget(self):
        """ns that gates between registers may take: at least half of the period, so that ABC has a target."""
        return max(self.period - self.pdk.flop_time, self.period / 2)

    @property
    def clock(self):
        """ns: the target, or what the worst path takes where that is longer."""
        return max(self.period, round(self.period - self.worst[0]["slack_ns"], 4))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("config", help="named configuration, or path of an .ini")
    parser.add_argument("--pdk", default="osu018", help=f"{', '.join(processes.known())} (default %(default)s)")
    parser.add_argument("--period", type=float, help="clock target in ns (default: the PDK's)")
    rates = parser.add_mutually_exclusive_group()
    rates.add_argument("--activity", action="append", default=[], metavar="RUN=FILE",
                        help="rates of a job, from keysieve cosim --activity; repeatable. Without them there is "
                             "no dynamic power. Runs named approximate and exact give a ratio")
    rates.add_argument("--digits", action="store_true",
                        help="co-simulates the digits, approximate and exact, for their activity")
    parser.add_argument("--no-picture", action="store_true", help="without gnuplot")
    parser.add_argument("--build", default="build/asic", help="folder for what is made on the way (%(default)s)")
    parser.add_argument("--results", default="results", help="folder of JSON and picture (%(default)s)")
    parser.add_argument("--program", default="build/keysieve", help="(%(default)s)")
    options = parser.parse_args()
    if options.period is not None and not 0 < options.period < 1000:
        refuse(BAD_INPUT, f"--period {options.period}: not a time in ns between 0 and 1000")
    for text in options.activity:
        if "=" not in text or not os.path.isfile(text.partition("=")[2]):
            refuse(BAD_INPUT, f"--activity {text}: not RUN=FILE with a file that is there")
    options.activity = [text.split("=", 1) for text in options.activity]
    return options


def main():
    options = arguments()
    flow = Flow(options)
    if options.digits:
        jobs.check(flow)
    flow.elaborate()
    flow.price_memories()
    flow.synthesise()
    flow.time()
    try:
        flow.measure()
    except (liberty.LibertyError, netlist.NetlistError, ActivityError) as reason:
        refuse(BAD_INPUT, reason)
    result = results.as_json(flow)
    name = results.write(result, options.results)
    results.show(result)
    if not options.no_picture:
        results.picture(result, name, flow.out)


if __name__ == "__main__":
    main()
