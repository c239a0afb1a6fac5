#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""asic/power.py on cases reckoned by hand and by enumeration. Ends with `N passed, N failed`.

  power.py WORK_FOLDER

The cells are made up, with tables that do not depend on slew or load, so that every figure can be followed
here: 1 pF of load and 2 V make 2 pJ a toggle.
"""
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "asic"))
import boolean  # noqa: E402

LIBERTY = """library (by_hand) {
  time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1uA"; leakage_power_unit : "1uW";
  capacitive_load_unit (1, pf);
  nom_voltage : 2; nom_temperature : 25;
  lu_table_template (slews) { variable_1 : total_output_net_capacitance; variable_2 : input_net_transition;
    index_1 ("0, 10"); index_2 ("0, 10"); }
  power_lut_template (energies) { variable_1 : input_transition_time; index_1 ("0, 10"); }
  cell (FLOP) {
    area : 8; cell_leakage_power : 3;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CLK"; }
    pin (CLK) { direction : input; clock : true; capacitance : 0.5;
      internal_power () { rise_power (energies) { values ("0.25, 0.25"); }
                          fall_power (energies) { values ("0.75, 0.75"); } } }
    pin (D) { direction : input; capacitance : 0.125; }
    pin (Q) { direction : output; function : "IQ";
      timing () { related_pin : "CLK"; timing_type : rising_edge;
        rise_transition (slews) { values ("1, 1", "1, 1"); }
        fall_transition (slews) { values ("1, 1", "1, 1"); } }
      internal_power () { related_pin : "CLK"; rise_power (energies) { values ("3, 3"); }
                          fall_power (energies) { values ("5, 5"); } } }
    pin (QN) { direction : output; function : "IQN"; }
  }
  cell (INVERTER) {
    area : 2; cell_leakage_power : 1;
    pin (A) { direction : input; capacitance : 0.25; }
    pin (Y) { direction : output; function : "!A";
      timing () { related_pin : "A"; rise_transition (slews) { values ("1, 1", "1, 1"); }
                                     fall_transition (slews) { values ("1, 1", "1, 1"); } }
      internal_power () { related_pin : "A"; rise_power (energies) { values ("1, 1"); }
                          fall_power (energies) { values ("2, 2"); } } }
  }
  cell (XOR) {
    area : 4; cell_leakage_power : 2;
    pin (A) { direction : input; capacitance : 1; }
    pin (B) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "(A ^ B)";
      internal_power () { related_pin : "A"; when : "B"; power (energies) { values ("4, 4"); } }
      internal_power () { related_pin : "A"; when : "!B"; power (energies) { values ("8, 8"); } }
      internal_power () { related_pin : "B"; power (energies) { values ("16, 16"); } } }
  }
}
"""

GATE = """  cell (GATE) {
    area : 5; cell_leakage_power : 4; clock_gating_integrated_cell : latch_posedge;
    statetable ("CK E", "IQ") { table : "L L : - : L, L H : - : H, H - : - : N"; }
    pin (IQ) { direction : internal; internal_node : IQ; }
    pin (CK) { direction : input; clock_gate_clock_pin : true; capacitance : 0.25;
      internal_power () { when : "!E & !GCK"; power (energies) { values ("2, 2"); } }
      internal_power () { when : "E & !GCK"; power (energies) { values ("100, 100"); } } }
    pin (E) { direction : input; clock_gate_enable_pin : true; capacitance : 0.125; }
    pin (GCK) { direction : output; clock_gate_out_pin : true; state_function : "CK & IQ";
      internal_power () { related_pin : "CK"; when : "E"; power (energies) { values ("8, 8"); } }
      internal_power () { related_pin : "CK"; when : "!E"; power (energies) { values ("100, 100"); } } }
  }
}
"""

# A flip-flop drives an inverter in a child, which drives a XOR with a memory's output.
NETLIST = r"""
module \$paramod\leaf\Width=s32'1 (a_i, y_o);
  input a_i; wire a_i; output y_o; wire y_o; wire _0_;
  INVERTER _1_ ( .A(a_i), .Y(_0_) );
  INVERTER _2_ ( .A(_0_), .Y(y_o) );
endmodule
module top(clk_i, d_i, y_o);
  input clk_i; wire clk_i; input d_i; wire d_i; output y_o; wire y_o;
  wire \state_q[3] ; wire \genblk1.g_x[0].inner ; wire word;
  FLOP _9_ ( .CLK(clk_i), .D(d_i), .Q(\state_q[3] ) );
  \$paramod\leaf\Width=s32'1  \g_x[0].u_leaf  ( .a_i(\state_q[3] ), .y_o(\genblk1.g_x[0].inner ) );
  ks_ram_1r1w #( .Depth(32'sb0101), .Width(32'sb01) ) u_memory ( .clk_i(clk_i), .ren_i(d_i), .we_i(1'b0),
    .rdata_o(word) );
  XOR _8_ ( .A(\genblk1.g_x[0].inner ), .B(word), .Y(y_o) );
endmodule
"""

RATES = """# config by-hand
# cycles 100
# queries 3
top.clk_i 0 2 0.5 1
top.d_i 0 0.4 0.5 0.4
top.state_q 3 0.2 0.25 0.2
top.g_x[0].u_leaf.a_i 0 0.2 0.25 0.2
top.g_x[0].u_leaf.y_o 0 0.2 0.25 0.2
top.word 0 0.1 0.5 0.1
top.u_memory.ren_i 0 0.3 0.125 0.3
top.u_memory.we_i 0 0.2 0.0625 0.2
top.y_o 0 0.24 0.5 0.24
"""


class Tests:
    def __init__(self, work):
        self.work = work
        self.passed = self.failed = 0
        self.program = os.path.join(HERE, "..", "asic", "power.py")
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)

    def check(self, what, good):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print(f"FAILED: {what}")

    def equal(self, what, have, want):
        self.check(f"{what}: {have}, not {want}", abs(have - want) <= 1e-9 * max(abs(want), 1e-9))

    def power(self, modules=NETLIST, cells=LIBERTY, rates=RATES, **options):
        """(exit status, standard error, the JSON or None)"""
        for name, text in (("n.v", modules), ("c.lib", cells), ("a.txt", rates)):
            with open(f"{self.work}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        given = {"netlist": f"{self.work}/n.v", "liberty": f"{self.work}/c.lib", "top": "top",
                 "activity": f"{self.work}/a.txt", "period": "10", "json": f"{self.work}/out.json", **options}
        if os.path.exists(f"{self.work}/out.json"):
            os.remove(f"{self.work}/out.json")
        done = subprocess.run([self.program] + [w for k, v in given.items() for w in (f"--{k}", v)],
                              capture_output=True, text=True, check=False)
        try:
            with open(f"{self.work}/out.json", encoding="utf-8") as file:
                return done.returncode, done.stderr, json.load(file)
        except OSError:
            return done.returncode, done.stderr, None


# ---- by hand ------------------------------------------------------------------------------------

def check_by_hand(tests):
    status, _, report = tests.power()
    tests.check("by hand: status", status == 0 and report is not None)
    leaf, top = report["modules"]["leaf"], report["modules"]["top"]
    watt = 1e-12 / 10e-9  # 1 pJ a cycle of 10 ns
    # The inverters toggle 0.2 times a cycle: 1.5 pJ each; the first drives 0.25 pF, the other the XOR's 1 pF.
    tests.equal("leaf, internal", leaf["internal"], (0.2 * 1.5 + 0.2 * 1.5) * watt)
    tests.equal("leaf, switching", leaf["switching"], (0.2 * 0.25 + 0.2 * 1) * 2 * watt)
    tests.equal("leaf, leakage", leaf["leakage"], 2e-6)
    # The XOR's 0.24 toggles are A's by two thirds, as A toggles twice as often as B and each alone decides;
    # A's cost 4 or 8 pJ, half of them each, B's 16.
    tests.equal("top, internal", top["internal"], (0.2 * 4 + 0.24 * (2 / 3 * 6 + 1 / 3 * 16)) * watt)
    # The flip-flop drives the first inverter's 0.25 pF, the memory the XOR's 1 pF; the XOR nothing.
    tests.equal("top, switching", top["switching"], (0.2 * 0.25 + 0.1 * 1) * 2 * watt)
    tests.equal("top, clock", top["clock"], (0.5 * 4 + 2 * 0.5) * watt)
    tests.equal("top, leakage", top["leakage"], 5e-6)
    tests.equal("total", report["all"]["total"],
                sum(row[k] for row in (leaf, top) for k in ("internal", "switching", "clock", "leakage")))
    tests.equal("energy of the job", report["energy_job"], report["all"]["total"] * 100 * 10e-9)
    tests.equal("energy of a query", report["energy_query"], report["energy_job"] / 3)
    tests.check("counts", (leaf["instances"], leaf["cells"], top["cells"], top["area"]) == (1, 2, 2, 12))
    tests.check("coverage", report["coverage"]["flip_flops"] == 1 and report["coverage"]["ports"] == 1)
    tests.check("memory", report["memories"] == [{"path": "top.u_memory", "kind": "ks_ram_1r1w", "depth": 5,
                                                  "width": 1, "reads": 0.125, "writes": 0.0625}])


def check_clock_gate(tests):
    """The flip-flop behind a gate whose enable, an inverter's, is on in a quarter of the cycles."""
    modules = NETLIST.replace("FLOP _9_ ( .CLK(clk_i)", """wire on; wire gated;
  INVERTER _7_ ( .A(d_i), .Y(on) );
  GATE _6_ ( .CK(clk_i), .E(on), .GCK(gated) );
  FLOP _9_ ( .CLK(gated)""")
    rates = RATES.replace("top.d_i 0 0.4 0.5 0.4", "top.d_i 0 0.4 0.75 0.4")
    for name, given in (("clock gate", rates), ("clock gate, clock not measured", without(rates, "top.clk_i"))):
        status, error, report = tests.power(modules=modules, cells=LIBERTY[:-2] + GATE, rates=given, minimum="0.5")
        tests.check(f"{name}: {error}", status == 0)
        # The gate's clock pin, and its energy in the closed cycles; its output's, and the flip-flop's, in the open.
        tests.equal(name, report["modules"]["top"]["clock"] / 1e-4,
                    0.25 * 4 + 0.75 * 2 * 2 + 0.25 * (2 * 8 + 0.5 * 4 + 2 * 0.5))
        # Beside the XOR and the flip-flop's output the inverter, which drives the gate's enable.
        tests.equal(f"{name}, internal", report["modules"]["top"]["internal"] / 1e-4,
                    0.2 * 4 + 0.24 * (2 / 3 * 6 + 1 / 3 * 16) + 0.4 * 1.5)
        tests.equal(f"{name}, switching", report["modules"]["top"]["switching"] / 1e-4,
                    (0.2 * 0.25 + 0.1 * 1 + 0.4 * 0.125) * 2)
        tests.equal(f"{name}, leakage", report["modules"]["top"]["leakage"], 10e-6)


def check_both_outputs(tests):
    """An inverted output without a name in the RTL, and an inverter on it: toggles are the named output's."""
    modules = NETLIST.replace(".Q(\\state_q[3] ) );", """.Q(\\state_q[3] ), .QN(_5_) ); wire _5_; wire _4_;
  INVERTER _3_ ( .A(_5_), .Y(_4_) );""")
    status, error, report = tests.power(modules=modules)
    tests.check(f"both outputs: {error}", status == 0 and report["coverage"]["flip_flops"] == 1)
    tests.equal("both outputs, internal", report["modules"]["top"]["internal"] / 1e-4,
                0.2 * 4 + 0.24 * (2 / 3 * 6 + 1 / 3 * 16) + 0.2 * 1.5)


def without(text, start):
    return "".join(line for line in text.splitlines(True) if not line.startswith(start))


def check_propagation(tests):
    """The output of the XOR is not measured: of two inputs that move in the same 0.2 of the cycles, A toggles
    in all of these, B in half of them; then the output in half."""
    status, error, report = tests.power(rates=without(RATES, "top.y_o"), minimum="0.5")
    tests.check("propagation: status", status == 0)
    tests.equal("propagation, internal", report["modules"]["top"]["internal"] / 1e-4,
                0.2 * 4 + 0.1 * (2 / 3 * 6 + 1 / 3 * 16))
    status, error, _ = tests.power(rates=without(RATES, "top.state_q").replace("leaf.a_i", "leaf.b_i"))
    tests.check("too little measured", status == 1 and "flip_flops" in error)


# ---- by enumeration -----------------------------------------------------------------------------

def enumerate_two(table, count, rates):
    """(d, t) of a truth table: all states of two cycles in a row."""
    ones = toggles = 0.0
    for before in itertools.product((0, 1), repeat=count):
        for after in itertools.product((0, 1), repeat=count):
            p = 1.0
            for (d, t), a, b in zip(rates, before, after):
                p *= t / 2 if a != b else d - t / 2 if a else 1 - d - t / 2
            f = [table >> sum(x << j for j, x in enumerate(state)) & 1 for state in (before, after)]
            ones += p * f[0]
            toggles += p * (f[0] != f[1])
    return ones, toggles


def check_functions(tests):
    draw = random.Random(6)
    names = ("A", "B", "C")
    for table in range(256):
        terms = ["&".join(n if i >> j & 1 else f"!{n}" for j, n in enumerate(names))
                 for i in range(8) if table >> i & 1]
        text = "+".join(f"({term})" for term in terms) or "0"
        rates = []
        for _ in names:
            d = draw.random()
            rates.append((d, draw.random() * 2 * min(d, 1 - d)))
        flat = [x for rate in rates for x in rate]
        have = boolean.output(text, names)(*flat)
        want = enumerate_two(table, 3, rates)
        tests.check(f"{text}: {have}, not {want}", max(abs(a - b) for a, b in zip(have, want)) < 1e-12)
    for text, want in (("!(A B+C)", 0b00000111), ("A'B", 0b01000100), ("A^B^C", 0b10010110),
                       ("(A|B)*C", 0b11100000)):
        tests.check(text, boolean.truth_table(text, names) == want)


# ---- bad input ----------------------------------------------------------------------------------

def check_refusals(tests):
    def refused(words, **change):
        status, error, report = tests.power(**change)
        tests.check(f"refusal: {words} in {error!r}", status == 2 and report is None
                    and error.count("\n") == 1 and all(word in error for word in words.split()))

    for option in ("netlist", "liberty", "activity"):
        refused("nowhere No such file", **{option: "nowhere"})
    refused("module bottom", top="bottom")
    refused("--period", period="0")
    refused("a.txt:4", rates=RATES.replace("top.clk_i 0 2", "top.clk_i 2"))
    refused("a.txt cycles", rates=without(RATES, "# cycles"))
    refused("a.txt queries", rates=without(RATES, "# queries"))
    refused("a.txt rates", rates=without(RATES, "top"))
    refused("c.lib:1", cells="not Liberty")
    refused("c.lib lacks", cells=re.sub("nom_voltage : 2;", "", LIBERTY))
    refused("n.v splitnets", modules=NETLIST.replace("input d_i;", "input [3:0] d_i;"))
    refused("loop", modules=NETLIST.replace(".A(a_i), .Y(_0_)", ".A(_3_), .Y(_0_)").replace(
        ".A(_0_), .Y(y_o)", ".A(_0_), .Y(_3_)"))
    refused("out.json", json=f"{tests.work}/missing/out.json")


def main():
    tests = Tests(sys.argv[1])
    check_by_hand(tests)
    check_clock_gate(tests)
    check_both_outputs(tests)
    check_propagation(tests)
    check_functions(tests)
    check_refusals(tests)
    print(f"{tests.passed} passed, {tests.failed} failed")
    return tests.failed != 0


if __name__ == "__main__":
    sys.exit(main())
