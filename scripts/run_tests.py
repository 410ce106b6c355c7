"""Run tests in several processes at once, which take the files one by one.

    run_tests.py core    those that need no display, in one process for each processor
    run_tests.py gui     those that open windows, on both Qt bindings; the same ones must pass on each

Each binding gets two processes with a virtual screen each: a part of the time of such a test is spent
waiting. Without virtual screens the bindings come one after the other, in one process each. What a process
printed is shown when it has ended, with pytest's closing line.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path("build")
BINDINGS = {"pyqt5": ".venv", "pyqt6": ".venv-pyqt6"}
SCREEN = "-screen 0 1600x1000x24 -nolisten tcp"
# The processes share the processors; threads of linear algebra would spin while they wait for one.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
VIRTUAL = shutil.which("xvfb-run") is not None
MEMORY = Path("/dev/shm")  # noqa: S108 (only the place; the folder in it is private)
ENOUGH = 4 * 2**30
"""Bytes that must be free in memory for the files of tests to lie there: no test then waits for a disk."""


@dataclass(frozen=True)
class Run:
    """One process of pytest among those that share the same tests.

    Parameters
    ----------
    kind
        Which tests: ``core`` or ``gui``.
    binding
        Qt binding, which also says in which environment they run.
    part
        Number of the process among those of its binding.
    screen
        Number of its virtual screen, or of a later one that is free; None for none.
    """

    kind: str
    binding: str
    part: int
    screen: int | None = None

    @property
    def report(self) -> Path:
        """Where pytest writes what became of each test."""
        return BUILD / f"{self.kind}-{self.binding}-{self.part}.xml"

    @property
    def text(self) -> Path:
        """Where what it prints goes."""
        return self.report.with_suffix(".txt")

    def begin(self, folder: Path) -> subprocess.Popen[bytes]:
        """Begin the run; where it writes and what it takes is noted in a folder.

        Its temporary folder is its own: pytest clears away what older runs left, and two of them at a time
        would stand in each other's way.
        """
        temporary, taken = folder / f"{self.binding}-{self.part}", folder / self.binding
        temporary.mkdir()
        taken.mkdir(exist_ok=True)
        environment = os.environ | ONE_THREAD
        environment |= {"QT_API": self.binding, "PYTEST_DEBUG_TEMPROOT": str(temporary)}
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(ROOT / "scripts"), os.environ.get("PYTHONPATH")])
        )
        command = self._command(taken)
        if self.screen is not None:
            command = ["xvfb-run", "-a", "-n", str(self.screen), "-s", SCREEN, *command]
            environment["QT_QPA_PLATFORM"] = "xcb"
        self.report.unlink(missing_ok=True)  # else that of an older run would stand for one that crashes
        with self.text.open("wb") as output:
            return subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)

    def _command(self, taken: Path) -> list[str]:
        """Return the words that start pytest."""
        python = Path(BINDINGS[self.binding]) / ("Scripts" if os.name == "nt" else "bin") / "python"
        words = [str(python), "-m", "pytest", "-p", "taking_turns", f"--taken={taken}"]
        words += ["-m", "gui" if self.kind == "gui" else "not gui", "--junitxml", str(self.report)]
        return [*words, *(window_files() if self.kind == "gui" else ())]


def window_files() -> list[str]:
    """Return the files that hold tests of windows; to import all the others would take its time."""
    files = sorted(Path("tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.gui" in file.read_text("utf-8")]


def main() -> int:
    """Run the tests of the kind named on the command line, show them, and return the exit code."""
    kind = sys.argv[1]
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix="segreview-tests-", dir=place_for_files(), ignore_cleanup_errors=True
    ) as folder:
        runs = core_runs() if kind == "core" else window_runs()
        code = run_all(runs, Path(folder))
    return code if kind == "core" else max(code, same_tests_passed(runs))


def place_for_files() -> Path | None:
    """Return where the tests write: in memory where it has room, else None for where temporary files go."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else None


def core_runs() -> list[Run]:
    """Return one run for each processor."""
    return [Run("core", "pyqt5", part) for part in range(os.cpu_count() or 1)]


def window_runs() -> list[Run]:
    """Return two runs for each binding, or one where they have to share the screen."""
    parts = range(2 if VIRTUAL else 1)
    runs = [(binding, part) for part in parts for binding in BINDINGS]
    return [
        Run("gui", binding, part, 150 + 50 * number if VIRTUAL else None)
        for number, (binding, part) in enumerate(runs)
    ]


def run_all(runs: list[Run], folder: Path) -> int:
    """Carry out the runs, with what they write in a folder, and return the highest exit code."""
    going, codes = [], []
    for run in runs:
        process = run.begin(folder)
        going.append((run, process))
        if run.screen is not None:
            time.sleep(1)  # each finds a free screen before the next one looks for its own
        elif run.kind == "gui":
            process.wait()  # one after the other: they would take the keyboard from each other
    for run, process in going:
        codes.append(process.wait())
        print(f"---- {run.kind}, {run.binding}, process {run.part + 1}")
        print(run.text.read_text("utf-8", "replace"), flush=True)
    return max(map(abs, codes))  # one that was killed has a negative code


def same_tests_passed(runs: list[Run]) -> int:
    """Print each test that did not pass on every binding, then the counts; return the exit code."""
    found: dict[str, dict[str, bool]] = {binding: {} for binding in BINDINGS}
    for run in runs:
        if run.report.exists():
            found[run.binding] |= outcomes(run.report)
    tests = sorted(set[str]().union(*found.values()))
    gaps = [(name, test) for name, passing in found.items() for test in tests if not passing.get(test)]
    for name, test in gaps:
        print(f"{name}: did not pass: {test}")
    counts = ", ".join(f"{name} {sum(passing.values())}" for name, passing in found.items())
    print(f"of {len(tests)} window tests passed: {counts}")
    return 0 if tests and not gaps else 1


def outcomes(path: Path) -> dict[str, bool]:
    """Return the full name of each test in a junit file, and whether it passed."""
    cases = ET.parse(path).iter("testcase")  # noqa: S314 (pytest wrote it, a moment ago)
    return {f"{case.get('classname')}::{case.get('name')}": passed(case) for case in cases}


def passed(case: ET.Element) -> bool:
    """Tell whether a test ran to its end and found nothing wrong; a skipped one did not."""
    return not any(child.tag in {"failure", "error", "skipped"} for child in case)


if __name__ == "__main__":
    sys.exit(main())
