# SPDX-License-Identifier: Apache-2.0
"""The job whose energy is reckoned: handwritten digits, approximate and in exact mode, co-simulated."""
import os

from refuse import BAD_INPUT, refuse

DATA = "tests/data/digits"
LEARNED, MEASURED = "0:285", "285:1285"  # queries
KEYS, DIMENSIONS = 512, 64


def knobs(flow, run):
    """The options of the approximate run: the engine's own, at the settings of README.md's table of results."""
    engine = flow.show["parameters"]["engine"]
    if engine == "a3":
        return ["--iterations", "0.5x", "--post", "5"]
    if engine == "lisa":
        return []
    threshold = f"{flow.out}/threshold.json"
    run(flow.options.program, "learn", flow.options.config, "--q", f"{DATA}-q.npy", "--k", f"{DATA}-k.npy",
        "--scale", "20", "--queries", LEARNED, "--p", "1", "-o", threshold)
    return ["--threshold", threshold]


def check(flow):
    """Refuses a design that the digits do not fit."""
    size = flow.show["parameters"]
    if size["n"] < KEYS or size["d"] != DIMENSIONS:
        refuse(BAD_INPUT, f"{flow.config} has n = {size['n']}, d = {size['d']}: the digits want n >= {KEYS}, "
                          f"d = {DIMENSIONS}")


def digits(flow, run):
    """(run, file of its rates); `run` calls keysieve. Those of an older program are made anew."""
    built = os.path.getmtime(flow.options.program)
    found = {}
    for name in ("approximate", "exact"):
        found[name] = f"{flow.out}/{name}.txt"
        if os.path.exists(found[name]) and os.path.getmtime(found[name]) > built:
            continue
        mode = ["--exact"] if name == "exact" else knobs(flow, run)
        tensors = [word for letter in "qkv" for word in (f"--{letter}", f"{DATA}-{letter}.npy")]
        run(flow.options.program, "cosim", flow.options.config, *tensors, "--scale", "20", "--queries", MEASURED,
            *mode, "--activity", found[name])
    return list(found.items())
