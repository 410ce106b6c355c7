"""Edits: invertible, tight, and as large as the pixels that they change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segreview.model.box import Box
from segreview.model.edit import PATCH_SIDE, Edit, Patch, difference, held, painted, without_old

DTYPES = ("uint8", "int16", "uint32", "int64", "uint64")
LARGEST = {dtype: int(np.iinfo(dtype).max) for dtype in DTYPES}


def edit_of(patches) -> Edit:
    return Edit("reference", 0, tuple(patches), "brush")


@st.composite
def pairs(draw, dtypes=DTYPES):
    """Two arrays of one shape and dtype that differ in some pixels, with extreme ids among them."""
    shape = draw(st.sampled_from([(13, 300), (140, 7), (5, 9, 150)]))
    dtype = draw(st.sampled_from(dtypes))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    ids = np.array([0, 1, 2, 7, LARGEST[dtype] - 1, LARGEST[dtype]], dtype)
    before = ids[rng.integers(0, ids.size, shape)]
    after = np.where(
        rng.random(shape) < draw(st.sampled_from([0, 0.02, 0.5, 1])), ids[rng.integers(ids.size)], before
    )
    return before, after


@given(pairs())
def test_a_difference_turns_one_array_into_the_other_and_its_inverse_back(arrays):
    before, after = arrays
    edit = edit_of(difference(before, after, [Box.of_shape(before.shape)]))
    data = before.copy()
    edit.apply_to(data)
    np.testing.assert_array_equal(data, after)
    edit.inverse().apply_to(data)
    np.testing.assert_array_equal(data, before)
    assert data.dtype == before.dtype


@given(pairs())
def test_patches_are_tight_small_and_hold_changed_pixels_only(arrays):
    before, after = arrays
    edit = edit_of(difference(before, after, [Box.of_shape(before.shape)]))
    changed = before != after
    assert edit.count == changed.sum()
    for patch in edit.patches:
        assert max(patch.box.shape) <= PATCH_SIDE <= 256
        assert Box.of_mask(patch.where()).shape == patch.box.shape
        np.testing.assert_array_equal(patch.where(), changed[patch.box.slices])
        assert (patch.mask == b"") == patch.where().all()
    touched = set(before[changed].tolist()) | set(after[changed].tolist())
    assert not edit.patches or edit.ids == touched
    assert not edit.patches or edit.box == Box.of_mask(changed)


def test_no_difference_gives_no_patch():
    data = np.arange(12).reshape(3, 4)
    assert not list(difference(data, data.copy(), [Box.of_shape(data.shape)]))
    with pytest.raises(ValueError, match="without patches"):
        _ = edit_of([]).box


def test_boxes_that_overlap_or_leave_the_array_are_looked_at_once():
    before = np.zeros((20, 20), np.uint8)
    after = before.copy()
    after[3:9, 3:9] = 5
    boxes = [Box((0, 0), (8, 8)), Box((4, 4), (99, 99)), Box((-5, -5), (4, 4))]
    (patch,) = difference(before, after, boxes)
    assert patch.box == Box((3, 3), (9, 9))


def test_a_fully_changed_box_of_one_id_costs_two_numbers():
    patch = Patch.of_change(
        Box((10, 20), (74, 84)), np.zeros((64, 64), np.int32), np.ones((64, 64), np.int32)
    )
    assert patch is not None
    assert (patch.mask, patch.count, patch.nbytes) == (b"", 64 * 64, 8)


def test_a_patch_does_not_keep_the_labels_alive():
    before = np.zeros((64, 64), np.int32)
    patch = Patch.of_change(Box.of_shape(before.shape), before, before + 1)
    assert patch is not None
    assert patch.old.base is None
    assert patch.new.base is None


def test_a_diagonal_stroke_over_ten_thousand_squared_stays_under_a_mebibyte():
    side, width = 10_000, 10
    data = np.zeros((side, side), np.uint16)
    stroke = data.copy()
    for row in range(side):
        stroke[row, max(0, row - width // 2) : row + width // 2] = 7
    corners = range(0, side, 50)
    boxes = [Box((a, max(0, a - width)), (a + 50, a + 50 + width)) for a in corners]
    edit = edit_of(difference(data, stroke, boxes))
    assert edit.nbytes < 2**20
    edit.apply_to(data)
    assert np.array_equal(data, stroke)


@given(pairs(), st.integers(0, 99))
def test_painting_writes_values_under_a_mask_and_nowhere_else(arrays, seed):
    data, values = arrays
    box = Box(tuple(n // 4 for n in data.shape), data.shape)
    mask = np.random.default_rng(seed).random(box.shape) < 0.4
    expected = data.copy()
    expected[box.slices][mask] = values[box.slices][mask]
    painted_on = data.copy()
    edit_of(painted(data, box, mask, values[box.slices])).apply_to(painted_on)
    np.testing.assert_array_equal(painted_on, expected)
    expected[box.slices][mask] = 2
    edit_of(painted(data, box, mask, 2)).apply_to(data)
    assert np.array_equal(data[box.slices][mask], expected[box.slices][mask])


@given(pairs(), st.frozensets(st.sampled_from([0, 1, 2, 7, 255, 2**64 - 1, -1]), max_size=3))
def test_without_old_leaves_the_pixels_of_kept_ids(arrays, kept):
    before, after = arrays
    edit = edit_of(difference(before, after, [Box.of_shape(before.shape)]))
    left = without_old(edit, kept) if edit.patches else None
    stays = np.array([int(i) in kept for i in before.ravel()]).reshape(before.shape)
    data = before.copy()
    if left is not None:
        left.apply_to(data)
    np.testing.assert_array_equal(data, np.where(stays, before, after))


@given(pairs(), st.integers(0, 99))
def test_where_old_in_is_what_still_stands(arrays, seed):
    before, after = arrays
    edit = edit_of(difference(before, after, [Box.of_shape(before.shape)]))
    moved = np.random.default_rng(seed).random(before.shape) < 0.3
    now = np.where(moved, np.array(7, before.dtype), before)
    left = edit.where_old_in(now)
    data = now.copy()
    if left is not None:
        left.apply_to(data)
    np.testing.assert_array_equal(data, np.where((now == before) & (before != after), after, now))


def test_ids_are_compared_exactly_beyond_what_floats_hold():
    data = np.array([5, 2**63, 2**63 + 1, 2**64 - 1], np.uint64)
    assert held(data, (2**63, 5)).tolist() == [True, True, False, False]
    assert held(data, (-1, 2**64 - 1)).tolist() == [False, False, False, True]
    assert held(np.array([44], np.uint8), (300,)).tolist() == [False]


def test_a_signed_edit_says_who_and_when():
    edit = edit_of(painted(np.zeros((4, 4), np.uint8), Box.of_shape((4, 4)), np.ones((4, 4), bool), 3))
    signed = edit.signed("ada", 12.5)
    assert (signed.author, signed.time, signed.patches) == ("ada", 12.5, edit.patches)
    assert signed.inverse().author == "ada"
