"""Hygiene: marks of masks that need no model and no image, and their mending."""

import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.compare.kernel import find_boxes
from segreview.compare.overlap import OverlapTable
from segreview.model.box import Box
from segreview.model.edit import Edit, painted
from segreview.model.labels import Kind, LabelImage
from segreview.session.fresh import FreshIds
from segreview.tools import Target
from segreview.triage.hygiene import Hygiene, Mark, find_marks, mend


def disc(data: np.ndarray, center: tuple[int, int], radius: float, number: int) -> None:
    at = np.indices(data.shape) - np.reshape(center, (2, 1, 1))
    data[np.hypot(*at) <= radius] = number


def cell(radius: float = 10, shape: tuple[int, int] = (40, 60)) -> np.ndarray:
    data = np.zeros(shape, np.uint16)
    disc(data, (20, 20), radius, 5)
    return data


def marks(data: np.ndarray, **facts) -> list[Mark]:
    return [mark for found in find_marks(LabelImage((data,), **facts)).values() for mark in found]


def names(data: np.ndarray, **facts) -> list[str]:
    return [mark.name for mark in marks(data, **facts)]


@pytest.mark.parametrize("radius", [4, 6.5, 10, 15])
def test_a_disc_has_no_mark(radius):
    assert names(cell(radius)) == []


def test_a_hole_is_told_with_its_pixels_and_place():
    data = cell()
    data[18:21, 19:22] = 0
    assert marks(data) == [Mark("hole", 5, 9, Box((18, 19), (21, 22)), "hole of 9 px")]
    data[18:21, 19:22] = 7
    assert [(mark.name, mark.object_id) for mark in marks(data)] == [("hole", 5)]
    data[25, 20] = 0
    assert marks(data)[0].text == "2 holes, 10 px together"


def test_specks_and_fragments_are_told_apart_by_weight():
    data = cell()
    data[2, 2:5], data[30, 50] = 5, 5
    assert [mark.text for mark in marks(data)] == ["2 specks, 4 px together"]
    disc(data, (20, 45), 6, 5)
    (specks, fragments) = marks(data)
    assert specks.pixels == 4
    assert (fragments.name, fragments.text) == ("fragments", "2 fragments: 317 and 113 px")


def test_a_sliver_is_told_with_its_width():
    data = np.zeros((20, 30), np.uint16)
    data[3:5, 3:20] = 2
    (sliver,) = marks(data)
    assert (sliver.name, sliver.pixels, sliver.text) == ("sliver", 34, "sliver, 1 px wide")


def test_a_whisker_is_told():
    data = cell()
    data[20, 30:36] = 5
    assert names(data) == ["whisker"]


def test_a_side_on_the_grid_of_tiles_is_a_cut():
    data = np.zeros((60, 200), np.uint16)
    disc(data, (30, 130), 10, 5)
    data[:, 128:][data[:, 128:] > 0] = 0
    (cut,) = marks(data)
    assert (cut.name, cut.text) == ("cut", "cut: a straight side of 19 px at x = 128")
    assert cut.box == Box((21, 127), (40, 128))


def test_two_parts_of_one_object_that_meet_on_the_grid_are_both_cut():
    data = np.zeros((60, 200), np.uint16)
    disc(data, (30, 100), 10, 5)
    data[:, 100:][data[:, 100:] > 0] = 6
    assert [mark.text for mark in marks(data)] == [
        "cut: a straight side of 19 px at x = 100, where object 6 begins",
        "cut: a straight side of 21 px at x = 100, where object 5 begins",
    ]


def test_what_ends_elsewhere_or_is_straight_on_both_sides_is_not_cut():
    data = np.zeros((60, 200), np.uint16)
    disc(data, (30, 93), 10, 5)
    data[:, 93:] = 0
    assert names(data) == []
    data[5:50, 90:100] = 6
    data[data == 5] = 0
    assert names(data) == []


def test_tiles_that_are_known_are_the_grid():
    data = np.zeros((60, 200), np.uint16)
    disc(data, (30, 93), 10, 5)
    data[:, 93:] = 0
    labels = LabelImage.of_array(data)
    assert [mark.name for mark in find_marks(labels, tiles=(None, 31))[5]] == ["cut"]


def test_the_border_of_the_image_cuts_nothing():
    data = np.zeros((60, 128), np.uint16)
    disc(data, (30, 126), 10, 5)
    assert names(data) == []


def test_of_classes_only_small_regions_are_marked():
    data = np.full((40, 60), 3, np.uint8)
    disc(data, (20, 20), 10, 4)
    data[18:21, 18:21], data[5, 5:7], data[30:34, 40:44] = 3, 4, 4
    found = marks(data, kind=Kind.SEMANTIC, background=None)
    assert [(mark.name, mark.object_id, mark.pixels) for mark in found] == [("speck", 4, 2)]


def test_a_series_is_marked_time_by_time():
    data = np.stack([cell(), np.zeros((40, 60), np.uint16), cell()])
    data[2, 20, 20] = 0
    (hole,) = marks(data, axes="TYX")
    assert hole.box == Box((2, 20, 20), (3, 21, 21))


def test_stacks_are_looked_at_as_volumes():
    at = np.indices((24, 24, 24)) - 12
    data = (np.sqrt((at**2).sum(0)) <= 8).astype(np.uint16)
    assert names(data, axes="ZYX") == []
    data[12, 12, 12] = 0
    assert names(data, axes="ZYX") == ["hole"]
    data[12:, 12, 12] = 0  # the hole is open now
    assert names(data, axes="ZYX") == []


def test_void_has_no_marks():
    data = cell(3)
    data[0, 0] = 5
    assert names(data, void=frozenset({5})) == []


# ---------------------------------------------------------------- live
@st.composite
def scenes(draw):
    data = np.zeros((30, 40), np.uint8)
    for _ in range(draw(st.integers(0, 6))):
        y, x = draw(st.integers(0, 28)), draw(st.integers(0, 38))
        data[y : y + draw(st.integers(1, 12)), x : x + draw(st.integers(1, 12))] = draw(st.integers(0, 4))
    return data


@settings(max_examples=60)
@given(data=scenes(), strokes=st.lists(scenes(), max_size=3), tile=st.sampled_from([None, 10]))
def test_after_edits_marks_are_as_if_looked_at_anew(data, strokes, tile):
    labels = LabelImage.of_array(data)
    tiles = None if tile is None else (tile, tile)
    table = OverlapTable.build(labels, LabelImage.of_array(np.zeros_like(data)))
    hygiene = Hygiene(table, tiles=tiles)
    assert hygiene.all() == find_marks(labels, tiles)
    for stroke in strokes:
        part = Box((3, 5), (21, 30))
        mask = stroke[part.slices] != labels.data[part.slices]
        patches = tuple(painted(labels.data, part, mask, stroke[part.slices]))
        if patches:
            edit = Edit("reference", 0, patches, "test")
            edit.apply_to(labels.data)
            table.update(edit)
            hygiene.follow(edit)
        assert hygiene.all() == find_marks(labels, tiles)


def test_an_edit_of_the_other_side_concerns_no_mark():
    labels = LabelImage.of_array(cell())
    hygiene = Hygiene(OverlapTable.build(labels, labels.copy()))
    (patch,) = painted(labels.data, Box((20, 20), (21, 21)), np.ones((1, 1), bool), 0)
    assert hygiene.follow(Edit("prediction", 0, (patch,), "test")) == set()
    assert hygiene.of(5) == hygiene.of(99) == ()


# ---------------------------------------------------------------- mending
def mended(labels: LabelImage) -> np.ndarray:
    ids, starts, stops = find_boxes(labels.data)
    corners = zip(ids.tolist(), starts.tolist(), stops.tolist(), strict=True)
    boxes = {number: Box(tuple(start), tuple(stop)) for number, start, stop in corners}
    fresh, whole = FreshIds(labels, ids.tolist()), Box.of_shape(labels.shape)
    edits = mend(
        find_marks(labels), lambda some: Target(labels, None, whole, tuple(some), (), fresh, boxes=boxes)
    )
    out = labels.data.copy()
    for edit in edits:
        edit.apply_to(out)
    return out


def test_all_is_mended_at_once():
    data = cell()
    data[18:21, 19:22], data[2, 2:5] = 0, 5
    disc(data, (20, 45), 6, 5)
    data[36:38, 5:30] = 9
    out = mended(LabelImage.of_array(data))
    expected = cell()
    disc(expected, (20, 45), 6, 10)
    np.testing.assert_array_equal(out, expected)
    assert find_marks(LabelImage.of_array(out)) == {}


@settings(max_examples=40)
@given(data=scenes())
def test_mending_touches_neither_void_nor_an_object_that_has_no_mark(data):
    labels = replace(LabelImage.of_array(data), void=frozenset({4}))
    found = find_marks(labels)
    out = mended(labels)
    assert (out[data == 4] == 4).all()
    for number in set(np.unique(data).tolist()) - set(found) - {0}:
        assert (out[data == number] == number).all()


def test_an_object_of_30_px_takes_less_than_its_budget():
    """0.7 ms of processor time each, doubled where many tests run beside this one."""
    data = np.zeros((800, 800), np.uint16)
    for n in range(400):
        disc_at = (20 + 40 * (n // 20), 20 + 40 * (n % 20))
        part = np.zeros((40, 40), np.uint16)
        disc(part, (20, 20), 15, n + 1)
        data[disc_at[0] - 20 : disc_at[0] + 20, disc_at[1] - 20 : disc_at[1] + 20] = part
    labels = LabelImage.of_array(data)
    find_marks(labels)
    best = min(_seconds(labels) for _ in range(3))
    assert best < 400 * 0.7e-3 * (4 if sys.gettrace() else 2)


def _seconds(labels: LabelImage) -> float:
    begin = time.process_time()
    find_marks(labels)
    return time.process_time() - begin
