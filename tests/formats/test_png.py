"""PNG beyond the laws: palettes, bit depths, promotion, damage, and what is refused in words."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.errors import LossError, ReadError
from segreview.formats.png.chunks import SIGNATURE, Chunk, Header, image_data, split
from segreview.formats.raster import promoted
from segreview.formats.registry import read, write
from segreview.model.labels import Kind


def _with_palette(data: np.ndarray, colors: int, path: Path, bits: int = 8) -> None:
    picture = Picture.frombytes("P", data.shape[::-1], data.astype("uint8").tobytes())
    picture.putpalette([i % 256 for i in range(3 * colors)])
    picture.save(path, bits=bits)


def test_an_id_without_a_colour_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.png"
    _with_palette(blobs, 50, path)
    labels = read(path).copy()
    labels.planes[0][0, 0] = 60
    with pytest.raises(LossError, match="palette of 50 colours: id 60"):
        write(labels, path)


def test_an_id_beyond_the_bit_depth_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.png"
    _with_palette(blobs % 4, 4, path, bits=2)
    labels = read(path, kind="instance").copy()
    labels.planes[0][0, 0] = 4
    with pytest.raises(LossError, match="2 bits per pixel"):
        write(labels, path)


def test_grey_is_promoted_and_keeps_its_chunks(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.png"
    Picture.fromarray(blobs.astype("uint8")).save(path, dpi=(150, 150))
    labels = read(path)
    wide = labels.planes[0].astype(np.uint16)
    wide[0, :9] = 700
    write(promoted(replace(labels, planes=(wide,)), wide.dtype), path)
    assert np.array_equal(read(path).data, wide)
    assert b"pHYs" in [chunk.name for chunk in split(path.read_bytes(), path)[0]]
    assert np.array_equal(np.asarray(Picture.open(path)), wide)


def test_a_palette_is_not_promoted(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.png"
    _with_palette(blobs, 256, path)
    before = path.read_bytes()
    wide = read(path).data.astype(np.uint16) * 100
    with pytest.raises(LossError, match="palette PNG"):
        write(replace(read(path), planes=(wide,)), path)
    assert path.read_bytes() == before


def test_a_negative_id_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.png"
    Picture.fromarray(blobs.astype("uint8")).save(path)
    labels = read(path)
    with pytest.raises(LossError, match="not int16"):
        write(replace(labels, planes=(-labels.data.astype("int16"),)), path)


def test_other_programs_read_what_is_written(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.png"
    _with_palette(blobs, 256, path)
    labels = read(path).copy()
    labels.planes[0][:3, 5:] = 2
    write(labels, path)
    with Picture.open(path) as picture:
        assert picture.mode == "P"
        assert np.array_equal(np.asarray(picture), labels.data)


def test_a_wrong_checksum_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    path = tmp_path / "labels.png"
    Picture.fromarray(blobs.astype("uint8")).save(path)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(ReadError, match="checksum"):
        read(path)


def test_a_header_that_asks_for_absurd_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.png"
    head = Chunk.of_data(b"IHDR", struct.pack(">IIBBBBB", 2**20, 2**20, 16, 0, 0, 0, 0))
    path.write_bytes(SIGNATURE + head.raw)
    with pytest.raises(ReadError, match="too much"):
        read(path)


def test_more_pixels_than_pillow_likes_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Picture, "MAX_IMAGE_PIXELS", 100)
    path = tmp_path / "labels.png"
    Picture.fromarray(np.zeros((40, 40), "uint8")).save(path)
    assert read(path).shape == (40, 40)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_packing_is_the_inverse_of_reading(depth: int, tmp_path: Path) -> None:
    numbers = (
        np.random.default_rng(2).integers(0, 2**depth, (9, 13)).astype("uint16" if depth == 16 else "uint8")
    )
    chunks = [
        Chunk.of_data(b"IHDR", Header(13, 9, depth, 0).packed()),
        image_data(numbers, depth),
        Chunk.of_data(b"IEND", b""),
    ]
    path = tmp_path / "labels.png"
    path.write_bytes(SIGNATURE + b"".join(chunk.raw for chunk in chunks))
    assert np.array_equal(read(path, kind=Kind.SEMANTIC).data, numbers)


def test_shared_camvid_opens_by_its_class_table(shared: Path) -> None:
    for path in sorted((shared / "camvid" / "gt").glob("*.png")):
        labels = read(path, classes=shared / "camvid" / "classes.json")
        assert (labels.kind, labels.background, labels.void) == (Kind.SEMANTIC, None, {11})
        assert labels.category(0).name == "sky"
        assert read(path).kind is Kind.SEMANTIC
