"""Boundary IoU and distances between contours, worked out by hand."""

from math import inf, isnan, sqrt

import numpy as np
import pytest

from segreview.compare.evaluate import evaluate
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage


def masks(shape=(20, 30)):
    return np.zeros((2, *shape), int)


def squares(shift=1, at=5):
    """A square of 10 by 10, and the same one further to the right."""
    gt, pred = masks()
    gt[at : at + 10, 5:15] = 3
    pred[at : at + 10, 5 + shift : 15 + shift] = 8
    return gt, pred


def figures(sides, **options):
    return evaluate(*sides, "boundary", **options).figures


@pytest.mark.parametrize(
    ("width", "band", "shared"),
    [
        (1, 36, 2 * 9),  # rings of one pixel share their long sides
        (2, 64, 4 * 9 + 2 * 6),  # of two pixels also a column of each short side
        (5, 100, 90),  # nothing is left of the square
        (9, 100, 90),
    ],
)
def test_boundary_iou(width, band, shared):
    assert figures(squares(), pixels=width)["boundary_iou"] == shared / (2 * band - shared)


def test_the_width_is_a_share_of_the_diagonal():
    sides = squares()
    diagonal = sqrt(20**2 + 30**2)  # 36.06 pixels
    assert figures(sides, ratio=2 / diagonal) == figures(sides, pixels=2)
    assert figures(sides, ratio=0.001) == figures(sides, pixels=1)  # never less than a pixel
    assert figures(sides) == figures(sides, pixels=round(0.02 * diagonal))


def test_the_edge_of_the_image_is_a_boundary():
    gt, pred = masks((10, 10))
    gt[:5], pred[:5, :9] = 1, 1
    # bands of width 1: 26 of 50 and 24 of 45 pixels; the right columns lie at the edge and next to it
    shared = 9 + 9 + 3
    assert figures((gt, pred), pixels=1)["boundary_iou"] == shared / (26 + 24 - shared)


def test_a_euclidean_band_is_rounder():
    gt, _ = masks()
    gt[5:12, 5:12] = 1
    assert figures((gt, gt), pixels=2, band="euclidean")["boundary_iou"] == 1
    ring = gt.copy()
    ring[7:10, 7:10] = 0  # its inner corners touch the hole by a corner only
    assert figures((gt, ring), pixels=1)["boundary_iou"] == 24 / 40
    assert figures((gt, ring), pixels=1, band="euclidean")["boundary_iou"] == 24 / 36


def test_distances_of_a_shifted_square():
    # of 36 border pixels 10 on one side and 6 on the other lie 2 away, 4 beside them 1; both ways alike
    found = figures(squares(2), tau=1)
    assert (found["hd"], found["hd95"]) == (2, 2)
    assert found["assd"] == (16 * 2 + 4 * 1) / 36
    assert found["nsd"] == 20 / 36


def test_the_95th_percentile_is_three_figures():
    """100 contour pixels, 4 of which lie far from the other contour: a share of 2 % of both together."""
    gt, pred = masks((40, 60))
    gt[5:25, 5:29] = pred[5:25, 5:29] = 1  # a contour of 84 pixels
    pred[5, 50:54] = 1  # and 4 that lie 22 to 25 away
    found = {rule: figures((gt, pred), rule=rule) for rule in ("metricsreloaded", "medpy", "deepmind")}
    assert {name: one["hd"] for name, one in found.items()}["metricsreloaded"] == 25
    assert found["medpy"]["hd95"] == 0
    assert found["metricsreloaded"]["hd95"] == 0
    gt[5, 50:54], pred[5, 50:55] = 0, 1  # 5 of 89: above 95 % in one direction alone
    assert figures((gt, pred), rule="medpy")["hd95"] == 0
    assert figures((gt, pred))["hd95"] == pytest.approx(22 * 0.6)  # place 83.6 of 84 zeros and 5 others


def test_surface_elements_are_weighted():
    gt, pred = masks((8, 9))
    gt[2:4, 2:5] = pred[2:4, 2:5] = 1
    pred[2:4, 5] = 1
    found = figures((gt, pred), rule="deepmind", tau=0.5)
    # corners: four of half a diagonal each, else 1; the right side of either lies 1 from the other
    corner = sqrt(0.5)
    short, long = 2 * (2 + 1) + 4 * corner, 2 * (3 + 1) + 4 * corner
    assert found["hd"] == 1
    assert found["asd_gt_to_pred"] == pytest.approx(1 / short)  # its right corners lie on the other contour
    assert found["asd_pred_to_gt"] == pytest.approx((2 * corner * 1 + 1 * 1) / long)
    assert found["nsd"] == pytest.approx(1 - (1 + 2 * corner + 1) / (short + long))


def test_distances_are_in_the_unit_of_the_spacing():
    gt, pred = masks((9, 9))
    gt[2:5, 2:5], pred[3:6, 2:5] = 1, 1
    assert figures((gt, pred), spacing=(4, 1))["hd"] == 4
    assert figures((gt, pred), spacing=(4, 1), rule="deepmind")["hd"] == 4
    spaced = LabelImage((gt,), spacing=(4.0, 1.0)), LabelImage((pred,), spacing=(4.0, 1.0))
    assert figures(spaced) == figures((gt, pred), spacing=(4, 1))
    with pytest.raises(SegreviewError, match="1 sizes, and the labels have 2"):
        figures((gt, pred), spacing=2)


def test_volumes():
    gt, pred = masks((7, 6, 6))
    gt[1:5, 1:5, 1:5] = pred[2:6, 1:5, 1:5] = 1
    found = figures((gt, pred), spacing=(3, 1, 1), pixels=1)
    assert (found["hd"], found["hd95"]) == (3, 3)
    assert found["assd"] == pytest.approx(2 * (16 * 3 + 4 * 1) / (2 * 56))  # the faces, and 4 within them
    assert found["boundary_iou"] == 36 / (56 + 56 - 36)  # three rings of 12


@pytest.mark.parametrize(
    ("rule", "one", "both"),
    [
        ("metricsreloaded", (None, 0), (0, 1)),
        ("medpy", (None, 0), (0, 1)),
        ("deepmind", (inf, 0), (inf, None)),
    ],
)
def test_empty_sides(rule, one, both):
    gt, _ = squares()
    nothing = np.zeros_like(gt)
    for sides, expected, overlap in (((gt, nothing), one, 0), ((nothing, nothing), both, None)):
        found = figures(sides, rule=rule)
        names = ("hd", "hd95", "nsd", "boundary_iou")
        values = [None if isnan(found[name]) else found[name] for name in names]
        assert values == [expected[0], expected[0], expected[1], overlap]
    assert figures((nothing, nothing), band="euclidean")["boundary_iou"] == 1


# -------------------------------------------------------------------- objects, classes, times
def test_matched_objects_are_measured_one_by_one():
    gt, pred = squares(2)
    gt[0:3, 20:30], pred[0:3, 20:30] = 4, 4
    gt[18:20, 0:2] = 5  # has no partner
    found = evaluate(gt, pred, "boundary", pixels=1, per_object=True)
    assert [(one["reference_id"], one["prediction_id"], one["hd"]) for one in found.objects] == [
        (3, 8, 2),
        (4, 4, 0),
    ]
    alone = figures(squares(2), pixels=1)
    assert {name: found.objects[0][name] for name in alone} == alone
    means = figures((gt, pred), pixels=1, of="objects")
    assert means["hd"] == 1
    assert means["boundary_iou"] == (alone["boundary_iou"] + 1) / 2


def test_objects_in_several_planes():
    lower, upper = np.zeros((2, 12, 20), int)
    lower[2:10, 0:12], upper[2:10, 8:18] = 1, 2
    both = LabelImage((lower, upper))
    found = evaluate(both, both, "boundary", of="objects").figures
    assert (found["boundary_iou"], found["hd"]) == (1, 0)


def test_classes_are_masks_of_their_own():
    gt, pred = (LabelImage((side,), kind=Kind.SEMANTIC, background=None) for side in squares(2))
    found = evaluate(gt, pred, "boundary", pixels=1)
    assert sorted(found.per_class) == [0, 3, 8]
    assert isnan(found.per_class[3]["hd"])
    assert found.per_class[0]["hd"] > 0
    with pytest.raises(SegreviewError, match="no objects to be matched"):
        evaluate(gt, pred, "boundary", of="objects")


def test_void_takes_no_part():
    gt, pred = squares(0)
    gt[5:15, 15:18], pred[5:15, 15:18] = 255, 8
    sides = (
        LabelImage((side,), kind=Kind.SEMANTIC, void=frozenset({255})) for side in (gt, np.where(pred, 3, 0))
    )
    assert evaluate(*sides, "boundary").per_class[3]["hd"] == 0


def test_times_are_images():
    series = [np.stack([side, side[::-1]]) for side in squares(2)]
    gt, pred = (LabelImage((side,), axes="TYX") for side in series)
    assert evaluate(gt, pred, "boundary", pixels=1).figures == figures(squares(2), pixels=1)
    assert evaluate(gt, pred, "boundary", pixels=1, of="objects").figures["hd"] == 2


def test_several_images_have_the_mean():
    found = evaluate([squares(0)[0], squares(2)[0]], [squares(0)[1], squares(2)[1]], "boundary")
    assert found.figures["hd"] == 1
    assert [one.figures["hd"] for one in found.per_image] == [0, 2]


@pytest.mark.parametrize(
    "options",
    [{"rule": "mine"}, {"band": "thick"}, {"of": "pixels"}, {"ratio": 0}, {"pixels": 0}, {"tau": -1}],
)
def test_what_cannot_be_chosen_is_refused(options):
    with pytest.raises(SegreviewError):
        evaluate(*squares(), "boundary", **options)


def test_lists_of_segments_are_refused_in_words():
    with pytest.raises(SegreviewError, match="lists of segments"):
        evaluate([{"segmentation": squares()[0]}], [], "boundary")
