""".npz beyond the laws: which array is taken, what stays, and what is refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segreview.errors import ReadError, SegreviewError, WriteError
from segreview.formats.raster import promoted
from segreview.formats.registry import find_format, read, write


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _zip(path: Path, members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_name_decides_among_several(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, image=blobs + 1, masks=blobs.astype(float), y=blobs * 2)
    labels = read(path)
    assert np.array_equal(labels.data, blobs)
    assert labels.reading.endswith("array masks, not image, y")


def test_the_only_array_that_can_be_labels_is_taken(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, flow=blobs / 2, seen=blobs, rgb=np.zeros((32, 48, 3), np.uint8), n=3, who=np.array("x"))
    assert np.array_equal(read(path).data, blobs)
    assert "array seen, not flow" in read(path).reading


def test_several_without_a_telling_name_are_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, one=blobs, two=blobs)
    with pytest.raises(ReadError, match="several arrays that could be labels: one, two") as refusal:
        read(path)
    assert "np.savez_compressed(path, masks=ids)" in refusal.value.hint
    np.savez(path, one=np.arange(3), two=np.array([None]))
    with pytest.raises(ReadError, match="no array of whole numbers"):
        read(path)


def test_other_members_keep_their_bytes(tmp_path: Path, blobs: np.ndarray) -> None:
    members = {
        "a.npy": _npy(blobs / 2),
        "masks.npy": _npy(blobs),
        "notes.txt": b"kept",
        "z.npy": _npy(blobs[0]),
    }
    path = _zip(tmp_path / "a.npz", members, zipfile.ZIP_DEFLATED)
    before = path.read_bytes()
    labels = read(path).copy()
    labels.planes[0][:] = np.random.default_rng(0).integers(0, 999, blobs.shape)
    write(labels, path)
    after = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(members)
        assert archive.read("notes.txt") == b"kept"
        second, third = (archive.getinfo(name).header_offset for name in ("masks.npy", "notes.txt"))
    old = zipfile.ZipFile(io.BytesIO(before)).getinfo("notes.txt").header_offset
    assert after[:second] == before[:second]
    assert third > old
    size = before.index(b"PK\1\2") - old
    assert after[third : third + size] == before[old : old + size]


def test_promotion_is_of_one_member(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, masks=blobs.astype("uint8")[None], other=blobs)
    labels = read(path)
    wide = labels.data.astype("uint16")
    wide[0, 0] = 1000
    write(promoted(replace(labels, planes=(wide,)), wide.dtype), path)
    with np.load(path) as back:
        assert (back["masks"].dtype, back["masks"].shape) == (np.uint16, (1, *blobs.shape))
        assert np.array_equal(back["other"], blobs)


def test_bombs_are_refused_before_they_unpack(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    small = _npy(np.zeros((10, 10), np.uint8))
    with pytest.raises(ReadError, match="too much"):
        read(_zip(path, {"masks.npy": small.replace(b"(10, 10), }            ", b"(900000, 900000), }    ")}))
    with pytest.raises(ReadError, match="unpacks to 50,000,228 bytes, and its array of shape"):
        read(_zip(path, {"masks.npy": small + bytes(50_000_000)}, zipfile.ZIP_DEFLATED))
    with pytest.raises(ReadError, match="holds 1,001 arrays"):
        read(_zip(path, {f"{i}.npy": b"" for i in range(1001)}))


def test_what_cannot_be_revised_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = _zip(tmp_path / "a.npz", {"masks.npy": _npy(blobs)}, zipfile.ZIP_LZMA)
    labels = read(path).copy()
    labels.planes[0][0, 0] = 3
    with pytest.raises(WriteError, match="can be read but not written"):
        write(labels, path)


def test_a_list_that_counts_too_many_members_is_told(tmp_path: Path, blobs: np.ndarray) -> None:
    path = _zip(tmp_path / "a.npz", {"masks.npy": _npy(blobs)})
    content = bytearray(path.read_bytes())
    content[-12:-10] = b"\x09\0"
    path.write_bytes(content)
    labels = read(path).copy()
    labels.planes[0][0, 0] = 3
    with pytest.raises(SegreviewError, match=r"a\.npz cannot be read as \.npz"):
        write(labels, path)
    assert path.read_bytes() == content


def test_other_archives_are_not_ours(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="does not begin like it"):
        find_format(_zip(tmp_path / "texts.zip", {"a.txt": b"Iout"}))
