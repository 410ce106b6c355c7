"""The whole loop on real masks: open, see, judge, correct, save, compare the file."""

import hashlib

import numpy as np
import pytest
from desk import nuclei, stack, write_set

pytestmark = pytest.mark.gui


def tags(file):
    """Pixels and everything that a file says beside them."""
    import tifffile

    with tifffile.TiffFile(file) as tif:
        facts = [
            {
                tag.name: tag.value
                for tag in page.tags
                if tag.name not in ("StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts")
            }
            for page in tif.pages
        ]
        return tif.asarray(), facts, tif.byteorder


def type_into_open_dialog(desk, folder):
    """Ctrl+O, three paths, Open."""
    desk.press("ctrl+o")
    dialog = desk.dialog("open")
    for role, name in (("gt", "gt"), ("image", "images"), ("pred", "pred")):
        line = dialog.paths[role]
        desk.hand.click(desk.hand.center(line))
        desk.hand.text(str(folder / name))
        desk.hand.wait_for(
            lambda line=line, name=name: line.text() == str(folder / name), "the path is typed"
        )
    desk.press("Tab")
    desk.hand.wait_for(lambda: dialog.project is not None, "the files are paired")
    text = desk.get(dialog.summary.text)
    desk.answer("open", "Open")
    desk.wait_until_open()
    return text


def stroke_over_item(desk):
    """A brush stroke across the current item, from beyond its left to beyond its right; changed pixels."""
    before = desk.pixels
    x, y = desk.canvas_center()
    desk.hand.drag([(x - 300 + 60 * n, y - 10 + 2 * n) for n in range(11)])
    changed = before != desk.pixels
    assert changed.any()
    return changed


@pytest.mark.parametrize("make", [nuclei, stack])
def test_the_whole_loop(desk, tmp_path, make):
    folder = make(tmp_path / "set")
    shown = type_into_open_dialog(desk, folder)
    assert "can be reviewed" in shown
    name = desk.get(lambda: desk.review.sample.name)
    file = folder / "gt" / f"{name}.tif"
    pixels, facts, order = tags(file)
    others = {f: hashlib.sha256(f.read_bytes()).digest() for f in folder.rglob("*.*") if f != file}
    assert np.array_equal(desk.pixels, pixels)

    desk.press("n", "g")
    assert "1 of " in desk.status
    desk.press("c")
    desk.check()
    taken = desk.pixels
    assert not np.array_equal(taken, pixels)
    desk.press("n", "2")
    stroke_over_item(desk)
    desk.check()
    painted = desk.pixels
    desk.press("ctrl+z")
    assert np.array_equal(desk.pixels, taken)
    desk.check()
    desk.press("ctrl+shift+z")
    assert np.array_equal(desk.pixels, painted)
    desk.check()

    desk.press("ctrl+s")
    assert str(file) in desk.answer("where", "Over the original")
    desk.hand.wait_for(lambda: not desk.review.unwritten, "the labels are written")
    assert "read again" in desk.notice
    assert "all written" in desk.status
    saved, now, order_now = tags(file)
    assert saved.dtype == pixels.dtype
    assert np.array_equal(saved, painted)
    assert (now, order_now) == (facts, order)
    assert others == {f: hashlib.sha256(f.read_bytes()).digest() for f in others}
    desk.press("ctrl+s")
    assert "Nothing to write" in desk.notice


def test_another_folder_leaves_the_original_untouched(desk, tmp_path):
    from qtpy.QtWidgets import QApplication, QFileDialog, QLineEdit

    folder = write_set(tmp_path / "set")
    original = (folder / "gt" / "a.tif").read_bytes()
    (tmp_path / "corrected").mkdir()
    desk.open(folder)
    desk.press("n", "c")
    painted = desk.pixels
    desk.press("ctrl+s")
    desk.answer("where", "Another folder…")
    desk.hand.wait_for(
        lambda: isinstance(QApplication.activeModalWidget(), QFileDialog), "a folder is asked for"
    )
    dialog = desk.get(QApplication.activeModalWidget)
    line = desk.get(lambda: dialog.findChild(QLineEdit))
    desk.hand.click(desk.hand.center(line))
    desk.press("ctrl+a")
    desk.hand.text(str(tmp_path / "corrected"))
    desk.hand.wait_for(lambda: line.text() == str(tmp_path / "corrected"), "the folder is typed")
    for _ in range(2):  # the first may go to the list of suggestions
        if desk.get(QApplication.activeModalWidget) is not None:
            desk.press("Return")
            desk.hand.settle(0.3)
    desk.hand.wait_for(lambda: not desk.review.unwritten, "the labels are written")
    assert (folder / "gt" / "a.tif").read_bytes() == original
    assert np.array_equal(tags(tmp_path / "corrected" / "a.tif")[0], painted)
    assert "all written" in desk.status
    desk.press("n", "c", "ctrl+s")  # asked only once
    desk.hand.wait_for(lambda: not desk.review.unwritten, "the labels are written again")
    assert (folder / "gt" / "a.tif").read_bytes() == original
    assert np.array_equal(tags(tmp_path / "corrected" / "a.tif")[0], desk.pixels)


def test_the_same_gt_opens_again_with_another_model(desk, tmp_path):
    folder = write_set(tmp_path / "set")
    desk.open(folder)
    assert "spurious 1" in desk.status

    def same_as_gt():
        from segreview.session.project import Project

        desk.app.open(
            Project.of_paths(folder / "gt" / "a.tif", folder / "images" / "a.tif", folder / "gt" / "a.tif")
        )

    desk.get(same_as_gt)
    assert "matched 6" in desk.status
    desk.check()
