# SPDX-License-Identifier: Apache-2.0
"""How fast keysieve is: against NumPy with OpenBLAS on one core, and against the goals. bench.py [BUILD]

Contenders take turns, so that a disturbance meets all; ratios are of medians. Times in memory, from floats
to outputs, are of the core; whole processes, which read the same files, are timed by the clock on the wall.
Prints MISSED where a goal is missed and exits 0 all the same: a bench reports, tests judge.
"""
import json
import os
import statistics
import sys
import time

from program import output as output_of
from program import tensors

BUILD = sys.argv[1] if len(sys.argv) > 1 else "build"
KEYSIEVE = f"{BUILD}/keysieve"
DATA = f"{BUILD}/bench"
DIGITS = "tests/data/digits"
REPETITIONS = 15
ONE_CORE = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]

# What OpenBLAS is told elsewhere may slow it; here it chooses for itself.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
ENVIRONMENT.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def output(command, **environment):
    return output_of(command, {**ENVIRONMENT, **environment})


def clock(command, **environment):
    """Seconds on the wall and what the command printed."""
    begin = time.perf_counter()
    text = output(command, **environment).stdout
    return time.perf_counter() - begin, text


# ---- contenders: functions that return (seconds in memory, seconds of the process) ------------


def keysieve(data, scale, *mode):
    command = [*ONE_CORE, KEYSIEVE, "run", "elsa", "--scale", scale, "--no-quality", "--json", *mode,
               *tensors(f"{DATA}/{data}")]

    def once():
        seconds, text = clock(command)
        return json.loads(text)["seconds"], seconds

    return once


def python(mode, *arguments):
    return ["/usr/bin/python3", "-I", "scripts/attention.py", mode, *arguments]


def numpy(data, scale, **environment):
    def once():
        seconds, text = clock([*ONE_CORE, *python("run", f"{DATA}/{data}", scale)], **environment)
        return float(text), seconds

    return once


def openblas_kernels():
    """{name: environment}: the kernel that OpenBLAS chooses and, if that is its last resort for processors
    newer than itself, also the one that this processor can do."""
    chosen = output(python("check", f"{DATA}/digits", "20"), OPENBLAS_VERBOSE="2").stderr.strip()
    kernels = {chosen.removeprefix("Core: ") or "OpenBLAS": {}}
    with open("/proc/cpuinfo") as cpuinfo:
        flags = cpuinfo.read()
    best = "SkylakeX" if " avx512bw" in flags else "Haswell" if " avx2" in flags else None
    if "Prescott" in kernels and best:
        kernels[best] = {"OPENBLAS_CORETYPE": best}
    for name, environment in kernels.items():
        error = float(output(python("check", f"{DATA}/digits", "20"), **environment).stdout)
        if error > 1e-5:
            print(f"OpenBLAS computes wrong results with its {name} kernel: error {error:.1e}")
    return kernels


# ---- the table ---------------------------------------------------------------------------------


def show(seconds):
    """Median and least of a list, in milliseconds."""
    return f"{1e3 * statistics.median(seconds):7.1f} ({1e3 * min(seconds):7.1f})"


def verdict(value, goal):
    return "met" if value <= goal else "MISSED"


def compare(title, ours, rivals, goal):
    """Alternates; one line for each rival and each way of timing."""
    times = {name: [] for name in ["keysieve", *rivals]}
    for _ in range(REPETITIONS):
        times["keysieve"].append(ours())
        for name, rival in rivals.items():
            times[name].append(rival())
    print(title)
    for name in rivals:
        for way, label in enumerate(["in memory", "process"]):
            a, b = ([pair[way] for pair in times[who]] for who in ("keysieve", name))
            ratio, least = statistics.median(a) / statistics.median(b), min(a) / min(b)
            print(f"  {label:10} {name:10} {show(a)} {show(b)}  {ratio:5.2f} ({least:5.2f})  {goal:5.2f}"
                  f"  {verdict(ratio, goal)}")


def against_numpy():
    output(python("make", DIGITS, DATA))
    kernels = openblas_kernels()
    print(f"16 heads, n = 512, d = 64, one core; {REPETITIONS} alternating repetitions; median (least) in ms;"
          " NumPy by OpenBLAS kernel\n")
    print(f"  {'timed':10} {'NumPy':10} {'keysieve':>17} {'NumPy':>17}  {'ratio':>13}   goal")
    workloads = {"normal": "0.125", "digits": "20"}
    rivals = {data: {name: numpy(data, scale, **environment) for name, environment in kernels.items()}
              for data, scale in workloads.items()}
    for data, scale in workloads.items():
        compare(f"exact mode, {data}", keysieve(data, scale, "--exact"), rivals[data], 1)
    compare("p = 1, digits", keysieve("digits", "20", "--threshold", "0.5858"), rivals["digits"], 0.5)


def against_goal(what, command, goal, repetitions=REPETITIONS):
    seconds = [clock(command)[0] for _ in range(repetitions)]
    print(f"  {what:50} {show(seconds)}  goal {1e3 * goal:6.0f}  {verdict(statistics.median(seconds), goal)}")


def alone():
    cosim = [KEYSIEVE, "cosim", "elsa", "--exact", "--queries", "0:512", "--no-quality", "--scale", "20",
             "--build", BUILD, *tensors(DIGITS)]
    print("\nalone, median (least) in ms")
    seconds, text = clock(cosim)
    note = " (built now)" if "(built now)" in text else ""
    print(f"  {'cosim, the first time' + note:50} {1e3 * seconds:7.1f}")
    built = "(built now)" in clock(cosim)[1]
    print(f"  the second time an unchanged design is {'built again  MISSED' if built else 'not built  met'}")
    against_goal("cosim, 65,536 cycles of attention, once built", cosim, 1, 5)
    against_goal("gen elsa", [KEYSIEVE, "gen", "elsa", "-o", f"{DATA}/elsa"], 0.2)


os.makedirs(DATA, exist_ok=True)
against_numpy()
alone()
