"""The table of one-to-one pairs that scripts ask for."""

from fractions import Fraction

import numpy as np
import pytest

import segreview
from segreview.errors import SegreviewError

GT = np.array([[1, 1, 1, 1, 0, 2, 2, 0, 3, 3, 0]])
MODEL = np.array([[9, 9, 0, 0, 0, 0, 0, 0, 4, 4, 5]])


def test_pairs_and_what_is_left_over():
    found = segreview.match(GT, MODEL)
    assert found.pairs() == {(1, 9): 0.5, (3, 4): 1.0}
    assert found.unmatched_reference == (2,)
    assert found.unmatched_prediction == (5,)
    assert len(found) == 2
    assert [one.iou for one in found] == [0.5, 1.0]
    assert str(found.hit) == "IoU >= 0.5"


def test_above_the_threshold():
    found = segreview.match(GT, MODEL, 0.5, strict=True)
    assert found.pairs() == {(3, 4): 1.0}
    assert found.unmatched_reference == (1, 2)
    assert str(found.hit) == "IoU > 0.5"


@pytest.mark.parametrize("threshold", [0.7, "0.7", Fraction(7, 10)])
def test_thresholds_are_read_as_decimals(threshold):
    model = np.ones((1, 10), int)
    model[0, 7:] = 0
    assert len(segreview.match(np.ones((1, 10), int), model, threshold)) == 1


def test_segments():
    mask = np.zeros((4, 4), bool)
    mask[1:3, 1:3] = True
    sides = [{"segmentation": mask, "id": 12}], [{"segmentation": mask}]
    assert segreview.match(*sides).pairs() == {(12, 1): 1.0}


def test_a_data_set_is_refused():
    with pytest.raises(SegreviewError, match="2 images"):
        segreview.match([GT, GT], [MODEL, MODEL])
