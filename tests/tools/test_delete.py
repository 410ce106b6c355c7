"""Delete: an object's pixels become background, or void where every pixel must be labelled."""

import numpy as np
from tool_cases import after, picture, street, target_at

from segreview.model.labels import Kind, LabelImage
from segreview.tools import DELETE


def cells(text: str) -> LabelImage:
    return LabelImage.of_array(picture(text))


def test_the_object_becomes_background_and_others_stay():
    target = target_at(cells("22.3 2233"), cells("88.. 88.."), (0, 0))
    np.testing.assert_array_equal(after(target, DELETE(target)), picture("...3 ..33"))


def test_all_objects_of_a_merged_item_go():
    target = target_at(cells("2223333"), cells("5555555"), (0, 0))
    assert not after(target, DELETE(target)).any()


def test_a_background_other_than_zero_is_written():
    reference = LabelImage.of_array(picture("2299 2299"), background=9)
    target = target_at(reference, cells("22.. 22.."), (0, 0))
    np.testing.assert_array_equal(after(target, DELETE(target)), picture("9999 9999"))


def test_where_every_pixel_must_be_labelled_the_object_becomes_void():
    ids = {"a": 26000, "b": 26001, "r": 7}
    target = target_at(street(picture("aarr", ids), void=(-1, 0)), street(picture("bbrr", ids)), (0, 0))
    np.testing.assert_array_equal(after(target, DELETE(target)), picture("00rr", ids))


def test_of_semantic_labels_the_region_alone_becomes_void():
    sides = [street(picture(text), Kind.SEMANTIC) for text in ("7777 7777", "8877 7778")]
    target = target_at(*sides, (0, 0))
    np.testing.assert_array_equal(after(target, DELETE(target)), picture("0077 7777"))


def test_a_spurious_item_has_nothing_to_delete():
    target = target_at(cells("...."), cells(".55."), (0, 1))
    assert DELETE(target) is None
