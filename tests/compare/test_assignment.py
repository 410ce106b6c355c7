"""The exact assignment against scipy's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from segreview.compare.assignment import heaviest_assignment

SIDE = 6


@given(
    st.dictionaries(
        st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)), st.integers(1, 30), max_size=30
    )
)
def test_sum_is_the_largest(weights):
    rows: dict[int, dict[int, int]] = {}
    matrix = np.zeros((SIDE, SIDE))
    for (row, column), weight in weights.items():
        rows.setdefault(row, {})[column] = weight
        matrix[row, column] = weight
    found = heaviest_assignment(rows)
    assert len(set(found.values())) == len(found)
    at = linear_sum_assignment(matrix, maximize=True)
    assert sum(rows[r][c] for r, c in found.items()) == matrix[at].sum()


def test_weights_beyond_float_are_told_apart():
    big = 10**40
    assert heaviest_assignment({1: {1: big, 2: big + 1}}) == {1: 2}
    assert heaviest_assignment({1: {1: big}, 2: {1: big + 1}}) == {2: 1}


def test_a_long_chain_of_exchanges():
    n = 300
    weights = {i: {i: 1000, i + 1: 999} for i in range(n)}
    weights[n] = {0: 1000}
    found = heaviest_assignment(weights)
    assert len(found) == n + 1
    assert found[n] == 0
