"""What a figure would be is what it is once the reference has the shape of the prediction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segreview.compare.disagreement import Relation
from segreview.compare.live import find_live_disagreements
from segreview.compare.what_if import what_if_taken
from segreview.model.labels import Kind, LabelImage


def squares():
    """GT and model: matched 1, split 2, merged 3 and 4, missed 5, poor 6, and a spurious 9."""
    gt, pred = np.zeros((2, 60, 60), np.uint8)
    gt[2:12, 2:12] = pred[2:12, 3:12] = 1
    gt[2:12, 20:40], pred[2:12, 20:30], pred[2:12, 30:39] = 2, 2, 3
    gt[20:30, 2:12], gt[20:30, 12:22], pred[20:30, 2:22] = 3, 4, 4
    gt[20:30, 30:40] = 5
    gt[40:50, 2:22], pred[40:50, 14:30] = 6, 6
    pred[40:50, 40:50] = 9
    return gt, pred


def pq(gt, pred):
    summary = find_live_disagreements(LabelImage((gt,)), LabelImage((pred,))).summary()
    total = summary.mean_iou * summary.hits if summary.hits else 0.0
    return 2 * total / (summary.references + summary.predictions)


def test_objects():
    gt, pred = squares()
    found = find_live_disagreements(LabelImage((gt,)), LabelImage((pred,)))
    kinds = {Relation.SPLIT, Relation.MERGED, Relation.MISSED, Relation.POOR, Relation.SPURIOUS}
    assert {item.relation for item in found.items.values()} >= kinds
    for item in found.items.values():
        after = np.where(np.isin(gt, item.reference_ids), 0, gt)
        for number in item.prediction_ids:
            after[pred == number] = 100 + number
        told = what_if_taken(found, item)
        assert (told.name, told.before) == ("PQ", pytest.approx(pq(gt, pred)))
        assert told.after == pytest.approx(pq(after, pred)), item.relation


@given(st.integers(0, 2**32 - 1))
def test_classes(seed):
    rng = np.random.default_rng(seed)
    gt, pred = (np.kron(rng.integers(0, 4, (4, 4)), np.ones((5, 5))).astype(np.uint8) for _ in range(2))

    def found(gt):
        options = {"kind": Kind.SEMANTIC, "background": None, "void": frozenset({3})}
        return find_live_disagreements(LabelImage((gt,), **options), LabelImage((pred,), **options))

    before = found(gt)
    for item in before.items.values():
        told = what_if_taken(before, item)
        if item.relation is Relation.IGNORED:
            assert told is None
            continue
        after = gt.copy()
        part = after[item.box.slices]
        part[before.mask("reference", item)] = item.prediction_ids[0]
        assert told.before == pytest.approx(before.summary().mean_iou, nan_ok=True)
        if item.prediction_ids[0] != 3:
            assert told.after == pytest.approx(found(after).summary().mean_iou, nan_ok=True)
