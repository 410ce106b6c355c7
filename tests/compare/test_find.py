"""The plain list of disagreements that scripts ask for."""

from fractions import Fraction

import numpy as np
import pytest

from segreview.compare.find import find_disagreements
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage

REFERENCE = np.array([[1, 1, 1, 1, 0, 2, 2, 0, 3, 3, 0]])
PREDICTION = np.array([[1, 1, 0, 0, 0, 0, 0, 0, 3, 3, 4]])


def test_order_is_unmatched_first_then_lowest_iou():
    found = find_disagreements(REFERENCE, PREDICTION, threshold=0.9, everything=True)
    assert [str(item.relation) for item in found] == ["missed", "spurious", "poor", "matched"]


def test_agreement_is_no_disagreement():
    assert find_disagreements(REFERENCE, REFERENCE) == []
    assert [str(item.relation) for item in find_disagreements(REFERENCE, PREDICTION)] == [
        "missed",
        "spurious",
    ]


@pytest.mark.parametrize("threshold", [0.7, "0.7", Fraction(7, 10)])
def test_thresholds_are_read_as_decimals(threshold):
    prediction = np.ones((1, 10), int)
    prediction[:, 7:] = 0
    assert find_disagreements(np.ones((1, 10), int), prediction, threshold=threshold) == []


@pytest.mark.parametrize("threshold", [0, -0.5, 1.5, "half", float("nan")])
def test_thresholds_that_are_none(threshold):
    with pytest.raises(SegreviewError, match="no IoU threshold"):
        find_disagreements(REFERENCE, PREDICTION, threshold=threshold)


@pytest.mark.parametrize("shape", [(1, 11), (1, 11, 3), (2, 1, 11)])
def test_images_that_fit(shape):
    assert find_disagreements(REFERENCE, REFERENCE, image=np.zeros(shape)) == []


def test_images_that_do_not_fit():
    with pytest.raises(SegreviewError, match=r"image has shape \(11, 1\)"):
        find_disagreements(REFERENCE, REFERENCE, image=np.zeros((11, 1)))
    with pytest.raises(SegreviewError, match="probability map has shape"):
        find_disagreements(REFERENCE, REFERENCE, probability=np.zeros((5, 5)))


@pytest.mark.parametrize("tolerance", [float("nan"), -1, "3", 1e6, float("inf")])
def test_tolerances_that_are_none_or_too_large(tolerance):
    for kind in ("instance", "semantic"):
        labels = LabelImage((REFERENCE,), kind=Kind(kind))
        with pytest.raises(SegreviewError, match="tolerance") as refusal:
            find_disagreements(labels, PREDICTION, tolerance=tolerance)
        assert "pixels" in refusal.value.hint
