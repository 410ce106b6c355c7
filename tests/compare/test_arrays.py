"""Arrays of any integer dtype, with any ids, however they lie in memory, against plain counting."""

import tracemalloc
from collections import Counter

import numpy as np
import pytest

import segreview
from segreview.errors import SegreviewError

TYPES = pytest.mark.parametrize(
    "dtype",
    ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", ">i2", ">u4", ">i8"],
)


def extreme(dtype: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Rectangles whose ids are the lowest and highest of a type, on a background of 0."""
    limits = np.iinfo(dtype)
    pool = [0, 1, 2, limits.max, limits.max - 1, limits.max // 2, limits.min, limits.min // 2]
    random = np.random.default_rng(seed)
    data = np.zeros(shape, dtype)
    for _ in range(25):
        start = [random.integers(0, n) for n in shape]
        data[tuple(slice(a, a + random.integers(1, 9)) for a in start)] = random.choice(np.array(pool, dtype))
    return data


def counted(reference: np.ndarray, prediction: np.ndarray) -> dict[tuple[int, int], int]:
    """Pixels of pairs of objects by a plain count."""
    found = Counter(zip(reference.ravel().tolist(), prediction.ravel().tolist(), strict=True))
    return {pair: n for pair, n in found.items() if all(pair)}


def check(reference: np.ndarray, prediction: np.ndarray) -> None:
    """Compare tables, pairs, figures and items with a count, or with those of small ids."""
    table = segreview.overlap_table(reference, prediction)
    assert table.pairs() == counted(reference, prediction)
    for side, data in (("reference", reference), ("prediction", prediction)):
        areas = Counter(data.ravel().tolist())
        assert table.areas(side) == {i: n for i, n in areas.items() if i}
        for i in table.areas(side):
            where = np.argwhere(data == i)
            assert (table.box(side, i).start, table.box(side, i).stop) == (
                tuple(where.min(0).tolist()),
                tuple((where.max(0) + 1).tolist()),
            )
    names = [np.unique(data[data != 0]).tolist() for data in (reference, prediction)]
    small = [renamed(data, known) for data, known in zip((reference, prediction), names, strict=True)]
    expected = segreview.match(*small)
    assert segreview.match(reference, prediction).pairs() == {
        (names[0][r - 1], names[1][p - 1]): iou for (r, p), iou in expected.pairs().items()
    }
    for convention in ("stardist", "cellpose", "aji"):
        figures = segreview.evaluate(reference, prediction, convention).figures
        assert figures == segreview.evaluate(*small, convention).figures
    items = segreview.find_disagreements(reference, prediction, everything=True)
    assert {(item.reference_ids, item.prediction_ids): item.relation for item in items} == {
        (
            tuple(names[0][i - 1] for i in item.reference_ids),
            tuple(names[1][i - 1] for i in item.prediction_ids),
        ): item.relation
        for item in segreview.find_disagreements(*small, everything=True)
    }


def renamed(data: np.ndarray, known: list[int]) -> np.ndarray:
    """Ids by their rank, from 1."""
    small = np.zeros(data.shape, np.int64)
    for n, i in enumerate(known, start=1):
        small[data == i] = n
    return small


@TYPES
@pytest.mark.parametrize("shape", [(30, 40), (8, 12, 10)])
def test_any_type_and_any_id(dtype, shape):
    check(extreme(dtype, shape, 1), extreme(dtype, shape, 2))
    check(extreme(dtype, shape, 3), extreme("int16", shape, 4))
    check(extreme("uint64", shape, 5), extreme(dtype, shape, 6))


def test_ids_that_are_far_apart():
    ids = np.array([0, 5, 2**31, 2**40 + 1, 2**62, 2**63 - 1], np.int64)
    random = np.random.default_rng(1)
    reference, prediction = (np.repeat(ids[random.integers(0, 6, (20, 10))], 4, 1) for _ in range(2))
    check(reference, prediction)
    check(reference.astype(np.uint64) * np.uint64(2), prediction)


VIEWS = {
    "columns first": np.asfortranarray,
    "backwards": lambda data: data[::-1, ::-1].copy()[::-1, ::-1],
    "every other": lambda data: np.repeat(np.repeat(data, 2, 0), 3, 1)[::2, ::3],
    "part of a larger one": lambda data: np.pad(data, 5)[5:-5, 5:-5],
    "transposed": lambda data: data.T.copy().T,
    "the same row again": lambda data: np.broadcast_to(data[:1], data.shape),
    "a field of records": lambda data: np.rec.fromarrays([data, data], names="a,b").b,
}


@pytest.mark.parametrize("name", VIEWS)
def test_any_layout(name):
    reference, prediction = extreme("int32", (30, 40), 1), extreme("int32", (30, 40), 2)
    view = VIEWS[name](reference)
    check(view, prediction)
    check(np.ascontiguousarray(view), VIEWS[name](prediction))


def test_files_that_are_mapped_and_only_read(tmp_path):
    paths = [tmp_path / "gt.npy", tmp_path / "model.npy"]
    for n, path in enumerate(paths, start=1):
        np.save(path, extreme("uint16", (30, 40), n))
    check(*(np.load(path, mmap_mode="r") for path in paths))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32"])
def test_products_of_ids_beyond_their_type(dtype):
    """scikit-image's join_segmentations multiplies ids in their own type, and joins regions by that."""
    n = min(300, int(np.iinfo(dtype).max) - 1)
    ids = (np.iinfo(dtype).max - np.arange(n)).astype(dtype)
    reference = np.repeat(ids, n).reshape(n, n)
    table = segreview.overlap_table(reference, reference.T)
    assert len(table.pairs()) == n * n
    assert table.pairs() == counted(reference, reference.T)


@pytest.mark.parametrize("layout", [np.ascontiguousarray, lambda data: data[::-1, ::-1], np.asfortranarray])
def test_the_inputs_are_not_copied(layout):
    cells = np.arange(64 * 64, dtype=np.int32).reshape(64, 64) * 500_000
    sides = [layout(np.kron(cells, np.ones((32, 32), np.int32))) for _ in range(2)]
    segreview.evaluate(*sides)  # imports and scratch memory
    tracemalloc.start()
    segreview.evaluate(*sides)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < sides[0].size, "less than a byte for each pixel"


def test_whole_numbers_as_floats_are_refused_and_told_how():
    with pytest.raises(SegreviewError, match="float64") as refusal:
        segreview.match(np.zeros((3, 3)), np.zeros((3, 3), int))
    assert "astype" in refusal.value.hint
