"""The data set at a glance: what is counted, and which item is the worst."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tifffile

from segreview.compare.disagreement import Relation
from segreview.formats.entry import Entry, open_entry
from segreview.session.opening import Opening
from segreview.session.overview import Tally, tally_of
from segreview.session.reading import Reading
from segreview.session.suspecting import Found, Suspecting
from segreview.triage.suspicion import Suspicion


@pytest.fixture
def entry(tmp_path, monkeypatch) -> Entry:
    """One matched object, two that the model misses, the second the larger, and one that it has alone."""
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))
    gt, pred = np.zeros((2, 60, 80), np.uint8)
    gt[5:20, 5:20] = pred[5:20, 5:20] = 1
    gt[5:10, 40:45], gt[30:50, 40:60] = 2, 3
    pred[30:50, 5:25] = 4
    image = np.where((gt > 0) | (pred == 4), 200, 20).astype(np.uint8)
    files = []
    for name, data in (("gt", gt), ("image", image), ("pred", pred)):
        files.append(tmp_path / f"{name}.tif")
        tifffile.imwrite(files[-1], data)
    return Entry("a", *files)


def test_files_are_counted_and_their_worst_items_named(entry) -> None:
    tally = tally_of(entry, Reading(), None, lambda: None)
    assert tally.counts == {Relation.MISSED: 2, Relation.SPURIOUS: 1}
    assert tally.worst[Relation.MISSED].reference_ids == (3,)
    assert tally.suspicion is None


def test_suspects_are_summed_up_and_leave_what_is_under_review_alone(entry) -> None:
    suspecting = Suspecting()
    tally = tally_of(entry, Reading(), suspecting.judge_aside, lambda: None)
    assert tally.suspicion is not None
    assert set(tally.suspicion) >= {Relation.MISSED, Relation.SPURIOUS}
    assert 0 <= tally.suspicion[Relation.SPURIOUS] <= 1
    assert suspecting._name is None  # nothing is kept of it


def test_a_review_is_counted_as_it_stands(entry) -> None:
    review = Opening(open_entry(entry)).begin("ada")
    assert Tally.of_review(review) == tally_of(entry, Reading(), None, lambda: None)
    first, second = (review.disagreements.with_ids((i,), ())[0] for i in (2, 3))
    review.absorb({first.handle: Suspicion(0.75), second.handle: Suspicion(0.5)}, review.revision)
    tally = Tally.of_review(review)
    assert tally.suspicion is not None
    assert tally.suspicion[Relation.MISSED] == 1.25
    row = tally.row(review, Relation.MISSED)
    assert row is not None
    assert row.item == first  # the more suspect one, although it is small
    assert tally.row(review, None) is row
    assert tally.row(review, Relation.SPLIT) is None
    review.close()


def test_suspects_on_which_both_sides_agree_are_counted_too(entry) -> None:
    def found(snapshot, _):
        told = {item.handle: Suspicion(0.4 * (item.relation is Relation.MATCHED)) for item in snapshot.items}
        return Found(told, snapshot.revision)

    tally = tally_of(entry, Reading(), found, lambda: None)
    assert tally.counts[Relation.MATCHED] == 1
    assert tally.suspicion is not None
    assert tally.suspicion[Relation.MATCHED] == 0.4
    review = Opening(open_entry(entry)).begin("ada")
    (agreed,) = review.disagreements.with_ids((1,), (1,))
    review.absorb({agreed.handle: Suspicion(0.4)}, review.revision)
    assert Tally.of_review(review).counts == tally.counts
    row = tally.row(review, Relation.MATCHED)
    assert row is not None
    assert row.item is agreed
    review.close()


def test_a_sample_without_an_image_says_so(entry) -> None:
    bare = replace(entry, image=None)
    tally = tally_of(bare, Reading(), None, lambda: None)
    assert (tally.suspicion, tally.lacking) == (None, "no image")
    review = Opening(open_entry(bare)).begin("ada")
    assert Tally.of_review(review) == tally
    review.close()
