#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `keysieve cosim --activity` counts, against a slow count: the same job through Icarus, its VCD read
here with nothing but strings, every bit of every signal compared. Ends with `N passed, N failed`.

Registers that no reset covers hold x in Icarus until they are first written, and any value in Verilator. While
a bit is x its toggles are known but to lie between two bounds, which must hold. Icarus dumps no rows of arrays.

  activity.py KEYSIEVE WORK_FOLDER
"""
import collections
import os
import random
import shutil
import struct
import subprocess
import sys

KEYS, QUERIES = 24, 60
DUMP = """module dump;
  initial begin
    $dumpfile("dump.vcd");
    $dumpvars(0, bench.u_dut);
  end
endmodule
"""


# ---- the job ------------------------------------------------------------------------------------

def write_codes(path, rows, d, draw):
    header = f"{{'descr': '<i2', 'fortran_order': False, 'shape': ({rows}, {d}), }}"
    header = header.ljust(117) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack(f"<{rows * d}h", *(draw.randint(-200, 200) for _ in range(rows * d))))


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"FAILED: {' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def simulate(keysieve, work, design, d):
    """The two counts of one job: a header, and rates by (signal, bit)."""
    draw = random.Random(design)
    for name, rows in (("q", QUERIES), ("k", KEYS), ("v", KEYS)):
        write_codes(f"{work}/{name}.npy", rows, d, draw)
    tensors = [word for name in "qkv" for word in (f"--{name}", f"{work}/{name}.npy")]
    rates = f"{work}/activity.txt"
    run([keysieve, "cosim", design, *tensors, "--quick-build", "--build", os.environ.get("BUILD", "build"),
         "--scale", "0.0001", "--vectors", f"{work}/vectors", "--activity", rates])
    hold_last_rows(f"{work}/vectors/bench.v")
    with open(f"{work}/vectors/dump.v", "w", encoding="utf-8") as file:
        file.write(DUMP)
    sources = sorted(name for name in os.listdir(f"{work}/vectors") if name.endswith(".v"))
    run(["iverilog", "-g2005", "-s", "bench", "-s", "dump", "-o", "bench.vvp", *sources],
        cwd=f"{work}/vectors")
    run(["vvp", "-N", "bench.vvp"], cwd=f"{work}/vectors")
    return rates, f"{work}/vectors/dump.vcd"


def hold_last_rows(path):
    """After the last row the bench shows x, the harness that row: as the harness, so that there is less x."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for stream in "kvqs":
        line = f"{stream}_data <= {stream}_rows[{stream}_at];"
        assert text.count(line) == 1, line
        text = text.replace(line, f"if ({stream}_go) {line}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read_rates(path):
    header, rates = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words[0] == "#":
                header[words[1]] = " ".join(words[2:])
            else:
                rates[words[0], int(words[1])] = float(words[2]), float(words[3])
    return header, rates


# ---- the slow count -----------------------------------------------------------------------------

def read_vcd(path, top):
    """(identifier -> names with their ranges, list of (time, changes))"""
    names, blocks, scope = collections.defaultdict(list), [], []
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if not words:
                continue
            if words[0] == "$scope":
                scope.append(top if words[2] == "u_dut" else words[2])
            elif words[0] == "$upscope":
                scope.pop()
            elif words[0] == "$var" and words[1] in ("wire", "reg"):
                left, right = ([int(x) for x in words[5].strip("[]").split(":")] * 2)[:2] \
                    if words[5] != "$end" else (0, 0)
                names[words[3]].append((".".join(scope[1:] + [words[4]]), int(words[2]), left, right))
            elif line[0] == "#":
                blocks.append({})
            elif line[0] in "01xz" and blocks:
                blocks[-1][words[0][1:]] = words[0][0]
            elif line[0] == "b" and blocks:
                blocks[-1][words[1]] = words[0][1:]
    return names, blocks


def samples(names, blocks, top):
    """The state before each rising edge of the clock."""
    clock = next(code for code, found in names.items() if found[0][0] == f"{top}.clk_i")
    state = {}
    for changes in blocks:
        if changes.get(clock) == "1" and state.get(clock) == "0":
            yield dict(state)
        state.update(changes)


def bits(value, width):
    return value.rjust(width, "0" if value[0] == "1" else value[0])


def count_bit(column):
    """((least, most) toggles, (least, most) cycles at one); the first value is that before the first cycle."""
    steps = list(zip(column, column[1:]))
    unknown = sum("x" in step for step in steps)
    toggles = sum(step in (("0", "1"), ("1", "0")) for step in steps)
    ones = column[1:].count("1")
    return (toggles, toggles + unknown), (ones, ones + column[1:].count("x"))


def count(names, blocks, top, cycles):
    """(signal, bit) -> count_bit of the cycles after the first command is taken; how many come before a row."""
    codes = {name: code for code, found in names.items() for name, *_ in found}
    valid, ready = codes[f"{top}.cmd_valid_i"], codes[f"{top}.cmd_ready_o"]
    states = list(samples(names, blocks, top))
    first = next(i for i, state in enumerate(states) if state[valid] == "1" and state[ready] == "1")
    window = states[first:first + cycles + 1]
    row = next(i for i, state in enumerate(window) if state[codes[f"{top}.o_valid_o"]] == "1")
    counts = {}
    for code, found in names.items():
        values = [bits(state.get(code, "x"), found[0][1]) for state in window]
        for i, column in enumerate(zip(*values)):
            bounds = count_bit(column)
            for name, _, left, right in found:
                counts[name, left - i if left >= right else left + i] = bounds
    return counts, row


# ---- the verdict --------------------------------------------------------------------------------

def is_comparable(name):
    """The clock is sampled; IDLE_CYCLES counts from reset on, which the two benches end at other times."""
    return not name.endswith(("clk_i", "idle_cycles_q"))


def differences(rates, counts, cycles):
    """Bits that both have, and those of them that are out of bounds."""
    both = [key for key in counts if key in rates and is_comparable(key[0])]
    return both, [key for key in both
                  if any(not low <= round(rate * cycles, 3) <= high
                         for rate, (low, high) in zip(rates[key], counts[key]))]


def optimism(rates, counts, cycles, differ, row):
    """Of these, those out of bounds by no more than the cycles before the first row explain, and by four toggles:
    an `if` on x takes its else branch in Icarus, a `case` its default."""
    def off(rate, bounds):
        return max(bounds[0] - round(rate * cycles, 3), round(rate * cycles, 3) - bounds[1])
    return [key for key in differ
            if off(rates[key][0], counts[key][0]) <= 4 and off(rates[key][1], counts[key][1]) <= row]


class Tests:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, good):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print(f"FAILED: {what}")


def check_design(tests, keysieve, work, design, d):
    top = design.replace("-", "_")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    path, vcd = simulate(keysieve, work, design, d)
    header, rates = read_rates(path)
    cycles = int(header["cycles"])
    names, blocks = read_vcd(vcd, top)
    counts, row = count(names, blocks, top, cycles)
    both, differ = differences(rates, counts, cycles)
    single = optimism(rates, counts, cycles, differ, row)
    exact = [key for key in both if counts[key][0][0] == counts[key][0][1]]
    toggles = sum(rates[key][0] for key in both) * cycles
    unknown = sum(counts[key][0][1] - counts[key][0][0] for key in both) / (len(both) * cycles)
    print(f"{design}: {len(rates)} bits, {len(both)} of them compared over {cycles} cycles, "
          f"{len(exact)} without x; {toggles:.0f} toggles, {unknown:.1%} of the cycles x; {len(single)} bits differ before the first of {QUERIES} rows, "
          f"{len(differ) - len(single)} later")
    differ = [key for key in differ if key not in single]
    for key in differ[:5]:
        print(f"  {key[0]} bit {key[1]}: {[rate * cycles for rate in rates[key]]}, Icarus has {counts[key]}")
    registers = [key for key in rates if key[0].rsplit(".", 1)[1].split("[")[0].endswith(("_q", "_i", "_o"))]
    tests.check(f"{design}: a bit toggles otherwise", not differ)
    tests.check(f"{design}: too few bits were compared", len(both) > 0.7 * len(rates))
    tests.check(f"{design}: too much is x", unknown < 0.15)
    tests.check(f"{design}: too many differ before the first row", len(single) < 0.005 * len(both))
    tests.check(f"{design}: registers and ports are there", len(registers) > 5000)
    tests.check(f"{design}: header", header["config"] == design and header["queries"] == str(QUERIES)
                and header["keys"] == str(KEYS))
    tests.check(f"{design}: a row of output a query",
                round(rates[f"{top}.o_valid_o", 0][1] * cycles, 3) == QUERIES)
    tests.check(f"{design}: clock", rates[f"{top}.clk_i", 0] == (2, 0.5))
    toggles = [rate[0] for rate in rates.values()]
    tests.check(f"{design}: some bit rests and some does not", min(toggles) == 0 and max(toggles) > 0.4)
    key = next(key for key in exact if counts[key][0][0] > 10)
    rates[key] = rates[key][0] + 1 / cycles, rates[key][1]
    tests.check(f"{design}: a toggle too many is seen", key in differences(rates, counts, cycles)[1])


def check_full_disk(tests, keysieve):
    """The run is good and its file cannot be written: status 2 and a sentence."""
    command = [keysieve, "cosim", "elsa-small", "--random", "1", "--quick-build",
               "--build", os.environ.get("BUILD", "build"), "--activity", "/dev/full"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    tests.check("/dev/full", done.returncode == 2 and "--activity" in done.stderr)


def main():
    keysieve, work = sys.argv[1:]
    tests = Tests()
    check_design(tests, keysieve, f"{work}/elsa-small", "elsa-small", 8)
    check_design(tests, keysieve, f"{work}/a3-small", "a3-small", 7)
    check_full_disk(tests, keysieve)
    print(f"{tests.passed} passed, {tests.failed} failed")
    return tests.failed != 0


if __name__ == "__main__":
    sys.exit(main())
