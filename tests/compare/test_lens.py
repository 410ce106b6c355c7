"""The tolerance lens: jitter of contours and real errors."""

from dataclasses import replace

import numpy as np
import pytest
from compare_cases import dabs, scenes, semantic
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import binary_dilation, distance_transform_edt, grey_dilation

from segreview.compare.lens import LARGEST, Lens, ToleranceCurve
from segreview.compare.overlap import OverlapTable
from segreview.compare.partner import Partners
from segreview.compare.tolerance import tolerance_of_annotators, tolerance_of_curve
from segreview.model.box import Box
from segreview.model.labels import Kind, LabelImage, Segment

SQUARE, CROSS = np.ones((3, 3), bool), None


def discs(*places: tuple[int, int, float], shape=(60, 160)) -> np.ndarray:
    at = np.indices(shape)
    data = np.zeros(shape, np.int32)
    for number, (y, x, radius) in enumerate(places, 1):
        data[np.hypot(at[0] - y, at[1] - x) <= radius] = number
    return data


CELLS = discs((30, 30, 12), (20, 70, 2), (30, 120, 15))


def lens(reference: np.ndarray, prediction: np.ndarray, **facts) -> Lens:
    sides = (LabelImage((data,), **facts) for data in (reference, prediction))
    return Lens(OverlapTable.build(*sides))


def real(reference: np.ndarray, prediction: np.ndarray, tolerance: float, **facts) -> int:
    return lens(reference, prediction, **facts).curve().real(tolerance)


@pytest.mark.parametrize("footprint", [SQUARE, CROSS])
@pytest.mark.parametrize("swap", [False, True])
def test_one_pixel_wider_is_jitter_at_one_pixel(footprint, swap):
    wider = np.zeros_like(CELLS)
    for number in (1, 2, 3):
        wider[binary_dilation(number == CELLS, footprint)] = number
    sides = (wider, CELLS) if swap else (CELLS, wider)
    assert real(*sides, 0) == (wider != CELLS).sum() > 0
    assert real(*sides, 1) == 0


def test_a_removed_object_stays_at_any_tolerance():
    without = np.where(CELLS == 2, 0, CELLS)
    assert real(CELLS, without, LARGEST) == real(without, CELLS, LARGEST) == (CELLS == 2).sum()


def test_a_hole_and_a_bite_are_errors_however_near_their_inside_lies_to_their_own_rim():
    hole = CELLS.copy()
    hole[30, 120] = 0
    assert real(CELLS, hole, 3) == 1
    bite = CELLS.copy()
    bite[28:33, 100:115] = 0
    changed = (bite != CELLS).sum()
    assert changed > real(CELLS, bite, 2) > changed / 2


def test_merged_objects_are_errors_but_for_their_seam():
    apart = discs((30, 30, 12), (30, 56, 13))
    merged = np.where(apart > 0, 2, 0)
    wrong = lens(apart, merged).errors(Box.of_shape(apart.shape), 2)
    assert wrong.sum() == real(apart, merged, 2)
    assert wrong[30, 25]
    assert (apart[wrong] == 1).all()


def test_touching_objects_whose_seam_moved_by_two_pixels():
    first, second = (np.where(np.arange(40) < seam, 1, 2) * np.ones((30, 1), int) for seam in (20, 22))
    assert [real(first, second, k) for k in (0, 1, 2)] == [60, 60, 0]


def test_another_class_is_an_error():
    sides = [
        LabelImage((CELLS,), kind=Kind.PANOPTIC, segments={1: Segment(category), 3: Segment(4)})
        for category in (4, 5)
    ]
    assert Lens(OverlapTable.build(*sides)).curve().real(LARGEST) == (CELLS == 1).sum()


def test_classes_face_the_same_class():
    ours = np.full((40, 60), 1, np.uint8)
    ours[:20] = 2
    theirs = ours.copy()
    theirs[20] = 2
    theirs[30:34, 30:40] = 3
    facts = {"kind": Kind.SEMANTIC, "background": None}
    assert [real(ours, theirs, k, **facts) for k in (0, 1, 5)] == [100, 40, 40]
    assert real(ours, theirs, 1, **facts, void=frozenset({3})) == 0


def test_slices_count_by_their_spacing():
    ours = np.zeros((9, 30, 30), np.uint8)
    ours[3:6, 10:20, 10:20] = 1
    theirs = ours.copy()
    theirs[6, 10:20, 10:20] = 1
    for spacing, expected in (((1.0, 1.0, 1.0), 0), ((4.0, 1.0, 1.0), 100)):
        assert real(ours, theirs, 1, axes="ZYX", spacing=spacing) == expected
    assert real(ours, theirs, 4, axes="ZYX", spacing=(4.0, 1.0, 1.0)) == 0


def test_one_time_says_nothing_of_the_next():
    ours = np.zeros((2, 20, 20), np.uint8)
    ours[:, 5:15, 5:15] = 1
    theirs = ours.copy()
    theirs[1] = 0
    assert real(ours, theirs, LARGEST, axes="TYX") == 100
    assert real(ours, theirs, LARGEST, axes="ZYX", spacing=(1.0, 1.0, 1.0)) < 100


def test_the_curve_counts_what_the_mask_shows_in_every_box():
    moved = np.roll(CELLS, 3, axis=1)
    looked = lens(CELLS, moved)
    for tolerance in range(6):
        wrong = looked.errors(Box.of_shape(CELLS.shape), tolerance)
        assert wrong.sum() == looked.curve().real(tolerance)
        box = Box((10, 100), (47, 150))
        np.testing.assert_array_equal(looked.errors(box, tolerance), wrong[box.slices])
    assert looked.curve().jitter(3) == looked.curve().total


def test_tiles_do_not_show():
    ours = discs((130, 120, 60), (60, 250, 30), shape=(260, 300))
    theirs = grey_dilation(ours, 9)
    looked = lens(ours, theirs)
    reach = looked.reach(Box.of_shape(ours.shape))
    assert reach.max() == pytest.approx(np.hypot(4, 4) - np.sqrt(2) + 1, abs=1e-3)


def slow_reach(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Reach of two masks that are partners, by distance transforms of the whole."""
    found = np.zeros(ours.shape)
    for own, other in ((ours, theirs), (theirs, ours)):
        gaps = [distance_transform_edt(~beyond) for beyond in (other, ~own) if beyond.any()]
        differs = own & ~other
        reach = np.maximum.reduce(gaps) - np.sqrt(ours.ndim) + 1
        reach[reach > LARGEST] = np.inf
        found[differs] = reach[differs]
    return found


@settings(max_examples=40)
@given(seed=st.integers(0, 999), ndim=st.sampled_from([2, 3]))
def test_reaches_are_those_of_distance_transforms(seed, ndim):
    random = np.random.default_rng(seed)
    shape = (40, 150) if ndim == 2 else (9, 14, 15)
    ours, theirs = (
        binary_dilation(random.random(shape) > 0.995, iterations=int(random.integers(1, 5))) for _ in range(2)
    )
    if not (ours & theirs).any():
        return
    looked = lens(ours.astype(np.uint8), theirs.astype(np.uint8), axes="ZYX"[-ndim:])
    expected = slow_reach(ours, theirs)
    np.testing.assert_allclose(looked.reach(Box.of_shape(shape)), expected, atol=1e-4)


@settings(max_examples=40)
@given(data=st.data(), ndim=st.sampled_from([2, 3]), classes=st.booleans(), planes=st.sampled_from([1, 2]))
def test_errors_never_grow_with_the_tolerance_and_are_the_same_from_both_sides(data, ndim, classes, planes):
    sides = data.draw(scenes(ndim, 1 if classes else planes, void=True))
    if classes:
        sides = [semantic(side, void=frozenset({6})) for side in sides]
    first, second = (Lens(OverlapTable.build(*pair)).curve() for pair in (sides, sides[::-1]))
    numbers = [first.real(k) for k in np.arange(0, LARGEST + 1, 0.25)]
    assert numbers == sorted(numbers, reverse=True)
    assert first.total == second.total
    if classes:
        np.testing.assert_allclose(first.reaches, second.reaches, atol=1e-4)


@settings(max_examples=60)
@given(data=st.data(), ndim=st.sampled_from([2, 3]), classes=st.booleans())
def test_after_edits_the_lens_is_as_if_made_anew(data, ndim, classes):
    sides = data.draw(scenes(ndim))
    if classes:
        sides = [semantic(side) for side in sides]
    table = OverlapTable.build(*sides)
    looked = Lens(table)
    looked.curve()
    for dab in data.draw(dabs(ndim)):
        labels = table.labels(dab.side)
        edit = dab.edit(labels)
        if edit is not None:
            edit.apply_to(labels.planes[edit.plane])
            looked.follow(table.update(edit), edit)
            anew = Lens(OverlapTable.build(*sides))
            np.testing.assert_array_equal(looked.curve().reaches, anew.curve().reaches)


@settings(max_examples=60)
@given(data=st.data())
def test_partners_follow_edits(data):
    sides = data.draw(scenes())
    table = OverlapTable.build(*sides)
    partners = Partners(table)
    for dab in data.draw(dabs()):
        labels = table.labels(dab.side)
        edit = dab.edit(labels)
        if edit is not None:
            before = set(partners.pairs())
            edit.apply_to(labels.planes[edit.plane])
            changed = partners.follow(table.update(edit))
            after = Partners(OverlapTable.build(*sides)).pairs()
            assert partners.pairs() == after
            assert {i for side, i in changed if side == "reference"} == {r for r, _ in before ^ set(after)}


def test_partners_need_no_least_iou():
    small, wide = discs((30, 30, 1)), discs((30, 30, 3))
    table = OverlapTable.build(LabelImage.of_array(small), LabelImage.of_array(wide * 7))
    assert table.iou(1, 7) < 0.2
    assert Partners(table).pairs() == [(1, 7)]


# ---------------------------------------------------------------- which tolerance
def test_annotators_who_differ_by_two_pixels_suggest_two():
    annotations = [LabelImage.of_array(np.roll(CELLS, by, axis=1)) for by in (-1, 0, 1)]
    suggestion = tolerance_of_annotators(annotations)
    assert suggestion is not None
    assert suggestion.pixels == 2
    assert suggestion.text.startswith("95 % of the outlines of 3 annotators lie within ")
    assert tolerance_of_annotators(annotations[:1]) is None


def test_coarse_slices_are_counted_in_fine_pixels():
    data = np.zeros((9, 30, 30), np.uint8)
    data[3:6, 10:20, 10:20] = 1
    labels = LabelImage((data,), axes="ZYX", spacing=(6.0, 2.0, 2.0))
    moved = replace(labels, planes=(np.roll(data, 1, axis=0),))
    suggestion = tolerance_of_annotators([labels, moved])
    assert suggestion is not None
    assert suggestion.pixels == 3


def test_annotators_of_a_series_are_compared_at_each_time():
    data = np.zeros((3, 40, 40), np.uint8)
    data[1, 10:24, 10:24] = 1
    labels = LabelImage((data,), axes="TYX", spacing=(0.1, 1.0, 1.0))
    moved = replace(labels, planes=(np.roll(data, 2, axis=2),))
    suggestion = tolerance_of_annotators([labels, moved])
    assert suggestion == tolerance_of_annotators(
        [LabelImage.of_array(one.data[1]) for one in (labels, moved)]
    )
    assert suggestion.pixels == 2


def test_the_knee_parts_jitter_from_errors():
    reaches = np.concatenate([np.repeat([1.0, 2.0], [600, 300]), np.linspace(2.5, 15, 60), [np.inf] * 80])
    suggestion = tolerance_of_curve(ToleranceCurve(reaches))
    assert suggestion is not None
    assert suggestion.pixels == 2
    assert suggestion.text == "94 % of what could be jitter is within 2 px"


def test_without_jitter_nothing_is_suggested():
    assert tolerance_of_curve(lens(CELLS, CELLS).curve()) is None
