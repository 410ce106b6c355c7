"""Run the tests that open windows on both Qt bindings at once, and see that the same ones pass on each.

Each binding gets two runs, with half of the files each and a virtual screen of its own: half of the time
of such a test is spent waiting. Without virtual screens the runs come one after the other. What a run
printed is shown when it has ended, with its closing line.
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

BUILD = Path("build")
BINDINGS = {"pyqt5": ".venv", "pyqt6": ".venv-pyqt6"}
SCREEN = "-screen 0 1600x1000x24 -nolisten tcp"
VIRTUAL = shutil.which("xvfb-run") is not None


@dataclass(frozen=True)
class Run:
    """Some files of tests on one binding."""

    binding: str
    part: int
    files: tuple[Path, ...]

    @property
    def report(self) -> Path:
        """Where pytest writes what became of each test."""
        return BUILD / f"gui-{self.binding}-{self.part}.xml"

    @property
    def text(self) -> Path:
        """Where what it prints goes."""
        return self.report.with_suffix(".txt")

    def begin(self, screen: int, temporary: Path) -> subprocess.Popen[bytes]:
        """Begin the run, on a screen with a number of its own where there is a virtual one.

        Its temporary folder is its own too: pytest clears away what older runs left, and two of them at a
        time would stand in each other's way.
        """
        folder = "Scripts" if os.name == "nt" else "bin"
        python = Path(BINDINGS[self.binding]) / folder / "python"
        command = [
            str(python),
            "-m",
            "pytest",
            "-m",
            "gui",
            "--junitxml",
            str(self.report),
            *map(str, self.files),
        ]
        temporary.mkdir()
        environment = os.environ | {"QT_API": self.binding, "PYTEST_DEBUG_TEMPROOT": str(temporary)}
        if VIRTUAL:
            command = ["xvfb-run", "-a", "-n", str(screen), "-s", SCREEN, *command]
            environment["QT_QPA_PLATFORM"] = "xcb"
        with self.text.open("wb") as output:
            return subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)


def main() -> int:
    """Run everything, show it, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="segreview-tests-", ignore_cleanup_errors=True) as temporary:
        return _run_all(Path(temporary))


def _run_all(temporary: Path) -> int:
    """Run everything, with temporary files in subfolders of a folder, and return the exit code."""
    BUILD.mkdir(exist_ok=True)
    files = sorted(path for path in Path("tests").rglob("test_*.py") if "mark.gui" in path.read_text("utf-8"))
    halves = (tuple(files[0::2]), tuple(files[1::2]))
    runs = [Run(binding, part, half) for part, half in enumerate(halves) for binding in BINDINGS]
    going, codes = [], []
    for number, run in enumerate(runs):
        process = run.begin(150 + 50 * number, temporary / str(number))
        going.append((run, process))
        if VIRTUAL:
            time.sleep(1)  # each finds a free screen before the next one looks for its own
        else:
            process.wait()  # one after the other: they would take the keyboard from each other
    for run, process in going:
        codes.append(process.wait())
        print(f"---- {run.binding}, part {run.part + 1} of {len(halves)}")
        print(run.text.read_text("utf-8", "replace"), flush=True)
    return max([same_tests_passed(runs), *codes])


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
