"""stardist, cellpose, DSB 2018 and F1, worked out by hand."""

from math import isnan

import numpy as np
import pytest
from scenes import HUGE, MIXED, row, strip

from segreview.compare.evaluate import evaluate
from segreview.errors import SegreviewError

SEVEN_OF_TEN = (strip((1, 10)), strip((1, 7), (0, 3)))
HALF = (strip((1, 10)), strip((1, 5), (0, 5)))
NOTHING = np.zeros((3, 4), int)


def figures(sides, convention, **options):
    return evaluate(*sides, convention, **options).figures


def counts(sides, convention, **options):
    found = figures(sides, convention, **options)
    return found["tp"], found["fp"], found["fn"]


def test_stardist():
    # hits: 7/10 and 4/8; of 3 and 3 objects one each is left over
    found = figures(MIXED, "stardist")
    assert {name: found[name] for name in ("tp", "fp", "fn", "n_true", "n_pred")} == {
        "tp": 2,
        "fp": 1,
        "fn": 1,
        "n_true": 3,
        "n_pred": 3,
    }
    assert found["precision"] == found["recall"] == found["f1"] == 2 / 3
    assert found["accuracy"] == 2 / 4
    assert found["mean_matched_score"] == pytest.approx((0.7 + 0.5) / 2)
    assert found["mean_true_score"] == pytest.approx((0.7 + 0.5) / 3)
    assert found["panoptic_quality"] == pytest.approx((0.7 + 0.5) / (2 + 0.5 + 0.5))


@pytest.mark.parametrize(("convention", "tp"), [("stardist", 1), ("cellpose", 1)])
@pytest.mark.parametrize(("sides", "threshold"), [(SEVEN_OF_TEN, 0.7), (HALF, 0.5)])
def test_a_share_at_the_threshold_is_a_hit(convention, tp, sides, threshold):
    assert counts(sides, convention, threshold=threshold)[0] == tp


@pytest.mark.parametrize(("sides", "threshold"), [(SEVEN_OF_TEN, 0.7), (HALF, 0.5)])
def test_a_share_at_the_threshold_is_none_where_it_has_to_lie_above(sides, threshold):
    assert figures(sides, "f1", threshold=threshold)["score"] == 0
    assert figures(sides, "dsb2018", threshold=threshold)["score"] == 0
    assert figures(sides, "f1", threshold=threshold - 0.01)["score"] == 1


@pytest.mark.parametrize("number", range(1, 20))
def test_every_share_of_twenty_pixels_is_told_from_its_threshold(number):
    """Shares such as 11/20 and 14/20 are no binary numbers; neither side of the comparison is rounded."""
    sides = strip((1, 20)), strip((1, number), (0, 20 - number))
    threshold = f"{number / 20:.2f}"
    assert counts(sides, "stardist", threshold=threshold) == (1, 0, 0)
    assert figures(sides, "f1", threshold=threshold)["score"] == 0


def test_dsb2018_counts_thresholds_below_the_iou():
    # .7 lies above .5, .55, .6, .65: 4 of 10 thresholds
    assert figures(SEVEN_OF_TEN, "dsb2018")["score"] == pytest.approx(0.4)


def test_cellpose_has_three_usual_thresholds():
    found = figures(SEVEN_OF_TEN, "cellpose")["per_threshold"]
    assert [one["threshold"] for one in found] == [0.5, 0.75, 0.9]
    assert [one["AP"] for one in found] == [1, 0, 0]


def test_f1():
    assert figures(MIXED, "f1")["score"] == 2 * 1 / (2 * 1 + 2 + 2)  # the half is no hit


def test_of_two_halves_one_is_a_hit():
    sides = strip((1, 10)), strip((1, 5), (2, 5))
    assert counts(sides, "stardist") == (1, 1, 0)
    found = evaluate(*sides, "stardist", per_object=True).objects
    assert found == [
        {"image": "image", "reference_id": 1, "prediction_id": 1, "iou": 0.5},
        {"image": "image", "reference_id": None, "prediction_id": 2, "iou": 0.0},
    ]


def test_low_thresholds_take_as_many_hits_as_there_can_be():
    # IoU of 1 with 8 is 6/12, of 1 with 9 and of 2 with 8 both 3/9
    sides = strip((1, 9), (2, 3)), strip((8, 6), (9, 3), (8, 3))
    found = figures(sides, "stardist", threshold=["0.3", "0.4"])["per_threshold"]
    assert [one["tp"] for one in found] == [2, 1]
    assert [one["mean_matched_score"] for one in found] == pytest.approx([3 / 9, 6 / 12])


@pytest.mark.parametrize("convention", ["stardist", "f1"])
def test_empty_sides_give_zero(convention):
    sides = NOTHING, NOTHING
    assert set(figures(sides, convention).values()) == {0}
    found = figures((NOTHING, np.ones_like(NOTHING)), convention)
    assert found.get("f1", found.get("score")) == 0


@pytest.mark.parametrize(("convention", "name"), [("cellpose", "AP"), ("dsb2018", "score")])
def test_two_empty_sides_are_no_image_for_a_mean(convention, name):
    assert isnan(figures((NOTHING, NOTHING), convention, threshold=0.5)[name])
    references, predictions = [NOTHING, HALF[0]], [NOTHING, HALF[0]]
    assert figures((references, predictions), convention, threshold=0.5)[name] == 1


def test_images_are_pooled_or_averaged():
    references = [HALF[0], row(1, 1, 0, 2, 2)]
    predictions = [HALF[0], row(1, 1, 0, 0, 0)]
    together = evaluate(references, predictions, "stardist")
    assert together.figures["recall"] == 2 / 3
    assert figures((references, predictions), "stardist", by_image=True)["recall"] == (1 + 1 / 2) / 2
    assert [one.figures["recall"] for one in together.per_image] == [1, 1 / 2]
    assert together.to_dict()["per_image"][1]["figures"]["fn"] == 1


def test_sparse_ids_cost_nothing_and_are_exact():
    sides = row(HUGE, HUGE, 0, 70_000), row(2**62, 2**62, HUGE, 3)
    assert counts(sides, "stardist") == (2, 1, 0)
    unsigned = np.array([[2**64 - 1, 2**64 - 1, 0, 5]], np.uint64)
    assert counts((unsigned, unsigned), "stardist") == (2, 0, 0)


def test_labels_without_background():
    sides = strip((1, 6), (2, 6)), strip((3, 5), (4, 7))
    assert counts(sides, "stardist") == (2, 0, 0)
    assert counts(sides, "cellpose", threshold=0.5) == (2, 0, 0)


def test_volumes():
    gt, pred = np.zeros((2, 4, 5, 6), int)
    gt[:2, 1:4, 1:4] = 9  # 18 voxels, 12 of which are found and 6 of another column
    pred[:2, 1:4, 2:5] = 4
    assert figures((gt, pred), "stardist")["mean_matched_score"] == 12 / 24


@pytest.mark.parametrize("threshold", [0, 1.5, "often", -0.1, "1/0"])
def test_what_is_no_threshold_is_refused(threshold):
    with pytest.raises(SegreviewError, match="is no IoU threshold"):
        evaluate(*HALF, "stardist", threshold=threshold)


def test_no_threshold_at_all_is_refused():
    with pytest.raises(SegreviewError, match="There is no IoU threshold"):
        evaluate(*HALF, "stardist", threshold=[])
