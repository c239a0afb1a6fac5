# SPDX-License-Identifier: Apache-2.0
"""How the flow ends when it cannot go on. Exit statuses are those of keysieve."""
import sys

FAILED, BAD_INPUT, NO_TOOL = 1, 2, 3


def refuse(status, sentence):
    print(f"asic: {sentence}", file=sys.stderr)
    sys.exit(status)
