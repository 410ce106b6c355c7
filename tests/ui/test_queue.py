"""Finding one's way: queue, camera, slices, highlights."""

import pytest
from desk import write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path):
    return write_set(tmp_path / "set", ("a", "b"))


def test_n_goes_from_one_open_item_to_the_next_and_shift_n_back(desk, folder):
    desk.open(folder)
    seen = []
    for _ in range(5):
        desk.press("n")
        seen.append(desk.row)
    assert len(set(seen)) == 5
    assert seen[0][0] in ("missed", "spurious")
    desk.press("shift+n")
    assert desk.row == seen[3]
    desk.check()


def test_picture(desk, folder):
    from pathlib import Path
    desk.open(folder)
    desk.press("n")
    desk.hand.take_picture(Path("/tmp/gui/a.png"))
