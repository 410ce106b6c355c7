"""Mending: holes, specks, slivers and fragments, each for all objects at once."""

from dataclasses import replace

import numpy as np
import pytest
from tool_cases import after, chosen, picture, street

from segreview.errors import EditRefused
from segreview.model.labels import Kind, LabelImage
from segreview.tools import DROP_SPECKS, FILL, REMOVE_SLIVERS, SEPARATE_FRAGMENTS, Tool


def mended(tool: Tool, labels: LabelImage, *ids: int) -> np.ndarray:
    target = chosen(labels, ids)
    return after(target, tool(target))


def cells(text: str, **facts) -> LabelImage:
    return LabelImage((picture(text),), **facts)


def rectangles(*marks: tuple[slice, slice, int], shape=(20, 30)) -> np.ndarray:
    data = np.zeros(shape, np.uint16)
    for rows, columns, number in marks:
        data[rows, columns] = number
    return data


def test_holes_are_filled_for_all_objects_in_one_edit():
    labels = cells("111.222. 1.1.2.22 111.222.")
    np.testing.assert_array_equal(mended(FILL, labels, 1, 2), picture("111.222. 111.2222 111.222."))


def test_another_object_and_void_in_a_hole_stay():
    labels = cells("11111 13.91 11111", void=frozenset({9}))
    np.testing.assert_array_equal(mended(FILL, labels, 1), picture("11111 13191 11111"))


def test_without_a_background_there_is_nothing_to_fill_with():
    target = chosen(street(np.full((5, 5), 26001, np.int32)), [26001])
    assert FILL(target) is None


def test_a_hole_of_one_time_is_filled():
    data = np.ones((2, 5, 5), np.uint8)
    data[0, 2, 2] = 0
    labels = LabelImage((data,), axes="TYX")
    assert mended(FILL, labels, 1).all()


def test_a_speck_goes_to_what_surrounds_it_most():
    data = rectangles((slice(0, 9), slice(0, 9), 1), (slice(0, 9), slice(12, 21), 2))
    data[4, 16] = 1
    data[15, 3:5] = 1
    out = mended(DROP_SPECKS, LabelImage.of_array(data), 1)
    assert out[4, 16] == 2
    assert (out[15] == 0).all()
    assert (out == 1).sum() == 81


def test_specks_of_a_class_are_small_regions_whatever_its_size():
    data = np.full((20, 20), 7, np.int32)
    data[2, 2:4], data[10:14, 10:14] = 8, 8
    out = mended(DROP_SPECKS, street(data, Kind.SEMANTIC), 8)
    assert (out[2] == 7).all()
    assert (out == 8).sum() == 16


def test_slivers_become_background_and_others_stay():
    data = rectangles((slice(0, 2), slice(0, 9), 1), (slice(5, 9), slice(0, 9), 2))
    np.testing.assert_array_equal(
        mended(REMOVE_SLIVERS, LabelImage.of_array(data), 1, 2), np.where(data == 1, 0, data)
    )


def test_slivers_cannot_be_removed_without_a_background_or_void():
    labels = LabelImage.of_array(picture("11222 11222 11222"), background=None)
    with pytest.raises(EditRefused, match="no background and no void"):
        mended(REMOVE_SLIVERS, labels, 1)


def test_fragments_get_ids_of_their_own_and_specks_stay():
    data = rectangles(
        (slice(0, 9), slice(0, 9), 4), (slice(0, 5), slice(12, 17), 4), (slice(0, 5), slice(20, 24), 4)
    )
    data[18, 1] = 4
    out = mended(SEPARATE_FRAGMENTS, LabelImage.of_array(data), 4)
    assert set(out[:9, :9].ravel()) == {4}
    assert (out[2, 14], out[2, 22], out[18, 1]) == (5, 6, 4)


def test_fragments_keep_their_class():
    data = np.full((12, 30), 7, np.int32)
    data[:9, :9], data[:9, 15:24] = 26001, 26001
    out = mended(SEPARATE_FRAGMENTS, street(data), 26001)
    assert sorted(np.unique(out)) == [7, 26001, 26002]


@pytest.mark.parametrize("tool", [FILL, REMOVE_SLIVERS, SEPARATE_FRAGMENTS], ids=lambda tool: tool.name)
def test_classes_are_no_objects_to_mend(tool):
    data = np.full((12, 30), 7, np.int32)
    data[2:9, 2:9], data[2:9, 15:24], data[11:] = 8, 8, 25
    target = chosen(street(data, Kind.SEMANTIC), [7, 8, 25])
    assert tool(target) is None


def test_nothing_is_done_to_a_region_of_classes():
    target = chosen(street(picture("7778 7777"), Kind.SEMANTIC), [8])
    assert DROP_SPECKS(target) is not None
    assert DROP_SPECKS(replace(target, region=np.ones(target.box.shape, bool))) is None
