"""_seg.npy beyond the laws: what never runs, outlines, and which bytes stay."""

from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from segreview.errors import LossError, ReadError
from segreview.formats.arrays import pickled
from segreview.formats.registry import find_format, read, write
from segreview.model.labels import Kind, LabelImage

MASKS = np.zeros((12, 16), np.uint16)
MASKS[1:6, 1:6] = 1
MASKS[3, 3] = 0
MASKS[7:11, 2:9] = 2


def _saved(folder: Path, entries: object) -> Path:
    path = folder / "cells_seg.npy"
    np.save(path, _boxed(entries))
    return path


def _boxed(value: object) -> np.ndarray:
    box = np.empty((), object)
    box[()] = value
    return box


def _with_pickle(folder: Path, data: bytes) -> Path:
    path = _saved(folder, {})
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\n") + 1] + data)
    return path


class _Evil:
    def __reduce__(self):
        return os.system, ("exit 1",)


@pytest.mark.parametrize("entries", [_Evil(), {"masks": _Evil()}, {"masks": MASKS, "more": [(_Evil(),)]}])
def test_what_would_run_is_named_and_not_run(
    entries: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(tmp_path, entries)
    monkeypatch.setattr("os.system", lambda _: pytest.fail("it ran"))
    with pytest.raises(ReadError, match=r"byte [\d,]+: the pickle asks for (posix|nt)\.system") as refusal:
        read(path)
    assert str(path) in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04\x8e" + struct.pack("<Q", 10**11) + b".",
        b"\x80\x04\x95" + struct.pack("<Q", 10**11) + b"N.",
        b"\x80\x03B\xff\xff\xff\x7f.",
        b"\x80\x03]}a.",
        b"\x80\x03}]Ns.",
        b"\x80\x03})" + b"\x85" * 100_000 + b"Ns.",
        b"\x80\x03",
        b"\x80\x03h\x05.",
        b"\x80\x03cnumpy\ndtype\nX\x08\x00\x00\x00V9999999\x85R.",
        b"\x80\x03cnumpy\nndarray\n(J\xff\xff\xff\x7ftR.",
        b"\x80\x03\x82\x01.",
        b"(dp0\nS'masks'\n.",
    ],
)
def test_hostile_pickles_are_refused_at_once(data: bytes, tmp_path: Path) -> None:
    path = _with_pickle(tmp_path, data)
    with pytest.raises(ReadError, match=r"cells_seg\.npy"):
        read(path)


def test_an_array_that_announces_too_much_is_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path, {"masks": np.zeros((17, 19), np.uint16)})
    content = path.read_bytes()
    assert content.count(b"K\x11K\x13\x86") == 1
    path.write_bytes(content.replace(b"K\x11K\x13\x86", b"J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86"))
    with pytest.raises(ReadError, match="cells_seg"):
        read(path)


def test_too_many_parts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickled, "_MOST_STEPS", 1000)
    with pytest.raises(ReadError, match="more than 1,000 parts"):
        read(_saved(tmp_path, {"masks": MASKS, "more": list(range(1000))}))


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([1, 2], "no dictionary"),
        ({"outlines": 1, "flows": 2}, "no array of whole numbers named masks; it holds: outlines, flows"),
        ({"masks": MASKS.astype("float32")}, "no array of whole numbers"),
        ({"masks": MASKS[0]}, r"shape \(16,\)"),
        ({"masks": None}, "it holds: masks"),
    ],
)
def test_what_is_no_file_of_masks_is_told(entries: object, words: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=words) as refusal:
        read(_saved(tmp_path, entries))
    assert refusal.value.hint


@pytest.mark.parametrize("order", ["C", "F"])
def test_only_masks_and_outlines_of_what_changed_differ(order: str, tmp_path: Path) -> None:
    odd = np.where(MASKS == 2, 2, 0).astype(np.uint16)
    odd[8, 4] = 0
    entries = {
        "outlines": odd,
        "est_diam": 9.5,
        "masks": np.array(MASKS, order=order),
        "flows": [None, MASKS.copy()],
    }
    path = _saved(tmp_path, entries)
    before = path.read_bytes()
    labels = read(path).copy()
    assert labels.kind is Kind.INSTANCE
    labels.planes[0][1] = 0
    labels.planes[0][4, 10:13] = 40
    write(labels, path)
    assert len(path.read_bytes()) == len(before)
    after = np.load(path, allow_pickle=True).item()
    assert np.array_equal(after["masks"], labels.data)
    assert np.array_equal(after["flows"][1], MASKS)
    assert (list(after), after["est_diam"]) == (list(entries), 9.5)
    outlines = after["outlines"]
    assert np.array_equal(outlines == 2, odd == 2)
    ring = np.zeros(MASKS.shape, bool)
    ring[2:6, 1:6] = True
    ring[3:5, 2:5] = False
    assert np.array_equal(outlines == 1, ring)
    assert np.argwhere(outlines == 40).tolist() == [[4, 10], [4, 11], [4, 12]]


def test_outlines_that_are_switches_or_of_another_size_stay_so(tmp_path: Path) -> None:
    path = _saved(tmp_path, {"outlines": np.zeros(MASKS.shape, bool), "masks": MASKS})
    labels = read(path).copy()
    labels.planes[0][0, 9] = 7
    write(labels, path)
    outlines = np.load(path, allow_pickle=True).item()["outlines"]
    assert (outlines.dtype, np.argwhere(outlines).tolist()) == (bool, [[0, 9]])
    path = _saved(tmp_path, {"outlines": np.zeros((3, 3), np.uint8), "masks": MASKS})
    labels = read(path).copy()
    labels.planes[0][0, 9] = 700
    write(labels, path)
    assert not np.load(path, allow_pickle=True).item()["outlines"].any()


def test_what_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path, {"outlines": np.zeros(MASKS.shape, np.uint8), "masks": MASKS})
    labels = read(path).copy()
    labels.planes[0][0, 9] = 700
    with pytest.raises(LossError, match="outlines as uint8 numbers: id 700 does not fit"):
        write(labels, path)
    path = _saved(tmp_path, {"masks": MASKS, "same": MASKS})
    labels = read(path).copy()
    labels.planes[0][0, 9] = 7
    with pytest.raises(LossError, match="in several places"):
        write(labels, path)


def test_both_generations_of_numpy_are_read(tmp_path: Path) -> None:
    data = pickle.dumps(_boxed({"masks": MASKS, "d": np.float64(3)}), 3)
    assert b"numpy._core." in data
    for text in (data, data.replace(b"numpy._core.", b"numpy.core.")):
        path = _with_pickle(tmp_path, text)
        assert np.array_equal(read(path).data, MASKS)


def test_an_array_of_objects_is_not_of_cellpose(tmp_path: Path) -> None:
    np.save(tmp_path / "a_seg.npy", np.array([None, 1]), allow_pickle=True)
    assert find_format(tmp_path / "a_seg.npy").name == "npy"


@pytest.mark.parametrize(("image", "entries"), [("a.png", {"filename": "a.png"}), ("a_masks.png", {})])
def test_a_new_file_names_the_image_beside_it(image: str, entries: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / image).touch()
    write(LabelImage.of_array(MASKS), tmp_path / "a_seg.npy")
    told = np.load(tmp_path / "a_seg.npy", allow_pickle=True).item()
    assert {name: value for name, value in told.items() if name not in ("masks", "outlines")} == entries
    assert np.array_equal(read(tmp_path / "a_seg.npy").data, MASKS)
