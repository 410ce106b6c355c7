"""Compare the junit files of several runs: the same tests passed in each, and none was skipped."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET


def main(paths: list[Path]) -> int:
    """Print each test that did not pass everywhere, then the counts; return the exit code."""
    runs = {path.stem: outcomes(path) for path in paths}
    tests = sorted(set[str]().union(*runs.values()))
    gaps = [(run, test) for run, passed in runs.items() for test in tests if not passed.get(test)]
    for run, test in gaps:
        print(f"{run}: did not pass: {test}")
    counts = ", ".join(f"{run} {sum(passed.values())}" for run, passed in runs.items())
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
    sys.exit(main([Path(word) for word in sys.argv[1:]]))
