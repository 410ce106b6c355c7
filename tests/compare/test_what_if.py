"""What a figure would be is what it is once the reference has the shape of the prediction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segreview.compare.disagreement import Relation
from segreview.compare.live import find_live_disagreements
from segreview.compare.stakes import stakes_of
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


def figures(gt, pred):
    """PQ, AP and Dice, counted anew."""
    summary = find_live_disagreements(LabelImage((gt,)), LabelImage((pred,))).summary()
    total, objects = summary.mean_iou * summary.hits, summary.references + summary.predictions
    shared = np.count_nonzero((gt > 0) & (pred > 0))
    return {
        "PQ": 2 * total / objects,
        "AP": summary.hits / (objects - summary.hits),
        "Dice": 2 * shared / (np.count_nonzero(gt) + np.count_nonzero(pred)),
    }


def what_if(found, item):
    stakes = stakes_of(found)
    stakes.put({3: item})
    return what_if_taken(stakes, 3, stakes.metrics)


def test_objects():
    gt, pred = squares()
    found = find_live_disagreements(LabelImage((gt,)), LabelImage((pred,)))
    kinds = {Relation.SPLIT, Relation.MERGED, Relation.MISSED, Relation.POOR, Relation.SPURIOUS}
    assert {item.relation for item in found.items.values()} >= kinds
    for item in found.items.values():
        after = np.where(np.isin(gt, item.reference_ids), 0, gt)
        for number in item.prediction_ids:
            after[pred == number] = 100 + number
        told = what_if(found, item)
        assert {one.name: one.before for one in told} == pytest.approx(figures(gt, pred))
        assert {one.name: one.after for one in told} == pytest.approx(figures(after, pred)), item.relation


def test_all_items_at_once_are_as_each_alone():
    gt, pred = squares()
    found = find_live_disagreements(LabelImage((gt,)), LabelImage((pred,)))
    items = dict(enumerate(found.items.values()))
    stakes = stakes_of(found)
    stakes.put(items)
    for metric in stakes.metrics:
        every = (what_if(found, item) for item in items.values())
        alone = [next(one.after for one in told if one.name == metric) for told in every]
        assert stakes.after(metric) == pytest.approx(alone)
        assert stakes.after(metric, [2, 0]) == pytest.approx([alone[2], alone[0]])


def mean_of(found, name):
    """Mean of a figure over the classes."""
    scale = {"mIoU": lambda iou: iou, "Dice": lambda iou: 2 * iou / (1 + iou)}[name]
    return np.mean([scale(shared / union) for shared, union in found.class_ratios().values() if union])


@given(st.integers(0, 2**32 - 1))
def test_classes(seed):
    rng = np.random.default_rng(seed)
    gt, pred = (np.kron(rng.integers(0, 4, (4, 4)), np.ones((5, 5))).astype(np.uint8) for _ in range(2))

    def found(gt):
        options = {"kind": Kind.SEMANTIC, "background": None, "void": frozenset({3})}
        return find_live_disagreements(LabelImage((gt,), **options), LabelImage((pred,), **options))

    before = found(gt)
    for item in before.items.values():
        told = {one.name: one for one in what_if(before, item)}
        if item.relation is Relation.IGNORED:
            assert not told
            continue
        after = gt.copy()
        part = after[item.box.slices]
        part[before.mask("reference", item)] = item.prediction_ids[0]
        for name, one in told.items():
            assert one.before == pytest.approx(mean_of(before, name))
            if item.prediction_ids[0] != 3:
                assert one.after == pytest.approx(mean_of(found(after), name))
