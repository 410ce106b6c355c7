"""Live regions of semantic labels against slow ones, before and after any edits."""

import math

import numpy as np
import pytest
from compare_cases import SMALL_IDS, dabs, scenes, semantic
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from segreview.compare.disagreement import Relation
from segreview.compare.live import find_live_disagreements
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import OverlapTable
from segreview.compare.regions import Regions
from segreview.model.edit import Edit
from segreview.model.labels import LabelImage

AXES = pytest.mark.parametrize("axes", ["YX", "ZYX", "TYX"])


def slow_regions(reference: LabelImage, prediction: LabelImage, radius: float) -> dict:
    """Pixels of every region by its classes and first pixel, and whether it holds a ball."""
    a, b = reference.data, prediction.data
    structure = ndimage.generate_binary_structure(a.ndim, 1)
    ball = np.sum(np.square(np.indices((5,) * a.ndim) - 2), axis=0) <= radius**2
    if reference.axes[0] == "T":
        structure[0] = structure[2] = ball[:2] = ball[3:] = False
    found = {}
    for r in set(np.unique(a).tolist()) - reference.void:
        for p in set(np.unique(b).tolist()) - {r}:
            numbers, n = ndimage.label((a == r) & (b == p), structure)
            for k in range(1, n + 1):
                mask = numbers == k
                thick = bool(ndimage.binary_opening(np.pad(mask, 3), ball).any())
                found[(r,), (p,), int(mask.argmax()) + 1] = (mask, thick)
    return found


def check(live: Regions, radius: float) -> None:
    slow = slow_regions(live.table.reference, live.table.prediction, radius)
    assert set(live.items) == set(slow)
    number = np.zeros(live.table.reference.shape, object)
    for handle, (mask, thick) in slow.items():
        item = live.items[handle]
        assert item.relation is (Relation.CLASS if thick else Relation.BOUNDARY)
        assert item.area == item.error == mask.sum()
        assert (live.mask("reference", item) == mask[item.box.slices]).all()
        assert mask[item.box.slices].sum() == item.area
        number[mask] = item
    for index in np.ndindex(number.shape):
        assert live.at(index) is (number[index] or None)
    assert live.summary().mean_iou == pytest.approx(slow_mean_iou(live.table), nan_ok=True)
    for relation, n in live.summary().counts.items():
        assert n == sum(item.relation is relation for item in live.items.values())


def slow_mean_iou(table: OverlapTable) -> float:
    a, b = table.reference.data, table.prediction.data
    counts = ~np.isin(a, list(table.reference.void))
    ious = []
    for k in (set(np.unique(a)) | set(np.unique(b))) - table.reference.void:
        union = (((a == k) | (b == k)) & counts).sum()
        if union:
            ious.append(((a == k) & (b == k)).sum() / union)
    return float(np.mean(ious)) if ious else math.nan


@AXES
@settings(deadline=None, max_examples=60)
@given(data=st.data(), radius=st.sampled_from([1, 2]), void=st.sampled_from([frozenset(), frozenset({6})]))
def test_updates_equal_a_rebuild(axes, data, radius, void):
    drawn = data.draw(scenes(len(axes), ids=SMALL_IDS))
    sides = {
        "reference": semantic(drawn[0], axes, void),
        "prediction": semantic(drawn[1], axes),
    }
    live = Regions(OverlapTable.build(**sides), radius)
    check(live, radius)
    for dab in data.draw(dabs(len(axes))):
        edit = dab.edit(sides[dab.side])
        for step in (edit, edit.inverse(), edit) if edit else ():
            follow(live, step)
    check(live, radius)
    assert dict(live.items) == dict(Regions(OverlapTable.build(**sides), radius).items)


def follow(live: Regions, edit: Edit) -> None:
    """Apply an edit; what is said to be replaced is what was, and no more."""
    before = {h: (i, live.mask("reference", i)) for h, i in live.items.items()}
    edit.apply_to(live.table.labels(edit.source).data)
    replaced = live.update(live.table.update(edit), edit)
    kept = {h: i for h, (i, _) in before.items() if i not in replaced.removed}
    assert kept | {i.handle: i for i in replaced.added} == dict(live.items)
    assert len(kept) == len(before) - len(replaced.removed)
    for handle, item in live.items.items():
        old, mask = before.get(handle, (None, None))
        same = old == item and (mask == live.mask("reference", item)).all()
        assert (item in replaced.added) != same


def test_kind_decides():
    labels = LabelImage((np.array([[1, 1, 2]]),))
    assert isinstance(find_live_disagreements(labels, labels), Disagreements)
    assert isinstance(find_live_disagreements(semantic(labels), semantic(labels)), Regions)


def test_lookups():
    reference, prediction = np.zeros((9, 30), int), np.zeros((9, 30), int)
    prediction[1:8, 2:9] = prediction[1:8, 20:27] = 3
    prediction[4, 12] = 5
    live = find_live_disagreements(*(semantic(LabelImage.of_array(a)) for a in (reference, prediction)))
    assert [str(i.relation) for i in live.items.values()] == ["class", "class", "boundary"]
    assert [i.region for i in live.with_ids((0,), (3,))] == [1 * 30 + 3, 1 * 30 + 21]
    assert live.at((4, 12)).subcode == "boundary"
    assert live.at((0, 0)) is None
    assert live.partners == {}
    assert live.summary().mean_iou == pytest.approx((1 - 99 / 270) / 3)
