"""Take the model's: what becomes of the reference in each kind of disagreement."""

from dataclasses import replace

import numpy as np
import pytest
from tool_cases import after, picture, street, target_at, target_of

from segreview.errors import EditRefused
from segreview.model.labels import Kind, LabelImage
from segreview.tools import TAKE


def taken(reference: str, prediction: str, index=(0, 0), protect: bool = True, **facts) -> np.ndarray:
    """Reference after taking the model's item at a pixel."""
    target = target_at(
        LabelImage((picture(reference),), **facts), LabelImage.of_array(picture(prediction)), index, protect
    )
    return after(target, TAKE(target))


def street_taken(reference: str, prediction: str, index=(0, 0), **ids: int) -> np.ndarray:
    """The same for labels whose ids hold classes."""
    target = target_at(street(picture(reference, ids)), street(picture(prediction, ids)), index)
    return after(target, TAKE(target))


def test_a_matched_object_gets_the_models_shape_and_keeps_its_id():
    assert (taken("222. 222. ....", ".555 .555 ....") == picture(".222 .222 ....")).all()


def test_a_spurious_object_is_added_with_a_fresh_id():
    assert (taken("...4 ....", "77.. 77..") == picture("55.4 55..")).all()


def test_a_missed_object_is_removed():
    assert (taken("22.4 22.4", "...9 ...9") == picture("...4 ...4")).all()


def test_of_a_split_object_the_largest_part_keeps_the_id_and_the_others_get_fresh_ones():
    assert (taken("22222222", "555.6677") == picture("222.3344")).all()


def test_merged_objects_become_one():
    assert (taken("2223333", "5555555") == picture("3333333")).all()


def test_neighbours_keep_their_pixels_unless_the_user_says_otherwise():
    reference, prediction = "22224444 ......44", "55555... ......66"
    assert (taken(reference, prediction) == picture("22224444 ......44")).all()
    assert (taken(reference, prediction, protect=False) == picture("22222444 ......44")).all()


def test_void_is_never_touched():
    assert (taken("229. 2299", "5555 5555", void=frozenset({9})) == picture("2292 2299")).all()


def test_three_dimensions():
    reference, prediction = np.zeros((3, 4, 5), np.uint8), np.zeros((3, 4, 5), np.uint8)
    reference[0:2, 1:3, 1:4], prediction[1:3, 1:3, 1:4] = 3, 8
    prediction[0, 1:3, 1:4] = 8
    target = target_at(LabelImage.of_array(reference), LabelImage.of_array(prediction), (0, 1, 1))
    np.testing.assert_array_equal(after(target, TAKE(target)), (prediction == 8) * 3)


def test_another_class_gets_an_id_of_that_class():
    ids = {"a": 26000, "b": 25000, "r": 7}
    result = street_taken("aarr aarr", "bbrr bbrr", **ids)
    np.testing.assert_array_equal(result, picture("bbrr bbrr", ids))
    ids["c"], ids["d"] = 25003, 25004
    result = street_taken("aarr aacc", "bbrr bbrr", **ids)
    np.testing.assert_array_equal(result, picture("ddrr ddcc", ids))


def test_pixels_that_a_thing_leaves_become_what_the_model_sees_there():
    ids = {"a": 26000, "b": 26004, "r": 7, "s": 8, "v": 0}
    result = street_taken("aaaar rrrrr", "bbbsv rrrrr", **ids)
    np.testing.assert_array_equal(result, picture("aaasr rrrrr", ids))
    result = street_taken("aaaar rrrrr", "bbbvr rrrrr", **ids)
    np.testing.assert_array_equal(result, picture("aaavr rrrrr", ids))


def test_a_missed_thing_becomes_the_stuff_that_the_model_sees():
    ids = {"a": 26000, "r": 7}
    np.testing.assert_array_equal(street_taken("aarr", "rrrr", **ids), picture("rrrr", ids))


def test_pixels_that_a_thing_leaves_to_a_matched_neighbour_go_to_that_neighbour():
    ids = {"a": 26000, "b": 26001, "x": 26007, "y": 26008, "r": 7}
    result = street_taken("aaaabbbb", "xxxyyyyy", **ids)
    np.testing.assert_array_equal(result, picture("aaabbbbb", ids))


def test_a_stuff_class_has_one_id():
    ids = {"r": 7, "s": 8}
    result = street_taken("rrrrrr", "ssssss", **ids)
    np.testing.assert_array_equal(result, picture("ssssss", ids))


def test_an_object_of_a_model_that_knows_no_classes_keeps_the_references_id():
    reference = street(picture("aaarr", {"a": 26000, "r": 7}))
    target = target_at(reference, LabelImage.of_array(picture("44...")), (0, 0))
    np.testing.assert_array_equal(after(target, TAKE(target)), picture("aavrr", {"a": 26000, "v": 0, "r": 7}))


def test_an_object_without_a_class_is_not_added_where_ids_hold_classes():
    target = target_of(street(picture("7777777")), LabelImage.of_array(picture("..44...")), 4)
    with pytest.raises(EditRefused, match="has no class") as refusal:
        TAKE(target)
    assert "by hand" in refusal.value.hint


def test_a_full_class_is_refused_rather_than_counted_into_the_next_one():
    ids = {"z": 26999, "y": 26001, "r": 7}
    with pytest.raises(EditRefused, match="Class 26 has no unused id left") as refusal:
        street_taken("rrrzz rrrzz", "yyrzz yyrzz", **ids)
    assert "times 1000" in refusal.value.hint


def test_an_id_that_does_not_fit_is_refused_with_the_way_out():
    reference = picture("99.. 99..", {"9": 255}, dtype="uint8")
    prediction = picture("99.3 99.3", {"9": 255}, dtype="uint8")
    target = target_at(LabelImage.of_array(reference), LabelImage.of_array(prediction), (0, 3))
    with pytest.raises(
        EditRefused, match="Id 256 does not fit: uint8 labels hold ids from 0 to 255"
    ) as refusal:
        TAKE(target)
    assert "Promote" in refusal.value.hint


def test_a_region_gets_the_models_class_and_nothing_else_does():
    classes = [street(picture(text), Kind.SEMANTIC) for text in ("7777 7777 0777", "8878 8877 8777")]
    target = target_at(*classes, (0, 0))
    np.testing.assert_array_equal(after(target, TAKE(target)), picture("8877 8877 0777"))


def test_a_class_that_does_not_fit_is_refused_and_not_wrapped():
    wide = {"w": 300}
    reference = LabelImage.of_array(picture("77", dtype="uint8"), Kind.SEMANTIC, None)
    prediction = LabelImage.of_array(picture("ww", wide), Kind.SEMANTIC, None)
    target = target_at(reference, prediction, (0, 0))
    with pytest.raises(EditRefused, match="Id 300 does not fit"):
        TAKE(target)


def test_ids_beyond_what_floats_hold_are_told_apart():
    reference = np.array([[2**63 + 1, 2**63 + 1, 2**63, 2**63, 0, 5]], np.uint64)
    prediction = np.array([[7, 0, 8, 8, 0, 9]], np.uint64)
    target = target_at(LabelImage.of_array(reference), LabelImage.of_array(prediction), (0, 0))
    target = replace(target, reference_ids=(2**63 + 1, 5), prediction_ids=(7, 9))
    result = after(target, TAKE(target))
    assert result.tolist() == [[2**63 + 1, 0, 2**63, 2**63, 0, 5]]
