"""Hits at every threshold: equal to stardist's rule, to a rebuild after any edits, flips to brute force."""

from fractions import Fraction

import numpy as np
import pytest
from compare_cases import dabs, scenes
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.compare import tangle
from segreview.compare.evaluate import evaluate
from segreview.compare.metrics.matching import stardist_figures
from segreview.compare.overlap import OverlapTable, overlap_table
from segreview.compare.sweep import FLOOR, Sweep

SIDES = pytest.mark.parametrize(("ndim", "planes"), [(2, 1), (3, 1), (2, 2)])
USUAL = [Fraction(n, 10) for n in range(1, 10)]
A_LITTLE = Fraction(1, 10**9)


def assert_stardist(sweep, thresholds=USUAL):
    sides = sweep.table.reference, sweep.table.prediction
    figures = evaluate(*sides, "stardist", threshold=[*thresholds, 1, 1]).figures["per_threshold"]
    for t, wanted in zip(thresholds, figures[:-2], strict=True):
        assert {"threshold": t, **stardist_figures(sweep.tally(t))} == pytest.approx(wanted), t


@SIDES
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_figures_are_stardists_and_updates_equal_a_rebuild(ndim, planes, data):
    sides = dict(zip(("reference", "prediction"), data.draw(scenes(ndim, planes, void=True)), strict=True))
    table = OverlapTable.build(**sides)
    sweep = Sweep(table)
    assert_stardist(sweep)
    for dab in data.draw(dabs(ndim, planes)):
        edit = dab.edit(sides[dab.side])
        for step in (edit, edit.inverse(), edit) if edit else ():
            step.apply_to(sides[step.source].planes[step.plane])
            sweep.note(table.update(step))
            if data.draw(st.booleans()):  # several edits may be followed at once
                assert sweep == Sweep(OverlapTable.build(**sides))
    assert sweep == Sweep(OverlapTable.build(**sides))
    if planes == 1:  # else a stroke may have put an object into both planes
        assert_stardist(sweep)


@SIDES
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_flips_are_where_the_counts_of_hits_change(ndim, planes, data):
    sides = data.draw(scenes(ndim, planes))
    sweep = Sweep(OverlapTable.build(*sides))
    values = [Fraction(*sweep.table.ratio(*pair)) for pair in sweep.table.pairs()]
    levels = sorted({value for value in values if value >= FLOOR})
    flips = walked(sweep)
    assert {flip.value for flip in flips} <= set(levels)
    assert np.allclose(np.unique(sweep.values()), [float(flip.value) for flip in flips])
    assert_stardist(sweep, levels)
    at = {flip.value: flip for flip in flips}
    for level in levels[:-1]:
        lost = sweep.tally(level).tp - sweep.tally(level + A_LITTLE).tp
        assert all(len(ids) >= lost for ids in at[level][1:]) if lost else True


@pytest.mark.parametrize("seed", range(12))
def test_flips_equal_brute_force(seed):
    """In scenes where no two choices are equally good."""
    random = np.random.default_rng(seed)
    sides = [blobs(random), blobs(random)]
    sweep = Sweep(overlap_table(*sides))
    levels = sorted({v for p in sweep.table.pairs() if (v := Fraction(*sweep.table.ratio(*p))) >= FLOOR})
    expected = []
    for level in levels:
        here, above = (matched(sides, t) for t in (level, level + A_LITTLE))
        ids = tuple(tuple(sorted(a ^ b)) for a, b in zip(here, above, strict=True))
        expected += [(level, *ids)] if any(ids) else []
    assert walked(sweep) == expected
    assert len(expected) > 5


def blobs(random):
    """Rectangles over each other, in one layer."""
    data = np.zeros((90, 90), int)
    for value in range(1, 16):
        (y, x), (h, w) = random.integers(0, 70, 2), random.integers(9, 40, 2)
        data[y : y + h, x : x + w] = value
    return data


def matched(sides, t):
    """Objects of each side that are hits, by stardist's rule; none above 1."""
    if t > 1:
        return set(), set()
    records = evaluate(*sides, "stardist", threshold=t, per_object=True).objects
    hits = [one for one in records if one["iou"]]
    return {one["reference_id"] for one in hits}, {one["prediction_id"] for one in hits}


def walked(sweep):
    """All flips, upwards; downwards they are the same."""
    found, flip = [], sweep.above(FLOOR - A_LITTLE)
    while flip is not None:
        found.append(flip)
        flip = sweep.above(flip.value)
    back, flip = [], sweep.below(Fraction(2))
    while flip is not None:
        back.append(flip)
        flip = sweep.below(flip.value)
    assert back == found[::-1]
    return found


def test_flips_of_objects_without_rivals():
    reference, prediction = np.zeros((2, 10, 40), int)
    reference[:, 0:10], reference[:, 20:30] = 1, 2
    prediction[:, 0:7], prediction[:5, 20:30] = 4, 5
    sweep = Sweep(overlap_table(reference, prediction))
    assert walked(sweep) == [(Fraction(1, 2), (2,), (5,)), (Fraction(7, 10), (1,), (4,))]
    assert sweep.tally(Fraction(1, 2)).tp == 2
    assert sweep.tally(Fraction(1, 2) + A_LITTLE).tp == 1
    assert sweep.tally(Fraction(7, 10)).tp == 1


def test_rivals_flip_one_after_the_other():
    """One GT object under two of the model's, of which the worse one has another object to go to."""
    reference, prediction = np.zeros((2, 1, 100), int)
    reference[0, :60], reference[0, 60:100] = 1, 2
    prediction[0, :28], prediction[0, 28:80] = 11, 12
    sweep = Sweep(overlap_table(reference, prediction))
    assert [flip[1:] for flip in walked(sweep)] == [((2,), (12,)), ((1,), (11,))]
    assert_stardist(sweep, [flip.value for flip in walked(sweep)])


@settings(deadline=None, max_examples=40)
@given(sides=scenes())
def test_a_large_tangle_has_the_right_counts_at_every_threshold(sides):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tangle, "LARGEST", 3)
        sweep = Sweep(OverlapTable.build(*sides))
        for t in USUAL:
            wanted = evaluate(*sides, "stardist", threshold=t).figures
            found = sweep.tally(t)
            assert (found.tp, found.fp, found.fn) == (wanted["tp"], wanted["fp"], wanted["fn"])


def test_thresholds_that_cannot_be():
    sweep = Sweep(overlap_table(np.zeros((2, 2), int), np.zeros((2, 2), int)))
    assert sweep.tally(Fraction(1, 2)).tp == 0
    assert sweep.values().size == 0
    assert sweep.above(FLOOR) is None
    for t in (Fraction(1, 11), Fraction(3, 2)):
        with pytest.raises(ValueError, match="from 1/10 to 1"):
            sweep.tally(t)
