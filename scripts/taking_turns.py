"""A plugin of pytest: several processes work off the same tests, file by file.

Each takes the next file that no other has taken, so that none is idle while there is work left. A file
stays in one process, for the sake of what its tests share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the folder where the processes note what they have taken."""
    parser.addoption("--taken", type=Path, required=True, help="folder for notes of what was taken")


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests of the files that this process takes; pytest itself tells of broken files."""
    if session.testsfailed or session.config.option.collectonly:
        return None
    mine = taken(session.items, session.config.option.taken)
    item = next(mine, None)
    while item is not None:
        following = next(mine, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def taken(items: Sequence[pytest.Item], folder: Path) -> Iterator[pytest.Item]:
    """Give the tests of one file after the other, each taken when the one before has come to its end."""
    for number, (_, tests) in enumerate(groupby(items, key=lambda item: item.path)):
        try:
            (folder / str(number)).touch(exist_ok=False)
        except FileExistsError:
            continue
        yield from tests
