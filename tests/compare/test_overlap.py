"""The overlap table: exact at first, and exact after any edits."""

import numpy as np
import pytest
from compare_cases import SPARSE_IDS, counted, dabs, ids_of, scenes
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.compare.overlap import OverlapTable, Touched, overlap_table
from segreview.errors import SegreviewError
from segreview.model.box import Box
from segreview.model.edit import Edit, Patch, painted
from segreview.model.labels import LabelImage

DIMENSIONS = pytest.mark.parametrize(("ndim", "planes"), [(2, 1), (3, 1), (2, 3)])


def tight(labels: LabelImage, object_id: int) -> Box:
    return Box.of_mask(np.any([plane == object_id for plane in labels.planes], axis=0))


def check(table: OverlapTable) -> None:
    """Compare every figure of a table with slow counts."""
    slow = counted(table.reference, table.prediction)
    outside = {side: table.labels(side).outside for side in ("reference", "prediction")}
    assert table.pairs() == {
        (r, p): n
        for (r, p), n in slow.items()
        if r not in outside["reference"] and p not in outside["prediction"]
    }
    for side in ("reference", "prediction"):
        labels = table.labels(side)
        assert set(table.areas(side)) == ids_of(labels)
        for i, area in table.areas(side).items():
            assert area == sum(int((plane == i).sum()) for plane in labels.planes) == table.area(side, i)
            assert table.box(side, i) == tight(labels, i)
            partners = {
                (p if side == "reference" else r): n
                for (r, p), n in table.pairs().items()
                if i == (r if side == "reference" else p)
            }
            assert table.partners(side, i) == partners


@DIMENSIONS
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_build(ndim, planes, data):
    check(OverlapTable.build(*data.draw(scenes(ndim, planes))))


@DIMENSIONS
@settings(deadline=None, max_examples=50)
@given(data=st.data(), early=st.booleans())
def test_updates_equal_a_rebuild(ndim, planes, data, early):
    sides = dict(zip(("reference", "prediction"), data.draw(scenes(ndim, planes, void=True)), strict=True))
    table = OverlapTable.build(**sides)
    if early:
        check(table)
    for dab in data.draw(dabs(ndim, planes)):
        edit = dab.edit(sides[dab.side])
        if edit is None:
            continue
        for step in (edit, edit.inverse(), edit):
            before = OverlapTable.build(**sides)
            step.apply_to(sides[dab.side].planes[edit.plane])
            touched = table.update(step)
            assert table == OverlapTable.build(**sides)
            assert_covers(touched, before, table, step)
    check(table)


def assert_covers(touched: Touched, before: OverlapTable, after: OverlapTable, edit: Edit) -> None:
    """Every object whose figures or pixels changed is named, and nothing that is no object."""
    for side in ("reference", "prediction"):
        ids = set(before.areas(side)) | set(after.areas(side))
        changed = {
            i
            for i in ids
            if before.area(side, i) != after.area(side, i)
            or before.partners(side, i) != after.partners(side, i)
            or before.void_pixels(side, i) != after.void_pixels(side, i)
        }
        if side == edit.source:
            changed |= edit.ids & ids
        assert changed <= touched.of(side)
        assert touched.of(side).isdisjoint(after.labels(side).outside)


@settings(deadline=None)
@given(data=st.data())
def test_ids_far_apart(data):
    sides = dict(zip(("reference", "prediction"), data.draw(scenes(ids=SPARSE_IDS)), strict=True))
    table = OverlapTable.build(**sides)
    for dab in data.draw(dabs(ids=SPARSE_IDS, most=3)):
        edit = dab.edit(sides[dab.side])
        if edit is not None:
            edit.apply_to(sides[dab.side].data)
            table.update(edit)
    check(table)


def test_overlapping_patches_are_taken_in_order():
    reference, prediction = np.zeros((6, 6), int), np.ones((6, 6), int)
    table = overlap_table(reference, prediction)
    table.box("prediction", 1)
    first = tuple(painted(reference, Box((0, 0), (6, 6)), np.ones((6, 6), bool), 3))
    reference[...] = 3
    second = tuple(painted(reference, Box((0, 0), (6, 2)), np.ones((6, 2), bool), 0))
    reference[:, :2] = 0
    table.update(Edit("reference", 0, first + second, "test"))
    assert table.pairs() == {(3, 1): 24}
    assert table.box("reference", 3) == Box((0, 2), (6, 6))


def test_a_patch_need_not_be_tight():
    reference = np.zeros((6, 6), int)
    table = overlap_table(reference, np.ones((6, 6), int))
    table.areas("reference")
    with pytest.raises(KeyError):
        table.box("reference", 2)
    mask = np.zeros((6, 6), bool)
    mask[2, 3] = True
    patch = Patch(Box((0, 0), (6, 6)), np.packbits(mask).tobytes(), np.array([0]), np.array([2]))
    patch.apply_to(reference)
    table.update(Edit("reference", 0, (patch,), "test"))
    assert table.box("reference", 2) == Box((2, 3), (3, 4))


def test_ratio_and_iou():
    table = overlap_table(np.array([[1, 1, 1, 0]]), np.array([[0, 5, 5, 5]]))
    assert table.ratio(1, 5) == (2, 4)
    assert table.iou(1, 5) == 0.5
    assert table.intersection(1, 9) == 0
    assert table.ratio(1, 9) == (0, 3)
    assert np.isnan(table.iou(8, 9))


def test_void_pixels():
    reference = LabelImage((np.array([[9, 9, 1, 0]]),), void=frozenset({9}))
    prediction = LabelImage((np.array([[4, 4, 4, 4]]),))
    table = overlap_table(reference, prediction)
    assert table.void_pixels("prediction", 4) == 2
    assert table.void_pixels("reference", 1) == 0
    assert table.pairs() == {(1, 4): 1}


def test_an_array_is_read_as_the_other_side_is():
    reference = LabelImage((np.array([[9, 9, 1, 0]]),), background=None, void=frozenset({9}))
    assert overlap_table(reference, np.array([[9, 1, 0, 0]])).pairs() == {(1, 0): 1, (0, 0): 1}
    assert overlap_table(np.array([[9, 1, 0, 0]]), reference).pairs() == {(0, 1): 1, (0, 0): 1}


def test_products_of_ids_beyond_their_dtype():
    """The case in which scikit-image's join_segmentations overflows: uint16 ids, 300 x 300 of them."""
    reference = np.repeat(np.arange(300, dtype=np.uint16), 300).reshape(300, 300) + np.uint16(200)
    prediction = reference.T.copy()
    table = overlap_table(reference, prediction)
    assert len(table.pairs()) == 90_000
    assert set(table.pairs().values()) == {1}


def test_shapes_must_agree():
    with pytest.raises(SegreviewError, match=r"shape 2 x 3, the prediction 3 x 2") as caught:
        overlap_table(np.zeros((2, 3), int), np.zeros((3, 2), int))
    assert caught.value.hint


def test_fractions_are_refused():
    with pytest.raises(SegreviewError, match="prediction holds float32 values") as caught:
        overlap_table(np.zeros((2, 3), int), np.zeros((2, 3), np.float32))
    assert "astype" in caught.value.hint


def test_two_valued_arrays_are_one_object():
    assert overlap_table(np.array([[True, False]]), np.array([[1, 1]])).pairs() == {(1, 1): 1}


def test_an_edit_of_another_source_is_refused():
    table = overlap_table(np.zeros((2, 2), int), np.zeros((2, 2), int))
    with pytest.raises(ValueError, match="annotator"):
        table.update(Edit("annotator", 0, (), "test"))
