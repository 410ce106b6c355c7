"""Reviews of labels that lie in several files: what a save writes, and who knows the objects again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture
from session_cases import opened, paint

from segreview.formats.pairing import pair
from segreview.formats.registry import read
from segreview.model.labels import Segment
from segreview.session.export import Export
from segreview.session.held import held
from segreview.session.numbering import Numbering
from segreview.session.originals import changed_file
from segreview.session.saving import save

BOXES = {"a": (2, 2, 8, 8), "b": (6, 6, 16, 16), "c": (18, 2, 22, 12)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Masks of three objects, of which a, the smaller one, lies upon b."""
    folder = tmp_path / "cell" / "masks"
    folder.mkdir(parents=True)
    (tmp_path / "cell" / "images").mkdir()
    for name, (top, left, bottom, right) in BOXES.items():
        mask = np.zeros((24, 32), np.uint8)
        mask[top:bottom, left:right] = 255
        Picture.fromarray(mask).save(folder / f"{name}.png")
    Picture.fromarray(mask).save(tmp_path / "cell" / "images" / "cell.png")
    return folder


def area(file: Path) -> int:
    return int((np.array(Picture.open(file)) > 0).sum())


def test_ids_outlast_a_save_that_changes_the_order_of_the_files(folder):
    review = opened(folder)
    try:
        paint(review, (18, 2), 10, 0)  # c is gone but for no pixel
        paint(review, (20, 20), 3, 9)
        assert save(review).edits == 2
        assert {file.name for file in folder.iterdir()} >= {"a.png", "b.png"}
        assert not (folder / "c.png").exists()
        assert changed_file(review.reference.origin) is None
        before = review.reference.data.copy()
    finally:
        review.close()
    again = opened(folder)
    try:
        assert np.array_equal(again.reference.data, before)
        assert not again.unwritten_edits if hasattr(again, "unwritten_edits") else True
        paint(again, (20, 20), 2, 0)
        save(again)
        fresh = next(file for file in folder.iterdir() if file.name not in ("a.png", "b.png"))
        assert area(fresh) == 5
        assert area(folder / "b.png") == 100  # what lies under a was never touched
    finally:
        again.close()


def test_undo_after_a_save_brings_a_removed_file_back(folder):
    review = opened(folder)
    try:
        paint(review, (18, 2), 10, 0)
        save(review)
        review.undo()
        save(review)
        assert area(next(file for file in folder.iterdir() if file.name not in ("a.png", "b.png"))) == 40
    finally:
        review.close()


def test_an_export_holds_the_edited_folder_and_the_original_stays(folder, tmp_path):
    (entry,) = pair(folder).entries
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    review = opened(folder)
    paint(review, (18, 2), 2, 0)
    review.close()
    export = Export((held(entry),), tmp_path / "out")
    export.check()
    (exported,) = export.steps()
    assert exported.good, exported
    out = export.target(entry)
    assert area(out / "c.png") == 36
    assert (out / "a.png").read_bytes() == before["a.png"]
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_what_is_known_of_objects_keeps_to_them_when_files_number_them_anew(folder):
    labels = read(folder)
    assert labels.origin is not None
    told = replace(labels, segments={2: Segment(category=5), 3: Segment(score=0.5)})
    shifted = Numbering((labels.planes[0],), (1, 4, 7)).given_to(told)
    assert shifted.segments == {4: Segment(category=5), 7: Segment(score=0.5)}
    assert shifted.origin.order == (1, 4, 7)
