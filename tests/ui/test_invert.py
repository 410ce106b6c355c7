"""A mask of 0 on white: the window says so, and one click makes objects of what is dark."""

import numpy as np
import pytest
from desk import write_tiff

pytestmark = pytest.mark.gui


def test_a_mask_of_0_on_white_is_inverted_by_one_click(desk, tmp_path):
    from qtpy.QtWidgets import QPushButton

    from segreview.session.project import Project

    mask = np.full((80, 120), 255, np.uint8)
    mask[10:30, 10:30], mask[40:70, 50:90] = 0, 0
    file = write_tiff(tmp_path / "gt" / "a.tif", mask)
    desk.app.settings.change(reviewer="ada")
    desk.get(lambda: desk.app.open(Project.of_paths(tmp_path / "gt")))
    desk.wait_until_open()
    banner = desk.app.doors.banner
    assert desk.get(banner.isVisible)
    assert len(desk.lines()) == 1
    before = desk.review
    (invert,) = desk.get(lambda: [b for b in banner.findChildren(QPushButton) if b.text() == "Invert"])
    desk.hand.click(desk.hand.center(invert))
    desk.hand.wait_for(lambda: desk.review is not None and desk.review is not before, "the mask is inverted")
    desk.hand.wait_for(lambda: not banner.isVisible(), "nothing is odd any more")
    assert sorted(desk.review.table.areas("reference").values()) == [400, 1200]
    desk.click_line(0)
    desk.press("Delete")
    assert desk.get(lambda: desk.review.unwritten) == 1
    desk.press("ctrl+s")
    desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not desk.review.unwritten, "the file is written")
    import tifffile

    assert (tifffile.imread(file) == 0).sum() in (400, 1200)
