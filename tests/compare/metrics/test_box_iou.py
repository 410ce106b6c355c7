"""Box IoU beside mask IoU, worked out by hand."""

from math import isnan

import numpy as np
import pytest
from scenes import HUGE

from segreview.compare.evaluate import Choice, evaluate, evaluate_cases
from segreview.compare.metrics.table_case import TableCase
from segreview.compare.overlap import overlap_table
from segreview.errors import SegreviewError
from segreview.model.labels import LabelImage


def thin_diagonal():
    """A diagonal of 8 pixels, and a detector's box around it."""
    gt, pred = np.zeros((2, 10, 10), int)
    gt[range(1, 9), range(1, 9)] = HUGE
    pred[1:9, 1:9] = 4
    return gt, pred


def test_the_box_is_blind_to_a_cut_corner():
    gt, pred = np.zeros((2, 12, 12), int)
    gt[1:11, 1:11] = pred[1:11, 1:11] = 1
    pred[1:5, 1:5] = 0
    found = evaluate(gt, pred, "box")
    assert found.figures == {"mean_box_iou": 1.0, "mean_mask_iou": 84 / 100}
    assert found.to_dict()["objects"] == [
        {"image": "image", "reference_id": 1, "prediction_id": 1, "box_iou": 1.0, "iou": 0.84}
    ]


def test_detectors_that_give_boxes_are_paired_by_boxes():
    sides = thin_diagonal()
    assert isnan(evaluate(*sides, "box").figures["mean_box_iou"])  # 8 of 64 pixels are no pair
    found = evaluate(*sides, "box", by="box").figures
    assert found == {"mean_box_iou": 1.0, "mean_mask_iou": 8 / 64}


def test_the_pairs_of_all_images_count_the_same():
    gt, pred = np.zeros((2, 8, 8), int)
    gt[0:4, 0:4] = pred[0:4, 0:4] = 1
    gt[5:8, 0:4], pred[5:8, 0:3] = 2, 2
    found = evaluate([gt, gt], [pred, gt], "box").figures
    assert found["mean_box_iou"] == pytest.approx((1 + 9 / 12 + 1 + 1) / 4)


def test_boxes_of_volumes_and_of_planes_that_overlap():
    gt, pred = np.zeros((2, 4, 6, 6), int)
    gt[0:2, 1:5, 1:5], pred[0:2, 1:5, 1:4] = 3, 5
    assert evaluate(gt, pred, "box").figures["mean_box_iou"] == 24 / 32
    lower, upper = np.zeros((2, 6, 9), int)
    lower[1:4, 0:5], upper[1:4, 3:9] = 1, 2
    two = LabelImage((lower, upper))
    assert evaluate(two, two, "box").figures == {"mean_box_iou": 1.0, "mean_mask_iou": 1.0}


def test_boxes_of_segments():
    mask = np.zeros((9, 9), bool)
    mask[2:5, 3:9] = True
    cut = mask.copy()
    cut[:, 8] = False
    found = evaluate([{"segmentation": mask}], [{"segmentation": cut}], "box").figures
    assert found == {"mean_box_iou": 15 / 18, "mean_mask_iou": 15 / 18}


def test_pairs_by_something_else_are_refused():
    with pytest.raises(SegreviewError, match="no pairs by 'centre'"):
        evaluate(*thin_diagonal(), "box", by="centre")


@pytest.mark.parametrize("first", [2**53, 2**63 - 3, 2**64 - 8])
def test_a_table_tells_ids_apart_that_are_one_as_floats(first):
    """Columns of a table are int64 where they can be, whatever the type of the array."""
    reference = np.zeros((9, 9), np.uint64)
    for n in range(3):
        reference[3 * n : 3 * n + 2, 1 : 4 + n] = first + n
    labels = LabelImage((reference,), void=frozenset({first + 3}))
    prediction = reference.copy()
    prediction[0], reference[8, 8] = 0, first + 3
    expected = evaluate(labels, prediction, "box")
    (found,) = evaluate_cases([TableCase.of(overlap_table(labels, prediction))], [Choice.of("box", {})])
    assert found.to_dict() == expected.to_dict()
    assert [one["box_iou"] for one in found.objects] == [0.5, 1, 1]
