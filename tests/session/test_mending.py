"""Mending in a review: what is listed, what is put right, and one step of undo for all of it."""

import numpy as np
import pytest
from session_cases import put

from segreview.errors import EditRefused
from segreview.session.mending import blots_of, mend_blots, mendable_of, mending_edits, mending_title


def flawed() -> np.ndarray:
    """Object 1 with a hole and a speck, 2 in two pieces, 3 a sliver, 4 around 5, 6 clean."""
    labels = np.zeros((60, 80), np.uint8)
    labels[4:20, 4:20], labels[10:12, 10:12], labels[22, 22] = 1, 0, 1
    labels[4:14, 30:40], labels[4:14, 44:54] = 2, 2
    labels[30:31, 4:30] = 3
    labels[36:52, 36:52], labels[40:48, 40:48] = 4, 5
    labels[36:52, 60:76] = 6
    return labels


@pytest.fixture
def flawed_review(begin, tmp_path):
    """Review of a GT alone: there are no model's masks."""
    return begin(put(tmp_path / "gt" / "a.tif", flawed()))


def test_blots_come_by_kind_and_say_what_needs_a_hand(flawed_review):
    blots = blots_of(flawed_review.hygiene.all())
    assert [(blot.name, blot.object_id) for blot in blots if blot.mendable] == [
        ("hole", 4),
        ("hole", 1),
        ("speck", 1),
        ("sliver", 3),
        ("fragments", 2),
    ]
    assert [blot.text for blot in blots if blot.object_id == 1] == ["hole of 4 px", "speck of 1 px"]


def test_all_is_mended_in_one_step_without_a_model(flawed_review):
    review = flawed_review
    before = review.reference.data.copy()
    blots = [blot for blot in blots_of(review.hygiene.all()) if blot.mendable]
    gesture = mend_blots(review, blots)
    after = review.reference.data
    assert gesture.title == "Mend 5 marks of hygiene"
    assert (after[10:12, 10:12] == 1).all()
    assert after[22, 22] == after[30, 10] == 0
    assert after[5, 31] == 2
    assert after[5, 45] == 7
    assert (after[40:48, 40:48] == 5).all(), "another object is no hole to fill"
    assert {blot.name for blot in blots_of(review.hygiene.all())} == {"hole"}
    assert review.undo().title == "Mend 5 marks of hygiene"
    np.testing.assert_array_equal(review.reference.data, before)
    assert len(blots_of(review.hygiene.all())) == len(blots)


def test_one_is_mended_alone_and_a_trial_uses_no_id_up(flawed_review):
    review = flawed_review
    (row,) = (row for row in review.queue if row.item.reference_ids == (2,))
    (blot,) = mendable_of(review, [row])
    first = review.fresh.peek()
    (trial,) = mending_edits(review, [blot], trial=True)
    assert first in trial.ids
    assert review.fresh.peek() == first
    assert mend_blots(review, [blot]).title == mending_title([blot]) == f"Mend GT 2: {blot.text}"
    assert mendable_of(review, [row]) == []


def test_a_hole_that_holds_another_object_is_refused_in_words(flawed_review):
    (blot,) = (b for b in blots_of(flawed_review.hygiene.all()) if (b.name, b.object_id) == ("hole", 4))
    with pytest.raises(EditRefused, match="other objects, which stay"):
        mend_blots(flawed_review, [blot])
