"""Arrays in chunks give what arrays in memory give, and are never read as a whole."""

from fractions import Fraction
from math import prod

import numpy as np
import pytest
from compare_cases import SMALL_IDS, SPARSE_IDS, drawn, rectangles
from hypothesis import given, settings
from hypothesis import strategies as st

import segreview
from segreview.compare import kernel
from segreview.compare.kernel import count_pairs, find_boxes
from segreview.compare.overlap import overlap_table
from segreview.errors import SegreviewError
from segreview.model import chunked
from segreview.model.chunked import label_array, windows
from segreview.model.labels import Kind, LabelImage
from segreview.triage import find
from segreview.triage.suspicion import NONE
from stores import Store, grids

SHAPES = st.sampled_from([(11, 13), (4, 6, 7)])


@pytest.fixture(autouse=True)
def small_windows(monkeypatch):
    """Windows, blocks and waiting rows so few that every array has many."""
    monkeypatch.setattr(chunked, "WINDOW", 24)
    monkeypatch.setattr(kernel, "BLOCK", 8)
    monkeypatch.setattr(kernel, "FEW_ROWS", 10)


@st.composite
def pairs(draw, ids=SMALL_IDS):
    """Two label arrays, and the same with both or one of them in chunks."""
    shape, dtype = draw(SHAPES), draw(st.sampled_from(["int64", ">i8"]))
    arrays = [drawn(shape, draw(rectangles(shape, ids)), dtype) for _ in range(2)]
    in_chunks = [Store(data, draw(grids(shape))) for data in arrays]
    in_memory = draw(st.sampled_from([None, 0, 1]))
    if in_memory is not None:
        in_chunks[in_memory] = arrays[in_memory]
    return arrays, in_chunks


def assert_read_in_pieces(*sides):
    """Nothing was read at once that is larger than a window and than the largest chunk."""
    stores = [side for side in sides if isinstance(side, Store)]
    largest = max(max(window.size for window in windows(label_array(store))) for store in stores)
    for store in stores:
        assert max(map(prod, store.read)) <= max(chunked.WINDOW, largest)


@settings(deadline=None)
@given(sides=st.one_of(pairs(), pairs(SPARSE_IDS)))
def test_tables_are_equal(sides):
    arrays, in_chunks = sides
    pixels = [label_array(side) for side in in_chunks]
    for column, other in zip(count_pairs(*pixels), count_pairs(*arrays), strict=True):
        np.testing.assert_array_equal(column, other)
    for one, data in zip(pixels, arrays, strict=True):
        for column, other in zip(find_boxes(one), find_boxes(data), strict=True):
            np.testing.assert_array_equal(column, other)
    assert_read_in_pieces(*in_chunks)


@settings(deadline=None, max_examples=60)
@given(sides=pairs(), t=st.sampled_from([Fraction(3, 10), Fraction(1, 2)]))
def test_tables_matches_and_items_are_those_of_the_whole(sides, t):
    arrays, in_chunks = sides
    table, whole = overlap_table(*in_chunks), overlap_table(*arrays)
    assert table == whole
    for side in ("reference", "prediction"):
        for i in whole.areas(side):
            assert table.box(side, i) == whole.box(side, i)
    assert segreview.match(*in_chunks, t) == segreview.match(*arrays, t)
    found, expected = (
        segreview.find_disagreements(*pair, threshold=t, everything=True) for pair in (in_chunks, arrays)
    )
    assert found == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find, "MOST", 1)
        compared = segreview.find_disagreements(*in_chunks, threshold=t, everything=True)
    assert {item.suspicion for item in compared} <= {NONE}  # so large a one is not looked at
    assert {item.handle for item in compared} == {item.handle for item in found}


def test_two_zarr_arrays(tmp_path):
    zarr = pytest.importorskip("zarr", reason="zarr is no dependency of the core")
    data = np.random.default_rng(1).integers(0, 9, (2, 30, 40)).astype(np.uint32)
    stored = []
    for n, chunks in enumerate([(16, 16), (7, 40)]):
        array = zarr.create_array(tmp_path / f"{n}.zarr", shape=(30, 40), chunks=chunks, dtype="uint32")
        array[:] = data[n]
        stored.append(array)
    assert overlap_table(*stored) == overlap_table(*data)
    assert segreview.evaluate(stored[0], data[1]).figures == segreview.evaluate(*data).figures


def test_dask_arrays():
    dask = pytest.importorskip("dask.array", reason="dask is no dependency of the core")
    data = np.random.default_rng(2).integers(0, 9, (2, 30, 40)).astype(np.int16)
    sides = dask.from_array(data[0], chunks=(7, 9)), dask.from_array(data[1])
    assert overlap_table(*sides) == overlap_table(*data)
    assert segreview.match(*sides) == segreview.match(*data)
    lists = [[side, side] for side in sides]
    assert segreview.evaluate(*lists).figures["tp"] == 2 * segreview.evaluate(*data).figures["tp"]
    assert overlap_table(*(side > 4 for side in sides)) == overlap_table(*(data > 4))


def test_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py", reason="h5py is no dependency of the core")
    data = np.random.default_rng(3).integers(0, 9, (2, 30, 40)).astype(np.int16)
    with h5py.File(tmp_path / "labels.h5", "w") as file:
        sides = (
            file.create_dataset("gt", data=data[0], chunks=(8, 8)),
            file.create_dataset("model", data=data[1]),
        )
        assert overlap_table(*sides) == overlap_table(*data)


def test_shapes_that_differ_are_refused():
    with pytest.raises(SegreviewError, match="shape 4 x 5, the prediction 5 x 4"):
        overlap_table(Store(np.zeros((4, 5), int), (2, 2)), np.zeros((5, 4), int))


def test_numbers_with_fractions_are_refused():
    with pytest.raises(SegreviewError, match="reference holds float64 values"):
        overlap_table(Store(np.zeros((4, 5)), (2, 2)), np.zeros((4, 5), int))


def test_regions_of_classes_are_refused():
    classes = LabelImage((Store(np.zeros((4, 5), int), (2, 2)),), kind=Kind.SEMANTIC, background=None)
    with pytest.raises(SegreviewError, match="across blocks") as refusal:
        segreview.find_disagreements(classes, np.zeros((4, 5), int))
    assert "numpy.asarray" in refusal.value.hint
