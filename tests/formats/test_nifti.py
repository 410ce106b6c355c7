"""NIfTI beyond the laws: axes, pixel size, names, and what is refused in words."""

from __future__ import annotations

import gzip
import struct
import sys
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from segreview.errors import LossError, ReadError
from segreview.formats.entry import open_entry
from segreview.formats.image import read_image
from segreview.formats.pairing import pair
from segreview.formats.raster import promoted
from segreview.formats.registry import find_format, read, write
from segreview.formats.volumes import gzipped
from segreview.model.labels import LabelImage

AFFINE = np.array([[0, 0, 3.0, 1], [0.5, 0, 0, 2], [0, 0.25, 0, 3], [0, 0, 0, 1]])


def _saved(path: Path, numbers: np.ndarray, unit: str = "mm", **facts) -> Path:
    image = nibabel.Nifti1Image(numbers, AFFINE, dtype=numbers.dtype)
    image.header.set_xyzt_units(unit)
    for key, value in facts.items():
        image.header[key] = value
    nibabel.save(image, path)
    return path


@pytest.fixture
def stack(blobs: np.ndarray) -> np.ndarray:
    return np.stack([blobs, blobs // 2, blobs])


@pytest.mark.parametrize(
    ("unit", "told"), [("mm", "mm"), ("micron", "µm"), ("meter", "m"), ("unknown", "mm")]
)
def test_x_comes_first_in_the_file_and_last_in_the_array(
    unit: str, told: str, tmp_path: Path, stack: np.ndarray
) -> None:
    labels = read(_saved(tmp_path / "a.nii.gz", stack.T, unit))
    assert np.array_equal(labels.data, stack)
    assert (labels.axes, labels.unit, labels.dtype) == ("ZYX", told, np.uint16)
    assert labels.spacing == (3.0, 0.25, 0.5)


def test_an_edit_is_seen_by_nibabel_where_it_was_made(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii.gz", stack.T)
    labels = read(path).copy()
    labels.planes[0][2, 5, 7] = 99
    write(labels, path)
    image = nibabel.load(path)
    assert int(image.dataobj[7, 5, 2]) == 99
    assert np.array_equal(image.affine, AFFINE)


def test_what_lies_behind_the_numbers_is_kept(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii", stack.T)
    path.write_bytes(path.read_bytes() + b"and more")
    labels = read(path).copy()
    labels.planes[0][0, 0, 0] = 9
    write(labels, path)
    assert path.read_bytes().endswith(b"and more")


def test_the_name_says_whether_a_copy_is_packed(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii.gz", stack.T)
    write(read(path), tmp_path / "b.nii")
    write(read(tmp_path / "b.nii"), tmp_path / "c.nii.gz")
    assert (tmp_path / "b.nii").read_bytes() == gzip.decompress(path.read_bytes())
    assert np.array_equal(nibabel.load(tmp_path / "c.nii.gz").dataobj, stack.T)


def test_promotion_changes_the_type_and_no_other_field(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii.gz", stack.T.astype("uint8"), descrip=b"by hand", cal_max=7)
    labels = read(path)
    wide = labels.data.astype("uint16")
    wide[0, 0, 0] = 1000
    before = nibabel.load(path).header.copy()
    write(promoted(replace(labels, planes=(wide,)), wide.dtype), path)
    after = nibabel.load(path)
    assert np.array_equal(after.dataobj, wide.T)
    changed = {key for key in before if before[key].tobytes() != after.header[key].tobytes()}
    assert changed == {"datatype", "bitpix"}


@pytest.mark.parametrize(
    ("unit", "size", "told", "read_as"),
    [
        ("µm", 0.5, "micron", ("µm", 0.5)),
        ("nm", 500.0, "mm", ("mm", 0.0005)),
        ("pixel", 1.0, "unknown", ("mm", 1.0)),
    ],
)
def test_new_files_tell_the_pixel_size(
    unit: str, size: float, told: str, read_as: tuple[str, float], tmp_path: Path, stack: np.ndarray
) -> None:
    labels = LabelImage((stack,), axes="ZYX", spacing=(2 * size, size, size), unit=unit)
    write(labels, tmp_path / "new.nii.gz")
    back = read(tmp_path / "new.nii.gz")
    assert nibabel.load(tmp_path / "new.nii.gz").header.get_xyzt_units()[0] == told
    assert (back.unit, back.spacing[0]) == (read_as[0], pytest.approx(2 * read_as[1]))
    assert np.array_equal(back.data, stack)


def test_new_files_of_frames_keep_time(tmp_path: Path, stack: np.ndarray) -> None:
    write(LabelImage((stack,), axes="TYX"), tmp_path / "new.nii")
    assert nibabel.load(tmp_path / "new.nii").shape == (48, 32, 1, 3)
    assert read(tmp_path / "new.nii").axes == "TYX"


def test_a_unit_without_a_place_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    labels = LabelImage((blobs,), spacing=(2.0, 2.0), unit="parsec")
    with pytest.raises(LossError, match="no unit 'parsec'"):
        write(labels, tmp_path / "new.nii")
    assert not list(tmp_path.iterdir())


def test_scaled_numbers_are_refused(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii", stack.T)
    content = bytearray(path.read_bytes())
    content[112:120] = struct.pack("<ff", 2.0, 1.0)
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"multiplies its numbers by 2\.0"):
        read(path)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (np.zeros((4, 5, 6, 7), "uint8"), r"shape \(4, 5, 6, 7\), X first"),
        (np.zeros((4, 5, 6, 1, 3), "uint8"), r"shape \(4, 5, 6, 1, 3\)"),
        (np.zeros((4, 5), "complex64"), "complex64 values"),
    ],
)
def test_what_is_no_label_volume_is_refused(numbers: np.ndarray, words: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=words):
        read(_saved(tmp_path / "a.nii", numbers))


def test_images_are_volumes_too_and_scaled(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii.gz", stack.T)
    image = read_image(path)
    assert (image.data.shape, image.spacing, image.unit) == ((3, 32, 48), (3.0, 0.25, 0.5), "mm")
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[112:120] = struct.pack("<ff", 2.0, -1.0)
    path.write_bytes(content)
    assert np.array_equal(read_image(path).data, stack * 2.0 - 1)


def test_folders_of_volumes_are_paired_by_name(tmp_path: Path, stack: np.ndarray) -> None:
    for folder, end in (("gt", ".nii.gz"), ("images", ".nii"), ("pred", ".nii.gz")):
        (tmp_path / folder).mkdir()
        for number in range(2):
            _saved(tmp_path / folder / f"case{number}{end}", stack.T)
    found = pair(tmp_path / "gt", tmp_path / "images", tmp_path / "pred")
    assert [entry.name for entry in found.entries] == ["case0", "case1"]
    assert open_entry(found.entries[0]).images[0].data.shape == (3, 32, 48)
    assert not found.unmatched


def test_a_pair_of_files_is_refused(tmp_path: Path, stack: np.ndarray) -> None:
    nibabel.save(nibabel.Nifti1Pair(stack.T, AFFINE), tmp_path / "a.img")
    with pytest.raises(ReadError, match="in two files"):
        read(tmp_path / "a.hdr")


def test_a_header_that_asks_for_absurd_memory_is_refused(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii", stack.T)
    content = bytearray(path.read_bytes())
    content[42:48] = struct.pack("<3h", 32000, 32000, 32000)
    path.write_bytes(content)
    with pytest.raises(ReadError, match="too much"):
        read(path)
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(ReadError, match="too much"):
        read(tmp_path / "a.nii.gz")


def test_a_bomb_is_not_unpacked(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii", stack.T)
    path.write_bytes(gzip.compress(path.read_bytes() + bytes(50_000_000)))
    with pytest.raises(ReadError, match="unpacks to more than the"):
        read(path)


def test_several_parts_of_gzip_are_one_file(tmp_path: Path, stack: np.ndarray) -> None:
    path = _saved(tmp_path / "a.nii", stack.T)
    content = path.read_bytes()
    path.write_bytes(gzip.compress(content[:1000]) + gzip.compress(content[1000:]))
    assert np.array_equal(read(path).data, stack)


def test_the_header_of_gzip_is_kept_with_its_name(tmp_path: Path) -> None:
    with gzip.GzipFile(tmp_path / "scan.nii.gz", "wb", 1, mtime=77) as file:
        file.write(b"before")
    model = (tmp_path / "scan.nii.gz").read_bytes()
    again = gzipped.packed(model, b"after")
    assert again[:18] == model[:18]
    assert gzip.decompress(again) == b"after"


def test_without_its_library_it_says_what_to_install(
    tmp_path: Path, stack: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(tmp_path / "a.nii.gz", stack.T)
    monkeypatch.setitem(sys.modules, "nibabel", None)
    assert find_format(path).name == "nifti"
    with pytest.raises(ReadError, match="needs nibabel") as refusal:
        read(path)
    assert refusal.value.hint == 'Install it: pip install "segreview[volumes]"'
