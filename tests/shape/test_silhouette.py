"""Silhouettes: holes, pieces and thin parts of one object's mask."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import distance_transform_edt

from segreview.model.box import Box
from segreview.shape.silhouette import THIN, Silhouette, silhouettes


def drawn(text: str) -> np.ndarray:
    return np.array([[letter == "#" for letter in row] for row in text.split()])


def of(mask: np.ndarray, axes: str = "", spacing: tuple[float, ...] = ()) -> Silhouette:
    """Silhouette of a mask in an array that is one pixel wider on all sides."""
    wide = np.pad(mask.astype(np.uint8), 1)
    (shape,) = silhouettes(
        wide, 1, Box.of_shape(wide.shape), axes or "ZYX"[-mask.ndim :], spacing or (1.0,) * mask.ndim
    )
    return shape


def test_the_box_is_tight_and_lies_in_the_array():
    shape = of(drawn("... .#. .##"))
    assert shape.box == Box((2, 2), (4, 4))
    np.testing.assert_array_equal(shape.mask, drawn("#. ##"))


def test_a_hole_is_what_no_path_of_faces_leads_out_of():
    shape = of(drawn("####. #..#. ##.## ####."))
    np.testing.assert_array_equal(shape.holes, drawn("..... .##.. ..#.. ....."))
    assert not of(drawn("#### #..# #.##")).holes.any()


def test_pieces_are_counted_by_corners_and_the_largest_is_the_first():
    shape = of(drawn("##..### ..#.### ....###"))
    assert shape.sizes == [9, 3]
    assert shape.pieces[0, 4] == 1


def test_a_piece_has_weight_by_its_share_and_its_pixels():
    wide = np.zeros((20, 40), bool)
    wide[:, :20] = True  # 400
    wide[:4, 22:27] = True  # 20: a twentieth of 420 is 21
    wide[10:15, 22:27] = True  # 25
    shape = of(wide)
    assert shape.fragments == [1, 2]
    assert shape.specks.sum() == 20
    assert of(drawn("###..## ###..## ###..##")).fragments == [1]


def test_thin_is_what_holds_no_square_of_three():
    assert of(drawn("######## ########")).is_thin
    assert of(drawn("######## ########")).width == 1
    assert not of(drawn("### ### ###")).is_thin
    assert of(drawn("### ### ###")).width == 3


def test_coarse_slices_count_by_their_spacing():
    flat = np.zeros((3, 9, 9), bool)
    flat[1, 2:7, 2:7] = True
    assert of(flat).is_thin
    assert not of(flat, spacing=(4.0, 1.0, 1.0)).is_thin


def test_an_object_goes_on_beyond_the_ends_of_a_stack():
    stack = np.zeros((4, 9, 9), np.uint8)
    stack[0, 2:7, 2:7] = 1
    (shape,) = silhouettes(stack, 1, Box.of_shape(stack.shape), "ZYX", (1.0, 1.0, 1.0))
    assert not shape.is_thin
    assert shape.box == Box((0, 2, 2), (1, 7, 7))


def test_a_series_is_looked_at_time_by_time():
    series = np.zeros((3, 6, 6), np.uint8)
    series[0, 1:5, 1:5], series[2, 1:5, 1:5] = 1, 1
    series[0, 2, 2] = 0
    first, last = silhouettes(series, 1, Box.of_shape(series.shape), "TYX", (1.0, 1.0, 1.0))
    assert (first.box.start, last.box.start) == ((0, 1, 1), (2, 1, 1))
    assert first.holes.sum() == 1
    assert first.holes.shape == first.box.shape
    assert not last.holes.any()


def test_a_whisker_is_a_line_and_no_corner():
    shape = of(drawn("####.... ######## ####.... ####...."))
    np.testing.assert_array_equal(shape.whiskers, drawn("........ .....### ........ ........"))
    assert not of(np.ones((6, 6), bool)).whiskers.any()


@settings(max_examples=60)
@given(data=st.data(), ndim=st.sampled_from([2, 3]))
def test_thin_by_balls_is_thin_by_distances(data, ndim):
    mask = data.draw(arrays(bool, (7,) * ndim, elements=st.integers(0, 9).map(bool)))
    spacing = tuple(data.draw(st.sampled_from([0.5, 1.0, 1.7])) for _ in range(ndim))
    if mask.any():
        shape = of(mask, spacing=spacing)
        sampling = [size / min(spacing) for size in spacing]
        width = 2 * distance_transform_edt(np.pad(mask, 1), sampling=sampling).max() - 1
        assert shape.width == pytest.approx(width)
        assert shape.is_thin == (shape.width < THIN)
