"""What could be gained by the rows of a review, which follows edits, verdicts and what is suspected."""

import numpy as np
import pytest
from session_cases import cell_files, opened, paint

from segreview.session.listing import Listing, Sorting
from segreview.session.verdict import Judgement
from segreview.triage.suspicion import Suspicion


@pytest.fixture
def listing(tmp_path):
    review = opened(*cell_files(tmp_path))
    listing = Listing(review)
    yield listing
    listing.close()
    review.close()


def row_of(review, number):
    """Row with this id of the GT, or below zero, of the model alone."""
    ids = ((number,), None) if number > 0 else ((), (-number,))
    rows = (row for row in review.queue if not row.gone and row.item.reference_ids == ids[0])
    return next(row for row in rows if ids[1] in (None, row.item.prediction_ids))


def suspect(listing, told):
    """Suspect some rows."""
    handles = {row_of(listing.review, n).item.handle: Suspicion(chance) for n, chance in told.items()}
    listing.review.absorb(handles, listing.review.revision)


def test_nothing_can_be_expected_before_anything_is_suspected(listing):
    assert listing.metric == "PQ"
    assert np.isnan(listing.gains).all()
    before = listing.numbers
    listing.sort_by(Sorting("gain", descending=True))
    assert np.array_equal(listing.numbers, before)


def test_the_gain_is_that_of_the_verdict_times_how_likely_it_is(listing):
    suspect(listing, {2: 0.5, 3: 0.2, 4: 0.9})
    review = listing.review
    for number, chance in ((2, 0.5), (3, 0.2), (4, 0.9)):
        row = row_of(review, number)
        for metric in listing.worth.metrics:
            told = next(one for one in listing.worth.effects(row, metric) if one.name == metric)
            gain = listing.worth.gains(metric)[row.number]
            assert gain == pytest.approx(chance * (told.after - told.before)), (number, metric)


def test_rows_are_sorted_by_the_gain_of_the_figure_that_is_chosen(listing):
    suspect(listing, {1: 0.1, 2: 0.5, 3: 0.2, 4: 0.9, -2: 0.4})
    listing.sort_by(Sorting("gain", descending=True))
    gains = listing.gains[listing.numbers]
    assert (np.diff(gains[np.isfinite(gains)]) <= 0).all()
    listing.measure_by("Dice")
    assert listing.metric == "Dice"
    dice = listing.gains[listing.numbers]
    assert (np.diff(dice[np.isfinite(dice)]) <= 0).all()
    assert not np.array_equal(gains, dice)
    listing.measure_by("no figure of this sample")
    assert listing.metric == "PQ"


def test_what_a_verdict_brings_is_what_was_told(listing):
    review = listing.review
    for number in (2, 3, -2):
        row = row_of(review, number)
        told = {one.name: one for one in listing.worth.effects(row, "Dice")}
        review.judge(row, Judgement.REFERENCE_WRONG)
        other = next(row for row in review.queue if not row.gone)
        now = {one.name: one.before for one in listing.worth.effects(other, "Dice")}
        assert now == pytest.approx({name: one.after for name, one in told.items()})
        assert not row.gone or listing.worth.effects(row, "PQ") == ()


def test_an_edit_renews_the_rows_that_it_changes_and_forgets_what_was_suspected_of_them(listing):
    suspect(listing, {2: 0.5, 3: 0.5})
    row = row_of(listing.review, 2)
    assert listing.gains[row.number] > 0
    paint(listing.review, (1, 10), 2, 0)
    assert np.isnan(listing.gains[row.number])
    suspect(listing, {2: 0.5})
    told = next(iter(listing.worth.effects(row, "PQ")))
    assert listing.gains[row.number] == pytest.approx(0.5 * (told.after - told.before))
