"""Boxes: half-open, of any dimension, empty when a side is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segreview.model.box import Box, hull, shape_text

SHAPE = (9, 11)


@st.composite
def boxes(draw, shape=SHAPE, least=0):
    corners = [sorted(draw(st.tuples(st.integers(0, n), st.integers(0, n)))) for n in shape]
    box = Box(tuple(a for a, _ in corners), tuple(b for _, b in corners))
    return box if least == 0 or box else Box.of_shape(shape)


def pixels(box: Box) -> set[tuple[int, ...]]:
    return set(product(*(range(a, b) for a, b in zip(box.start, box.stop, strict=True))))


@given(boxes())
def test_size_shape_and_slices_agree_with_the_pixels(box):
    assert box.size == len(pixels(box)) == np.zeros(SHAPE)[box.slices].size
    assert box.shape == np.zeros(SHAPE)[box.slices].shape
    assert bool(box) == bool(pixels(box))
    assert all(point in box for point in pixels(box))
    assert Box.of_slices(box.slices) == box


@given(boxes(), boxes())
def test_intersection_holds_the_common_pixels(a, b):
    assert pixels(a & b) == pixels(a) & pixels(b)


@given(boxes(), boxes())
def test_hull_is_the_smallest_box_around_both(a, b):
    both = a | b
    assert pixels(a) | pixels(b) <= pixels(both)
    mask = np.zeros(SHAPE, bool)
    mask[a.slices] = mask[b.slices] = True
    assert not mask.any() or both == Box.of_mask(mask)


@given(boxes(least=1), st.integers(1, 5))
def test_tiles_cover_every_pixel_once_along_a_fixed_grid(box, side):
    tiles = list(box.tiles(side))
    assert sum(tile.size for tile in tiles) == box.size
    assert set().union(*map(pixels, tiles)) == pixels(box)
    for tile in tiles:
        assert len({tuple(i // side for i in point) for point in pixels(tile)}) == 1


def test_an_empty_box_has_no_tiles_and_adds_nothing_to_a_hull():
    empty, box = Box((3, 3), (3, 5)), Box((1, 2), (3, 4))
    assert not list(empty.tiles(4))
    assert empty | box == box | empty == box
    assert hull([]) is None
    assert hull([empty, box]) == box


@pytest.mark.parametrize("shape", [(7,), (5, 6), (3, 4, 5)])
def test_of_mask_is_tight_in_any_dimension(shape):
    mask = np.zeros(shape, bool)
    assert not Box.of_mask(mask)
    mask[tuple(n // 2 for n in shape)] = mask[tuple(n - 1 for n in shape)] = True
    assert Box.of_mask(mask) == Box(tuple(n // 2 for n in shape), shape)


def test_moving_growing_and_the_centre():
    box = Box((2, 3), (5, 9))
    assert box.center == (3.0, 5.5)
    assert box.shifted((1, -1)) == Box((3, 2), (6, 8))
    assert box.relative_to(Box((2, 2), (9, 9))) == Box((0, 1), (3, 7))
    assert box.grown(3, SHAPE) == Box((0, 0), (8, 11))


def test_a_shape_is_written_as_people_write_it():
    assert shape_text((3, 24, 32)) == "3 x 24 x 32"
