"""Groundwork made ahead: a review is built on it where the journal begins with what the files hold."""

import numpy as np
import pytest
from session_cases import cells, paint, sample_of

from segreview.errors import Cancelled, JournalError
from segreview.session.groundwork import Groundwork, with_own_masks
from segreview.session.opening import Opening
from segreview.session.saving import save


def ahead(files) -> Groundwork:
    return Groundwork.of(with_own_masks(sample_of(*files)))


def rows(review):
    return [(row.number, row.item, row.gone) for row in review.queue]


def test_a_new_review_is_built_on_it(begin, files):
    ground = ahead(files)
    opening = Opening(ground.sample, ground=ground)
    assert opening.is_prepared
    review = opening.begin()
    assert review.table is ground.table
    assert review.queue is ground.queue
    paint(review)
    review.close()
    plain = begin(*files)
    assert plain.unwritten == 1
    assert rows(plain) == rows(review)


def test_unwritten_work_is_replayed_on_it(begin, files):
    worked = begin(*files)
    paint(worked)
    worked.close()
    ground = ahead(files)
    opening = Opening(ground.sample, ground=ground)
    assert opening.is_prepared
    review = opening.begin()
    np.testing.assert_array_equal(review.reference.data, worked.reference.data)
    assert rows(review) == rows(worked)
    review.close()


def test_labels_that_were_saved_begin_elsewhere_and_are_compared_anew(begin, files):
    worked = begin(*files)
    paint(worked)
    save(worked)
    worked.close()
    ground = ahead(files)
    opening = Opening(ground.sample, ground=ground)
    assert not opening.is_prepared
    review = opening.begin()
    assert review.table is not ground.table
    assert rows(review) == rows(worked)
    review.undo()
    np.testing.assert_array_equal(review.reference.data, cells()[0])
    review.close()


@pytest.mark.parametrize("step", [0, 1, 2])
def test_work_that_is_called_off_gives_the_journal_free(files, step):
    left = [step]

    def pause():
        left[0] -= 1
        if left[0] < 0:
            raise Cancelled

    opening = Opening(sample_of(*files))
    with pytest.raises(JournalError):
        Opening(sample_of(*files))
    with pytest.raises(Cancelled):
        opening.begin(pause=pause)
    Opening(sample_of(*files)).cancel()


def test_its_masks_are_its_own(files):
    sample = sample_of(*files)
    own = with_own_masks(sample)
    own.reference.data[:] = 0
    assert sample.reference.data.any()
    assert own.has_prediction
    assert not with_own_masks(sample_of(files[0])).has_prediction
