"""What a mask says alone, on shapes whose figures are known by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from scipy.spatial import ConvexHull
from triage_cases import cutout_of, disc

from segreview.triage.evidence import shape
from segreview.triage.evidence.shape import crofton, depth_of, form_evidence, mask_evidence, parting, solidity

DISC = np.where(disc((40, 40), (20, 20), 10), 1, 0)
AREA = 317


def figures(labels, rank=1, **told):
    cutout = cutout_of(labels, rank, **told)
    found = {**mask_evidence(cutout), **form_evidence(cutout)}
    assert np.isfinite(list(found.values())).all()
    return found


def test_a_disc_has_no_flaw():
    found = figures(DISC)
    flaws = ("hole", "holes", "hole pixels", "second part", "speck pixels", "whisker pixels", "border")
    assert [found[name] for name in (*flaws, "notch share", "neck")] == [0] * 9
    assert found["parts"] == 1
    assert found["width"] == pytest.approx(2 * np.hypot(1, 10) - 1)
    assert found["elongation"] == 1
    assert found["fit of an ellipse"] == pytest.approx(1, abs=0.01)
    assert found["compactness"] == pytest.approx(1, abs=0.07)
    assert found["solidity"] > 0.95
    assert found["fill of the box"] == AREA / 21**2
    assert found["corners"] < 1.2


def test_a_hole_is_counted_and_told_from_one_that_another_object_fills():
    hole = disc(DISC.shape, (20, 20), 3)
    open_one, filled = np.where(hole, 0, DISC), np.where(hole, 2, DISC)
    found = figures(open_one)
    assert np.expm1(found["hole pixels"]) == pytest.approx(hole.sum())
    assert found["hole share"] == pytest.approx(hole.sum() / (AREA - hole.sum()))
    assert (found["hole"], found["holes"], found["hole of others"]) == (1, 1, 0)
    assert found["hole of background"] == found["hole pixels"]
    found = figures(filled)
    assert (found["hole"], found["hole of background"]) == (1, 0)
    assert found["hole of others"] == found["hole pixels"]
    two = np.where(disc(DISC.shape, (16, 20), 1) | disc(DISC.shape, (24, 20), 1), 0, DISC)
    assert figures(two)["holes"] == 2


def test_a_bay_is_no_hole_even_where_its_mouth_is_a_corner():
    ring = np.zeros((9, 9), int)
    ring[2:7, 2:7] = 1
    ring[4, 4] = 0
    assert figures(ring)["hole"] == 1
    ring[4, 4:] = 0
    assert figures(ring)["hole"] == 0
    ring[4, 5:7] = 1
    ring[3, 5] = 0  # touches the pixel in the middle by a corner alone
    assert figures(ring)["holes"] == 2


def test_loose_parts_hang_together_by_corners():
    labels = np.zeros((20, 20), int)
    labels[2:8, 2:8] = 1
    labels[8, 8] = 1
    assert figures(labels)["parts"] == 1
    labels[15:17, 15:17] = 1
    found = figures(labels)
    assert found["parts"] == 2
    assert np.expm1(found["speck pixels"]) == pytest.approx(4)
    assert found["second part"] == pytest.approx(4 / 41)


def test_a_sliver_is_as_wide_as_it_is():
    for wide, told in ((1, 1), (2, 1), (3, 3), (5, 5)):
        labels = np.zeros((20, 30), int)
        labels[8 : 8 + wide, 4:26] = 1
        assert figures(labels)["width"] == told
    labels = np.zeros((20, 30), int)
    labels[8:10, 4:26] = 1
    found = figures(labels)
    assert found["thin share"] == 1
    assert np.expm1(found["whisker pixels"]) == pytest.approx(44)
    assert found["elongation"] == pytest.approx(2 / 22)
    assert found["solidity"] == 1


def test_a_thread_is_a_whisker_and_thin():
    labels = DISC.copy()
    labels[20, 30:36] = 1
    assert np.expm1(figures(labels)["whisker pixels"]) == pytest.approx(5)
    assert figures(labels)["thin share"] > figures(DISC)["thin share"]


def test_an_object_at_the_border_is_measured_as_if_it_went_on():
    half = DISC[:, 20:]
    found = figures(half)
    assert found["border"] == 1
    assert found["border share"] == 21 / (half > 0).sum()
    assert found["width"] == figures(DISC)["width"]
    volume = np.zeros((3, 30, 30), int)
    volume[:, 10:20, 10:20] = 1
    assert figures(volume)["border"] == 0  # slices are no border


def test_two_discs_that_meet_have_a_neck_and_less_solidity():
    both = disc((40, 60), (20, 18), 10) | disc((40, 60), (20, 36), 10)
    found = figures(both.astype(int))
    assert found["neck"] > 0.3
    assert found["solidity"] < 0.9
    assert found["elongation"] < 0.6
    assert found["corners"] > figures(DISC)["corners"]


def test_a_coarse_polygon_has_a_long_side_and_corners():
    square = np.zeros((40, 40), int)
    square[10:30, 10:30] = 1
    found = figures(square)
    assert found["longest side"] > 2 * figures(DISC)["longest side"]
    assert found["corners"] > 1.5


def test_the_surface_of_a_ball_and_of_a_disc():
    assert crofton(disc((60, 60), (30, 30), 20), (1.0, 1.0)) == pytest.approx(2 * np.pi * 20, rel=0.02)
    assert crofton(disc((36, 36, 36), (18, 18, 18), 12), (1.0,) * 3) == pytest.approx(
        4 * np.pi * 12**2, rel=0.05
    )
    flat = disc((60, 60), (30, 30), 20)[::2]
    assert crofton(flat, (2.0, 1.0)) == pytest.approx(2 * np.pi * 20, rel=0.05)


def test_a_ball_in_uneven_slices_is_round():
    ball = disc((41, 41, 41), (20, 20, 20), 12)[::2].astype(int)
    from segreview.model.labels import LabelImage

    found = figures(LabelImage((ball,), axes="ZYX", spacing=(1.0, 0.5, 0.5)))
    assert found["elongation"] == pytest.approx(1, abs=0.02)
    assert found["fit of an ellipse"] == pytest.approx(1, abs=0.03)
    assert found["compactness"] == pytest.approx(1, abs=0.1)
    assert found["width"] == pytest.approx(24, abs=1.5)


def test_solidity_in_the_plane_is_that_of_the_hull_of_all_faces():
    rng = np.random.default_rng(0)
    for _ in range(40):
        mask = ndimage.binary_opening(rng.random((24, 19)) < 0.75)
        if not mask.any():
            continue
        places = np.argwhere(mask)
        faces = np.concatenate([places + step for step in ((0, 0.5), (0, -0.5), (0.5, 0), (-0.5, 0))])
        assert solidity(mask) == pytest.approx(min(mask.sum() / ConvexHull(faces).volume, 1))


def test_solidity_where_rows_are_empty_and_where_all_is_flat():
    apart = np.zeros((9, 9), bool)
    apart[[0, 8], 4] = True
    assert 0 < solidity(apart) < 1
    for shape_ in ((1, 1), (1, 7), (7, 1), (1, 1, 1), (1, 4, 1), (3, 4, 1)):
        assert solidity(np.ones(shape_, bool)) == 1


def step_by_step(values, mask, levels):
    """The definition of a valley, one level after the other."""
    for level in levels:
        numbers, count = ndimage.label(mask & (values >= level))
        sizes = np.bincount(numbers.ravel())[1:]
        if count > 1 and np.sort(sizes)[-2] >= shape.LEAST_PART * mask.sum():
            first, second = np.argsort(-sizes, kind="stable")[:2] + 1
            return min(values[numbers == first].max(), values[numbers == second].max()) - level
    return 0.0


@given(arrays(np.uint8, (7, 8)), arrays(bool, (7, 8)))
def test_a_valley_is_the_first_level_that_parts_a_mask(values, mask):
    values, levels = values / 255, np.linspace(0.1, 0.9, 7)
    assert depth_of(parting(values, mask, levels)) == pytest.approx(step_by_step(values, mask, levels))


def test_large_masks_are_parted_level_by_level(monkeypatch):
    rng = np.random.default_rng(2)
    values, mask = ndimage.gaussian_filter(rng.random((30, 30)), 2), disc((30, 30), (15, 15), 13)
    levels = np.linspace(values.min(), values.max(), 9)
    together = depth_of(parting(values, mask, levels))
    monkeypatch.setattr(shape, "TOGETHER", 1)
    assert depth_of(parting(values, mask, levels)) == together > 0
    space = ndimage.gaussian_filter(rng.random((8, 9, 10)), 1)
    found = depth_of(parting(space, np.ones(space.shape, bool), levels))
    assert found == pytest.approx(step_by_step(space, np.ones(space.shape, bool), levels))


@pytest.mark.parametrize(
    "labels",
    [
        np.ones((1, 1), int),
        np.ones((1, 9), int),
        np.ones((9, 1), int),
        np.ones((12, 12), int),
        np.pad(np.ones((1, 1), int), 5),
        np.ones((1, 8, 8), int),
        np.ones((4, 4, 4), int),
        np.pad(np.ones((1, 1, 1), int), 4),
    ],
)
def test_no_shape_is_too_odd(labels):
    found = figures(labels)
    assert found["solidity"] == 1
    assert found["parts"] == 1
    assert found["hole"] == 0
