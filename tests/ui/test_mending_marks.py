"""Mending marks of hygiene: one by one beside the item, all together from their list."""

import numpy as np
import pytest
from desk import small_masks, write_set

from segreview.ui.docks.settle import settle

pytestmark = pytest.mark.gui


def flawed_masks():
    """The small masks with a hole and a speck in object 2, object 3 in two pieces, and a sliver, 8."""
    gt, pred = small_masks()
    gt[20:23, 60:63], gt[40, 60] = 0, 2
    gt[10:34, 111:114] = 0
    gt[120:121, 20:60] = 8
    return gt, pred


def button(desk):
    """Text of the button beside the item; empty while there is none."""
    mend = desk.app.pair.mend
    return desk.get(lambda: mend.text() if mend.isVisible() else "")


def is_all_in_sight(pair):
    """Whether the profile can be seen below three reasons, beside which the button takes no line."""
    pair.show_reasons(["hole of 1 px", "it covers several objects of the model", "the outline has a neck"])
    settle(pair)
    plot = pair.crosscut
    assert not pair._effect.isHidden()
    return plot.visibleRegion().boundingRect() == plot.rect()


def tick(desk, dialog, line):
    """Click the box of a line."""

    def where():
        rect = dialog.tree.visualItemRect(line)
        return rect.left() + 9, rect.center().y()

    desk.hand.click(desk.hand.place(dialog.tree.viewport(), where))


def test_marks_are_mended_beside_the_item_and_from_their_list(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", masks=flawed_masks))
    before = desk.pixels

    missed = next(n for n, line in enumerate(desk.lines()) if line[3] == "3")
    desk.click_line(missed)
    assert button(desk) == "Mend: separate loose pieces"
    assert desk.get(lambda: is_all_in_sight(desk.app.pair))
    desk.hand.click(desk.hand.center(desk.app.pair.mend))
    assert set(np.unique(desk.pixels[10:34, 100:124])) == {0, 3, 9}
    assert button(desk) == ""
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)
    assert button(desk) == "Mend: separate loose pieces"

    desk.hand.begin(lambda: desk.app.commands.do("mend_marks"))
    dialog = desk.dialog("mend")
    tops = desk.get(lambda: [dialog.tree.topLevelItem(n).text(0) for n in range(4)])
    assert tops == ["Holes (1)", "Specks (1)", "Slivers (1)", "Split ids (1)"]
    now, then = desk.get(lambda: [cutout.sides[0][0] for cutout in dialog.place._cutouts])
    assert np.count_nonzero(now != then) == 9
    sliver = desk.get(lambda: dialog.tree.topLevelItem(2))
    tick(desk, dialog, sliver)
    assert desk.get(dialog.mend.text) == "Mend 3"
    desk.answer("mend", "Mend 3")
    after = desk.pixels
    assert (after[20:23, 60:63] == 2).all()
    assert after[40, 60] == 0
    assert (after[120, 20:60] == 8).all(), "its box was not ticked"
    assert set(np.unique(after[10:34, 100:124])) == {0, 3, 10}, "9 was given to what is undone"
    assert desk.notice.startswith("Mend 3 marks of hygiene")
    desk.check()
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, before)


def test_a_mark_that_needs_a_hand_is_gone_to(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", masks=flawed_masks))
    desk.hand.begin(lambda: desk.app.commands.do("mend_marks"))
    dialog = desk.dialog("mend")
    desk.get(lambda: dialog.tree.setCurrentItem(dialog.tree.topLevelItem(2).child(0)))
    desk.answer("mend", "Go there")
    assert desk.row == ("missed", (8,), ())
    assert np.array_equal(desk.pixels, flawed_masks()[0])
