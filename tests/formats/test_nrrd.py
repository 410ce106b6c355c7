"""NRRD beyond the laws: axes, pixel size, and what is refused in words."""

from __future__ import annotations

import bz2
import sys
from dataclasses import replace
from pathlib import Path

import nrrd
import numpy as np
import pytest

from segreview.errors import LossError, ReadError
from segreview.formats.raster import promoted
from segreview.formats.registry import read, write
from segreview.model.labels import LabelImage

HEAD = b"NRRD0005\ntype: uchar\ndimension: 3\nsizes: %s\nencoding: %s\n\n"


@pytest.fixture
def stack(blobs: np.ndarray) -> np.ndarray:
    return np.stack([blobs, blobs // 2, blobs])


def _saved(path: Path, numbers: np.ndarray, **fields) -> Path:
    nrrd.write(str(path), numbers, fields, index_order="C")
    return path


def test_space_directions_tell_the_pixel_size(tmp_path: Path, stack: np.ndarray) -> None:
    fields = {
        "space": "left-posterior-superior",
        "space directions": np.array([[0.3, 0.4, 0], [0, 0, 0.25], [2.0, 0, 0]]),
        "kinds": ["domain"] * 3,
    }
    labels = read(_saved(tmp_path / "a.seg.nrrd", stack, **fields))
    assert np.array_equal(labels.data, stack)
    assert (labels.axes, labels.unit) == ("ZYX", "mm")
    assert labels.spacing == pytest.approx((2.0, 0.25, 0.5))


def test_spacings_and_units_do_so_too(tmp_path: Path, blobs: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nrrd", blobs, spacings=[0.5, 0.25], units=["um", "um"])
    assert (read(path).spacing, read(path).unit) == ((0.25, 0.5), "µm")


def test_an_edit_is_seen_by_pynrrd_where_it_was_made(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nrrd", stack, who="me")
    labels = read(path).copy()
    labels.planes[0][2, 5, 7] = 99
    write(labels, path)
    numbers, header = nrrd.read(str(path))
    assert (int(numbers[7, 5, 2]), header["who"]) == (99, "me")


def test_new_files_keep_axes_and_pixel_size(tmp_path: Path, stack: np.ndarray) -> None:
    write(LabelImage((stack,), axes="TYX", spacing=(1.0, 0.3, 0.2), unit="µm"), tmp_path / "new.nrrd")
    back = read(tmp_path / "new.nrrd")
    assert (back.axes, back.spacing, back.unit) == ("TYX", (1.0, 0.3, 0.2), "µm")


@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2"])
def test_promotion_changes_the_type_and_no_other_line(
    encoding: str, tmp_path: Path, stack: np.ndarray
) -> None:
    path = _saved(tmp_path / "a.nrrd", stack.astype("uint8"), encoding=encoding, who="me")
    labels = read(path)
    wide = labels.data.astype("uint16")
    wide[0, 0, 0] = 1000
    before = path.read_bytes().split(b"\n\n")[0].splitlines()
    write(promoted(replace(labels, planes=(wide,)), wide.dtype), path)
    after = path.read_bytes().split(b"\n\n")[0].splitlines()
    assert set(after) - set(before) == {b"type: uint16", b"endian: little"}
    assert np.array_equal(nrrd.read(str(path), index_order="C")[0], wide)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"NRRD0005\ntype: uchar\ndimension: 2\nsizes: 4 4\nencoding: raw\ndata file: a.raw\n\n",
            r"\(a\.raw\)",
        ),
        (b"NRRD0005\ntype: uchar\ndimension: 2\nsizes: 4 4\nencoding: raw\nbyte skip: 9\n\n", "as parts of"),
        (HEAD % (b"4 4 4", b"ascii") + b"1 " * 64, "as ascii data"),
        (HEAD % (b"9000 9000 9000", b"raw"), "too much"),
        (HEAD % (b"4 4 4", b"gzip") + b"1" * 64, "not packed as it says"),
        (HEAD % (b"4 4 4", b"raw") + b"1" * 63, "64 bytes of numbers are announced"),
        (HEAD % (b"900 900 900", b"bzip2") + bz2.compress(bytes(99)), "are announced"),
        (HEAD % (b"4 4", b"raw"), "cannot be read as NRRD"),
        (HEAD % (b"4 0 4", b"raw"), "sizes are"),
        (b"NRRD0005\ntype: block\ndimension: 2\nsizes: 4 4\nencoding: raw\n\n", "cannot be read as NRRD"),
        (b"NRRD0009\n", "cannot be read as NRRD"),
    ],
)
def test_what_is_not_read_is_told(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.nrrd"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=words) as refusal:
        read(path)
    assert str(path) in refusal.value.message
    assert refusal.value.hint


def test_a_unit_without_letters_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    with pytest.raises(LossError, match="no letters for the unit Å"):
        write(LabelImage((blobs,), spacing=(2.0, 2.0), unit="Å"), tmp_path / "new.nrrd")
    assert not list(tmp_path.iterdir())


def test_layers_are_no_label_map(tmp_path: Path, stack: np.ndarray) -> None:
    layers = np.stack([stack, stack], axis=-1)
    path = _saved(tmp_path / "a.seg.nrrd", layers, kinds=["list", "domain", "domain", "domain"])
    with pytest.raises(ReadError, match=r"of the kinds .*list") as refusal:
        read(path)
    assert "layers" in refusal.value.hint


def test_without_its_library_it_says_what_to_install(
    tmp_path: Path, stack: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(tmp_path / "a.nrrd", stack)
    monkeypatch.setitem(sys.modules, "nrrd", None)
    with pytest.raises(ReadError, match="needs pynrrd") as refusal:
        read(path)
    assert "segreview[volumes]" in refusal.value.hint
