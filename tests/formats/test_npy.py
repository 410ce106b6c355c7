""".npy beyond the laws: what is refused in words, and what never runs."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segreview.errors import ReadError
from segreview.formats.raster import promoted, wider
from segreview.formats.registry import read, write
from segreview.model.labels import LabelImage


class _Evil:
    def __reduce__(self):
        return pickle.loads, (b"",)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(5, "uint8"), r"shape \(5,\)"),
        (np.zeros((2, 2, 8, 8), "uint8"), r"shape \(2, 2, 8, 8\)"),
        (np.zeros((0, 8), "uint8"), r"shape \(0, 8\)"),
        (np.zeros((16, 16, 3), "uint8"), "colour image"),
        (np.zeros((8, 8), "complex64"), "complex64"),
        (np.zeros((8, 8), "S3"), "not an array of numbers"),
        (np.array([[_Evil()]], object), "never opened"),
    ],
)
def test_what_is_no_label_array_is_refused(array: np.ndarray, words: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.npy"
    np.save(path, array, allow_pickle=True)
    with pytest.raises(ReadError, match=words):
        read(path)


def test_a_header_that_asks_for_absurd_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.npy"
    np.save(path, np.zeros((10, 10), "uint8"))
    content = path.read_bytes()
    assert b"(10, 10), }    " in content
    path.write_bytes(content.replace(b"(10, 10), }          ", b"(900000, 900000), }  "))
    with pytest.raises(ReadError, match="too much"):
        read(path)


def test_a_boolean_array_is_a_mask_and_stays_one(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.npy"
    np.save(path, blobs > 0)
    labels = read(path).copy()
    assert (labels.kind, labels.dtype, int(labels.data.max())) == ("binary", bool, 3)
    labels.planes[0][28:30, :5] = 9
    write(labels, path)
    assert np.array_equal(np.load(path), labels.data > 0)
    assert read(path, kind="instance").max_storable() == 1


def test_promotion_keeps_order_and_singleton_axes(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.npy"
    np.save(path, np.asfortranarray(blobs.astype("uint8")[None]))
    labels = read(path)
    wide = labels.data.astype("uint16")
    wide[0, 0] = 1000
    write(promoted(replace(labels, planes=(wide,)), wide.dtype), path)
    back = np.load(path)
    assert (back.dtype, back.shape, back.flags.f_contiguous) == (np.uint16, (1, *blobs.shape), True)
    assert np.array_equal(back[0], wide)


@pytest.mark.parametrize(
    ("stored", "wide"),
    [
        ("bool", "uint8"),
        ("uint8", "uint16"),
        ("uint32", "uint64"),
        ("int8", "int16"),
        ("int32", "int64"),
        ("float16", "float32"),
        ("float32", "float64"),
        ("uint64", None),
        ("float64", None),
    ],
)
def test_the_next_wider_type_is_one_of_the_same_sort(stored: str, wide: str | None) -> None:
    assert wider(np.dtype(stored)) == (None if wide is None else np.dtype(wide))


def test_floats_are_promoted_in_the_file_alone() -> None:
    labels = LabelImage((np.array([[0, 4000]]),), stored=np.dtype("float16"))
    wide = promoted(labels, np.dtype("float32"))
    assert (wide.dtype, wide.planes[0].dtype, wide.max_storable()) == (np.float32, np.int64, 2**24)
