"""Signs of a wrong pair of files."""

import shutil

import numpy as np
import pytest
from session_cases import cells, paint, put

from segreview.session.suspect import wrong_pairing


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
