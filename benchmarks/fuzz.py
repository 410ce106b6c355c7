"""Damaged files by the ten thousand: what the readers make of them, and which of their lines they reach.

Run ``python benchmarks/fuzz.py [--mutants 20000] [FAMILY ...]``. Each family is read in a process of its own,
with limits on its memory and on the time of each mutant; where one crashes or hangs, that is told, and the
next mutant follows. ``--one NUMBER`` makes a single mutant of a family again, and tells its fault. ``--keep
FOLDER`` keeps what was found there, family by family, and goes on where a run was broken off.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import multiprocessing
import sys
import tempfile
import traceback
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "contracts"), str(TESTS / "fuzz")]

from families import FAMILIES  # noqa: E402 (the folders of the tests come first)
from lines import Lines, lines_of  # noqa: E402 (as above)
from trial import GROWTH, Tally, Trials, limits  # noqa: E402 (as above)

MUTANTS = 20_000
HANG = 30
"""Seconds after which a mutant that is still read counts as hanging."""

FOLLOWED = 5
"""Of so many mutants the lines that run are counted for one: it takes twice the time."""

OWN_FAULT = 70
"""Exit code where the harness, not a reader, fails."""

ADDRESSES = 2 * 2**30
"""Bytes of address space that a process may take beside what it has, where the system can limit it."""


def main() -> None:
    """Fuzz the families named on the command line, or all, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, []])
    parser.add_argument("--mutants", type=int, default=MUTANTS)
    parser.add_argument("--one", type=int)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    names = asked.families or list(FAMILIES)
    if asked.one is not None:
        again(names[0], asked.one)
        return
    print("| family | mutants | known | read | written | slowest, s | faults |", flush=True)
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    hit: dict[str, set[int]] = {}
    try:
        for name in names:
            tally, lines = kept(name, asked.mutants, asked.keep)
            print(_row(name, tally), flush=True)
            for what, numbers in tally.faults.items():
                print(f"    {len(numbers)} x {what} ({', '.join(map(str, numbers[:3]))})", flush=True)
            for module, found in lines.items():
                hit.setdefault(module, set()).update(found)
    finally:  # also of a run that was broken off
        print_lines({module for name in names for module in FAMILIES[name].modules}, hit)


def _row(name: str, tally: Tally) -> str:
    known = 100 * tally.sniffed / max(1, tally.mutants)
    faults = sum(map(len, tally.faults.values()))
    counts = f"{tally.mutants:,} | {known:.0f} % | {tally.read:,} | {tally.written:,}"
    return f"| {name} | {counts} | {tally.slowest:.2f} | {faults:,} |"


def print_lines(modules: Iterable[str], hit: dict[str, set[int]]) -> None:
    """Print how many lines of each module ran, and which did not."""
    print("\n| module | lines | ran | not |\n| --- | ---: | ---: | --- |")
    for module in sorted(modules):
        lines = lines_of(module)
        missed = sorted(lines - hit.get(module, set()))
        share = 100 * (1 - len(missed) / max(1, len(lines)))
        print(f"| {module} | {len(lines)} | {share:.0f} % | {' '.join(map(str, missed))} |")


def again(name: str, number: int) -> None:
    """Make one mutant again, and print what became of it."""
    with tempfile.TemporaryDirectory() as folder, limits():
        trials = Trials(name, FAMILIES[name], Path(folder))
        trials.run(number)
        print(trials.tally)


def kept(name: str, count: int, folder: Path | None) -> tuple[Tally, dict[str, set[int]]]:
    """What `fuzzed` finds, or what a folder keeps of an earlier run."""
    file = None if folder is None else folder / f"{name}.json"
    if file is not None and file.is_file():
        said = json.loads(file.read_text())
        return Tally(**said["tally"]), {module: set(lines) for module, lines in said["hit"].items()}
    tally, hit = fuzzed(name, count)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_report(tally, hit))
    return tally, hit


def _report(tally: Tally, hit: dict[str, set[int]]) -> str:
    return json.dumps({"tally": vars(tally), "hit": {name: sorted(lines) for name, lines in hit.items()}})


# -------------------------------------------------------------------- in a process of its own
def fuzzed(name: str, count: int) -> tuple[Tally, dict[str, set[int]]]:
    """What became of the mutants of a family, and the lines that ran; a crash costs its mutant alone."""
    whole, hit, first = Tally(), dict[str, set[int]](), 0
    with tempfile.TemporaryDirectory(prefix="segreview-fuzz-") as folder:
        report = Path(folder) / "report"
        while first < count:
            process = multiprocessing.get_context("spawn").Process(
                target=_work, args=(name, first, count, report), daemon=True
            )
            process.start()
            process.join()
            said = json.loads(report.read_text())
            first = int(report.with_suffix(".number").read_text()) if process.exitcode else count
            _add(whole, said["tally"])
            for module, lines in said["hit"].items():
                hit.setdefault(module, set()).update(lines)
            if process.exitcode == OWN_FAULT:
                raise SystemExit(f"{name} {first}: the mutant could not be made")
            if process.exitcode:
                whole.fault(f"crash or hang (exit code {process.exitcode})", first)
                first = first + 1
    return whole, hit


def _add(whole: Tally, part: dict[str, Any]) -> None:
    for name in ("mutants", "sniffed", "read", "written"):
        setattr(whole, name, getattr(whole, name) + part[name])
    whole.slowest = max(whole.slowest, part["slowest"])
    for what, numbers in part["faults"].items():
        whole.faults.setdefault(what, []).extend(numbers)


def _work(name: str, first: int, count: int, report: Path) -> None:
    """Read mutants one by one; a report is kept from which the next process could go on."""
    with tempfile.TemporaryDirectory(prefix="segreview-mutants-") as folder, limits():
        trials, lines = Trials(name, FAMILIES[name], Path(folder)), Lines()
        _limit_addresses()
        peak = 0
        for number in range(first, count):
            _note(trials, lines, number, report, often=number % 250 == 0 or number == first)
            faulthandler.dump_traceback_later(HANG, exit=True)
            try:
                with lines if number % FOLLOWED == 0 else nullcontext():
                    trials.run(number)
            except Exception:  # the harness itself is at fault, which is no finding about a reader
                traceback.print_exc()
                sys.exit(OWN_FAULT)
            if number == first + 50:
                peak = _peak()
            elif peak and (grown := _peak()) - peak > GROWTH:
                trials.tally.fault(f"memory: {(grown - peak) / 2**20:.0f} MiB", number)
                peak = grown
        faulthandler.cancel_dump_traceback_later()
        _note(trials, lines, count, report, often=True)


def _note(trials: Trials, lines: Lines, number: int, report: Path, often: bool) -> None:
    """Write what was found, or, between two times, only which mutant is next."""
    mark = report.with_suffix(".number")
    mark.write_text(str(number))
    if often:
        report.write_text(_report(trials.tally, lines.hit))


def _limit_addresses() -> None:
    """Let no allocation go far; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if _LINUX else 0
    resource.setrlimit(resource.RLIMIT_AS, (size + ADDRESSES, resource.RLIM_INFINITY))


_LINUX = Path("/proc/self/statm").exists()


def _peak() -> int:
    """Largest memory of the process so far, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
