"""Aim: tools on objects that were chosen, through the review's one door."""

from functools import partial

import numpy as np
import pytest
from session_cases import paint, put, row_with

from segreview.errors import EditRefused
from segreview.formats.registry import read
from segreview.session.aim import aim
from segreview.session.saving import save
from segreview.shape.line import Line
from segreview.tools import JOIN, SPLIT
from segreview.triage.hygiene import Hygiene, mend

ACROSS = Line(((8.0, 6.0), (17.0, 6.0)), (0, 1))
"""Through the middle of object 3 of `session_cases.cells`, from top to bottom."""


def test_a_trial_uses_no_id_up(review):
    first = review.fresh.peek()
    trial = SPLIT(aim(review, [3], ACROSS, trial=True))
    assert review.fresh.peek() == first
    edit = SPLIT(aim(review, [3], ACROSS))
    assert first in edit.ids
    assert trial.ids == edit.ids
    assert review.fresh.peek() == first + 1


def test_a_split_and_a_join_are_one_step_of_undo_each(review):
    before = review.reference.data.copy()
    edit = SPLIT(aim(review, [3], ACROSS))
    review.apply([edit], SPLIT.title)
    parts = np.unique(review.reference.data[10:16, 1:13]).tolist()
    assert len(parts) == 2
    cut = review.reference.data.copy()
    review.apply([JOIN(aim(review, parts))], JOIN.title)
    np.testing.assert_array_equal(review.reference.data, before)
    assert review.undo().title == "Join objects"
    np.testing.assert_array_equal(review.reference.data, cut)
    review.undo()
    np.testing.assert_array_equal(review.reference.data, before)
    assert row_with(review, [3], [3, 4])


def test_all_that_is_wrong_with_the_masks_is_mended_in_one_step_of_undo(review):
    paint(review, (12, 4), side=2, value=0)
    paint(review, (20, 20), side=2, value=3)
    before, hygiene = review.reference.data.copy(), Hygiene(review.table)
    assert {mark.name for mark in hygiene.of(3)} == {"hole", "speck"}
    edits = mend(hygiene.all(), partial(aim, review))
    review.apply(edits, "Mend masks")
    for edit in edits:
        hygiene.follow(edit)
    assert hygiene.all() == {}
    assert review.undo().title == "Mend masks"
    np.testing.assert_array_equal(review.reference.data, before)


def test_a_split_that_the_model_sees_too_settles_the_item(review):
    row = row_with(review, [3], [3, 4])
    line = Line(((8.0, 8.0), (17.0, 8.0)), (0, 1))
    review.apply([SPLIT(aim(review, [3], line))], SPLIT.title)
    assert len(row.item.reference_ids) == 1
    assert review.disagreements.summary().counts[row.item.relation] >= 1


def test_objects_that_are_gone_or_none_are_left_out(review):
    target = aim(review, [0, 2, 2, 77])
    assert target.reference_ids == (0, 2)
    assert list(target.boxes) == [2]
    assert JOIN(aim(review, [2, 77])) is None
    assert not aim(review, []).box


@pytest.fixture
def mask(tmp_path, begin):
    """Review of a two-valued mask with one large piece and two that touch by a corner once painted."""
    data = np.zeros((24, 32), np.uint8)
    data[4:16, 4:20] = 255
    data[18:22, 2:6] = data[18:22, 8:12] = 255
    path = put(tmp_path / "gt" / "m.tif", data)
    return begin(path, put(tmp_path / "pred" / "m.tif", data))


def test_what_was_cut_in_a_mask_is_two_objects_for_whoever_reads_it(mask):
    (number,) = {int(mask.reference.data[5, 5])}
    line = Line(((2.0, 10.0), (17.0, 13.0)), (0, 1))
    mask.apply([SPLIT(aim(mask, [number], line))], SPLIT.title)
    save(mask)
    saved = read(mask.reference.path)
    assert len(np.unique(saved.data)) - 1 == 4
    for part in np.unique(saved.data):
        assert len(np.unique(mask.reference.data[saved.data == part])) == 1


def test_pieces_of_a_mask_are_joined_only_where_the_file_says_so_too(mask):
    ids = [int(mask.reference.data[20, 3]), int(mask.reference.data[20, 9])]
    with pytest.raises(EditRefused, match="do not touch"):
        JOIN(aim(mask, ids))
