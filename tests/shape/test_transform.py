"""Label arrays as a whole: moved, turned, resampled, grown and shrunk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import binary_dilation, binary_erosion, generate_binary_structure

from segreview.shape.transform import BACK, CROSS, POSES, SQUARE, enlarged, grown, moved, picked, shrunk

LABELS = arrays(np.uint8, (3, 7, 9), elements=st.integers(0, 3))
NOTHING = frozenset({0})


def structure(ndim: int, footprint: str) -> np.ndarray:
    found: np.ndarray = generate_binary_structure(ndim, 1 if footprint == CROSS else ndim)
    return found


@given(data=LABELS, offset=st.tuples(*[st.integers(-3, 3)] * 3))
def test_moved_pixels_are_those_of_roll_and_the_rest_is_filled(data, offset):
    found = moved(data, offset, 9)
    came_in = moved(np.zeros_like(data), offset, 9) == 9
    np.testing.assert_array_equal(found[~came_in], np.roll(data, offset, (0, 1, 2))[~came_in])
    assert (found[came_in] == 9).all()
    assert not (moved(data, offset, None) == 9).any()


def test_without_a_fill_the_edge_goes_on():
    np.testing.assert_array_equal(moved(np.array([[1, 2, 3]]), (0, 2), None), [[1, 1, 1]])
    np.testing.assert_array_equal(
        picked(np.array([[1, 2, 3]]), [np.array([0]), np.array([-2, 1, 5])], 0), [[0, 2, 0]]
    )


@pytest.mark.parametrize("pose", POSES)
@given(data=LABELS)
def test_every_pose_is_taken_back(pose, data):
    np.testing.assert_array_equal(POSES[BACK[pose]](POSES[pose](data)), data)


@pytest.mark.parametrize("footprint", [CROSS, SQUARE])
@given(data=arrays(bool, (8, 9)), steps=st.integers(1, 2))
def test_one_object_grows_and_shrinks_as_a_mask_does(footprint, data, steps):
    labels, kernel = data.astype(np.uint8), structure(2, footprint)
    np.testing.assert_array_equal(
        grown(labels, steps, footprint, "YX", NOTHING, 0) > 0, binary_dilation(data, kernel, steps)
    )
    np.testing.assert_array_equal(
        shrunk(labels, steps, footprint, "YX", NOTHING, 0) > 0,
        binary_erosion(data, kernel, steps, border_value=1),
    )


@given(data=LABELS)
def test_growing_takes_background_alone_and_keeps_void(data):
    found = grown(data, 1, SQUARE, "ZYX", frozenset({0, 3}), 0)
    np.testing.assert_array_equal(found[data > 0], data[data > 0])
    assert ((found == 3) == (data == 3)).all()


@given(data=LABELS)
def test_times_do_not_touch(data):
    for change in (
        lambda part, axes: grown(part, 1, SQUARE, axes, NOTHING, 0),
        lambda part, axes: shrunk(part, 1, SQUARE, axes, NOTHING, 0),
    ):
        whole = change(data, "TYX")
        np.testing.assert_array_equal(whole, np.stack([change(time, "YX") for time in data]))


def test_touching_objects_keep_their_seam_when_they_shrink():
    data = np.array([[0, 1, 1, 2, 2, 0]] * 5)
    np.testing.assert_array_equal(shrunk(data, 1, CROSS, "YX", NOTHING, 0)[2], [0, 0, 1, 2, 0, 0])


def test_pixels_at_their_own_places_stay_what_they_are():
    data = np.zeros((40, 50), np.uint16)
    at = np.indices(data.shape)
    data[np.hypot(at[0] - 20, at[1] - 20) <= 12] = 7
    places = [np.arange(n, dtype=float) for n in data.shape]
    same = enlarged(data, places, 0) == data
    assert same.mean() > 0.99


def test_a_coarse_disc_becomes_a_fine_disc():
    at = np.indices((100, 100)) - 50
    fine = (np.hypot(*at) <= 30).astype(np.uint16) * 5
    places = [np.arange(n) / 2 for n in fine.shape]
    found = enlarged(fine[::2, ::2], places, 0)
    assert set(np.unique(found)) == {0, 5}
    assert ((found & fine) > 0).sum() / ((found | fine) > 0).sum() > 0.98


def test_classes_share_all_pixels_among_them():
    data = np.repeat(np.repeat(np.array([[4, 9], [9, 4]]), 10, 0), 10, 1)
    places = [(np.arange(40) + 0.5) / 2 - 0.5] * 2
    found = enlarged(data, places, None)
    assert set(np.unique(found)) == {4, 9}
    np.testing.assert_array_equal(found[:16, :16], 4)
