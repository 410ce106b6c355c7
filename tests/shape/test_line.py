"""Drawn lines: pixels under them, and the walls that they are through a stack."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import generate_binary_structure, label

from segreview.model.box import Box
from segreview.shape.line import Line

FLAT = (0, 1)


def test_a_straight_line_is_one_pixel_wide():
    line = Line(((2, 1), (2, 4)), FLAT)
    assert line.pixels().tolist() == [[2, 1], [2, 2], [2, 3], [2, 4]]


def test_a_diagonal_line_goes_around_corners():
    assert Line(((0, 0), (2, 2)), FLAT).pixels().tolist() == [[0, 0], [1, 0], [1, 1], [2, 1], [2, 2]]


def test_a_point_is_a_pixel():
    assert Line(((3.4, 2.6),), FLAT).pixels().tolist() == [[3, 3]]
    assert Line(((3, 3), (3, 3)), FLAT).pixels().tolist() == [[3, 3]]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 11)), min_size=1, max_size=4), st.data())
def test_what_a_line_crosses_from_edge_to_edge_hangs_together_no_more(middle, data):
    top, bottom = (data.draw(st.integers(0, 11)) for _ in range(2))
    line = Line(((-1, top), *middle, (10, bottom)), FLAT)
    free = ~line.wall(Box.of_shape((10, 12)))
    pieces, _ = label(free, generate_binary_structure(2, 2))
    left, right = pieces[:, :1][free[:, :1]], pieces[:, -1:][free[:, -1:]]
    assert not np.intersect1d(left, right).size


@pytest.mark.parametrize("axes", [(1, 2), (2, 1), (0, 2), (2, 0)])
def test_a_wall_is_the_line_in_every_slice(axes):
    point = [1.0, 1.0, 1.0]
    stop = list(point)
    stop[axes[1]] = 3.0
    line = Line((tuple(point), tuple(stop)), axes)
    wall = line.wall(Box.of_shape((4, 5, 6)))
    hidden = ({0, 1, 2} - set(axes)).pop()
    assert wall.shape == (4, 5, 6)
    assert (wall == wall.take([0], hidden)).all()
    assert wall.take(0, hidden).sum() == 3
    np.testing.assert_array_equal(wall[line.indices((4, 5, 6))], True)
    assert line.indices((4, 5, 6))[hidden].tolist() == [1, 1, 1]


def test_what_lies_beyond_the_image_is_left_out():
    line = Line(((-3, 1), (1, 1)), FLAT)
    assert line.indices((5, 5))[0].tolist() == [0, 1]
    assert line.wall(Box((1, 1), (3, 3))).tolist() == [[True, False], [False, False]]
