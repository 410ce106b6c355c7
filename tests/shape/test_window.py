"""Erosion and dilation by shifted copies, against scipy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from segreview.shape.window import closed, cross_opened, dilated, eroded, opened

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=3, max_side=6))


def cube(mask):
    return np.ones((3,) * mask.ndim, bool)


@given(MASKS)
def test_windows_do_what_scipy_does(mask):
    assert np.array_equal(dilated(mask), ndimage.binary_dilation(mask, cube(mask)))
    assert np.array_equal(eroded(mask), ndimage.binary_erosion(mask, cube(mask)))
    assert np.array_equal(opened(mask), ndimage.binary_opening(mask, cube(mask)))
    wide = np.pad(mask, 3)
    inner = (slice(3, -3),) * mask.ndim
    assert np.array_equal(closed(mask), ndimage.binary_closing(wide, cube(mask))[inner])


@given(MASKS)
def test_crosses_do_what_scipy_does(mask):
    assert np.array_equal(cross_opened(mask), ndimage.binary_opening(mask))


@given(MASKS, st.sampled_from([dilated, eroded, opened, closed, cross_opened]))
def test_the_mask_itself_stays(mask, function):
    before = mask.copy()
    function(mask)
    assert np.array_equal(mask, before)


@pytest.mark.parametrize("function", [dilated, eroded, opened, closed, cross_opened])
def test_an_empty_mask_stays_empty(function):
    assert function(np.zeros((0, 4), bool)).shape == (0, 4)
    assert not function(np.zeros((3, 1), bool)).any()
