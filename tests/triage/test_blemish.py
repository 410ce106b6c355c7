"""Where the holes and loose parts are that a mark of hygiene speaks of."""

import numpy as np
import pytest

from segreview.compare.disagreement import Disagreement, Relation
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.triage import blemish
from segreview.triage.blemish import blemishes
from segreview.triage.suspicion import Suspicion

HOLED = Suspicion(0.0, 0.0, ("hole",))


def flawed() -> tuple[np.ndarray, np.ndarray]:
    """An object with a hole of two pixels and a speck of one, and a mask of both."""
    data, flaws = np.zeros((12, 14), np.uint8), np.zeros((12, 14), bool)
    data[2:9, 2:9] = 5
    data[4, 4:6] = 0
    data[10, 12] = 5
    flaws[4, 4:6] = flaws[10, 12] = True
    return data, flaws


def item(box: Box) -> Disagreement:
    return Disagreement(Relation.MATCHED, (5,), (1,), box, 0.9, 50, 3)


def test_holes_and_loose_parts_are_found():
    data, flaws = flawed()
    box = Box((1, 1), (12, 14))
    assert np.array_equal(blemishes(LabelImage((data,)), item(box), HOLED), flaws[box.slices])


def test_each_time_is_looked_at_alone():
    data, flaws = flawed()
    whole = np.where(np.indices(data.shape).sum(axis=0) < 99, 0, data)
    whole[2:9, 2:9] = 5
    labels = LabelImage((np.stack([whole, data, whole]),), "TYX")
    found = blemishes(labels, item(Box.of_shape(labels.shape)), HOLED)
    assert [part.sum() for part in found] == [0, flaws.sum(), 0]


@pytest.mark.parametrize("marks", [(), ("sliver",)])
def test_other_marks_have_no_place(marks):
    labels = LabelImage((flawed()[0],))
    assert blemishes(labels, item(Box.of_shape(labels.shape)), Suspicion(0.9, 0.0, marks)) is None


def test_huge_boxes_are_passed_over(monkeypatch):
    monkeypatch.setattr(blemish, "LARGEST", 20)
    labels = LabelImage((flawed()[0],))
    assert blemishes(labels, item(Box.of_shape(labels.shape)), HOLED) is None


def test_a_clean_object_has_none():
    labels = LabelImage((np.pad(np.full((4, 4), 5, np.uint8), 2),))
    assert blemishes(labels, item(Box.of_shape(labels.shape)), HOLED) is None
