"""The plain list of disagreements that scripts ask for."""

from fractions import Fraction

import numpy as np
import pytest

from segreview.compare.disagreement import SETTLED
from segreview.compare.find import compared
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage

REFERENCE = np.array([[1, 1, 1, 1, 0, 2, 2, 0, 3, 3, 0]])
PREDICTION = np.array([[1, 1, 0, 0, 0, 0, 0, 0, 3, 3, 4]])


def relations(reference, prediction, threshold=0.5, *, everything=False, **pixels):
    return [
        str(item.relation)
        for item in listed(reference, prediction, threshold, **pixels)
        if everything or item.relation not in SETTLED
    ]


def listed(reference, prediction, threshold=0.5, tolerance=2, image=None, probability=None):
    (case,) = compared((reference, prediction), (image, probability), threshold, tolerance)
    return case.items


def test_order_is_unmatched_first_then_lowest_iou():
    found = relations(REFERENCE, PREDICTION, 0.9, everything=True)
    assert found == ["missed", "spurious", "poor", "matched"]


def test_agreement_is_no_disagreement():
    assert relations(REFERENCE, REFERENCE) == []
    assert relations(REFERENCE, PREDICTION) == ["missed", "spurious"]


@pytest.mark.parametrize("threshold", [0.7, "0.7", Fraction(7, 10)])
def test_thresholds_are_read_as_decimals(threshold):
    prediction = np.ones((1, 10), int)
    prediction[:, 7:] = 0
    assert relations(np.ones((1, 10), int), prediction, threshold) == []


@pytest.mark.parametrize("threshold", [0, -0.5, 1.5, "half", float("nan")])
def test_thresholds_that_are_none(threshold):
    with pytest.raises(SegreviewError, match="no IoU threshold"):
        listed(REFERENCE, PREDICTION, threshold)


@pytest.mark.parametrize("shape", [(1, 11), (1, 11, 3), (2, 1, 11)])
def test_images_that_fit(shape):
    assert relations(REFERENCE, REFERENCE, image=np.zeros(shape)) == []


def test_images_that_do_not_fit():
    with pytest.raises(SegreviewError, match=r"image has shape \(11, 1\)"):
        listed(REFERENCE, REFERENCE, image=np.zeros((11, 1)))
    with pytest.raises(SegreviewError, match="probability map has shape"):
        listed(REFERENCE, REFERENCE, probability=np.zeros((5, 5)))


@pytest.mark.parametrize("tolerance", [float("nan"), -1, "3", 1e6, float("inf")])
def test_tolerances_that_are_none_or_too_large(tolerance):
    for kind in ("instance", "semantic"):
        labels = LabelImage((REFERENCE,), kind=Kind(kind))
        with pytest.raises(SegreviewError, match="tolerance") as refusal:
            listed(labels, PREDICTION, tolerance=tolerance)
        assert "pixels" in refusal.value.hint
