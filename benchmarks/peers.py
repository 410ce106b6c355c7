"""One table of all peers: CPU times beside segreview's, and beside what the memory allows.

Run ``python benchmarks/peers.py [WORKLOAD ...] [--rounds N]``; the workloads are 512, 2048, 10000, 3d,
street, set, contours and start. It prints tables in Markdown, at the end what was aimed for and reached.

Peers are measured when they are installed beside segreview, else they are printed as "not installed".
Every measurement has a process of its own, and the jobs of a workload take turns. Times are medians
of CPU seconds; the floor is the time to read both arrays once, taken in the same process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import label_pairs as data
import numpy as np
import peer_jobs as jobs
from peer_goals import print_goals
from peer_starts import print_starts, run_starts

from segreview.compare.kernel import count_pairs

PATIENCE = 150
"""Seconds on the clock after which a job is given up."""

MOST_MEMORY = 14 << 30
"""Bytes that a job may ask for."""

SLOW = 12
"""CPU seconds of a first call after which there is no second."""

Job = Callable[[np.ndarray, np.ndarray], jobs.Work]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Workload:
    """A pair of label arrays, and what is done with it: first segreview's job, then its peers', by groups."""

    title: str
    make: Callable[[], tuple[np.ndarray, np.ndarray]]
    groups: tuple[tuple[Job, ...], ...]

    @property
    def jobs(self) -> list[Job]:
        """All jobs."""
        return [job for group in self.groups for job in group]


TABLES = (
    jobs.segreview_columns,
    jobs.segreview_table,
    jobs.numpy_unique,
    jobs.numpy_bincount,
    jobs.scipy_coo,
    jobs.skimage_contingency,
    jobs.skimage_join,
    jobs.stardist_overlap,
    jobs.cellpose_overlap,
    jobs.fastremap_renumber,
    jobs.duckdb_group,
    jobs.polars_group,
    jobs.pandas_group,
    jobs.simpleitk_overlap,
)
MATCHINGS = (jobs.segreview_stardist, jobs.stardist_matching, jobs.cellpose_precision)

WORKLOADS = {
    "512": Workload(
        "512 x 512, 100 objects, uint16",
        lambda: data.label_pair((512, 512), 100),
        (TABLES, (*MATCHINGS, jobs.panoptica, jobs.pycocotools_iou)),
    ),
    "2048": Workload(
        "2048 x 2048, 1,500 objects, uint16",
        lambda: data.label_pair((2048, 2048), 1_500),
        (TABLES, (*MATCHINGS, jobs.panoptica, jobs.pycocotools_iou)),
    ),
    "10000": Workload(
        "10,000 x 10,000, 100,000 objects, uint32",
        lambda: data.label_pair((10_000, 10_000), 100_000, dtype="uint32"),
        (TABLES, MATCHINGS),
    ),
    "3d": Workload(
        "256 x 1024 x 1024, 20,000 objects, uint16",
        lambda: data.label_pair((256, 1024, 1024), 20_000),
        (TABLES, MATCHINGS),
    ),
    "street": Workload("1024 x 2048, a street with Cityscapes' ids, int32", data.street_pair, (TABLES,)),
    "set": Workload(
        "50 pairs of 512 x 512 with 100 objects, 10 thresholds",
        lambda: data.pairs_of_512(50),
        (
            (jobs.segreview_stardist_set, jobs.stardist_set),
            (jobs.segreview_cellpose_set, jobs.cellpose_set),
            (jobs.segreview_coco_set, jobs.pycocotools_set),
        ),
    ),
    "contours": Workload(
        "contours of the matched objects of 2048 x 2048",
        lambda: data.label_pair((2048, 2048), 1_500),
        ((jobs.segreview_boundary, jobs.medpy_boundary, jobs.surface_distance_boundary),),
    ),
}


# -------------------------------------------------------------------- one measurement, in its own process
def measure(job: Job, paths: Sequence[str]) -> Record:
    """Times, floor and memory of a job; or why there are none."""
    _limit_memory()
    a, b = (np.load(path) for path in paths)
    floor = min(_cpu(lambda: [np.bitwise_or.reduce(side, axis=None) for side in (a, b)]) for _ in range(5))
    try:
        work = job(a, b)
        before = resident()
        results: list[Any] = []
        first = _cpu(lambda: results.append(work()))
        above = max(0, peak() - before)
        again = [_cpu(work) for _ in range(_repeats(first))]
    except ImportError as error:
        return {"why": f"not installed ({error.name})"}
    except MemoryError:
        return {"why": "out of memory"}
    except Exception as error:  # whatever a peer says, the table says
        text = str(error)
        memory = any(word in text.lower() for word in ("memory", "allocate", "bad_alloc"))
        return {"why": "out of memory" if memory else f"{type(error).__name__}: {text[:60]}"}
    record = {
        "cpu": statistics.median(again or [first]),
        "first": first,
        "floor": floor,
        "above": above / a.size,
    }
    if isinstance(results[0], int):
        record["found"] = results[0]
        record["expected"] = count_pairs(a, b).pixels.size
    return record


def _repeats(first: float) -> int:
    """How often a job is repeated whose first call took so long."""
    return 0 if first > SLOW else max(1, min(15, int(1.5 / max(first, 1e-3))))


def _cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def peak() -> int:
    """Most bytes of memory that the process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts what the parent held when it started the process
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def resident() -> int:
    """Bytes of memory that the process holds now."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else peak()


def measured(job: Job, paths: Sequence[str]) -> Record:
    """Record of a measurement in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, "--measure", job.__name__, *paths]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"why": f"over {PATIENCE} s"}
    lines = done.stdout.strip().splitlines()
    return (
        json.loads(lines[-1]) if lines and done.returncode == 0 else {"why": f"ended with {done.returncode}"}
    )


# -------------------------------------------------------------------- a workload
def run(workload: Workload, rounds: int) -> dict[str, Record]:
    """Records of all jobs, by the names of their functions; jobs take turns."""
    records: dict[str, list[Record]] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{name}.npy" for name in ("reference", "prediction")]
        for path, side in zip(paths, workload.make(), strict=True):
            np.save(path, side)
        for number in range(rounds):
            for job in workload.jobs:
                known = records.setdefault(job.__name__, [])
                # what fails once fails again, and what is very slow is not worth more turns
                if not known or ("why" not in known[0] and known[0]["first"] < SLOW):
                    known.append(measured(job, paths))
                print(f"round {number + 1}: {job.__name__} {known[-1]}", file=sys.stderr)
    return {name: _middle(found) for name, found in records.items()}


def _middle(found: Sequence[Record]) -> Record:
    good = [one for one in found if "why" not in one]
    if not good:
        return found[0]
    return good[0] | {
        name: statistics.median(one[name] for one in good) for name in ("cpu", "first", "floor", "above")
    }


def print_table(workload: Workload, records: Mapping[str, Record]) -> None:
    """Print a table of a workload; each group is compared with its first job, segreview's."""
    floor = statistics.median(one["floor"] for one in records.values() if "floor" in one)
    print(f"\n### {workload.title}\n\nFloor: {1e3 * floor:.3g} ms to read both arrays once.\n")
    print("| job | CPU ms | x segreview | x floor | bytes/px above inputs | first call, ms | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for group in workload.groups:
        ours = records[group[0].__name__]
        for job in group:
            one, title = records[job.__name__], str(job.__doc__).rstrip(".")
            if "why" in one:
                print(f"| {title} | | | | | | {one['why']} |")
                continue
            ratio = one["cpu"] / ours["cpu"]
            wrong = ""
            if one.get("found", 0) != one.get("expected", 0):
                wrong = f"wrong: {one['found']:,} of {one['expected']:,} pairs"
            numbers = (1e3 * one["cpu"], ratio, one["cpu"] / one["floor"], one["above"], 1e3 * one["first"])
            print(f"| {title} | " + " | ".join(map(_short, numbers)) + f" | {wrong} |")


def _short(number: float) -> str:
    """Number with three digits that count."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


# -------------------------------------------------------------------- the command
def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", help=f"of {', '.join(WORKLOADS)}, start; all by default")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        name, *paths = asked.measure
        print(json.dumps(measure(getattr(jobs, name), paths)))
        return
    libraries = f"Python {platform.python_version()}, numpy {np.__version__}"
    print(f"{time.strftime('%Y-%m-%d')}, {_machine()}, {libraries}")
    everything: dict[str, Mapping[str, Record]] = {}
    for name in asked.workloads or [*WORKLOADS, "start"]:
        if name == "start":
            everything[name] = run_starts(5 * asked.rounds)
            print_starts(everything[name])
        else:
            everything[name] = run(WORKLOADS[name], asked.rounds)
            print_table(WORKLOADS[name], everything[name])
    print_goals(everything)


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"


if __name__ == "__main__":
    main()
