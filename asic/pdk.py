# SPDX-License-Identifier: Apache-2.0
"""A process: its description in pdk/NAME.ini, and its Liberty file without the cells that are not to be used."""
import configparser
import fnmatch
import os
import re
from dataclasses import dataclass

from refuse import BAD_INPUT, refuse

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Pdk:
    name: str
    title: str
    liberty: str      # path
    period: float     # clock target, ns
    driver: str       # cell that drives every input
    load: float       # on every output, fF
    buffer: str       # for nets that lead into many modules
    nand2: str        # whose area is one gate equivalent
    flop: str
    flop_time: float  # clock to output and setup of it, ns
    gate: str         # for clocks of registers with an enable, or nothing
    tie_high: str     # "CELL PIN", or nothing
    tie_low: str
    dont_use: list    # patterns of cell names
    sram: dict        # area, time, energy, leakage over those of the model at 45 nm


def known():
    return sorted(name[:-4] for name in os.listdir(f"{HERE}/pdk") if name.endswith(".ini"))


def root():
    """The folder that holds a folder for each PDK."""
    shared = os.environ.get("KS_SHARED") or "../shared"
    return os.environ.get("PDK_ROOT") or f"{shared}/pdk"


def load(name):
    if name not in known():
        refuse(BAD_INPUT, f"there is no PDK {name!r}: known are {', '.join(known())}")
    file = configparser.ConfigParser()
    with open(f"{HERE}/pdk/{name}.ini", encoding="utf-8") as text:
        file.read_file(text)
    values = file["pdk"]
    liberty = os.path.join(root(), name, values["liberty"])  # an absolute path stays what it is
    if not os.path.isfile(liberty):
        where = "" if os.path.isabs(values["liberty"]) else " (PDK_ROOT names the folder of PDKs)"
        refuse(BAD_INPUT, f"PDK {name}: no Liberty file {liberty}{where}")
    return Pdk(name=name, title=values["title"], liberty=liberty, period=float(values["period"]),
               driver=values["driver"], load=float(values["load"]), buffer=values["buffer"], nand2=values["nand2"],
               flop=values["flop"], flop_time=float(values["flop_time"]), gate=values.get("gate", ""),
               tie_high=values.get("tie_high", ""), tie_low=values.get("tie_low", ""),
               dont_use=values.get("dont_use", "").split(),
               sram={key: float(value) for key, value in file["sram"].items()})


# ---- the Liberty file without some cells --------------------------------------------------------

CELL = re.compile(r'\bcell\s*\(\s*"?([\w$]+)"?\s*\)\s*\{')
MARK = re.compile(r'"[^"]*"|/\*.*?\*/|[{}]', re.S)
UNUSED = re.compile(r"\bdont_use\s*:\s*\"?true")


def end_of_group(text, start):
    """Where the group ends whose brace is before `start`."""
    depth = 1
    for mark in MARK.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return len(text)


def usable_cells(pdk, path):
    """Writes the library to `path` without cells that it or the PDK's description says are not to be used."""
    with open(pdk.liberty, encoding="latin-1") as file:
        text = file.read()
    kept = []
    at = 0
    for cell in CELL.finditer(text):
        end = end_of_group(text, cell.end())
        if UNUSED.search(text, cell.end(), end) or any(fnmatch.fnmatch(cell[1], p) for p in pdk.dont_use):
            kept.append(text[at:cell.start()])
            at = end
    kept.append(text[at:])
    with open(path, "w", encoding="latin-1") as file:
        file.write("".join(kept))
