"""Contours, bands and surface elements against scipy's morphology and against numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from segreview.shape import contour
from segreview.shape.band import band, near_border
from segreview.shape.contour import border, contour_gaps, percentile, point_gaps
from segreview.shape.surfel import surfel_gaps, surfels

MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=3, max_side=9))


@given(MASKS)
def test_a_border_is_what_an_erosion_by_faces_takes_away(mask):
    np.testing.assert_array_equal(border(mask), mask & ~ndimage.binary_erosion(mask))


@given(MASKS, st.integers(1, 5))
def test_a_band_is_what_repeated_erosions_by_a_square_take_away(mask, width):
    square = np.ones((3,) * mask.ndim)
    np.testing.assert_array_equal(
        band(mask, width), mask & ~ndimage.binary_erosion(mask, square, iterations=width)
    )


def test_the_mask_itself_is_left_as_it_was():
    mask = np.ones((9, 9), bool)
    band(mask, 1), border(mask), near_border(mask, 2.0)
    assert mask.all()


@given(MASKS)
def test_what_lies_near_the_border(mask):
    expected = mask & (ndimage.distance_transform_edt(~border(mask)) < 1.5) if mask.any() else mask
    np.testing.assert_array_equal(near_border(mask, 1.5), expected)


@given(MASKS, st.data())
def test_gaps_are_those_of_a_distance_transform(first, data):
    second = data.draw(hnp.arrays(bool, first.shape))
    spacing = [0.5, 2.0, 1.0][: first.ndim]
    gaps = contour_gaps(first, second, spacing)
    for own, other, found in ((first, second, gaps.there), (second, first, gaps.back)):
        assert found.size == border(own).sum()
        if other.any():
            distances = ndimage.distance_transform_edt(~border(other), sampling=spacing)
            np.testing.assert_allclose(found, distances[border(own)])
        else:
            assert np.isinf(found).all()


def test_few_points_and_many_have_the_same_gaps(monkeypatch):
    points = np.random.default_rng(0).random((2, 50, 3))
    few = point_gaps(*points)
    monkeypatch.setattr(contour, "_FEW", 0)
    many = point_gaps(*points)
    np.testing.assert_allclose(few.there, many.there)
    np.testing.assert_allclose(few.back, many.back)


@given(
    hnp.arrays(float, st.integers(1, 12), elements=st.floats(0, 100)), st.sampled_from([0, 50, 90, 95, 100])
)
def test_percentile_is_that_of_numpy(values, percent):
    assert percentile(values, percent) == pytest.approx(np.percentile(values, percent))


def test_figures_of_gaps_without_points():
    nothing = np.zeros((3, 3), bool)
    gaps = contour_gaps(nothing, nothing, (1, 1))
    assert np.isnan([gaps.mean(), *gaps.means(), gaps.within(1.0), percentile(gaps.there, 95)]).all()


# -------------------------------------------------------------------- surface elements
def test_the_contour_of_a_rectangle():
    mask = np.zeros((7, 9), bool)
    mask[2:5, 3:7] = True
    places, sizes = surfels(mask, (2.0, 1.0))
    assert len(places) == 2 * (3 + 4)  # the corners of its pixels that lie on its outline
    assert sizes.sum() == pytest.approx(2 * 2 * 2 + 2 * 3 * 1 + 4 * np.hypot(2, 1) / 2)


def test_two_pixels_that_touch_by_a_corner_have_two_pieces_there():
    places, sizes = surfels(np.eye(2, dtype=bool), (1.0, 1.0))
    middle = (places == 1).all(axis=1)
    assert sizes[middle] == pytest.approx(np.sqrt(2))


def test_the_surface_of_a_voxel_is_an_octahedron():
    mask = np.zeros((3, 3, 3), bool)
    mask[1, 1, 1] = True
    sizes = surfels(mask, (1.0, 1.0, 1.0))[1]
    assert len(sizes) == 8
    assert sizes.sum() == pytest.approx(8 * np.sqrt(3) / 8)  # half a diagonal wide


@given(hnp.arrays(bool, (3, 4, 5)))
def test_a_mask_and_what_is_around_it_have_one_surface(mask):
    mask = np.pad(mask, 1)
    around = np.pad(~mask, 1, constant_values=True)
    inner, outer = surfels(mask, (1.0, 2.0, 0.5))[1], surfels(around, (1.0, 2.0, 0.5))[1]
    frame = surfels(np.ones_like(around), (1.0, 2.0, 0.5))[1]
    assert outer.sum() - frame.sum() == pytest.approx(inner.sum())


def test_equal_masks_have_no_gap():
    mask = np.ones((2, 3, 4), bool)
    gaps = surfel_gaps(mask, mask, (1.0, 1.0, 1.0))
    assert gaps.farthest == 0
    assert gaps.within(0) == 1
