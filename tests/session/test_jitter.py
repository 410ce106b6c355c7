"""Jitter: which rows are nothing worse, at every tolerance, through edits and undo."""

import numpy as np
import pytest
from session_cases import paint, put, row_with

from segreview.model.box import Box
from segreview.session.listing import Listing
from segreview.triage.filter import Filter


def shaken() -> tuple[np.ndarray, np.ndarray]:
    """Object 1 is 6 px wider to one side in the model, 2 is missed, 3 has a bite of 20, 4 and 5 agree."""
    gt, pred = np.zeros((2, 200, 300), np.uint8)
    gt[10:40, 10:40] = pred[10:40, 10:40] = 1
    pred[10:40, 40:46] = 1
    gt[10:40, 100:130] = 2
    gt[60:90, 10:40] = pred[60:90, 10:40] = 3
    pred[65:85, 10:32] = 0
    gt[60:90, 100:130] = pred[60:90, 100:130] = 4
    gt[150:180, 250:280] = pred[150:180, 250:280] = 5
    return gt, pred


@pytest.fixture
def shaken_review(begin, tmp_path):
    gt, pred = shaken()
    return begin(put(tmp_path / "gt" / "a.tif", gt), put(tmp_path / "pred" / "a.tif", pred))


def find_out(review, most=50):
    """Take steps until everything is known."""
    for _ in range(most):
        if review.jitter.known:
            return review.jitter
        review.jitter.keep(review.jitter.step())
    raise AssertionError("it comes to no end")


def alone(review, tolerance):
    """GT ids of the rows that are jitter alone."""
    mask = review.jitter.alone(tolerance)
    return sorted(i for n in np.flatnonzero(mask) for i in review.queue.row(int(n)).item.reference_ids)


def test_rows_are_jitter_from_their_reach_on(shaken_review):
    review = shaken_review
    assert not review.jitter.alone(16).any(), "nothing is known before somebody asks"
    find_out(review)
    assert [alone(review, k) for k in (5, 6, 16)] == [[], [1], [1, 3]]
    assert review.jitter.reaches[row_with(review, [2]).number] == np.inf


def test_what_is_near_is_looked_at_first(shaken_review):
    jitter = shaken_review.jitter
    jitter.keep(jitter.step())
    near = Box((150, 250), (160, 260))
    (first, *_) = jitter.step(near=near).tiles
    assert first & near


def test_edits_and_undo_are_followed_and_equal_a_new_look(shaken_review, begin):
    review = shaken_review
    find_out(review)
    paint(review, (20, 44), 9, 1)
    assert not review.jitter.known
    assert alone(review, 16) == [3], "what was painted on is not known any more"
    find_out(review)
    assert alone(review, 6) == []
    assert alone(review, 9) == [1]
    kept = review.jitter.reaches.copy()
    fresh = type(review.jitter)(review.table, review.disagreements, review.queue)
    while not fresh.known:
        fresh.keep(fresh.step())
    np.testing.assert_array_equal(kept, fresh.reaches)
    np.testing.assert_array_equal(review.jitter.curve.reaches, fresh.curve.reaches)
    review.undo()
    find_out(review)
    assert alone(review, 6) == [1]


def test_classes_are_judged_region_by_region(begin, tmp_path):
    gt = np.full((60, 200), 1, np.uint8)
    gt[:, 100:] = 2
    pred = gt.copy()
    pred[:, 96:100] = 2
    pred[20:40, 150:170] = 3
    review = begin(put(tmp_path / "gt.tif", gt), put(tmp_path / "pred.tif", pred), kind="semantic")
    find_out(review)
    reaches = {row.item.ids("prediction"): review.jitter.reaches[row.number] for row in review.queue}
    assert 3 < reaches[2,] <= 4
    assert reaches[3,] == np.inf


def test_a_filter_holds_back_what_is_jitter(shaken_review):
    listing = Listing(shaken_review)
    find_out(shaken_review)
    before = len(listing)
    listing.filter_by(Filter(tolerance=6.0))
    assert len(listing) == before - 1
    assert listing.line_of(row_with(shaken_review, [1], [1])) is None
    assert listing.filter.narrows
    listing.close()


def test_the_suggestion_gives_its_reason(shaken_review):
    suggestion = find_out(shaken_review).suggestion
    assert 1 <= suggestion.pixels <= 16
    assert f"within {suggestion.pixels} px" in suggestion.text
