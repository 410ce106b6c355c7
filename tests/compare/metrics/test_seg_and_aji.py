"""SEG, AJI and AJI+, worked out by hand."""

from math import isnan

import numpy as np
import pytest
from scenes import HUGE, row, strip

from segreview.compare.evaluate import evaluate

NOTHING = np.zeros((3, 4), int)


def score(reference, prediction, convention):
    return evaluate(reference, prediction, convention).figures["score"]


# -------------------------------------------------------------------- SEG
def test_seg_wants_more_than_half_of_the_object():
    assert score(strip((1, 10)), strip((1, 5), (0, 5)), "seg") == 0
    assert score(strip((1, 10)), strip((1, 6), (0, 4)), "seg") == 0.6


def test_seg_takes_one_prediction_for_several_objects_and_forgives_spurious_ones():
    sides = strip((1, 6), (2, 4), (0, 9)), strip((5, 10), (7, 9))
    assert score(*sides, "seg") == pytest.approx((6 / 10 + 4 / 10) / 2)


def test_seg_is_a_mean_over_the_objects_of_all_images():
    references = [row(1, 1), row(1, 2, 3)]
    predictions = [row(0, 0), row(1, 2, 3)]
    assert score(references, predictions, "seg") == 3 / 4


def test_seg_lists_every_object_of_the_reference():
    found = evaluate(strip((1, 6), (HUGE, 4)), strip((5, 6), (0, 4)), "seg", per_object=True)
    assert [(one["reference_id"], one["prediction_id"], one["iou"]) for one in found.objects] == [
        (1, 5, 1.0),
        (HUGE, None, 0.0),
    ]


def test_seg_without_an_object_is_no_figure():
    assert isnan(score(NOTHING, NOTHING, "seg"))
    assert isnan(score(NOTHING, np.ones_like(NOTHING), "seg"))
    assert score(np.ones_like(NOTHING), NOTHING, "seg") == 0


# -------------------------------------------------------------------- AJI
def test_aji_takes_a_prediction_again_and_aji_plus_does_not():
    # 1 and 2 both lie in 5: intersections 6 + 4, unions 10 + 10; one-to-one: 6 / (10 + the area of 2)
    sides = strip((1, 6), (2, 4)), strip((5, 10))
    assert score(*sides, "aji") == 10 / 20
    assert score(*sides, "aji_plus") == 6 / 14


def test_what_is_left_over_is_added_below():
    # a pair of 6 in 10, a second prediction of 4 in the same object, a missed one of 3, a spurious one of 2
    sides = strip((1, 10), (2, 3), (0, 2)), strip((5, 6), (6, 4), (0, 3), (7, 2))
    assert score(*sides, "aji") == score(*sides, "aji_plus") == 6 / (10 + 4 + 3 + 2)


def test_aji_plus_has_the_largest_sum_of_iou():
    # 1 overlaps 8 (6 of 12) and 9 (3 of 9), 2 overlaps 8 (3 of 9): 3/9 + 3/9 is more than 6/12
    sides = strip((1, 9), (2, 3)), strip((8, 6), (9, 3), (8, 3))
    assert score(*sides, "aji_plus") == (3 + 3) / (9 + 9)
    assert score(*sides, "aji") == (6 + 3) / (12 + 9 + 3)  # 8 is taken twice, 9 by nobody


def test_of_equal_ious_aji_takes_the_first():
    sides = strip((1, 4)), strip((3, 2), (4, 2))
    assert score(*sides, "aji") == 2 / (4 + 2)


@pytest.mark.parametrize("convention", ["aji", "aji_plus"])
def test_empty_sides(convention):
    full = np.ones_like(NOTHING)
    assert score(NOTHING, NOTHING, convention) == 1
    assert score(full, NOTHING, convention) == score(NOTHING, full, convention) == 0


@pytest.mark.parametrize("convention", ["aji", "aji_plus"])
def test_labels_without_background_volumes_and_sparse_ids(convention):
    sides = strip((1, 6), (HUGE, 6)), strip((2**62, 5), (4, 7))
    expected = (5 + 6) / (6 + 7)
    assert score(*sides, convention) == pytest.approx(expected)
    assert score(*(side.reshape(2, 2, 3) for side in sides), convention) == pytest.approx(expected)


@pytest.mark.parametrize("convention", ["aji", "aji_plus"])
def test_several_images_have_the_mean_of_their_scores(convention):
    assert score([row(1, 1), row(1, 1)], [row(1, 1), row(1, 0)], convention) == (1 + 0.5) / 2
