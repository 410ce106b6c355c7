"""Where the crops look and which pixels they show; no screen is needed."""

import numpy as np
import pytest

from segreview.model.box import Box
from segreview.ui.docks.sight import FEWEST, Sight

SQUARE = (100.0, 100.0)


def on(box_size, size=SQUARE, spacing=(1.0, 1.0), ratio=1.0):
    return Sight.on(Box((40, 60), (40 + box_size[0], 60 + box_size[1])), spacing, size, ratio)


def test_small_objects_keep_some_surroundings():
    sight = on((2, 3))
    assert sight.zoom == int(100 / FEWEST)
    assert sight.center == (40.5, 61)


def test_large_pixels_are_whole_numbers_of_pixels_of_the_device():
    assert on((4, 4), (110.0, 110.0)).zoom == 4
    assert on((4, 4), (110.0, 110.0), ratio=2).zoom == 4.5
    assert on((4, 4), (110.0, 110.0), ratio=1.5).zoom == pytest.approx(4)


def test_pixels_are_never_shrunk_for_a_margin():
    assert on((90, 20)).zoom == 1
    assert on((20, 90)).zoom == 1


def test_an_object_larger_than_the_crop_is_shrunk_and_says_so():
    sight = on((400, 200))
    assert sight.zoom == pytest.approx(100 / (1.04 * 400 + 2))
    assert sight.text == "1:4.18"
    assert on((2, 3)).text == "×4"


def test_pixels_that_are_higher_than_wide_stay_so():
    assert on((10, 10), spacing=(2.0, 1.0)).aspect == (2, 1)
    sight = Sight((50.0, 70.0), 3.0, (2.0, 1.0))
    view = sight.view((), (200, 200), (100, 100), 1.0)
    down, across = (np.unique(index, return_counts=True)[1][1] for index in (view.rows, view.columns))
    assert down == 2 * across


def test_zooming_keeps_what_is_under_the_pointer():
    sight = on((20, 20))
    for offset in ((0, 0), (30, -12)):
        assert sight.zoomed(3, offset).data_at(offset) == pytest.approx(sight.data_at(offset))


def test_dragging_moves_the_data_with_the_hand():
    sight = on((20, 20))
    place = sight.data_at((5, 5))
    assert sight.moved((10, -4)).offset_of(place) == pytest.approx((15, 1))


def test_the_scale_has_bounds():
    sight = on((20, 20))
    assert sight.zoomed(1e9).zoom == 64
    assert sight.zoomed(1e-9).zoom == 1 / 64


def test_a_view_shows_the_pixels_around_its_middle():
    sight = Sight((50.0, 70.0), 4.0)
    view = sight.view((), (200, 200), (100, 120), 1.0)
    assert view.rows[50] == view.rows[49] == 50  # a pixel of four lies about the middle
    assert view.columns[60] == 70
    assert view.part == (slice(0, 100), slice(0, 120))


def test_a_view_beyond_the_edge_leaves_room():
    view = Sight((0.0, 0.0), 2.0).view((3,), (9, 20, 20), (60, 60), 1.0)
    assert view.first == (29, 29)
    assert (view.rows[0], view.columns[0]) == (0, 0)
    assert view.window.index == (3, 0, 0)
    assert Sight((500.0, 0.0), 2.0).view((), (20, 20), (60, 60), 1.0).empty


def test_fine_screens_show_the_same_place_with_more_pixels():
    sight = Sight((50.0, 70.0), 3.0)
    coarse, fine = (sight.view((), (200, 200), (60 * n, 60 * n), float(n)) for n in (1, 2))
    assert np.array_equal(np.unique(coarse.rows), np.unique(fine.rows))
    assert fine.rows.size == 2 * coarse.rows.size
