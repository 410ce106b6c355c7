"""The two doors: what they find, what they refuse, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats import guard
from segreview.formats.registry import FORMATS, find_format, format_for, format_named, read, write
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology


def test_importing_the_registry_loads_no_image_library() -> None:
    code = (
        "import sys, segreview.formats.pairing;"
        "heavy = {'tifffile', 'imagecodecs', 'PIL', 'skimage', 'scipy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.tif", None, "does not exist"),
        ("empty.tif", b"", "is empty"),
        ("text.tif", b"hello", "named like TIFF but does not begin like it"),
        ("text.doc", b"hello", "no label format that we know"),
        ("half.tif", b"II*\0\x08", "damaged or cut short"),
        ("half.png", b"\x89PNG\r\n\x1a\n\0", "cut short"),
        ("half.npy", b"\x93NUMPY\x01", "damaged or cut short"),
    ],
)
def test_files_that_cannot_be_read_are_told(
    name: str, content: bytes | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadError, match=words) as refusal:
        read(path)
    assert str(path) in refusal.value.message
    assert refusal.value.hint


def test_folders_kinds_and_formats_that_do_not_exist_are_told(tmp_path: Path, blobs: np.ndarray) -> None:
    with pytest.raises(ReadError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(ReadError, match="no folder"):
        read(tmp_path / "gone" / "labels.tif")
    path = tmp_path / "labels.npy"
    np.save(path, blobs)
    with pytest.raises(ReadError, match="no kind named cells") as refusal:
        read(path, kind="cells")
    assert "instance, semantic, panoptic, binary" in refusal.value.hint
    with pytest.raises(ReadError, match="no format named doc"):
        read(path, format="doc")
    with pytest.raises(WriteError, match="does not say a format"):
        write(LabelImage.of_array(blobs), tmp_path / "labels.doc")


def test_no_permission_to_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "labels.npy"
    np.save(path, np.zeros((3, 3)))

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(ReadError, match="permission denied"):
        read(path)


@pytest.mark.parametrize(("error", "words"), [(OSError(5, "Input/output error"), "Input/output error")])
def test_a_broken_disk_is_told(error: OSError, words: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=words), guard.reading(tmp_path):
        raise error
    with pytest.raises(ReadError, match="does not fit into memory"), guard.decoding(tmp_path, "TIFF"):
        raise MemoryError
    with pytest.raises(ReadError, match="not installed"), guard.decoding(tmp_path, "TIFF"):
        raise ImportError("imagecodecs")


def test_what_formats_hold_is_declared() -> None:
    negative = {format_.name for format_ in FORMATS if {"int8", "int16"} & set(format_.keeps.dtypes)}
    assert negative == {"tiff", "npy", "npz", "nifti", "nrrd", "ome_zarr"}
    segments = {1: Segment(category=2, score=0.5, iscrowd=True)}
    labels = LabelImage((np.ones((3, 3), "uint8"),), spacing=(0.5, 0.5), segments=segments)
    assert len(format_named("png").keeps.losses(labels)) == 4
    assert len(format_named("tiff").keeps.losses(labels)) == 3


def test_content_comes_before_the_name(tmp_path: Path, blobs: np.ndarray) -> None:
    np.save(tmp_path / "labels.npy", blobs)
    (tmp_path / "labels.npy").rename(tmp_path / "labels.tif")
    assert find_format(tmp_path / "labels.tif").name == "npy"


def test_a_file_of_a_misleading_name_goes_back_in_its_own_format(tmp_path: Path, blobs: np.ndarray) -> None:
    np.save(tmp_path / "labels.npy", blobs)
    path = (tmp_path / "labels.npy").rename(tmp_path / "labels.tif")
    labels = read(path).copy()
    labels.planes[0][0, 0] = 2
    write(labels, path)
    assert find_format(path).name == "npy"
    assert format_for(labels, tmp_path / "other.tif").name == "tiff"


def test_a_mask_saved_in_another_format_stays_a_mask(tmp_path: Path, blobs: np.ndarray) -> None:
    np.save(tmp_path / "mask.npy", blobs > 0)
    labels = read(tmp_path / "mask.npy")
    write(labels, tmp_path / "mask.png")
    assert set(np.unique(read(tmp_path / "mask.png", kind=Kind.INSTANCE).data)) == {0, 1}
    write(replace(labels, origin=None, stored=np.dtype("uint8")), tmp_path / "fresh.png")
    assert set(np.unique(read(tmp_path / "fresh.png", kind=Kind.INSTANCE).data)) == {0, 255}


def test_void_that_only_its_file_told_is_refused_elsewhere(tmp_path: Path, blobs: np.ndarray) -> None:
    """A class table tells it again, and so does a crowd flag."""
    data = blobs.astype(np.uint8)
    labels = LabelImage((data,), void=frozenset({1}))
    for name in ("new.tif", "new.json", "new.zip"):
        with pytest.raises(LossError, match="void of 1 ids"):
            write(labels, tmp_path / name, "coco" if name == "new.json" else None)
    table = Ontology("table", (Category(1, "nothing", ignore=True),))
    write(replace(labels, ontology=table), tmp_path / "new.tif")
    assert read(tmp_path / "new.tif", classes=table, kind="instance").void == {1}


def test_labels_whose_original_is_gone_are_not_written_over_it(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.npy"
    np.save(path, blobs)
    labels = read(path)
    path.unlink()
    with pytest.raises(WriteError, match="does not exist") as refusal:
        write(labels, path)
    assert "new file" in refusal.value.hint
    assert write(replace(labels, origin=None), path) == (path,)
