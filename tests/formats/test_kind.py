"""What integers stand for: the rules, one by one, and the line that tells them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segreview.errors import LossError, ReadError
from segreview.formats.classes import CITYSCAPES
from segreview.formats.format import ReadOptions
from segreview.formats.kind import components, decide, distinct, median_parts, whole_numbers
from segreview.formats.raster import Raster, labels_of, numbers_of
from segreview.formats.registry import read
from segreview.model.labels import Kind, LabelImage, Origin
from segreview.model.ontology import Category, Ontology

PATH = Path("labels.tif")
ORIGIN = Origin("tiff", (PATH,), ("",))


def opened(numbers: np.ndarray, **options: object) -> LabelImage:
    return labels_of(Raster(numbers, "ZYX"[-numbers.ndim :]), ReadOptions(**options), ORIGIN)


def checkers(count: int, side: int = 12) -> np.ndarray:
    """Values that change from pixel to pixel: classes in many pieces."""
    rows, columns = np.mgrid[:side, :side]
    return ((rows // 2 + 3 * (columns // 2)) % count).astype("uint8")


def test_two_values_are_a_mask_whose_objects_are_its_components() -> None:
    numbers = np.zeros((6, 9), "uint8")
    numbers[1, 1] = numbers[2, 2] = numbers[4, 5:8] = 255
    labels = opened(numbers)
    assert (labels.kind, labels.background, labels.stored) == (Kind.BINARY, 0, np.uint8)
    assert labels.planes[0].dtype == np.int32
    assert labels.data.max() == 2
    assert labels.reading == (
        "read as a two-valued mask: 2 objects, connected components of 255, 0 is background "
        "(rule: exactly two values)"
    )
    assert np.array_equal(numbers_of(labels), numbers)


@pytest.mark.parametrize(("values", "told"), [((0, 255), (0, 255)), ((3, 7), (3, 7)), ((-1, 0), (0, -1))])
def test_the_two_values_are_written_back(values: tuple[int, int], told: tuple[int, int]) -> None:
    numbers = np.full((4, 4), told[0], "int16")
    numbers[1:3, 1:3] = told[1]
    labels = opened(numbers)
    assert labels.origin.facts["values"] == told
    labels.planes[0][0, 0] = 17
    numbers[0, 0] = told[1]
    assert np.array_equal(numbers_of(labels), numbers)


@pytest.mark.parametrize(("only", "values"), [(0, (0, 255)), (9, (0, 9))])
def test_a_mask_of_one_value_can_be_asked_for(only: int, values: tuple[int, int]) -> None:
    labels = opened(np.full((4, 4), only, "uint8"), kind=Kind.BINARY)
    assert labels.origin.facts["values"] == values
    assert labels.data.max() == (only > 0)


def test_a_mask_of_many_values_cannot_be_asked_for() -> None:
    with pytest.raises(ReadError, match="no two-valued mask: it holds 5 values"):
        opened(checkers(5), kind=Kind.BINARY)


def test_ids_in_one_piece_are_instances() -> None:
    numbers = np.zeros((9, 9), "uint16")
    numbers[1:3, 1:3], numbers[5:7, 5:7] = 1, 2
    labels = opened(numbers)
    assert (labels.kind, labels.background) == (Kind.INSTANCE, 0)
    assert labels.reading.startswith("read as instance labels: 2 objects, 0 is background (rule: ")
    assert labels.reading.endswith(")")


def test_without_zero_there_is_no_background() -> None:
    numbers = np.repeat(np.arange(1, 9, dtype="uint8"), 8).reshape(8, 8)
    assert opened(numbers).background is None
    assert opened(numbers, background=1).background == 1


def test_few_ids_in_many_pieces_are_classes() -> None:
    labels = opened(checkers(5))
    assert (labels.kind, labels.background) == (Kind.SEMANTIC, None)
    assert "5 classes, every pixel is labelled" in labels.reading
    assert opened(checkers(5), kind=Kind.INSTANCE).kind is Kind.INSTANCE
    assert opened(checkers(5).astype("int32") * 100).kind is Kind.INSTANCE


def test_empty_labels_hold_no_objects() -> None:
    labels = opened(np.zeros((5, 5), "uint16"))
    assert (labels.kind, labels.background) == (Kind.INSTANCE, 0)
    assert "no objects" in labels.reading


def test_a_class_table_decides_unless_ids_exceed_it() -> None:
    table = Ontology("farm", tuple(Category(i, str(i), ignore=i == 3) for i in range(4)))
    numbers = np.zeros((6, 6), "uint8")
    numbers[2:4, 2:4] = 3
    labels = opened(numbers, ontology=table)
    assert (labels.kind, labels.void, labels.background) == (Kind.SEMANTIC, {3}, None)
    numbers[0, 0] = 9
    assert opened(numbers, ontology=table).kind is Kind.INSTANCE


def test_a_class_table_with_a_factor_makes_panoptic_labels() -> None:
    numbers = np.full((6, 6), 7, "uint16")
    numbers[2:4, 2:4], numbers[0] = 26_001, 29_000
    labels = opened(numbers, ontology=CITYSCAPES)
    assert labels.kind is Kind.PANOPTIC
    assert 29_000 in labels.void
    assert "cityscapes" in labels.reading


@pytest.mark.parametrize(
    ("largest", "dtype", "plane"),
    [(9, "float32", "int32"), (2**40, "float64", "int64"), (3, "float16", "int32")],
)
def test_whole_number_floats_are_integers_and_go_back(largest: int, dtype: str, plane: str) -> None:
    numbers = np.array([[0, 1], [2, largest]], dtype)
    labels = opened(numbers)
    assert (labels.planes[0].dtype, labels.dtype) == (plane, dtype)
    assert numbers_of(labels).dtype == dtype
    assert np.array_equal(numbers_of(labels), numbers)


@pytest.mark.parametrize("wrong", [0.25, np.nan, np.inf, 2.0**60])
def test_other_floats_are_refused_with_the_pixel(wrong: float) -> None:
    numbers = np.zeros((3, 4))
    numbers[2, 1] = wrong
    with pytest.raises(ReadError, match=r"at pixel \(2, 1\)") as refusal:
        whole_numbers(numbers, PATH)
    assert "--prob" in refusal.value.hint


def test_ids_beyond_int64_keep_their_type() -> None:
    numbers = np.array([[0, 2**63 + 1], [1, 2]], "uint64")
    labels = opened(numbers)
    assert labels.planes[0].dtype == np.uint64
    assert np.array_equal(numbers_of(labels), numbers)


def test_overlapping_planes_are_no_single_array() -> None:
    plane = np.zeros((3, 3), "uint8")
    with pytest.raises(LossError, match="overlap in 2 planes"):
        numbers_of(LabelImage((plane, plane)))


def test_an_id_that_would_wrap_is_refused() -> None:
    labels = opened(checkers(5), kind=Kind.INSTANCE)
    wide = replace(labels, planes=(np.full((4, 4), 300, "int32"),), stored=np.dtype("uint8"))
    with pytest.raises(LossError, match="0 to 255: id 300 does not fit") as refusal:
        numbers_of(wide)
    assert "Promote" in refusal.value.hint


def test_distinct_values_are_those_of_numpy() -> None:
    rng = np.random.default_rng(3)
    for numbers in (
        rng.integers(-5, 90, (9, 9)),
        rng.integers(0, 2**40, (9, 9)),
        rng.integers(200, 255, (9, 9)).astype("uint8"),
        np.array([[2**63 + 2, 2**63]], "uint64"),
        np.zeros((0, 3), "int16"),
    ):
        assert np.array_equal(distinct(numbers), np.unique(numbers))


def test_components_and_pieces_connect_diagonals() -> None:
    mask = np.eye(5, dtype=bool)
    assert components(mask).max() == 1
    assert median_parts(mask.astype("uint8")) == 1
    assert decide(np.stack([mask] * 2), ReadOptions(), PATH).kind is Kind.BINARY


def test_a_single_object_with_an_id_of_its_own_is_no_mask(tmp_path):
    data = np.zeros((8, 8), np.uint16)
    data[2:4, 2:4] = 7
    np.save(tmp_path / "a.npy", data)
    labels = read(tmp_path / "a.npy")
    assert labels.kind is Kind.INSTANCE
    assert labels.data.max() == 7
