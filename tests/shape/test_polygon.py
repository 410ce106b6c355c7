"""Pixels of polygons, by hand and against masks that were drawn as COCO draws them."""

import numpy as np
import pytest

from segreview.errors import SegreviewError
from segreview.shape.polygon import rle_of_polygons


def drawn(*polygons, shape=(4, 6)):
    return rle_of_polygons(polygons, shape).decode().astype(int).tolist()


def test_a_rectangle_along_pixel_borders_is_its_pixels():
    assert drawn([1, 1, 4, 1, 4, 3, 1, 3]) == [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]


def test_the_way_round_does_not_matter():
    corners = np.array([[0.3, 0.2], [5.1, 1.7], [3.3, 3.9], [1.2, 2.4]])
    assert drawn(corners.ravel()) == drawn(corners[::-1].ravel())


def test_a_pixel_is_inside_where_its_centre_is():
    # the diagonal from (0, 0) to (4, 4) meets the centres of the pixels on it
    assert drawn([0, 0, 4, 4, 0, 4], shape=(4, 4)) == [
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 1],
    ]
    assert drawn([1.6, 1.6, 2.4, 1.6, 2.4, 2.4, 1.6, 2.4]) == [[0] * 6] * 4  # between four centres


def test_what_is_outside_of_the_image_is_cut_off():
    assert drawn([-3, -3, 9, -3, 9, 2, -3, 2]) == [[1] * 6, [1] * 6, [0] * 6, [0] * 6]


def test_several_polygons_are_taken_together():
    left, right = [0, 0, 3, 0, 3, 2, 0, 2], [2, 0, 5, 0, 5, 2, 2, 2]
    assert drawn(left, right) == [[1] * 5 + [0]] * 2 + [[0] * 6] * 2
    apart = drawn([0, 0, 1, 0, 1, 1, 0, 1], [5, 3, 6, 3, 6, 4, 5, 4])
    assert np.argwhere(apart).tolist() == [[0, 0], [3, 5]]
    assert drawn() == [[0] * 6] * 4


def test_a_polygon_that_crosses_itself_has_a_hole():
    bow = [0, 0, 6, 4, 6, 0, 0, 4]
    assert np.count_nonzero(drawn(bow)) < 24
    twice_round = [0, 0, 4, 0, 4, 4, 0, 4] * 2
    assert np.count_nonzero(drawn(twice_round, shape=(4, 4))) == 0


@pytest.mark.parametrize("polygon", [[1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, float("nan")], ["a"] * 6])
def test_what_is_no_polygon_is_refused(polygon):
    with pytest.raises(SegreviewError, match="polygon has"):
        drawn(polygon)


@pytest.mark.parametrize("far", [1e308, -1e12, 2.0**40])
def test_corners_far_away_are_refused_before_the_way_there_is_walked(far):
    with pytest.raises(SegreviewError, match="no place in or near an image") as refusal:
        drawn([0, 0, far, 0, 3, 3])
    assert "pixels from the upper left" in refusal.value.hint
