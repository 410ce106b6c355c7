"""TIFF beyond the laws: pixel sizes, promotion, growth in place, and what is refused in words."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats import guard
from segreview.formats.raster import promoted
from segreview.formats.registry import read, write
from segreview.formats.tiff.codecs import encoded, whole_image_codec
from segreview.formats.tiff.layout import ome_pixel_size
from segreview.model.labels import LabelImage


def test_imagej_tells_the_pixel_size(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "stack.tif"
    stack = np.stack([blobs] * 3)
    options = {"axes": "ZYX", "spacing": 1.5, "unit": "micron"}
    tifffile.imwrite(path, stack, imagej=True, resolution=(4, 2), metadata=options)
    labels = read(path)
    assert (labels.axes, labels.spacing, labels.unit) == ("ZYX", (1.5, 0.5, 0.25), "µm")


def test_ome_tells_the_pixel_size_in_one_unit() -> None:
    xml = '<Pixels PhysicalSizeX="500" PhysicalSizeXUnit="nm" PhysicalSizeY="0.5" PhysicalSizeZ="2"/>'
    assert ome_pixel_size(xml) == ({"X": 0.5, "Y": 0.5, "Z": 2.0}, "µm")
    assert ome_pixel_size("<Pixels/>") == ({}, "pixel")
    assert ome_pixel_size('<Pixels PhysicalSizeX="nan"/>') == ({}, "pixel")


@pytest.mark.parametrize(("unit", "size"), [("CENTIMETER", 0.5), ("INCH", 1.0), ("NONE", 1.0)])
def test_only_centimetres_of_the_resolution_tags_are_believed(
    unit: str, size: float, tmp_path: Path, blobs: np.ndarray
) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, blobs, resolution=(20_000, 20_000), resolutionunit=unit)
    assert read(path).spacing == (size, size)


def test_new_files_keep_axes_and_pixel_size(tmp_path: Path, blobs: np.ndarray) -> None:
    stack = np.stack([blobs, blobs])
    labels = LabelImage((stack,), axes="TYX", spacing=(1.0, 0.3, 0.2), unit="µm")
    write(labels, tmp_path / "new.tif")
    back = read(tmp_path / "new.tif")
    assert (back.axes, back.spacing, back.unit) == ("TYX", (1.0, 0.3, 0.2), "µm")


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("style", ["plain", "imagej", "ome", "one page"])
def test_promotion_keeps_all_but_the_type(
    style: str, compression: str | None, tmp_path: Path, blobs: np.ndarray
) -> None:
    path, new = tmp_path / "labels.tif", tmp_path / "new.tif"
    stack = np.stack([blobs, blobs // 2, blobs]).astype("uint8")
    options = {
        "plain": {"metadata": {"axes": "ZYX"}, "extratags": [(65000, "s", 0, "private", True)]},
        "imagej": {"imagej": True, "metadata": {"axes": "ZYX", "spacing": 2.0, "unit": "um"}},
        "ome": {"ome": True, "metadata": {"axes": "ZYX", "PhysicalSizeX": 0.5, "SignificantBits": 8}},
        "one page": {"imagej": True, "truncate": compression is None, "metadata": {"axes": "ZYX"}},
    }[style]
    tifffile.imwrite(
        path, stack, compression=compression, photometric="minisblack", resolution=(5, 5), **options
    )
    labels = read(path)
    grown = labels.planes[0].astype(np.uint16)
    grown[1, 3:6, 3:6] = 300
    with pytest.raises(LossError, match="id 300 does not fit"):
        write(replace(labels, planes=(grown,), stored=np.dtype("uint8")), new)
    wide = promoted(replace(labels, planes=(grown,), stored=np.dtype("uint8")), np.dtype("uint16"))
    assert wide.dtype == np.uint16
    write(wide, new)
    back = read(new)
    assert np.array_equal(back.data, grown)
    assert (back.axes, back.spacing, back.dtype) == (labels.axes, labels.spacing, np.uint16)
    with tifffile.TiffFile(path) as one, tifffile.TiffFile(new) as other:
        changed = (258, 270, 273, 279)
        for page, twin in zip(one.pages, other.pages, strict=True):
            tags = [(tag.code, tag.value) for tag in page.aspage().tags if tag.code not in changed]
            assert tags == [(tag.code, tag.value) for tag in twin.aspage().tags if tag.code not in changed]


def test_a_segment_that_fits_is_replaced_in_place(tmp_path: Path) -> None:
    path = tmp_path / "labels.tif"
    noise = np.random.default_rng(1).integers(0, 999, (64, 64)).astype("uint16")
    tifffile.imwrite(path, noise, compression="zlib", rowsperstrip=16)
    labels = read(path).copy()
    labels.planes[0][20:30] = 5
    before = path.read_bytes()
    write(labels, path)
    after = path.read_bytes()
    assert len(after) == len(before)
    with tifffile.TiffFile(path) as tif:
        start, count = tif.pages[0].dataoffsets[1], tif.pages[0].databytecounts[1]
    outside = [i for i in range(len(before)) if before[i] != after[i] and not start <= i < start + count]
    assert len(outside) <= 4, "only the byte count of the strip may change"


def test_byte_counts_that_no_longer_fit_are_widened(tmp_path: Path) -> None:
    path = tmp_path / "labels.tif"
    flat = np.zeros((512, 512), "uint16")
    tifffile.imwrite(path, flat, compression="zlib", rowsperstrip=512, metadata=None)
    with tifffile.TiffFile(path, mode="r+") as tif:
        tif.pages[0].tags[279].overwrite(tif.pages[0].databytecounts, dtype="H")
    labels = read(path).copy()
    labels.planes[0][...] = np.random.default_rng(1).integers(0, 60_000, flat.shape)
    write(labels, path)
    assert np.array_equal(read(path).data, labels.data)


def test_a_signed_type_is_promoted_where_the_file_can_say_so(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, -blobs.astype("int8"), compression="lzw")
    labels = read(path)
    wide = labels.planes[0].astype("int16")
    wide[0, 0] = -900
    write(promoted(replace(labels, planes=(wide,)), wide.dtype), path)
    assert read(path).dtype == np.int16
    assert np.array_equal(read(path).data, wide)
    tifffile.imwrite(path, blobs, compression="lzw")
    with pytest.raises(LossError, match="no place to say that its numbers are int32"):
        write(replace(read(path), planes=(-blobs.astype("int32"),)), path)


@pytest.mark.parametrize("depth", [2, 4])
def test_few_bits_per_pixel_stay(depth: int, tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, (blobs % 2**depth).astype("uint8"), bitspersample=depth, rowsperstrip=8)
    labels = read(path, kind="instance").copy()
    labels.planes[0][10:13] = 3
    write(labels, path)
    assert np.array_equal(read(path).data, labels.data)
    with tifffile.TiffFile(path) as tif:
        assert tif.pages[0].bitspersample == depth
    labels = read(path, kind="instance").copy()
    labels.planes[0][0, 0] = 2**depth
    with pytest.raises(LossError, match=f"{depth} bits per pixel: id {2**depth} does not fit"):
        write(labels, path)


def test_a_compressed_file_without_byte_counts_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, blobs, compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as tif:
        at = tif.pages[0].tags[279].offset
    content = bytearray(path.read_bytes())
    content[at : at + 2] = struct.pack("<H", 65000)
    path.write_bytes(content)
    with pytest.raises(ReadError, match="damaged or cut short"):
        read(path)


def test_little_endian_bit_order_is_kept(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    flipped = bytes(int(f"{value:08b}"[::-1], 2) for value in (blobs > 0).astype("uint8").tobytes())
    mask = np.frombuffer(flipped, "uint8").reshape(blobs.shape)
    tifffile.imwrite(path, mask, metadata=None, extratags=[(65000, "H", 1, 2, True)], rowsperstrip=8)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<HHI", 65000, 3, 1), struct.pack("<HHI", 266, 3, 1)))
    labels = read(path, kind="instance").copy()
    assert np.array_equal(labels.data, blobs > 0)
    labels.planes[0][0, :5] = 3
    write(labels, path)
    assert np.array_equal(read(path).data, labels.data)


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (np.zeros((8, 8, 3), "uint8"), {"photometric": "rgb"}, "several channels"),
        (np.zeros((2, 8, 8), "uint8"), {"imagej": True, "metadata": {"axes": "CYX"}}, "several channels"),
        (
            np.zeros((2, 3, 8, 8), "uint8"),
            {"photometric": "minisblack", "metadata": {"axes": "TZYX"}},
            "axes TZYX",
        ),
        (np.zeros((8, 8), "complex64"), {}, "complex64"),
        (np.full((8, 8), 0.5, "float32"), {}, r"0\.5 at pixel \(0, 0\)"),
        (np.full((8, 8), np.nan, "float32"), {}, "nan at pixel"),
    ],
)
def test_what_is_no_label_image_is_refused(
    data: np.ndarray, options: dict, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, data, **options)
    with pytest.raises(ReadError, match=words) as refusal:
        read(path)
    assert str(path) in refusal.value.message
    assert refusal.value.hint


def test_several_images_are_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(blobs, metadata=None)
        writer.write(blobs[:9], metadata=None)
    with pytest.raises(ReadError, match="holds 2 images"):
        read(path)


def _pyramid(path: Path, data: np.ndarray, levels: list[np.ndarray], *, inside: bool, **options) -> None:
    """TIFF with smaller copies, in SubIFDs or on pages of their own."""
    kept = {"tile": (32, 32), "compression": "zlib", "photometric": "minisblack"} | options
    with tifffile.TiffWriter(path) as writer:
        writer.write(data, subifds=len(levels) if inside else None, **kept)
        for level in levels:
            writer.write(level, subfiletype=1, **kept)


def _levels(path: Path) -> list[np.ndarray]:
    with tifffile.TiffFile(path) as tif:
        return [level.asarray() for level in tif.series[0].levels]


def _untouched(path: Path) -> tuple[int, ...]:
    """Where the tiles of the first page of the first smaller copy lie."""
    with tifffile.TiffFile(path) as tif:
        return tif.series[0].levels[1].pages[0].aspage().dataoffsets


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("compression", ["zlib", None])
@pytest.mark.parametrize("first", [0, 1, "largest"])
def test_smaller_copies_are_made_again_by_their_rule(
    first: int | str, compression: str | None, inside: bool, tmp_path: Path
) -> None:
    path = tmp_path / "labels.tif"
    data = np.random.default_rng(0).integers(0, 9, (3, 130, 97)).astype("uint16")

    def small(image: np.ndarray, step: int) -> np.ndarray:
        if first == "largest":
            whole = np.pad(image, ((0, 0), (0, -image.shape[1] % step), (0, -image.shape[2] % step)))
            return whole.reshape(3, whole.shape[1] // step, step, -1, step).max((2, 4))
        return image[:, first::step, first::step]

    _pyramid(path, data, [small(data, 2), small(data, 4)], inside=inside, compression=compression)
    before = _untouched(path)
    labels = read(path, kind="instance").copy()
    labels.planes[0][1, 40:70, 50:80] = 70
    write(labels, path)
    full, half, quarter = _levels(path)
    assert np.array_equal(full, labels.data)
    assert np.array_equal(half, small(full, 2))
    assert np.array_equal(quarter, small(full, 4))
    assert _untouched(path) == before


def test_promotion_of_a_pyramid_is_of_every_level(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    _pyramid(path, blobs.astype("uint8"), [blobs[::2, ::2].astype("uint8")], inside=True)
    labels = read(path, kind="instance")
    wide = labels.data.astype("uint16")
    wide[2:6, 2:6] = 3000
    write(promoted(replace(labels, planes=(wide,)), wide.dtype), path)
    full, half = _levels(path)
    assert (full.dtype, half.dtype, half[2, 2]) == (np.uint16, np.uint16, 3000)


def test_a_smaller_copy_that_no_rule_explains_is_not_guessed(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    _pyramid(path, blobs, [blobs[::2, ::2] + 1], inside=True)
    before = path.read_bytes()
    labels = read(path, kind="instance").copy()
    labels.planes[0][0, 0] = 4
    with pytest.raises(
        WriteError, match=r"copy of 16 x 24 pixels follows from the image by no rule"
    ) as refusal:
        write(labels, path)
    assert "new file" in refusal.value.hint
    assert path.read_bytes() == before


def test_a_codec_that_does_not_keep_the_ids_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, blobs, compression="jpeg2000")
    with tifffile.TiffFile(path) as tif:
        codec = whole_image_codec(34712, tif.pages.first)
    for block in (blobs.astype("int64"), blobs.astype("float64")):
        with pytest.raises(WriteError, match="JPEG 2000, which does not keep"):
            encoded(codec, block, path)


def test_a_codec_that_may_change_other_pixels_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, blobs.astype("uint8"), compression="jpeg")
    before = path.read_bytes()
    labels = read(path).copy()
    labels.planes[0][0, 0] = 7
    with pytest.raises(WriteError, match="can be read but not written"):
        write(labels, path)
    assert path.read_bytes() == before
    assert write(replace(labels, origin=None), tmp_path / "new.tif")


def test_a_header_that_asks_for_absurd_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, np.zeros((5000, 5000), "uint16"), compression="zlib")
    monkeypatch.setattr(guard, "available_memory", lambda: 10_000_000)
    with pytest.raises(ReadError, match="too much to be read whole"):
        read(path)


def test_a_header_that_asks_for_more_than_its_bytes_can_hold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, np.zeros((64, 64), "uint16"), compression="zlib", metadata=None)
    with tifffile.TiffFile(path, mode="r+") as tif:
        tif.pages[0].tags[256].overwrite(60_000)
        tif.pages[0].tags[257].overwrite(60_000)
    with pytest.raises(ReadError, match="damaged or cut short"):
        read(path)


def test_a_ring_of_pages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, np.zeros((8, 8), "uint8"), metadata=None)
    content = bytearray(path.read_bytes())
    start = int.from_bytes(content[4:8], "little")
    end = start + 2 + 12 * int.from_bytes(content[start : start + 2], "little")
    content[end : end + 4] = content[4:8]
    path.write_bytes(content)
    with pytest.raises(ReadError, match="damaged or cut short"):
        read(path)


def test_shared_labels_open_and_round_trip(shared: Path, tmp_path: Path) -> None:
    paths = [
        path
        for place in ("dsb_nuclei/gt_fixed", "dsb_nuclei/gt_noisy", "dsb_nuclei/model", "bubil_raters")
        for path in sorted((shared / place).rglob("*.tif"))
        if path.name != "image.tif"
    ]
    paths += [
        shared / "stardist_2d/mask2d.tif",
        shared / "stardist_3d/gt.tif",
        shared / "stardist_3d/model_watershed.tif",
    ]
    assert len(paths) > 400
    target = tmp_path / "copy.tif"
    for number, path in enumerate(paths):
        labels = read(path)
        assert labels.kind == ("binary" if "bubil" in str(path) else "instance")
        if number % 10 == 0 or labels.planes[0].ndim == 3:
            labels = labels.copy()
            labels.planes[0][..., 3:6, 3:6] = 1
            write(labels, target)
            assert np.array_equal(read(target, kind=labels.kind).data != 0, labels.data != 0)
