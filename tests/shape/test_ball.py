"""Balls in masks: the centres are what an erosion leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from segreview.shape.ball import ball_centers, ball_radii, ball_size


def footprint(radii):
    grid = np.indices([2 * int(r) + 1 for r in radii])
    parts = [(g - int(r)) / r if r else g * 0.0 for g, r in zip(grid, radii, strict=True)]
    return np.sum(np.square(parts), axis=0) <= 1


@pytest.mark.parametrize("radii", [(2.0, 2.0), (1.0, 2.0), (0.0, 1.5), (3.0, 0.0), (0.0, 0.0)])
@given(labels=hnp.arrays(np.int32, (11, 12), elements=st.integers(0, 2), fill=st.just(1)))
def test_centres_are_what_an_erosion_leaves(radii, labels):
    left = np.zeros(labels.shape, bool)
    for value in (1, 2):
        left |= ndimage.binary_erosion(labels == value, footprint(radii))
    assert ball_centers(labels, radii).tolist() == labels[left].tolist()


def test_a_disc_of_radius_two_has_thirteen_pixels():
    assert ball_size((2.0, 2.0)) == 13
    assert ball_size((1.0, 1.0, 1.0)) == 7


def test_masks_smaller_than_the_ball():
    assert ball_centers(np.ones((4, 40), bool), (2.0, 2.0)).size == 0
    assert ball_centers(np.ones((5, 5), bool), (2.0, 2.0)).size == 1


def test_radii_follow_the_spacing_and_not_time():
    assert ball_radii(2, (3.0, 1.0, 1.0), "ZYX") == (2 / 3, 2.0, 2.0)
    assert ball_radii(2, (0.1, 0.5, 0.5), "TYX") == (0.0, 2.0, 2.0)
    assert ball_radii(2, (1.0, 1.0), "YX") == (2.0, 2.0)
