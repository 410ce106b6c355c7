"""Split: where an object is cut, who keeps the id, and what is not cut."""

import numpy as np
import pytest
from tool_cases import after, chosen, picture, street

from segreview.errors import EditRefused
from segreview.formats.kind import components
from segreview.model.labels import Kind, LabelImage
from segreview.shape.line import Line
from segreview.tools import SPLIT


def cut(labels: LabelImage, *points: tuple[float, ...], axes=(0, 1)) -> np.ndarray:
    """Labels after a split along a line, of all that lies under it."""
    target = chosen(labels, np.unique(labels.data).tolist(), Line(points, axes))
    return after(target, SPLIT(target))


def cells(text: str, **facts) -> LabelImage:
    return LabelImage((picture(text),), **facts)


def test_the_larger_part_keeps_the_id_and_no_pixel_is_lost():
    labels = cells("5555555 5555555 5555555")
    np.testing.assert_array_equal(cut(labels, (-1, 2), (3, 2)), picture("6665555 6665555 6665555"))


def test_pixels_under_the_line_go_to_the_part_they_touch():
    result = cut(cells("5555555 5555555 5555555 5555555"), (-1, 1), (4, 4))
    assert set(np.unique(result)) == {5, 6}
    assert (result[0, 3:] == 5).all()
    assert (result[3, :3] == 6).all()


def test_every_object_that_is_crossed_is_cut_and_the_others_stay():
    result = cut(cells("111.2223 111.2223 111.2223"), (1, -1), (1, 6))
    np.testing.assert_array_equal(result, picture("111.2223 111.2223 444.5553"))


def test_objects_that_are_not_meant_are_not_cut():
    labels = cells("111222 111222 111222")
    target = chosen(labels, [1], Line(((1, -1), (1, 6)), (0, 1)))
    np.testing.assert_array_equal(after(target, SPLIT(target)), picture("111222 111222 333222"))


def test_an_arch_falls_into_three_parts_and_each_smaller_one_is_new():
    result = cut(cells("44444444 44444444 44....44 44....44 44....44 4......4"), (2, -1), (2, 8))
    assert len(np.unique(result)) == 4
    assert (result[0] == 4).all()
    assert result[4, 0] != result[4, 7]
    assert 4 not in result[3:]


def test_crumbs_along_a_rough_outline_are_no_parts():
    labels = cells("....3... 33333333 33333333 33333333 33333333")
    result = cut(labels, (1, -1), (1, 4), (5, 4))
    assert set(np.unique(result)) == {0, 3, 4}
    assert result[0, 4] in (3, 4)


def test_a_piece_that_lies_elsewhere_stays_with_the_id():
    result = cut(cells("333333..3 333333..3"), (-1, 3), (2, 3))
    np.testing.assert_array_equal(result[:, 6:], picture("..3 ..3"))
    assert set(np.unique(result)) == {0, 3, 4}


def test_a_line_that_ends_inside_is_refused():
    labels = cells("5555555 5555555 5555555 5555555")
    with pytest.raises(EditRefused, match="does not cut object 5 in two") as refusal:
        cut(labels, (-1, 3), (2, 3))
    assert "side to the other" in refusal.value.hint
    with pytest.raises(EditRefused, match="objects 1 and 2 in two"):
        cut(cells("111.222 111.222 111.222 111.222"), (1, 1), (1, 5))


def test_a_line_that_begins_in_a_neighbour_cuts_what_it_crosses():
    labels = cells("11112222 11112222 11112222 11112222 11112222")
    result = cut(labels, (2, 1), (2, 8))
    assert (result[:, :4] == 1).all()
    assert set(np.unique(result[:, 4:])) == {2, 3}


def test_a_line_over_nothing_cuts_nothing():
    labels = cells("111.... 111....")
    assert SPLIT(chosen(labels, [1], Line(((0, 5), (1, 5)), (0, 1)))) is None
    assert SPLIT(chosen(labels, [1], Line(((-5, 1), (-4, 1)), (0, 1)))) is None


def test_void_stays_as_it_is():
    labels = cells("5599555 5599555 5599555", void=frozenset({9}))
    result = cut(labels, (1, -1), (1, 7))
    assert (result[:, 2:4] == 9).all()
    assert (result == 5).any()


def test_in_a_stack_the_line_is_a_plane_through_the_whole_object():
    data = np.zeros((4, 7, 8), np.uint16)
    data[1:4, 1:6, 1:7] = 3
    result = cut(LabelImage.of_array(data), (2, 3, 0), (2, 3, 7), axes=(1, 2))
    assert (result > 0).sum() == (data > 0).sum()
    for section in result[1:]:
        assert set(np.unique(section[4:6, 1:7])) == {4}
        assert set(np.unique(section[1:3, 1:7])) == {3}


def test_the_axes_may_be_transposed():
    data = np.zeros((4, 7, 8), np.uint16)
    data[1:4, 1:6, 1:7] = 3
    labels = LabelImage.of_array(data)
    down, up = (2, 3, 0), (2, 3, 7)
    np.testing.assert_array_equal(cut(labels, down, up, axes=(2, 1)), cut(labels, down, up, axes=(1, 2)))
    result = cut(labels, (0, 3, 4), (3, 3, 4), axes=(0, 2))
    assert set(np.unique(result[1:4, 1:6, 5:7])) == {4}
    assert set(np.unique(result[1:4, 1:6, 1:4])) == {3}


def test_along_time_only_the_frame_in_view_is_cut():
    data = np.zeros((3, 5, 7), np.uint16)
    data[:, 1:4, 1:6] = 2
    labels = LabelImage((data,), axes="TYX")
    result = cut(labels, (1, 0, 3), (1, 4, 3), axes=(1, 2))
    assert set(np.unique(result[1])) == {0, 2, 3}
    np.testing.assert_array_equal(result[[0, 2]], data[[0, 2]])
    with pytest.raises(EditRefused, match="across time"):
        cut(labels, (0, 2, 2), (2, 2, 2), axes=(0, 1))


def test_a_thing_is_cut_into_things_of_its_class_and_stuff_is_left_alone():
    ids = {"a": 26000, "b": 26001, "r": 7}
    result = cut(street(picture("aaaarr aaaarr aaaarr", ids)), (1, -1), (1, 6))
    np.testing.assert_array_equal(result, picture("aaaarr aaaarr bbbbrr", ids))


def test_classes_have_no_objects_to_split():
    with pytest.raises(EditRefused, match="no single objects to split"):
        cut(street(picture("7788 7788"), Kind.SEMANTIC), (0, 0), (1, 3))


def test_an_id_that_does_not_fit_is_refused():
    labels = LabelImage.of_array(picture("aaa aaa aaa", {"a": 255}, "uint8"))
    with pytest.raises(EditRefused, match="Id 256 does not fit"):
        cut(labels, (1, -1), (1, 3))


@pytest.mark.parametrize("shape", [(9, 12), (4, 9, 12)])
def test_parts_of_a_mask_are_separate_objects_for_whoever_reads_the_file(shape):
    data = np.zeros(shape, np.int32)
    data[..., 1:8, 1:11] = 1
    labels = LabelImage.of_array(data, Kind.BINARY)
    depth = (1,) * (len(shape) - 2)
    result = cut(labels, (*depth, 0, 1), (*depth, 8, 9), axes=(len(shape) - 2, len(shape) - 1))
    read = components(result > 0)
    assert read.max() == 2
    for number in (1, 2):
        assert len(np.unique(result[read == number])) == 1
    assert ((data > 0) & (result == 0)).any()
