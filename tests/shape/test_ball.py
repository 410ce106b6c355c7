"""Balls in masks: the centres are what an erosion leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from segreview.errors import SegreviewError
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


def test_a_ball_has_no_more_pixels_than_anyone_waits_for():
    assert ball_radii(100, (1.0, 1.0), "YX") == (100, 100)
    assert ball_radii(20, (1.0, 1.0, 1.0), "ZYX") == (20, 20, 20)
    with pytest.raises(SegreviewError, match=r"tolerance of 1e\+06 pixels is too large"):
        ball_radii(1e6, (1.0, 1.0), "YX")
    with pytest.raises(SegreviewError, match="nan is no tolerance"):
        ball_radii(float("nan"), (1.0, 1.0), "YX")
