"""Reviews of labels in a store of chunks: what a save writes and backs up, and what an export proves."""

from pathlib import Path

import numpy as np
import pytest
from session_cases import opened, paint

from segreview.formats.pairing import pair
from segreview.formats.registry import read, write
from segreview.model.labels import LabelImage
from segreview.session.export import Export
from segreview.session.held import held
from segreview.session.originals import changed_file
from segreview.session.promotion import promote
from segreview.session.saving import save


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Store whose lower half is empty, so that it has no chunks there."""
    data = np.zeros((1100, 600), np.uint8)
    data[10:200, 20:300], data[220:300, 20:300] = 3, 5
    (tmp_path / "in").mkdir()
    write(LabelImage.of_array(data), tmp_path / "in" / "cells.zarr")
    return tmp_path / "in" / "cells.zarr"


def contents(folder: Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_a_save_writes_the_chunks_that_were_painted_on_and_backs_up_all(store):
    before = contents(store)
    review = opened(store)
    try:
        paint(review, (1050, 540), 20, 9)
        saved = save(review)
        assert saved.edits == 1
        names = {file.relative_to(store).as_posix() for file in saved.files}
        assert names == {"0/2/1", "1/1/0", "2/0/0", "3/0/0"}
        assert changed_file(review.reference.origin) is None
        assert contents(saved.backups[0].parent) == before
        review.undo()
        assert save(review).edits
        assert np.array_equal(read(store).data == 9, np.zeros((1100, 600), bool))
        assert changed_file(review.reference.origin) is None
    finally:
        review.close()
    again = opened(store)
    try:
        assert not (again.reference.data == 9).any()
        again.redo()
        assert (again.reference.data == 9).sum() == 400
    finally:
        again.close()


def test_an_export_holds_the_edited_store_and_the_original_stays(store, tmp_path):
    (entry,) = pair(store).entries
    before = contents(store)
    review = opened(store)
    paint(review, (11, 21), 4, 0)  # the smallest copy sees every eighth pixel: none of these
    review.close()
    for _ in range(2):  # a second export finds its own files
        export = Export((held(entry),), tmp_path / "out")
        export.check()
        (exported,) = export.steps()
        assert exported.good, exported
    after = contents(export.target(entry))
    assert {name for name in before if before[name] != after[name]} == {"0/0/0", "1/0/0", "2/0/0"}
    assert contents(store) == before


def test_ids_that_need_a_wider_type_are_saved_in_it(store):
    review = opened(store)
    paint(review, (12, 22), 4, 0)
    assert promote(review) == "uint16"
    review.close()
    wide = opened(store)
    try:
        paint(wide, (12, 22), 4, 700)
        save(wide)
    finally:
        wide.close()
    assert read(store).dtype == np.uint16
    assert read(store).data[13, 23] == 700
