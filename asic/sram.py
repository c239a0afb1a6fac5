# SPDX-License-Identifier: Apache-2.0
"""What a memory costs: macros of at most 1024 rows of 64 bits, whose figures are linear in rows, bits and their
product, fitted on fakeram45.csv; other processes scale them (pdk/*.ini). And its Liberty file.
"""
import itertools
import os
from dataclasses import dataclass

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = (64, 1024)    # of a macro: the range that is fitted
BITS = (7, 64)       # the one macro of 96 bits has no taller neighbours to fit
SECOND_PORT = 1.3    # area and leakage of a memory with a read and a write port over one with one for both
BIT_CELL = 0.346     # um2: published cell of a 45 nm process (Mistry et al., IEDM 2007); nothing is smaller
FLOP_GATES = 3       # NAND2 a bit beside its flip-flop: enable and read multiplexer
FIGURES = ("area", "energy", "access", "setup", "leakage")


@dataclass
class Memory:
    """Of one instance."""
    kind: str         # ks_ram_1r1w or ks_ram_2r1w
    rows: int
    bits: int         # of a row
    address_bits: int = 0
    area: float = 0     # um2
    read: float = 0     # pJ of a row read
    write: float = 0    # pJ of a row written
    access: float = 0   # ns from the clock edge to the output
    setup: float = 0    # ns
    leakage: float = 0  # W
    flops: float = 0    # um2, if it were made of flip-flops
    in_flops: bool = False

    @property
    def name(self):
        """Of its module in the netlist."""
        return f"{self.kind}_{self.rows}x{self.bits}"

    @property
    def read_ports(self):
        return int(self.kind[len("ks_ram_")])


def macros():
    """The fitted macros: rows, bits, and an array a figure; leakage in W."""
    table = np.loadtxt(f"{HERE}/fakeram45.csv", delimiter=",")
    figures = dict(zip(FIGURES, table[:, 2:].T))
    figures["leakage"] = figures["leakage"] * 1e-6
    return table[:, 0], table[:, 1], figures


def features(rows, bits):
    one = np.ones(np.shape(rows))
    return np.stack([one, rows * one, bits * one, rows * bits * one], axis=-1)


def fit_one(x, y):
    """Coefficients >= 0 of the least sum of squared relative errors."""
    best, least = None, np.inf
    for chosen in itertools.product((False, True), repeat=x.shape[1]):
        if not any(chosen):
            continue
        part, *_ = np.linalg.lstsq(x[:, chosen] / y[:, None], np.ones(len(y)), rcond=None)
        coefficients = np.zeros(x.shape[1])
        coefficients[list(chosen)] = part
        error = np.sum((x @ coefficients / y - 1) ** 2)
        if np.all(part >= 0) and error < least:
            best, least = coefficients, error
    return best


def fit():
    """(figure -> coefficients, figure -> largest relative error over the macros)"""
    rows, bits, figures = macros()
    x = features(rows, bits)
    model = {name: fit_one(x, y) for name, y in figures.items()}
    errors = {name: float(np.max(np.abs(x @ model[name] / y - 1))) for name, y in figures.items()}
    return model, errors


def price(memory, model, scale, flop_area, nand2_area):
    """Fills in the figures of the memory, and decides what it is made of: what is smaller."""
    wide = -(-memory.bits // BITS[1])
    deep = -(-memory.rows // ROWS[1])
    rows = max(-(-memory.rows // deep), ROWS[0])
    bits = max(-(-memory.bits // wide), BITS[0])
    one = {name: float(features(rows, bits) @ model[name]) for name in FIGURES}
    copies = memory.read_ports
    memory.area = one["area"] * wide * deep * copies * SECOND_PORT * scale["area"]
    memory.leakage = one["leakage"] * wide * deep * copies * SECOND_PORT * scale["leakage"]
    memory.read = one["energy"] * wide * scale["energy"]
    memory.write = memory.read * copies
    memory.access = one["access"] * scale["time"]
    memory.setup = one["setup"] * scale["time"]
    memory.flops = memory.rows * memory.bits * (flop_area + FLOP_GATES * nand2_area)
    memory.in_flops = memory.flops < memory.area


# ---- Liberty ------------------------------------------------------------------------------------

HEAD = """library (ks_memories) {{
  delay_model : table_lookup;
  time_unit : "1ns";
  voltage_unit : "1V";
  current_unit : "1uA";
  leakage_power_unit : "1nW";
  pulling_resistance_unit : "1kohm";
  capacitive_load_unit (1, pf);
  nom_process : 1;
  nom_temperature : 25;
  nom_voltage : {volt};
  slew_lower_threshold_pct_fall : 20;
  slew_lower_threshold_pct_rise : 20;
  slew_upper_threshold_pct_fall : 80;
  slew_upper_threshold_pct_rise : 80;
  input_threshold_pct_fall : 50;
  input_threshold_pct_rise : 50;
  output_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50;
  lu_table_template (load) {{
    variable_1 : total_output_net_capacitance;
    index_1 ("0.005, 0.5");
  }}
"""
BUS_TYPE = """  type (bus_{bits}) {{
    base_type : array;
    data_type : bit;
    bit_width : {bits};
    bit_from : {high};
    bit_to : 0;
    downto : true;
  }}
"""
INPUT = """    {kind} ({name}) {{
      {bus}direction : input;
      capacitance : {farad};
      timing () {{
        related_pin : "clk_i";
        timing_type : setup_rising;
        rise_constraint (scalar) {{ values ("{setup:.4f}"); }}
        fall_constraint (scalar) {{ values ("{setup:.4f}"); }}
      }}
    }}
"""
OUTPUT = """    {kind} ({name}) {{
      {bus}direction : output;
      timing () {{
        related_pin : "clk_i";
        timing_type : rising_edge;
        timing_sense : non_unate;
        cell_rise (scalar) {{ values ("{access:.4f}"); }}
        cell_fall (scalar) {{ values ("{access:.4f}"); }}
        rise_transition (load) {{ values ("{fast:.4f}, {slow:.4f}"); }}
        fall_transition (load) {{ values ("{fast:.4f}, {slow:.4f}"); }}
      }}
    }}
"""


def ports(memory):
    """(name, bits of a bus or 0, is an output)"""
    address, row = (bits if bits > 1 else 0 for bits in (memory.address_bits, memory.bits))
    yield from (("we_i", 0, False), ("waddr_i", address, False), ("wdata_i", row, False))
    for port in ("",) if memory.read_ports == 1 else ("_a", "_b"):
        yield from ((f"ren{port}_i", 0, False), (f"raddr{port}_i", address, False), (f"rdata{port}_o", row, True))


def cell(memory, scale):
    text = [f"  cell ({memory.name}) {{\n    area : {memory.area:.3f};\n"
            f"    cell_leakage_power : {memory.leakage * 1e9:.3f};\n"
            "    pin (clk_i) { direction : input; clock : true; capacitance : 0.025; }\n"]
    for name, bits, is_output in ports(memory):
        kind, bus = ("bus", f"bus_type : bus_{bits};\n      ") if bits else ("pin", "")
        text.append((OUTPUT if is_output else INPUT).format(
            kind=kind, name=name, bus=bus, farad=0.005, setup=memory.setup, access=memory.access,
            fast=0.009 * scale["time"], slow=0.227 * scale["time"]))
    return "".join(text) + "  }\n"


def write_liberty(memories, scale, volt, path):
    """Timing of the memories that are macros: clock to output, setup. Slews and capacitances as fakeram's."""
    widths = sorted({bits for memory in memories for _, bits, _ in ports(memory) if bits})
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD.format(volt=volt))
        for bits in widths:
            file.write(BUS_TYPE.format(bits=bits, high=bits - 1))
        file.write("".join(cell(memory, scale) for memory in memories))
        file.write("}\n")
