"""Signs of a wrong pair of files."""

import shutil

import numpy as np
import pytest
import tifffile
from session_cases import cells, paint, put

from segreview.formats.entry import Entry
from segreview.formats.raster import two_values
from segreview.session.held import held
from segreview.session.opening import Opening
from segreview.session.reading import Reading
from segreview.session.record import Record
from segreview.session.saving import save
from segreview.session.suspect import seems_inverted, wrong_pairing


def verdict(begin, gt, pred, **options):
    return wrong_pairing(begin(gt, pred, **options))


def test_an_ordinary_pair_is_not_odd(review, begin, files):
    assert wrong_pairing(review) == ""


def test_a_sample_without_a_model_is_not_odd(begin, files):
    assert verdict(begin, files[0], None) == ""


def test_the_same_file_twice_or_a_copy_is_told(begin, files, tmp_path):
    copy = tmp_path / "copy.tif"
    shutil.copyfile(files[0], copy)
    for pred in (files[0], copy):
        review = begin(files[0], pred)
        assert "same file" in wrong_pairing(review)
        review.close()


@pytest.mark.parametrize("options", [{}, {"kind": "semantic"}])
def test_equal_pixels_in_another_file_are_told(begin, files, tmp_path, options):
    reference, _ = cells()
    if not options:
        reference[reference == 2] = 77  # ids may differ: what is drawn is the same
    pred = put(tmp_path / "pred" / "other.tif", reference, compression=None)
    assert "identical" in verdict(begin, files[0], pred, **options)


def test_sides_without_anything_in_common_are_told(begin, tmp_path):
    gt, pred = np.zeros((2, 24, 32), np.uint8)
    gt[1:7, 1:7], pred[10:16, 10:16] = 1, 2
    files = [put(tmp_path / name / "a.tif", data) for name, data in (("gt", gt), ("pred", pred))]
    assert "Nothing overlaps" in verdict(begin, *files)
    gt[:], pred[:] = 1, 2
    gt[:12], pred[:12] = 3, 4
    files = [put(tmp_path / name / "s.tif", data) for name, data in (("gt", gt), ("pred", pred))]
    assert "class of no pixel" in verdict(begin, *files, kind="semantic")


def test_after_an_edit_nothing_is_odd(begin, files):
    review = begin(files[0], files[0])
    paint(review)
    assert wrong_pairing(review) == ""


def test_an_empty_side_is_not_odd(begin, tmp_path):
    gt, _ = cells()
    files = [put(tmp_path / n / "a.tif", d) for n, d in (("gt", gt), ("pred", np.zeros_like(gt)))]
    assert verdict(begin, *files, kind="instance") == ""


# -------------------------------------------------------------------- 0 on white
def white(tmp_path, name="a"):
    """Entry of a mask with two objects of 0 on 255."""
    mask = np.full((24, 32), 255, np.uint8)
    mask[2:8, 2:8], mask[12:20, 10:20] = 0, 0
    return Entry(name, put(tmp_path / "gt" / f"{name}.tif", mask))


def test_a_mask_of_0_on_white_is_told_and_inverted_with_work_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))
    entry, reading = white(tmp_path), Reading()
    first = Opening(reading.sample(entry)).begin()
    assert seems_inverted(first.reference)
    assert len(first.table.areas("reference")) == 1
    paint(first, (21, 2), 2, 0)
    Record.of(first).keep(first.journal.path.parent)
    first.close()

    inverted = Reading(values=two_values(first.reference)[::-1])
    review = Opening(inverted.sample(entry)).begin()
    assert "components of 0, 255 is background (rule: as you said)" in review.reference.reading
    assert not seems_inverted(review.reference)
    assert sorted(review.table.areas("reference").values()) == [36, 80]
    paint(review, (2, 2), 3, 0)
    inverted.noted(Record.of(review)).keep(review.journal.path.parent)
    save(review)
    review.close()
    mask = Reading().sample(entry).reference
    assert two_values(mask) == (255, 0), "as the last time"
    assert sorted(np.unique(mask.data, return_counts=True)[1].tolist())[:2] == [27, 80]
    assert held(entry).edits == 1


def test_masks_that_lie_on_their_ground_are_not_inverted(tmp_path):
    gt = white(tmp_path).gt
    dark = put(tmp_path / "b.tif", 255 - tifffile.imread(gt))
    assert not seems_inverted(Reading().sample(Entry("b", dark)).reference)
    plain = put(tmp_path / "c.tif", cells()[0])
    assert not seems_inverted(Reading().sample(Entry("c", plain)).reference)
