#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the matrices of hash = kronecker and prints cmodel/kronecker_table.h, in a second:

  scripts/kronecker_table.py > cmodel/kronecker_table.h

Gram-Schmidt on the rows of normal samples of a fixed seed, elements rounded half to even to `1.0.5`. The
printed table is the norm, not this program: another libm may round a sample differently.
"""
import math
import textwrap

SEED = 1
SIZES = range(2, 9)
HASH_BITS = 256  # the longest hash: a size needs as many matrices as make that many rows
MASK = 2**64 - 1


def normals(state):
    """Standard normal samples: splitmix64, then Box and Muller."""

    def unit():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        return ((z ^ (z >> 31)) >> 11) / 2**53

    while True:
        radius = math.sqrt(-2 * math.log(1 - unit()))
        yield radius * math.cos(2 * math.pi * unit())


def dot(x, y):
    return sum(a * b for a, b in zip(x, y))


def orthogonal(size, samples):
    """Rows of length one, each at right angles to those before it."""
    rows = []
    for _ in range(size):
        row = [next(samples) for _ in range(size)]
        for other in rows:
            along = dot(row, other)
            row = [a - along * b for a, b in zip(row, other)]
        length = math.sqrt(dot(row, row))
        rows.append([a / length for a in row])
    return rows


def code(x):
    return max(-32, min(31, round(32 * x)))


print("""/* SPDX-License-Identifier: Apache-2.0
 *
 * The matrices of hash = kronecker, made by scripts/kronecker_table.py. This table is the norm. Do not edit.
 *
 * Sizes 2 to 8, ceil(256 / size) matrices of each, a matrix begins a line, row after row, elements `1.0.5`.
 */
#ifndef KS_KRONECKER_TABLE_H
#define KS_KRONECKER_TABLE_H

#define KS_KRONECKER_TABLE \\""")
samples = normals(SEED)
lines = []
for size in SIZES:
    for _ in range(-(-HASH_BITS // size)):
        codes = [str(code(a)) for row in orthogonal(size, samples) for a in row]
        lines += textwrap.wrap(", ".join(codes) + ",", 100)
print(" \\\n".join("  " + line for line in lines).rstrip(","))
print("\n#endif")
