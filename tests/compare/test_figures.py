"""Figures of one item, against cases worked by hand."""

from math import isnan

import numpy as np
import pytest

from segreview.compare.figures import (
    box_iou,
    contour_distance,
    dice,
    finest,
    item_contours,
    pair_figures,
    pixel_volume,
    side_area,
)
from segreview.compare.live import find_live_disagreements
from segreview.model.labels import Kind, LabelImage


def compared(reference, prediction, **facts):
    """Table and items of two arrays."""
    sides = [
        LabelImage((np.asarray(a),), axes="TZYX"[-np.ndim(a) :], **facts) for a in (reference, prediction)
    ]
    live = find_live_disagreements(*sides)
    return live.table, list(live.items.values())


def squares(shift=3, spacing=()):
    """A square of 10 x 10 and the same one further to the right."""
    gt, pred = np.zeros((2, 20, 30), int)
    gt[5:15, 5:15] = 1
    pred[5:15, 5 + shift : 15 + shift] = 7
    return compared(gt, pred, spacing=spacing)


def test_a_shifted_square():
    table, (item,) = squares(3)  # 70 shared, 130 in the union; boxes as the squares
    assert item.iou == 70 / 130
    assert dice(item) == pytest.approx(2 * 70 / 200)
    assert box_iou(table, item) == 70 / 130
    assert [side_area(table, item, side) for side in ("reference", "prediction")] == [100, 100]


def test_the_box_is_blind_to_a_cut_corner():
    gt, pred = np.zeros((2, 12, 12), int)
    gt[1:11, 1:11] = pred[1:11, 1:11] = 1
    pred[1:5, 1:5] = 0
    table, (item,) = compared(gt, pred)
    assert box_iou(table, item) == 1
    assert dice(item) == pytest.approx(2 * 84 / 184)


def test_contours_of_a_shifted_square():
    # 10 of 36 border pixels, those of the left side, lie 3 from the other; none lies farther
    table, (item,) = squares(3)
    found = item_contours(table, item)
    assert (found.most, found.farthest) == (3, 3)


def test_a_far_speck_moves_the_farthest_and_hardly_the_most():
    gt, pred = np.zeros((2, 40, 60), bool)
    gt[5:25, 5:25] = pred[5:25, 5:25] = True
    pred[10, 50] = True  # 26 from column 24: 1 of 77 contour pixels, less than 5 percent
    found = contour_distance(gt, pred)
    assert (found.most, found.farthest) == (0, 26)


def test_equal_masks_have_no_distance():
    mask = np.ones((4, 4), bool)
    found = contour_distance(mask, mask)
    assert (found.most, found.farthest) == (0, 0)


def test_spacing_scales_each_axis():
    gt, pred = np.zeros((2, 9, 9), bool)
    gt[2:5, 2:5], pred[3:6, 2:5] = True, True  # one pixel further down, where pixels are 4 high
    assert contour_distance(gt, pred, (1.0, 1.0)).farthest == 1
    assert contour_distance(gt, pred, (4.0, 1.0)).farthest == 4


def test_a_cube_moved_by_one_slice():
    gt, pred = np.zeros((2, 7, 6, 6), int)
    gt[1:5, 1:5, 1:5] = 1
    pred[2:6, 1:5, 1:5] = 1
    table, (item,) = compared(gt, pred, spacing=(3.0, 1.0, 1.0))
    assert item.iou == 48 / 80
    assert box_iou(table, item) == 48 / 80
    found = item_contours(table, item)  # 16 of 56 border voxels lie in the slice that only one has
    assert (found.most, found.farthest) == (3, 3)


def test_times_are_measured_one_by_one():
    gt, pred = np.zeros((2, 3, 8, 8), bool)
    gt[0, 2:4, 2:4] = pred[0, 2:4, 4:6] = True
    gt[1, 2:4, 2:4] = True  # nothing to compare with at this time
    assert contour_distance(gt, pred, (1, 1, 1), "TYX").farthest == 2
    assert contour_distance(gt[1:], pred[1:], (1, 1, 1), "TYX") is None


def test_pairs_of_a_split_object():
    gt, pred = np.zeros((2, 10, 40), int)
    gt[2:8, 0:40] = 4
    pred[2:8, 0:25], pred[2:8, 25:40] = 8, 9
    table, (item,) = compared(gt, pred)
    assert str(item.relation) == "split"
    assert [(p.reference_id, p.prediction_id, p.iou) for p in pair_figures(table, item)] == [
        (4, 8, 25 / 40),
        (4, 9, 15 / 40),
    ]


def test_an_object_alone_has_no_figures_of_pairs():
    gt, pred = np.zeros((2, 10, 10), int)
    gt[2:5, 2:5] = 3
    table, (item,) = compared(gt, pred)
    assert isnan(dice(item))
    assert isnan(box_iou(table, item))
    assert item_contours(table, item) is None
    assert pair_figures(table, item) == ()
    assert [side_area(table, item, side) for side in ("reference", "prediction")] == [9, 0]


def test_a_region_of_classes_has_its_pixels_only():
    gt, pred = np.zeros((2, 20, 20), int)
    pred[5:15, 5:15] = 2
    table, (item,) = compared(gt, pred, kind=Kind.SEMANTIC, background=None)
    assert side_area(table, item, "reference") == side_area(table, item, "prediction") == 100
    assert isnan(dice(item))
    assert item_contours(table, item) is None
    assert pair_figures(table, item) == ()


def test_items_that_are_too_large_are_not_measured(monkeypatch):
    monkeypatch.setattr("segreview.compare.figures.LARGEST", 100)
    table, (item,) = squares()
    assert item_contours(table, item) is None


def test_overlapping_planes_are_looked_at_as_one_side():
    lower, upper, pred = np.zeros((3, 10, 20), int)
    lower[2:8, 0:12], upper[2:8, 8:18], pred[2:8, 0:18] = 1, 2, 5
    sides = LabelImage((lower, upper)), LabelImage((pred,))
    live = find_live_disagreements(*sides)
    (item,) = live.items.values()
    assert item.iou == 1
    assert box_iou(live.table, item) == 1
    assert item_contours(live.table, item).farthest == 0


def test_units():
    assert pixel_volume((2.0, 0.5, 0.5), "ZYX") == 0.5
    assert pixel_volume((9.0, 0.5, 0.5), "TYX") == 0.25
    assert finest((2.0, 0.5, 0.25), "ZYX") == 0.25
    assert finest((0.1, 0.5, 0.5), "TYX") == 0.5
