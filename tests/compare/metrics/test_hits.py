"""Hits against scipy's assignment on the cost of stardist and cellpose."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from segreview.compare.metrics.case import pair_cases
from segreview.compare.metrics.hit import Hit, threshold_of
from segreview.compare.metrics.pairing import best_pairs, find_hits, find_hits_at

THRESHOLDS = [f"0.{n}" for n in range(1, 10)]


@st.composite
def scenes(draw):
    """Two rows of short runs, so that objects overlap many others."""
    size = 40
    sides = []
    for _ in range(2):
        lengths = draw(st.lists(st.integers(1, 9), min_size=8, max_size=12))
        ids = draw(st.permutations(range(len(lengths))))
        sides.append(np.resize(np.repeat(ids, lengths), size)[None])
    return pair_cases(*sides)[0].counts


def dense(counts):
    table = np.zeros((counts.reference_ids.size, counts.prediction_ids.size))
    table[counts.rows, counts.columns] = counts.ious
    return table


@settings(max_examples=50, deadline=None)
@given(counts=scenes())
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_counts_and_mean_matched_score(threshold, counts):
    exact = threshold_of(threshold)
    found = find_hits(counts, Hit(exact, strict=False))
    table = dense(counts)
    hits = np.zeros(table.shape, bool)
    is_hit = counts.shared * exact.denominator >= counts.unions * exact.numerator
    hits[counts.rows[is_hit], counts.columns[is_hit]] = True
    smaller = min(table.shape)
    at = linear_sum_assignment(-hits.astype(float) - table / (2 * smaller)) if smaller else ([], [])
    chosen = hits[at]
    assert found.tp == chosen.sum()
    assert found.iou_sum == pytest.approx(table[at][chosen].sum())


@settings(deadline=None)
@given(counts=scenes())
def test_all_thresholds_at_once_are_each_alone(counts):
    rules = [Hit(threshold_of(threshold), strict=False) for threshold in THRESHOLDS]
    for rule, found in zip(rules, find_hits_at(counts, rules), strict=True):
        np.testing.assert_array_equal(found.pairs, find_hits(counts, rule).pairs)


@settings(deadline=None)
@given(counts=scenes())
def test_best_pairs_have_the_largest_sum_of_iou(counts):
    table = dense(counts)
    pairs = best_pairs(counts)
    assert np.unique(counts.rows[pairs]).size == np.unique(counts.columns[pairs]).size == pairs.size
    at = linear_sum_assignment(table, maximize=True)
    assert counts.ious[pairs].sum() == pytest.approx(table[at].sum())


def test_unions_beyond_64_bits_are_compared_exactly():
    shared, unions = np.array([2**60]), np.array([2**61])
    assert Hit(threshold_of("0.5"), strict=False).of(shared, unions).tolist() == [True]
    assert Hit(threshold_of("0.5"), strict=True).of(shared, unions).tolist() == [False]
    assert Hit(threshold_of("0.5000000000000000001"), strict=False).of(shared, unions).tolist() == [False]
