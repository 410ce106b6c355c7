from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.ndimage import label

from segreview.errors import SegreviewError
from segreview.shape.bridge import bridged
from segreview.shape.inside import inside, inside_ellipse
from segreview.shape.trace import traced

masks = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=9))


def whole(rings, shape) -> np.ndarray:
    """Pixels inside of outlines, in the whole image."""
    box, mask = inside(rings, shape)
    image = np.zeros(shape, bool)
    image[box.slices] = mask
    return image


@given(masks, st.integers(0, 3), st.integers(0, 3))
def test_what_is_traced_fills_the_mask_again(mask: np.ndarray, down: int, right: int) -> None:
    parts = traced(mask, (down, right))
    shape = (mask.shape[0] + down + 1, mask.shape[1] + right + 1)
    image = np.zeros(shape, bool)
    image[down : down + mask.shape[0], right : right + mask.shape[1]] = mask
    assert np.array_equal(whole([ring for part in parts for ring in part.rings], shape), image)
    assert len(parts) == label(mask)[1]
    together = np.zeros(shape, int)
    for part in parts:
        own = whole(part.rings, shape)
        assert label(own)[1] == 1
        together += own
        assert all((whole([hole], shape) & own).sum() == 0 for hole in part.holes)
    assert np.array_equal(together, image)


@given(masks)
def test_outlines_are_simple_loops_along_the_edges_of_pixels(mask: np.ndarray) -> None:
    for part in traced(mask):
        for ring in part.rings:
            assert len({tuple(corner) for corner in ring}) == len(ring) >= 4
            steps = np.roll(ring, -1, axis=0) - ring
            assert (np.count_nonzero(steps, axis=1) == 1).all()
            assert (np.count_nonzero(steps, axis=0) == len(ring) // 2).all()
            turning = ring[:, 0] @ np.roll(ring[:, 1], -1) - ring[:, 1] @ np.roll(ring[:, 0], -1)
            assert (turning > 0) == (ring is part.outer)


def test_a_square_with_a_hole() -> None:
    mask = np.ones((3, 3), bool)
    mask[1, 1] = False
    (part,) = traced(mask, (10, 20))
    assert part.outer.tolist() == [[20, 10], [23, 10], [23, 13], [20, 13]]
    assert [hole.tolist() for hole in part.holes] == [[[21, 12], [22, 12], [22, 11], [21, 11]]]


def test_ties_belong_to_one_of_two_neighbours() -> None:
    left = [np.array([(0.5, 0.5), (2.5, 0.5), (2.5, 3.5), (0.5, 3.5)])]
    right = [np.array([(2.5, 0.5), (4.5, 0.5), (4.5, 3.5), (2.5, 3.5)])]
    both = whole(left, (5, 6)).astype(int) + whole(right, (5, 6))
    assert both.tolist() == [[0, 1, 1, 1, 1, 0]] * 3 + [[0] * 6] * 2


def test_outlines_that_cross_are_filled_by_turns() -> None:
    bow = np.array([(0, 0), (6, 6), (6, 0), (0, 6)], float)
    assert whole([bow], (6, 6))[:, 5].tolist() == [False, True, True, True, True, False]
    square = np.array([(1, 1), (4, 1), (4, 4), (1, 4)], float)
    assert not whole([square, square], (6, 6)).any()
    assert whole([square, square[::-1], square], (6, 6)).sum() == 9


def test_what_lies_outside_of_the_image_is_cut_off() -> None:
    far = np.array([(-1000, -1000), (1000, -1000), (1000, 1000), (-1000, 1000)], float)
    assert whole([far], (4, 7)).all()
    assert not whole([far + 5000], (4, 7)).any()
    assert not whole([far + np.array([5000, 0])], (4, 7)).any()
    assert not whole([far - np.array([5000, 0])], (4, 7)).any()
    assert not whole([], (4, 7)).any()
    assert not whole([np.zeros((0, 2)), np.ones((1, 2)), np.array([(0, 0), (4.0, 4)])], (4, 7)).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308, -1e6])
def test_corners_that_are_no_places_are_refused(bad: float) -> None:
    with pytest.raises(SegreviewError, match="no place") as refusal:
        inside([np.array([(0, 0), (4, bad), (4, 4)])], (5, 5))
    assert refusal.value.hint


def test_an_outline_without_end_is_refused() -> None:
    zigzag = np.tile([(0.0, 0.0), (1.0, 10_000.0)], (5_000, 1))
    with pytest.raises(SegreviewError, match="too often") as refusal:
        inside([zigzag], (10_000, 10))
    assert refusal.value.hint
    assert not inside([zigzag], (500, 10))[1][:, 2:].any()


@given(masks)
def test_one_outline_fills_what_several_do(mask: np.ndarray) -> None:
    rings = [ring for part in traced(mask) for ring in part.rings]
    if rings:
        assert np.array_equal(whole([bridged(rings)], mask.shape), mask)


def test_an_ellipse_holds_the_centres_in_it() -> None:
    box, mask = inside_ellipse((3, 2.5), (2, 1.5), (9, 5))
    assert box.start == (1, 1)
    assert mask[:3].astype(int).tolist() == [[0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 1, 0]]
    assert not mask[3:].any()
    assert not inside_ellipse((30, 2), (2, 1), (9, 5))[1].any()
    assert not inside_ellipse((3, 2), (0, 1), (9, 5))[1].any()
    with pytest.raises(SegreviewError, match="no place"):
        inside_ellipse((3, 2), (1e308, 1), (9, 5))
