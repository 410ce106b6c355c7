"""Systematic errors: found in the whole data set, seen before and after, fixed for all and taken back."""

import numpy as np
import pytest
from desk import write_tiff

pytestmark = pytest.mark.gui

DOWN = 3
"""Pixels by which the GT lies below model and image."""


def cells(seed):
    """Rectangles that lie apart, of many sizes."""
    random, labels = np.random.default_rng(seed), np.zeros((200, 240), np.uint16)
    for number, (y, x) in enumerate(np.ndindex(4, 5), 1):
        height, width = random.integers(12, 28, 2)
        top, left = 8 + 40 * y + random.integers(0, 6), 8 + 40 * x + random.integers(0, 6)
        labels[top : top + height, left : left + width] = number
    return labels


def write_moved_set(folder, count=3, gt_of=lambda n: np.roll(cells(n), DOWN, axis=0)):
    """Folders ``gt``, ``images`` and ``pred`` whose GT is off in the same way."""
    for n in range(count):
        write_tiff(folder / "pred" / f"{n}.tif", cells(n))
        write_tiff(folder / "images" / f"{n}.tif", (40 + 120 * (cells(n) > 0)).astype(np.uint8))
        write_tiff(folder / "gt" / f"{n}.tif", gt_of(n))
    return folder


def stars(desk):
    """Samples with work that is not yet written."""
    return desk.get(lambda: sorted(gt.stem for gt in desk.bench.ledger.unwritten))


def test_a_shift_is_fixed_for_all_and_taken_back_in_all(desk, tmp_path):
    desk.open(write_moved_set(tmp_path / "set"))
    before = desk.pixels
    desk.choose("Review", "Systematic errors…")
    dialog = desk.dialog("systematic")
    assert desk.get(lambda: dialog.list.item(0).text()) == "Shifted\n3 samples"
    assert "GT lies 3 px below" in desk.get(dialog.evidence.text)
    assert desk.get(dialog.effect.text).startswith("Agreement (mean IoU): 0.")
    desk.get(lambda: dialog.sample.setCurrentText("2"))
    now, then = desk.get(lambda: [cutout.sides[0][0] for cutout in dialog.place._cutouts])
    model = desk.get(lambda: dialog.place._cutouts[1].sides[1][0])
    assert (now != model).any()
    assert np.array_equal(then, model)
    desk.answer("systematic", "Fix for all 3 samples")
    desk.hand.wait_for(lambda: "3 samples corrected" in desk.app.notice.text(), "it is fixed")
    assert np.array_equal(desk.pixels[:190], cells(0)[:190])
    assert stars(desk) == ["0", "1", "2"]
    desk.check()

    desk.choose("Review", "Systematic errors…")
    desk.hand.wait_for(lambda: "No systematic errors in 3" in desk.app.notice.text(), "nothing is left")
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    assert stars(desk) == ["1", "2"], "one step of undo in each sample"


def test_the_line_takes_it_back_in_all_samples(desk, tmp_path):
    from qtpy.QtWidgets import QPushButton, QToolButton

    desk.open(write_moved_set(tmp_path / "set"))
    before = desk.pixels
    desk.hand.begin(lambda: desk.app.commands.do("find_systematic"))
    desk.answer("systematic", "Fix for all 3 samples")
    desk.hand.wait_for(lambda: "3 samples corrected" in desk.app.notice.text(), "it is fixed")

    def link():
        buttons = desk.app.notice.findChildren((QPushButton, QToolButton))
        return next(button for button in buttons if button.text() == "Take back in all")

    desk.hand.click(desk.hand.center(desk.get(link)))
    desk.hand.wait_for(lambda: "Taken back in 3 samples" in desk.app.notice.text(), "it is taken back")
    assert np.array_equal(desk.pixels, before)
    assert stars(desk) == []


def test_a_wrong_pairing_says_the_way_out(desk, tmp_path):
    desk.open(write_moved_set(tmp_path / "set", 2, lambda n: cells(1 - n)))
    desk.hand.begin(lambda: desk.app.commands.do("find_systematic"))
    dialog = desk.dialog("systematic")
    assert "paired wrongly" in desk.get(dialog.evidence.text)
    assert "open that folder as the GT" in desk.get(dialog.trouble.text)
    assert desk.get(lambda: (dialog.fix.isVisible(), dialog.write.isVisible())) == (False, True)
    desk.answer("systematic", "Close")
    assert stars(desk) == []
