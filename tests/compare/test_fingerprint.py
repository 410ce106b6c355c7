"""Fingerprints key verdicts on disk: the same pixels give the same key, for ever."""

import numpy as np
import pytest
from compare_cases import semantic

from segreview.compare.disagreement import fingerprint
from segreview.compare.live import find_live_disagreements
from segreview.model.labels import LabelImage


def prints(reference, prediction) -> dict:
    reference, prediction = LabelImage.of_array(reference), LabelImage.of_array(prediction)
    live = find_live_disagreements(reference, prediction)
    return {
        (i.reference_ids, i.prediction_ids): fingerprint(i, reference, prediction)
        for i in live.items.values()
    }


@pytest.fixture
def pair():
    reference, prediction = np.zeros((30, 30), np.uint8), np.zeros((30, 30), np.uint8)
    reference[3:13, 4:14], prediction[3:12, 4:14] = 1, 2
    reference[20:25, 20:25] = 3
    return reference, prediction


def test_they_never_change(pair):
    """A failure here means that verdicts on users' disks are no longer found."""
    assert prints(*pair) == FROZEN


FROZEN = {
    ((1,), (2,)): "f0a950ab059590f6cacebe5e4830850a",
    ((3,), ()): "e9acdc357cc0bb11d9bda6b5715046e1",
}


def test_neither_type_nor_size_nor_neighbours_matter(pair):
    before = prints(*pair)
    reference, prediction = (np.pad(a.astype(np.int64), ((0, 9), (0, 50))) for a in pair)
    reference[33, 33] = 9
    after = prints(reference, prediction)
    assert {ids: after[ids] for ids in before} == before


def test_ids_pixels_sides_and_place_matter(pair):
    reference, prediction = pair
    (before, _) = prints(reference, prediction).values()
    seen = {before}
    for turned in (prints(prediction, reference), prints(*(np.roll(a, 1, 1) for a in pair))):
        seen.add(next(iter(turned.values())))
    seen.add(prints(np.where(reference == 1, 8, reference), prediction)[(8,), (2,)])
    reference[3, 4] = 0
    seen.add(prints(reference, prediction)[(1,), (2,)])
    assert len(seen) == 5


def test_pieces_that_exchange_pixels_are_told_apart():
    reference = np.ones((1, 8), int)
    first = prints(reference, np.array([[1, 1, 1, 1, 2, 2, 2, 2]]))
    second = prints(reference, np.array([[2, 2, 2, 2, 1, 1, 1, 1]]))
    assert set(first) == set(second) == {((1,), (1, 2))}
    assert first != second


def test_regions_of_one_class_pair_are_told_apart():
    reference, prediction = np.zeros((4, 20), int), np.zeros((4, 20), int)
    prediction[:, 2:8] = prediction[:, 12:18] = 1
    sides = tuple(semantic(LabelImage.of_array(a)) for a in (reference, prediction))
    live = find_live_disagreements(*sides)
    assert len({fingerprint(item, *sides) for item in live.items.values()}) == 2
