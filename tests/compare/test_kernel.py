"""The passes over whole arrays against slow ones, on every kind of integer."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segreview.compare import kernel
from segreview.compare.kernel import count_pairs, find_boxes, pair_keys, rank_ids

DTYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]


def as_counts(found) -> dict:
    assert found.pixels.dtype == np.int64
    keys = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert keys == sorted(set(keys))
    return dict(zip(keys, found.pixels.tolist(), strict=True))


def slow_counts(a, b) -> dict:
    return dict(Counter(zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)))


def extreme(dtype, shape, seed):
    """Array with the lowest and highest ids of its type."""
    limits = np.iinfo(dtype)
    pool = np.array([limits.min, limits.max, limits.max - 1, 0, 1, 2], dtype)
    return np.repeat(pool[np.random.default_rng(seed).integers(0, 6, shape)], 3, axis=-1)


@pytest.fixture
def tiny_blocks(monkeypatch):
    """Blocks so small that every array has many."""
    monkeypatch.setattr(kernel, "BLOCK", 16)


@pytest.mark.parametrize("first", DTYPES)
@pytest.mark.parametrize("second", ["int8", "uint16", "int64", "uint64"])
@pytest.mark.parametrize("shape", [(90, 30), (4, 9, 5)])
def test_pairs_of_every_type(first, second, shape, tiny_blocks):
    a, b = extreme(first, shape, 1), extreme(second, shape, 2)
    assert as_counts(count_pairs(a, b)) == slow_counts(a, b)
    assert as_counts(count_pairs(a[::-1, ::2], b[::-1, ::2])) == slow_counts(a[::-1, ::2], b[::-1, ::2])


def test_pairs_of_one_run_as_long_as_a_block():
    a = np.zeros((512, 1024), np.uint8)
    assert as_counts(count_pairs(a, a)) == {(0, 0): a.size}


def test_pairs_of_rows_longer_than_a_block():
    a = np.zeros((2, kernel.BLOCK + 5), np.uint8)
    a[1, -3:] = 7
    assert as_counts(count_pairs(a, a)) == {(0, 0): a.size - 3, (7, 7): 3}


@pytest.mark.parametrize("shape", [(0,), (0, 5), (5, 0)])
def test_empty_arrays_have_no_pairs_and_no_boxes(shape):
    nothing = np.zeros(shape, np.uint16)
    assert as_counts(count_pairs(nothing, nothing)) == {}
    assert find_boxes(nothing).start.shape == (0, nothing.ndim)


@given(
    hnp.arrays(np.int16, hnp.array_shapes(min_dims=1, max_dims=3, max_side=9), elements=st.integers(-2, 3)),
    st.sampled_from([4, 16, 1 << 18]),
)
def test_boxes_are_tight(data, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "BLOCK", block)
        ids, start, stop = find_boxes(data)
    assert ids.tolist() == np.unique(data).tolist()
    for i, low, high in zip(ids, start, stop, strict=True):
        where = np.argwhere(data == i)
        assert (where.min(0) == low).all()
        assert (where.max(0) + 1 == high).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_boxes_of_extreme_ids(dtype, tiny_blocks):
    data = extreme(dtype, (20, 4), 3)[:, ::-1]
    ids, start, stop = find_boxes(data)
    assert ids.dtype == data.dtype
    for i, low, high in zip(ids, start, stop, strict=True):
        where = np.argwhere(data == i)
        assert (where.min(0) == low).all()
        assert (where.max(0) + 1 == high).all()


@given(
    share=st.sampled_from([0, 0.02, 0.05, 0.09, 0.11, 0.5, 1]),
    size=st.integers(1, 700),
    seed=st.integers(0, 9),
)
def test_places_of_true_however_many(share, size, seed):
    mask, _ = kernel._scratch(size)
    mask[:size] = np.random.default_rng(seed).random(size) < share
    expected = np.flatnonzero(mask[:size])
    assert kernel._places(mask, size).tolist() == expected.tolist()


@given(hnp.arrays(np.int64, (7, 5), elements=st.integers(-3, 3)))
def test_ranks_point_to_ids(data):
    ids, ranks = rank_ids(data)
    assert (ids[ranks] == data).all()
    assert ids.tolist() == np.unique(data).tolist()


def test_keys_are_equal_where_pairs_are():
    a, b = extreme("int64", (60,), 1), extreme("uint64", (60,), 2)
    keys = pair_keys(a, b)
    assert int(keys.max()) < 2**62
    same = (a[:, None] == a) & (b[:, None] == b)
    assert ((keys[:, None] == keys) == same).all()


def test_a_table_of_all_pairs_and_a_sort_give_the_same(monkeypatch):
    a, b = np.random.default_rng(0).integers(-3, 4, (2, 40, 50))
    by_table = count_pairs(a, b)
    monkeypatch.setattr(kernel, "DENSE", 0)
    for column, other in zip(by_table, count_pairs(a, b), strict=True):
        np.testing.assert_array_equal(column, other)
        assert column.dtype == other.dtype
