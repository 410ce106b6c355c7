"""Join: which id the one object has, and what is not joined."""

import numpy as np
import pytest
from tool_cases import after, chosen, picture, street

from segreview.errors import EditRefused
from segreview.model.labels import Kind, LabelImage
from segreview.tools import JOIN


def joined(labels: LabelImage, *ids: int) -> np.ndarray:
    target = chosen(labels, ids)
    return after(target, JOIN(target))


def cells(text: str, **facts) -> LabelImage:
    return LabelImage((picture(text),), **facts)


def test_the_largest_keeps_its_id_and_others_are_untouched():
    np.testing.assert_array_equal(joined(cells("1122233 1..4.33"), 1, 2, 3), picture("3333333 3..4.33"))


def test_of_equally_large_ones_the_lowest_id_stays():
    np.testing.assert_array_equal(joined(cells("22.11"), 1, 2), picture("11.11"))


def test_one_object_is_nothing_to_join():
    target = chosen(cells("11.22"), [1])
    assert JOIN(target) is None


def test_void_between_them_stays():
    np.testing.assert_array_equal(
        joined(cells("11922 11922", void=frozenset({9})), 1, 2), picture("11911 11911")
    )


def test_only_the_boxes_of_the_smaller_ones_are_looked_at():
    data = np.zeros((2, 3000), np.uint16)
    data[:, :2], data[:, -3:] = 1, 2
    target = chosen(LabelImage.of_array(data), [1, 2])
    edit = JOIN(target)
    assert edit is not None
    assert [patch.box.shape for patch in edit.patches] == [(2, 2)]


def test_three_dimensions():
    data = np.zeros((3, 4, 5), np.uint8)
    data[0:2, 1:3, :2], data[1:3, 1:3, 3:] = 3, 8
    np.testing.assert_array_equal(joined(LabelImage.of_array(data), 3, 8), (data > 0) * 3)


def test_classes_have_no_objects_to_join():
    labels = street(picture("7788"), Kind.SEMANTIC)
    with pytest.raises(EditRefused, match="no single objects to join"):
        joined(labels, 7, 8)


def test_stuff_is_no_object():
    ids = {"a": 26000, "r": 7}
    with pytest.raises(EditRefused, match="road is no single object"):
        joined(street(picture("aarr", ids)), 26000, 7)


def test_objects_of_two_classes_are_not_joined():
    ids = {"a": 26000, "b": 25000}
    with pytest.raises(EditRefused, match=r"different classes.*26000 \(car\) and 25000 \(rider\)") as refusal:
        joined(street(picture("aabb", ids)), 26000, 25000)
    assert "Paint" in refusal.value.hint


def test_objects_of_one_class_are_joined():
    ids = {"a": 26000, "b": 26001}
    np.testing.assert_array_equal(joined(street(picture("aabbb", ids)), 26000, 26001), picture("bbbbb", ids))


def test_pieces_of_a_mask_that_do_not_touch_stay_apart():
    labels = cells("11.22 11.22", kind=Kind.BINARY)
    with pytest.raises(EditRefused, match="1 and 2 do not touch") as refusal:
        joined(labels, 1, 2)
    assert "bridge" in refusal.value.hint
    with pytest.raises(EditRefused, match="do not touch"):
        joined(cells("1...... 1...222 1......", kind=Kind.BINARY), 1, 2)


def test_pieces_of_a_mask_that_touch_at_a_corner_are_one():
    labels = cells("11.. 11.. ..22", kind=Kind.BINARY)
    np.testing.assert_array_equal(joined(labels, 1, 2), picture("11.. 11.. ..11"))
