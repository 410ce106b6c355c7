"""Agreement of annotators, worked out by hand."""

from math import isnan

import numpy as np
import pytest
from scenes import row

from segreview.compare.evaluate import evaluate
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage

# of 4 pixels all three agree on one object pixel and on one of background
RATERS = [row(1, 1, 0, 0), row(1, 0, 0, 0), row(1, 1, 1, 0)]


def figures(raters, prediction=None, **options):
    return evaluate(raters, prediction, "agreement", **options).figures


def test_dice_of_every_pair():
    found = figures(RATERS)
    assert found["dice_pairs"] == [2 / 3, 4 / 5, 2 / 4]
    assert found["dice_mean"] == pytest.approx((2 / 3 + 4 / 5 + 1 / 2) / 3)


def test_kappa_and_alpha():
    # agreeing ordered pairs of 6: 6, 2, 2, 6; ones 6 of 12
    observed, expected = (6 + 2 + 2 + 6) / 24, 0.5
    found = figures(RATERS)
    assert found["fleiss_kappa"] == pytest.approx((observed - expected) / (1 - expected))
    disagreement = 1 - observed
    by_chance = 2 * 6 * 6 / (12 * 11)
    assert found["krippendorff_alpha"] == pytest.approx(1 - disagreement / by_chance)


def test_ids_of_objects_are_no_matter():
    renamed = [raters * number for raters, number in zip(RATERS, (7, 2**40, 3), strict=True)]
    assert figures(renamed) == figures(RATERS)


def test_all_ways_to_give_annotators():
    stack = np.stack(RATERS)
    assert figures(stack) == figures(RATERS) == figures(RATERS[0], RATERS[1:])
    two = figures(RATERS[:2])
    assert figures(RATERS[0], RATERS[1]) == two
    assert figures([RATERS[0]], [RATERS[1]]) == two  # a data set of one image
    assert figures([tuple(RATERS[:2])]) == two


def test_pixels_of_several_images_are_taken_together():
    joined = [np.hstack([one, one[:, ::-1]]) for one in RATERS]
    assert figures([RATERS, [one[:, ::-1] for one in RATERS]]) == figures(joined)


def test_classes_are_values_and_their_dice_is_averaged():
    raters = [
        LabelImage((data,), kind=Kind.SEMANTIC, background=None, void=frozenset({255}))
        for data in (row(7, 7, 26, 26, 7), row(7, 26, 26, 26, 255))
    ]
    found = figures(raters)
    assert found["dice_pairs"] == [pytest.approx((2 / 3 + 4 / 5) / 2)]
    # the last pixel is void for one; of 8 values 3 are road
    observed, chance = 3 / 4, (3 / 8) ** 2 + (5 / 8) ** 2
    assert found["fleiss_kappa"] == pytest.approx((observed - chance) / (1 - chance))


def test_a_margin_leaves_out_the_background_far_away():
    far = [np.pad(one, ((0, 0), (0, 50))) for one in RATERS]
    near = [one[:, :4] for one in far]
    assert figures(far)["fleiss_kappa"] > figures(near)["fleiss_kappa"]
    assert figures(far, margin=1) == figures(near)
    with pytest.raises(SegreviewError, match="margin"):
        figures(far, margin=-1)


@pytest.mark.parametrize("raters", [[RATERS[0]], RATERS[0]])
def test_a_single_annotator_has_no_figure(raters):
    found = figures(raters)
    assert found["dice_pairs"] == []
    assert isnan(found["dice_mean"])
    assert isnan(found["fleiss_kappa"])
    assert isnan(found["krippendorff_alpha"])


def test_annotators_who_all_say_the_same_of_every_pixel():
    nothing = figures([row(0, 0), row(0, 0)])
    assert isnan(nothing["dice_mean"])
    assert isnan(nothing["fleiss_kappa"])
    assert isnan(nothing["krippendorff_alpha"])
    assert figures([row(1, 0), row(1, 0)])["krippendorff_alpha"] == 1


def test_volumes_and_planes_that_overlap():
    lower, upper = row(1, 0, 0, 0), row(0, 2, 0, 0)
    both = LabelImage((lower, upper))
    assert figures([both, RATERS[0]])["dice_mean"] == 1
    volume = [one.reshape(1, 2, 2) for one in RATERS]
    assert figures(volume) == figures(RATERS)


@pytest.mark.parametrize(
    ("raters", "message"),
    [
        ([], "no annotators"),
        ([row(1, 0), row(1, 0, 0)], "different shapes"),
        ([RATERS, RATERS[:2]], "different numbers of annotators"),
    ],
)
def test_what_cannot_be_compared_is_refused(raters, message):
    with pytest.raises(SegreviewError, match=message):
        figures(raters)


@pytest.mark.parametrize("margin", [float("nan"), "x", 1.5, True])
def test_margins_are_whole_numbers(margin):
    with pytest.raises(SegreviewError, match="is no whole number"):
        figures(RATERS, margin=margin)


def test_a_margin_wider_than_the_image_is_the_image():
    assert figures(RATERS, margin=10**30) == figures(RATERS, margin=10)
