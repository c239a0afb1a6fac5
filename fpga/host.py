#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program of `keysieve cosim --vectors` on a board and holds its answers against the model's.

  keysieve cosim elsa-ice40 --random 1 --vectors VECTORS
  fpga/host.py VECTORS --port /dev/ttyUSB1 --baud 115200
  fpga/host.py VECTORS --simulate "vvp -n line.vvp" [--faults PERCENT --seed S]

Every output row (codes, tag, number, last) and the registers at the end must be the model's, and no row
more may come. --faults spoils that share of the frames: the board must answer each with the right code,
and must not act twice on a frame that is sent again because its answer was lost.
Exit status: 0 equal; 1 different, or the board does not answer as it should; 2 the input is wrong.
"""

import argparse
import random
import re
import shlex
import struct
import sys
from pathlib import Path

import frames

STATUS = 0x009
WRITE, COMMAND, IDLE = 0, 1, 2  # kinds of step
STILL = 200  # rounds without progress after which the board counts as stuck


class Different(Exception):
    """The board is not the model."""


class Vectors:
    """A folder that `cosim --vectors` wrote."""

    def __init__(self, folder):
        sizes = {}
        for name, value in re.findall(r"^`define BENCH_(\w+) (\w+)", self._text(folder, "bench_sizes.vh"), re.M):
            sizes[name] = int(value) if value.isdigit() else value
        self.design = sizes["TOP"]
        self.row_bytes = (sizes["ROW_BITS"] + 7) // 8
        self.out_bytes = (sizes["OUT_BITS"] + 7) // 8
        self.out_digits = sizes["OUT_DIGITS"]
        keys, queries = sizes["KEYS"], sizes["QUERIES"]
        # A row: type of its frame, bytes.
        self.rows = {frames.ROW_K: self._rows(folder, "k.hex", keys, self.row_bytes),
                     frames.ROW_V: self._rows(folder, "v.hex", keys, self.row_bytes),
                     frames.ROW_Q: self._rows(folder, "q.hex", queries, self.row_bytes)}
        if "SORTED_BITS" in sizes:
            sorted_bytes = (sizes["SORTED_BITS"] + 7) // 8
            self.rows[frames.ROW_S] = self._rows(folder, "s.hex", keys, sorted_bytes)
        self.steps = [(int(line[0], 16), int(line[1:4], 16), int(line[4:], 16))
                      for line in self._text(folder, "steps.hex").split()]
        self.out = [self._output(line) for line in self._text(folder, "o.hex").split()[:queries]]
        self.registers = [(int(line[:3], 16), int(line[3:], 16))
                          for line in self._text(folder, "registers.hex").split()]

    @staticmethod
    def _text(folder, name):
        return (Path(folder) / name).read_text(encoding="ascii")

    def _rows(self, folder, name, count, length):
        return [int(line, 16).to_bytes(length, "little") for line in self._text(folder, name).split()[:count]]

    def _output(self, line):
        """(tag, number, last, row) of a line of o.hex."""
        last, number, tag, row = line[0], line[1:5], line[5:9], line[9:]
        return int(tag, 16), int(number, 16), int(last, 16), int(row, 16)


class Board:
    """Frames over a line, each until it is answered."""

    def __init__(self, line, faults=0, seed=1):
        self.line, self.faults, self.random = line, faults, random.Random(seed)
        self.number = 0
        self.sent = 0
        self.spoiled = {}

    def ask(self, kind, payload=b""):
        """(code, payload) of the answer to a new frame; one that is lost is sent again."""
        self.number = (self.number + 1) % 256
        data = frames.frame(kind, self.number, payload)
        if self.random.random() * 100 < self.faults:
            self._spoil(data)
        failure = None
        for _ in range(4):
            self.sent += 1
            try:
                code, number, body = frames.answer(self.line.exchange(data))
            except frames.LineError as error:
                failure = error
                continue
            if code < 0x80 and number == self.number:
                return code, body
            failure = frames.LineError(f"frame {self.number} of type {kind} was answered by code 0x{code:02x}, "
                                       f"number {number}")
        raise failure

    # ---- faults: what is sent instead, and the code it must be answered with ----------------------

    def _spoil(self, data):
        name, symbols, wanted = self.random.choice([
            self._flipped, self._short, self._marked, self._typed, self._broken, self._lost])(data)
        self.spoiled[name] = self.spoiled.get(name, 0) + 1
        self.sent += 1
        code = frames.answer(self.line.exchange(symbols))[0]
        if code not in wanted:
            raise Different(f"a frame with {name} was answered by code 0x{code:02x}")

    def _flipped(self, data):
        at = self.random.randrange(1, len(data))
        spoiled = bytearray(data)
        spoiled[at] ^= 1 << self.random.randrange(8)
        # Another type has another length.
        of_type = (frames.BAD_TYPE, frames.BAD_GAP) if at == 1 else ()
        return "a flipped bit", spoiled, (frames.BAD_CHECK,) + of_type

    def _short(self, data):
        return "its end missing", data[:self.random.randrange(1, len(data))], (frames.BAD_GAP,)

    def _marked(self, data):
        return "a byte before its mark", bytes((self.random.randrange(frames.FRAME_MARK),)) + data, \
            (frames.BAD_MARK,)

    def _typed(self, data):
        kind = self.random.choice([0, 10, 77, 255])
        return "an unknown type", data[:1] + bytes((kind,)) + data[2:], (frames.BAD_TYPE,)

    def _broken(self, data):
        at = self.random.randrange(len(data))
        return "a low stop bit", [byte | (frames.BREAK if i == at else 0) for i, byte in enumerate(data)], \
            (frames.BAD_LINE,)

    def _lost(self, data):
        return "its answer lost", data, (frames.DONE, frames.VALUE, frames.ROW, frames.FULL, frames.EMPTY)

    # ---- what a board can be asked -----------------------------------------------------------------

    def reset(self):
        code, _ = self.ask(frames.RESET)
        return code == frames.DONE

    def write(self, address, value):
        return self.ask(frames.WRITE, struct.pack("<IH", value, address))[0] == frames.DONE

    def read(self, address):
        return struct.unpack("<I", self.ask(frames.READ, struct.pack("<H", address))[1])[0]

    def give(self, kind, payload):
        """True if the board took it, False if it still holds the one before."""
        return self.ask(kind, payload)[0] == frames.DONE

    def poll(self):
        """The next output row as (tag, number, last, row), or None."""
        code, body = self.ask(frames.POLL)
        if code == frames.EMPTY:
            return None
        tag, number, last = struct.unpack("<HHB", body[:5])
        return tag, number, last, int.from_bytes(body[5:], "little")


class Run:
    """A program on a board."""

    def __init__(self, board, vectors):
        self.board, self.vectors = board, vectors
        self.step = 0
        self.given = {kind: 0 for kind in vectors.rows}
        self.came = 0

    def _step(self):
        if self.step == len(self.vectors.steps):
            return False
        kind, address, value = self.vectors.steps[self.step]
        if kind == WRITE:
            done = self.board.write(address, value & 0xFFFFFFFF)
        elif kind == COMMAND:
            done = self.board.give(frames.COMMAND, struct.pack("<Q", value))
        else:
            done = self.board.read(STATUS) & 1 == 0
        self.step += done
        return done

    def _give(self, kind):
        rows, at = self.vectors.rows[kind], self.given[kind]
        if at == len(rows) or not self.board.give(kind, rows[at]):
            return False
        self.given[kind] += 1
        return True

    def _poll(self):
        if self.came == self.given[frames.ROW_Q]:
            return False
        row = self.board.poll()
        if row is None:
            return False
        self._compare(row)
        self.came += 1
        return True

    def _compare(self, row):
        wanted = self.vectors.out[self.came]
        if row != wanted:
            raise Different("output row {}: tag {}, number {}, last {}, codes {:x}; the model has {}, {}, {}, "
                            "{:x}".format(self.came, *row, *wanted))

    def _done(self):
        return self.step == len(self.vectors.steps) and self.came == len(self.vectors.out) and \
            all(self.given[kind] == len(rows) for kind, rows in self.vectors.rows.items())

    def _finish(self):
        """Nothing is left over, and the registers are the model's."""
        for _ in range(STILL):
            if self.board.read(STATUS) & 1 == 0:
                break
        if self.board.poll() is not None:
            raise Different("a row too many came")
        for address, wanted in self.vectors.registers:
            value = self.board.read(address)
            if value != wanted:
                raise Different(f"register 0x{address:03x} is 0x{value:x}; the model has 0x{wanted:x}")

    def run(self):
        self.board.reset()
        still = 0
        while not self._done():
            moved = self._step()
            for kind in self.given:
                moved |= self._give(kind)
            moved |= self._poll()
            still = 0 if moved else still + 1
            if still == STILL:
                raise Different(f"nothing moves: step {self.step} of {len(self.vectors.steps)}, rows "
                                f"{sorted(self.given.values())}, output row {self.came} of "
                                f"{len(self.vectors.out)}")
        self._finish()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("vectors", help="folder that `keysieve cosim --vectors` wrote")
    line = parser.add_mutually_exclusive_group(required=True)
    line.add_argument("--port", help="serial port of the board")
    line.add_argument("--simulate", metavar="COMMAND", help="command that simulates line.v")
    parser.add_argument("--baud", type=int, default=115200)
    parser.add_argument("--faults", type=float, default=0, metavar="PERCENT", help="share of frames to spoil")
    parser.add_argument("--seed", type=int, default=1, help="of the faults")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        vectors = Vectors(options.vectors)
    except (OSError, KeyError, ValueError) as error:
        print(f"{options.vectors} is no folder of vectors: {error}", file=sys.stderr)
        return 2
    line = None
    try:
        if options.simulate:
            line = frames.Simulation(shlex.split(options.simulate))
        else:
            line = frames.Serial(options.port, options.baud, vectors.out_bytes)
        board = Board(line, options.faults, options.seed)
        Run(board, vectors).run()
    except (Different, frames.LineError) as error:
        print(f"{vectors.design}: {error}", file=sys.stderr)
        return 2 if line is None else 1
    finally:
        if line is not None:
            line.close()
    spoiled = "".join(f", {count} with {name}" for name, count in sorted(board.spoiled.items()))
    print(f"{vectors.design}: {len(vectors.out)} output rows and {len(vectors.registers)} registers equal, "
          f"{board.sent} frames{spoiled}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
