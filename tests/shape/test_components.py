"""Connected regions of equal values."""

import numpy as np

from segreview.shape.components import connected_regions, region_at

VALUES = np.array(
    [
        [[1, 1, 2], [0, 2, 2], [1, 0, 0]],
        [[1, 0, 2], [0, 0, 0], [0, 0, 5]],
    ]
)


def test_regions_join_by_faces_and_differ_by_value():
    assert connected_regions(VALUES[0], "YX").tolist() == [[1, 1, 2], [0, 2, 2], [3, 0, 0]]


def test_regions_reach_through_depth_but_not_through_time():
    assert connected_regions(VALUES, "ZYX").max() == 4
    times = connected_regions(VALUES, "TYX")
    assert times[1].tolist() == [[4, 0, 5], [0, 0, 0], [0, 0, 6]]
    assert times.dtype == np.int32


def test_region_at_a_pixel():
    assert region_at(VALUES[0] == 1, (0, 1), "YX").tolist() == [[True, True, False], [False] * 3, [False] * 3]
