"""Tiles cover an image once, and are of a bounded size."""

import numpy as np
import pytest

from segreview.model.box import Box
from segreview.shape import tile
from segreview.shape.tile import tiles_of


@pytest.mark.parametrize("shape", [(7,), (40, 30), (3, 50, 40), (1, 1), (200, 3), (17, 19, 23)])
@pytest.mark.parametrize("most", [1, 10, 60, 10**6])
def test_each_pixel_is_in_one_core(monkeypatch, shape, most):
    monkeypatch.setattr(tile, "MOST", most)
    seen = np.zeros(shape, int)
    for one in tiles_of(shape):
        assert 0 < one.core.size <= most
        assert one.window == one.core
        seen[one.core.slices] += 1
    assert (seen == 1).all()


def test_an_image_that_is_small_enough_is_one_tile():
    assert [one.core for one in tiles_of((1024, 1024), (5, 5))] == [Box((0, 0), (1024, 1024))]
    (empty,) = tiles_of((0, 4))
    assert empty.core.shape == (0, 4)


def test_surroundings_reach_as_far_as_the_image(monkeypatch):
    monkeypatch.setattr(tile, "MOST", 25)
    first, *_, last = tiles_of((20, 20), (3, 1))
    assert (first.core, first.window) == (Box((0, 0), (5, 5)), Box((0, 0), (8, 6)))
    assert (last.core, last.window) == (Box((15, 15), (20, 20)), Box((12, 14), (20, 20)))
    pixels = np.arange(400).reshape(20, 20)
    for one in tiles_of((20, 20), (3, 1)):
        assert np.array_equal(pixels[one.window.slices][one.inner], pixels[one.core.slices])


def test_tiles_of_a_thin_stack_are_wide(monkeypatch):
    monkeypatch.setattr(tile, "MOST", 1000)
    assert max(one.core.shape for one in tiles_of((2, 300, 300))) == (2, 22, 22)
