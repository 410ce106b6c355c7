"""Live disagreements of objects: figures of an item, and equality with a rebuild after any edits."""

from fractions import Fraction

import numpy as np
import pytest
from compare_cases import Dab, dabs, scenes
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from segreview.compare import displacement
from segreview.compare.disagreement import Disagreement, Relation, item_mask
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OverlapTable, overlap_table
from segreview.model.box import Box
from segreview.model.edit import Edit, painted
from segreview.model.labels import LabelImage

SIDES = pytest.mark.parametrize(("ndim", "planes"), [(2, 1), (3, 1), (2, 2)])
THRESHOLDS = st.sampled_from([Fraction(1, 10), Fraction(4, 10), Fraction(1, 2), Fraction(7, 10)])


def assert_equal(live: Disagreements, fresh: Disagreements) -> None:
    assert dict(live.items) == dict(fresh.items)
    assert live.partners == fresh.partners
    assert repr(live.summary()) == repr(fresh.summary()), "as text, since nan is not equal to itself"


@SIDES
@settings(deadline=None, max_examples=50)
@given(data=st.data(), t=THRESHOLDS, small=st.sampled_from([0, 1 << 14]))
def test_updates_equal_a_rebuild(ndim, planes, data, t, small):
    sides = dict(zip(("reference", "prediction"), data.draw(scenes(ndim, planes, void=True)), strict=True))
    table = OverlapTable.build(**sides)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(displacement, "SMALL", small)
        live = Disagreements(table, t, tolerance=1)
        for dab in data.draw(dabs(ndim, planes)):
            edit = dab.edit(sides[dab.side])
            for step in (edit, edit.inverse(), edit) if edit else ():
                follow(live, step)
                assert_equal(live, Disagreements(OverlapTable.build(**sides), t, tolerance=1))


def follow(live: Disagreements, edit: Edit) -> None:
    """Apply an edit and check that what is said to be replaced is what was."""
    before = dict(live.items)
    edit.apply_to(live.table.labels(edit.source).planes[edit.plane])
    replaced = live.update(live.table.update(edit), edit)
    expected = {h: i for h, i in before.items() if i not in replaced.removed}
    assert len(expected) == len(before) - len(replaced.removed)
    expected |= {i.handle: i for i in replaced.added}
    assert expected == dict(live.items)
    for handle, item in live.items.items():
        if edit.ids & set(item.ids(edit.source)):
            assert item in replaced.added, "its pixels changed"
        elif item not in replaced.added:
            assert item is before[handle]


@SIDES
@settings(deadline=None, max_examples=50)
@given(data=st.data(), radius=st.sampled_from([1, 1.5, 2]))
def test_figures_of_items(ndim, planes, data, radius):
    reference, prediction = data.draw(scenes(ndim, planes))
    live = Disagreements(OverlapTable.build(reference, prediction), Fraction(3, 10), radius)
    for item in live.items.values():
        a, b = (everywhere(item, side, reference, prediction) for side in ("reference", "prediction"))
        assert item.box == Box.of_mask(a | b)
        assert item.area == (a | b).sum()
        assert item.iou == (a & b).sum() / item.area
        if item.relation is not Relation.CLASS:
            assert item.error == (a ^ b).sum()
        assert (live.mask("reference", item) == a[item.box.slices]).all()
        if item.relation in (Relation.MATCHED, Relation.BOUNDARY):
            ball = np.sum(np.square(np.indices((5,) * ndim) - 2), axis=0) <= radius**2
            survives = ndimage.binary_opening(np.pad(a ^ b, 3), ball).any()
            assert (item.relation is Relation.BOUNDARY) == survives
            assert item.subcode == ("exact" if item.error == 0 else "boundary" if survives else "jitter")


def everywhere(item: Disagreement, side: str, reference: LabelImage, prediction: LabelImage) -> np.ndarray:
    labels = reference if side == "reference" else prediction
    return np.any([np.isin(plane, item.ids(side)) for plane in labels.planes], axis=0)


def test_subcodes():
    reference = np.zeros((40, 60), int)
    reference[5:35, 5:25], reference[5:35, 30:50] = 1, 2
    jitter = np.roll(reference, (1, 1), (0, 1))
    assert {i.subcode for i in Disagreements(overlap_table(reference, reference)).items.values()} == {"exact"}
    assert {i.subcode for i in Disagreements(overlap_table(reference, jitter)).items.values()} == {"jitter"}
    jitter[5:12, 5:25] = 0
    live = Disagreements(overlap_table(reference, jitter))
    assert live.of("reference", 1).relation is Relation.BOUNDARY
    assert live.of("reference", 2).relation is Relation.MATCHED


def test_a_ball_is_flat_where_slices_lie_far_apart():
    reference, prediction = np.ones((3, 20, 20), int), np.ones((3, 20, 20), int)
    prediction[1, :, :6] = 0
    thick = LabelImage((reference,), axes="ZYX", spacing=(5.0, 1.0, 1.0))
    even = LabelImage((reference,), axes="ZYX", spacing=(1.0, 1.0, 1.0))
    assert codes(OverlapTable.build(thick, LabelImage((prediction,), axes="ZYX"))) == ["boundary"]
    assert codes(OverlapTable.build(even, LabelImage((prediction,), axes="ZYX"))) == ["matched"]


def codes(table: OverlapTable) -> list[str]:
    return [str(item.relation) for item in Disagreements(table).items.values()]


def test_items_come_in_raster_order():
    labels = np.zeros((9, 9), int)
    labels[0, 8], labels[0, 0], labels[8, 0] = 1, 5, 3
    live = Disagreements(overlap_table(labels, labels))
    assert [item.reference_ids for item in live.items.values()] == [(5,), (1,), (3,)]


def test_items_are_found_by_pixel_object_and_ids():
    reference, prediction = np.array([[1, 1, 0, 0]]), np.array([[2, 2, 3, 0]])
    live = Disagreements(overlap_table(reference, prediction))
    assert live.at((0, 0)) is live.of("reference", 1) is live.of("prediction", 2)
    assert live.at((0, 2)) is live.of("prediction", 3)
    assert live.at((0, 3)) is None
    assert live.find("reference", 9) is None
    assert live.with_ids((1,), (2,)) == [live.of("reference", 1)]
    assert live.with_ids((1,), (3,)) == []
    with pytest.raises(KeyError):
        live.of("reference", 3)


def test_a_long_diagonal_stroke_on_large_objects():
    """Many patches far apart on two large segments: the kept counts of displaced places stay right."""
    random = np.random.default_rng(3)
    reference = np.where(np.arange(400)[:, None] < 200, 7, 8) + np.zeros((400, 400), int)
    prediction = np.roll(reference, 4, 0)
    live = Disagreements(overlap_table(reference, prediction))
    for n in range(12):
        mask = np.zeros((400, 400), bool)
        for _ in range(3):
            y, x = random.integers(20, 360, 2)
            mask[y : y + 14, x : x + 14] = True
        if n % 3 == 0:
            mask |= np.abs(np.subtract.outer(np.arange(400), np.arange(400))) < 4
        patches = tuple(painted(reference, Box.of_shape(mask.shape), mask, int(random.choice([7, 8]))))
        follow(live, Edit("reference", 0, patches, "test"))
        assert_equal(live, Disagreements(overlap_table(reference, prediction)))


def test_dabs_make_edits():
    labels = LabelImage((np.zeros((14, 17), int),))
    assert Dab("reference", 0, ((1, 1), (4, 4), 2), 1).edit(labels) is not None
    assert Dab("reference", 0, ((1, 1), (4, 4), 0), 1).edit(labels) is None


def test_masks_of_both_sides():
    table = overlap_table(np.array([[1, 1, 0]]), np.array([[0, 2, 2]]))
    (item,) = Disagreements(table, Fraction(1, 4)).items.values()
    assert item_mask(item, "reference", table.reference, table.prediction).tolist() == [[True, True, False]]
    assert item_mask(item, "prediction", table.reference, table.prediction).tolist() == [[False, True, True]]
