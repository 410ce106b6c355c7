"""Processes that share the same tests: each test is run by one of them, and files are not divided."""

from dataclasses import dataclass
from pathlib import Path

from taking_turns import taken


@dataclass(frozen=True)
class Item:
    path: Path
    number: int


ITEMS = [Item(Path(f"test_{file}.py"), number) for file in range(5) for number in range(3)]


def test_every_test_is_run_once_and_files_stay_together(tmp_path):
    first, second = taken(ITEMS, tmp_path), taken(ITEMS, tmp_path)
    mine = [next(first)]
    others = [next(second) for _ in range(4)]
    mine += first
    others += second
    assert sorted(mine + others, key=ITEMS.index) == ITEMS
    assert not {item.path for item in mine} & {item.path for item in others}
    assert [item.path.name for item in others] == ["test_1.py"] * 3 + ["test_2.py"] * 3
