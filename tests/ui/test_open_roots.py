"""Roots of data sets when they are opened: recognised, corrected, opened again."""

import numpy as np
import pytest
from PIL import Image as Picture

pytestmark = pytest.mark.gui


@pytest.fixture
def recents(app):
    """The recent data sets of the shared window, as they were before afterwards."""
    before = app.settings.now.recent
    yield app.doors.recents
    app.settings.change(recent=before)
    app.doors.recents.changed.emit()


def write_root(root):
    """Cityscapes root of two images, and an image without an annotation."""
    for number in (0, 1, 2):
        stem = f"aachen_00000{number}_000019"
        ids = np.full((80, 120), 7, np.uint16)
        ids[20:50, 20 : 50 + number] = 26001
        for folder in ("gtFine", "leftImg8bit"):
            (root / folder / "val" / "aachen").mkdir(parents=True, exist_ok=True)
        if number < 2:
            gt = root / "gtFine" / "val" / "aachen" / f"{stem}_gtFine"
            Picture.fromarray(ids).save(f"{gt}_instanceIds.png")
            classes = np.where(ids < 1000, ids, ids // 1000).astype(np.uint8)
            Picture.fromarray(classes).save(f"{gt}_labelIds.png")
        image = root / "leftImg8bit" / "val" / "aachen" / f"{stem}_leftImg8bit.png"
        Picture.fromarray((ids % 251).astype(np.uint8)).save(image)
    return root


def test_a_root_is_recognised_corrected_and_opened_again(desk, tmp_path, recents):
    root = write_root(tmp_path / "street")
    desk.hand.begin(lambda: desk.app.doors.open_paths([root]))
    dialog = desk.dialog("open")
    desk.hand.wait_for(lambda: dialog.project is not None, "the root is looked into")
    assert desk.get(dialog.told.text) == "Recognised as Cityscapes: 2 annotated images, 3 images"
    assert desk.get(lambda: {role: field.text() for role, field in dialog.paths.items()}) == {
        "gt": str(root),
        "image": "",
        "pred": "",
    }
    assert desk.get(dialog.paths["image"].placeholderText).startswith("3 found in the data set")
    shown = desk.get(lambda: [dialog.table.lines.data(dialog.table.lines.index(n, 5)) for n in range(3)])
    assert shown == ["paired", "paired", "no GT"]

    field = dialog.paths["gt"]
    desk.hand.click(desk.hand.center(field))
    desk.press("End")
    desk.hand.text("/gtFine/val/aachen")
    desk.press("Tab")
    desk.hand.wait_for(
        lambda: dialog.project is not None and not dialog.told.isVisible(), "a folder of files"
    )
    desk.get(lambda: field.setText(str(root)))
    desk.hand.wait_for(lambda: dialog.project is not None and dialog.told.isVisible(), "the root again")
    desk.answer("open", "Open")
    desk.wait_until_open()
    assert desk.samples()[0].endswith("aachen_000000_000019")
    recent = desk.get(lambda: desk.app.settings.now.recent[0])
    assert (recent.gt, recent.image) == (str(root), "")
    desk.hand.begin(lambda: recents.open(recent))
    assert "2 samples can be reviewed" in desk.answer("proceed", "Go on")
