"""Stacking of masks into planes."""

import numpy as np

from segreview.model.stack import stacked


def row(*pixels):
    return np.array([pixels], bool)


def test_masks_share_a_plane_until_they_overlap():
    planes = stacked((1, 4), [row(1, 1, 0, 0), row(0, 0, 1, 0), row(0, 1, 1, 0), row(0, 0, 0, 1)])
    assert [plane.tolist() for plane in planes] == [[[1, 1, 2, 4]], [[0, 3, 3, 0]]]


def test_nothing_is_one_empty_plane():
    assert [plane.tolist() for plane in stacked((1, 2), [])] == [[[0, 0]]]
    assert len(stacked((1, 2), [row(0, 0)])) == 1
