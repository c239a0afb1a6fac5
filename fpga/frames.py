# SPDX-License-Identifier: Apache-2.0
"""The frames of a board's serial line (README.md has the format), and the lines they go over."""

import os
import select
import struct
import subprocess
import termios
import time

FRAME_MARK, ANSWER_MARK = 0x4B, 0x6B

WRITE, READ, COMMAND, ROW_K, ROW_V, ROW_S, ROW_Q, POLL, RESET = range(1, 10)
DONE, VALUE, ROW, FULL, EMPTY = range(5)
BAD_MARK, BAD_TYPE, BAD_CHECK, BAD_GAP, BAD_LINE = range(0x80, 0x85)

BREAK = 0x100  # with a byte: its stop bit is low; a simulated line only


class LineError(Exception):
    """No answer, or none that can be read."""


def checksum(data):
    """CRC-16 with the polynomial 0x1021, highest bit first, from 0xffff."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def frame(kind, number, payload=b""):
    """The bytes of a frame."""
    body = bytes((kind, number)) + payload
    return bytes((FRAME_MARK,)) + body + struct.pack(">H", checksum(body))


def answer(data):
    """(code, number, payload) of an answer's bytes."""
    if len(data) < 5 or data[0] != ANSWER_MARK:
        raise LineError(f"{len(data)} bytes came that are no answer: {data.hex()}")
    if checksum(data[1:]) != 0:
        raise LineError(f"an answer came with a wrong checksum: {data.hex()}")
    return data[1], data[2], data[3:-2]


def answer_length(head, out_bytes):
    """Bytes of the answer that begins with the three bytes `head`; out_bytes: of a row of output."""
    return 5 + {VALUE: 4, ROW: 5 + out_bytes}.get(head[1], 0)


class Serial:
    """A port of this machine, as `path`, 8 data bits, no parity, one stop bit."""

    def __init__(self, path, baud, out_bytes, patience=2.0):
        speed = getattr(termios, f"B{baud}", None)
        if speed is None:
            raise LineError(f"{path}: {baud} baud is no speed that this system's ports have")
        self.out_bytes, self.patience = out_bytes, patience
        try:
            self.file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            mode = termios.tcgetattr(self.file)
        except (OSError, termios.error) as error:
            raise LineError(f"{path}: {error.args[-1] if error.args else error}") from error
        mode[0:4] = [0, 0, termios.CS8 | termios.CREAD | termios.CLOCAL, 0]
        mode[4:6] = [speed, speed]
        termios.tcsetattr(self.file, termios.TCSANOW, mode)
        termios.tcflush(self.file, termios.TCIOFLUSH)

    def _read(self, length, deadline):
        data = b""
        while len(data) < length:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.file], [], [], left)[0]:
                break
            data += os.read(self.file, length - len(data))
        return data

    def exchange(self, symbols):
        """Sends bytes; what came back before the answer was whole or patience at its end."""
        termios.tcflush(self.file, termios.TCIFLUSH)
        data = bytes(symbols)
        while data:
            select.select([], [self.file], [])
            data = data[os.write(self.file, data):]
        deadline = time.monotonic() + self.patience
        head = self._read(3, deadline)
        if len(head) < 3:
            return head
        return head + self._read(answer_length(head, self.out_bytes) - 3, deadline)

    def close(self):
        os.close(self.file)


class Simulation:
    """A simulation of line.v, started by `command`."""

    def __init__(self, command):
        try:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        except OSError as error:
            raise LineError(f"{command[0]}: {error.strerror}") from error

    def exchange(self, symbols):
        """Sends symbols; what came back until the line was silent."""
        try:
            self.process.stdin.write("".join(f"{symbol:03x}\n" for symbol in symbols) + "200\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise LineError("the simulation has ended") from None
        text = self.process.stdout.readline()
        try:
            return bytes.fromhex(text)
        except ValueError:
            raise LineError(f"the simulation says: {text.strip()}") from None

    def close(self):
        try:
            self.process.stdin.write("300\n")
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait(timeout=60)
