# SPDX-License-Identifier: Apache-2.0
"""How the scripts call keysieve and other programs."""
import subprocess
import sys


def output(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """What the command printed; one that fails ends the script, with the command and what it said."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{sys.argv[0]}: {' '.join(command)}: {done.stderr}")
    return done


def tensors(prefix: str, names: str = "qkv") -> list[str]:
    """The options that name PREFIX-q.npy and so on."""
    return [word for name in names for word in (f"--{name}", f"{prefix}-{name}.npy")]
