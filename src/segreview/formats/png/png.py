"""PNG labels: grey values or palette indices; every chunk but the image data is kept as it is."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.format import Format, Keeps
from segreview.formats.guard import decoding, refuse_absurd
from segreview.formats.naming import is_cityscapes
from segreview.formats.png.chunks import (
    GREY,
    PALETTE,
    SIGNATURE,
    Chunk,
    Header,
    color_type,
    image_data,
    join,
    palette_in,
    refuse_hollow,
    split,
)
from segreview.formats.raster import Codec, Raster
from segreview.formats.tables import VOC_COLORS

KEEPS = Keeps(dtypes=("uint8", "uint16"), ndim=(2,))


def decode(content: bytes, path: Path) -> Raster:
    """Grey values or palette indices of a PNG file.

    Raises
    ------
    ReadError
        When it is damaged, or in colour.
    """
    found = Header.parse(content[:33], path)
    if found.color not in (GREY, PALETTE):
        raise ReadError(
            f"{path} is a colour PNG: labels are grey values or palette indices.",
            "If colours stand for classes or ids, convert them to ids; a picture belongs under --image.",
        )
    refuse_absurd(path, found.nbytes)
    chunks, _ = split(content, path)
    palette = _palette(chunks) if found.color == PALETTE else None
    largest = 2**found.depth - 1 if palette is None else min(2**found.depth, len(palette)) - 1
    facts = {"depth": found.depth, "palette": palette}
    return Raster(samples(chunks, found, path), "YX", facts=facts, largest=largest)


def _palette(chunks: list[Chunk]) -> tuple[tuple[int, int, int], ...]:
    """Colours of the palette."""
    data = next((chunk.data for chunk in chunks if chunk.name == b"PLTE"), b"")
    return tuple((data[i], data[i + 1], data[i + 2]) for i in range(0, len(data) - 2, 3))


def samples(chunks: list[Chunk], found: Header, path: Path) -> np.ndarray:
    """Samples of the image as stored, unscaled; with a last axis of colours where it has such.

    Pillow sees the critical chunks only: gamma, transparency, animation and text cannot change
    how it decodes. It is called below `Image.open`, whose limit on the number of pixels
    (ours is on memory) can only be lifted for the whole process.
    """
    from PIL import PngImagePlugin

    refuse_hollow(chunks, found, path)
    critical = [chunk for chunk in chunks if chunk.name in (b"IHDR", b"PLTE", b"IDAT", b"IEND")]
    with decoding(path, "PNG"), PngImagePlugin.PngImageFile(io.BytesIO(join(critical))) as image:
        numbers = np.array(image)
    if found.depth == 16:
        return numbers.astype(np.uint16)
    numbers = numbers.astype(np.uint8)
    if found.color == GREY and found.depth in (2, 4):
        # Pillow stretches few grey levels to the range of 8 bits.
        numbers //= 255 // (2**found.depth - 1)
    return numbers


def revise(content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same file with other image data.

    Raises
    ------
    LossError
        When an id is beyond the palette or the bit depth.
    """
    found = Header.parse(content[:33], path)
    chunks, rest = split(content, path)
    _refuse_beyond(numbers, found, chunks, path)
    return join(with_image_data(chunks, found, image_data(numbers, found.depth)), rest)


def with_image_data(chunks: list[Chunk], found: Header, fresh: Chunk) -> list[Chunk]:
    """Chunks with all image data replaced by one chunk in the place of the first."""
    first = next(i for i, chunk in enumerate(chunks) if chunk.name == b"IDAT")
    kept = [chunk for chunk in chunks if chunk.name != b"IDAT"]
    kept.insert(first, fresh)
    if found.interlaced:
        plain = Header(found.width, found.height, found.depth, found.color)
        kept[0] = Chunk.of_data(b"IHDR", plain.packed())
    return kept


def _refuse_beyond(numbers: np.ndarray, found: Header, chunks: list[Chunk], path: Path) -> None:
    """Refusal of ids that the palette or the bit depth has no place for."""
    largest = int(numbers.max(initial=0))
    if largest >= 2**found.depth:
        raise LossError(
            f"{path} has {found.depth} bits per pixel: id {largest} does not fit.",
            "Save as a new file: TIFF, or PNG with 8 or 16 bits.",
        )
    if found.color == PALETTE and largest >= len(_palette(chunks)):
        raise LossError(
            f"{path} has a palette of {len(_palette(chunks))} colours: id {largest} has no colour.",
            "Use an id below that, or save as a new file.",
        )


def encode(raster: Raster, model: bytes | None, path: Path) -> bytes:
    """New grey PNG; the describing chunks of the model are kept.

    Raises
    ------
    LossError
        When the model has a palette: it cannot hold more than 8 bits.
    """
    numbers = raster.numbers
    if numbers.dtype.name not in KEEPS.dtypes:
        raise LossError(
            f"{path}: PNG holds ids from 0 to 65535, not {numbers.dtype} numbers.", "Save as TIFF."
        )
    depth = 8 * numbers.dtype.itemsize
    fresh = Header(numbers.shape[1], numbers.shape[0], depth, GREY)
    head, data = Chunk.of_data(b"IHDR", fresh.packed()), image_data(numbers, depth)
    if model is None:
        return join([head, data, Chunk.of_data(b"IEND", b"")])
    before = Header.parse(model[:33], path)
    if before.color == PALETTE:
        raise LossError(
            f"{path} is a palette PNG: it cannot hold {depth}-bit ids.",
            "Save as a new file: TIFF, or PNG without a palette.",
        )
    chunks, rest = split(model, path)
    # What depends on the number of bits per sample would describe another image.
    kept = [chunk for chunk in chunks if chunk.name not in (b"sBIT", b"tRNS", b"bKGD", b"hIST")]
    return join([head, *with_image_data(kept, fresh, data)[1:]], rest)


def has_voc_colors(head: bytes) -> bool:
    """Whether a file begins like a PNG whose palette is the colour map of VOC."""
    palette = palette_in(head)
    return len(palette) > 3 and bytes(v for color in VOC_COLORS for v in color).startswith(palette)


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file begins like a PNG in grey or with a palette that no other format knows better."""
    if not head.startswith(SIGNATURE) or is_cityscapes(path):
        return False
    return color_type(head) in (None, GREY, PALETTE) and not has_voc_colors(head)


CODEC = Codec("png", "PNG", decode, revise, encode, KEEPS)

FORMAT = Format(
    "png", "PNG (grey values or palette indices)", (".png",), sniff, CODEC.read, CODEC.write, KEEPS
)
