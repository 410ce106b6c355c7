"""What it costs to start: imports, and a first call beside a second."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Mapping

_TIMED = """
import time
began = time.process_time()
def start():
    global began
    began = time.process_time()
{code}
print(time.process_time() - began)
"""

_ONE = "import numpy as np; a = np.eye(512, dtype=int)"
_OURS = f"{_ONE}; import segreview"
_STARDIST = f"{_ONE}; from stardist.matching import matching"

STARTS = {
    "numpy": ("import numpy", "import numpy"),
    "segreview": ("import segreview", "import segreview"),
    "first": (
        "segreview.evaluate, first call with its imports",
        f"{_OURS}; start(); segreview.evaluate(a, a)",
    ),
    "second": (
        "segreview.evaluate, second call",
        f"{_OURS}; segreview.evaluate(a, a); start(); segreview.evaluate(a, a)",
    ),
    "stardist": ("import stardist.matching", f"{_ONE}; start(); from stardist.matching import matching"),
    "stardist_first": ("stardist matching, first call", f"{_STARDIST}; start(); matching(a, a)"),
    "stardist_second": (
        "stardist matching, second call",
        f"{_STARDIST}; matching(a, a); start(); matching(a, a)",
    ),
}
"""Name in the table and code of each."""


def run_starts(rounds: int) -> dict[str, dict[str, float]]:
    """CPU seconds of starts, each in a process of its own; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(rounds):
        for name, (_, code) in STARTS.items():
            command = [sys.executable, "-W", "ignore", "-c", _TIMED.format(code=code)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                times[name].append(float(done.stdout.split()[-1]))
    return {name: {"cpu": statistics.median(found)} for name, found in times.items() if found}


def print_starts(records: Mapping[str, Mapping[str, float]]) -> None:
    """Print the table of starts."""
    print("\n### Start\n\n| what | CPU ms |\n| --- | ---: |")
    for name, (title, _) in STARTS.items():
        print(
            f"| {title} | "
            + (f"{1e3 * records[name]['cpu']:.3g} |" if name in records else "not installed |")
        )
