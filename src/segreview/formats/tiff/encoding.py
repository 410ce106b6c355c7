"""How a page of a TIFF stores its segments: their places in the image, and a block of pixels as bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from segreview.errors import LossError, WriteError
from segreview.formats.tiff.codecs import encoded, whole_image_codec

if TYPE_CHECKING:
    from tifffile import TiffPage

Order = Literal["<", ">"]
"""Byte order of a file: the lowest first, or the highest."""

NEW_FILE = "Save the labels as a new file instead: it will be a deflate TIFF."
"""Way out where a file can be read but not written."""


def encoder(page: TiffPage, numbers: np.ndarray, order: Order, path: Path) -> Callable[[np.ndarray], bytes]:
    """Function that stores a block of a page as the page stores its segments.

    Parameters
    ----------
    page
        The page.
    numbers
        All numbers that are going to be in it.
    order
        Byte order of the file.
    path
        The file, for messages.

    Raises
    ------
    WriteError
        When the way in which the page is stored can be read but not written.
    LossError
        When a number does not fit the bits of a pixel.
    """
    if page.samplesperpixel != 1 or page.imagedepth != 1:
        raise WriteError(f"{path} stores pixels in volumes or in several samples.", NEW_FILE)
    packed = numbers.dtype == page.dtype and page.bitspersample % 8
    if packed and numbers.max(initial=0) >= 2**page.bitspersample:
        raise LossError(
            f"{path} has {page.bitspersample} bits per pixel: id {numbers.max()} does not fit.", NEW_FILE
        )
    whole = whole_image_codec(int(page.compression), page)
    if whole is not None:
        return partial(encoded, whole, path=path)
    compress = _compressor(int(page.compression), path)
    predictor, flip = int(page.predictor), page.fillorder == 2

    def encode(block: np.ndarray) -> bytes:
        rows = (
            _packed_bits(block, page.bitspersample) if packed else _predicted(block, predictor, order, path)
        )
        data = compress(rows)
        return _bits_reversed(data) if flip else data

    return encode


def blocks(page: TiffPage) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of every segment of a page, in the order of the file."""
    height, width = page.imagelength, page.imagewidth
    if page.is_tiled:
        down, across = page.tilelength, page.tilewidth
    else:
        down, across = max(1, min(page.rowsperstrip, height)), width
    for top, left in product(range(0, height, down), range(0, width, across)):
        yield slice(top, min(top + down, height)), slice(left, min(left + across, width))


def padded(block: np.ndarray, page: TiffPage) -> np.ndarray:
    """Block in the full size of a tile; strips end with the image."""
    if not page.is_tiled:
        return block
    full = np.zeros((page.tilelength, page.tilewidth), block.dtype)
    full[: block.shape[0], : block.shape[1]] = block
    return full


def stored(numbers: np.ndarray, order: Order) -> np.ndarray:
    """Numbers in the byte order of a file."""
    return numbers.astype(numbers.dtype.newbyteorder(order), order="C", copy=False)


def _predicted(block: np.ndarray, predictor: int, order: Order, path: Path) -> np.ndarray:
    """Rows of bytes to compress: differences where the file stores differences.

    Adobe, *TIFF 6.0*, section 14 (horizontal differencing), and *Photoshop TIFF Technical
    Note 3* (floating point predictor).
    """
    if predictor == 3:
        import imagecodecs

        foreseen = imagecodecs.floatpred_encode(np.ascontiguousarray(block), axis=-1)
        return np.ascontiguousarray(foreseen).view(np.uint8).reshape(len(block), -1)
    if predictor not in (1, 2):
        raise WriteError(f"{path} uses predictor {predictor}, which cannot be written.", NEW_FILE)
    if predictor == 2:
        bits = block.view(f"u{block.dtype.itemsize}")
        block = np.diff(bits, axis=1, prepend=np.zeros((len(bits), 1), bits.dtype))
    rows = np.ascontiguousarray(stored(block, order))
    return rows.view(np.uint8).reshape(len(rows), -1)


def _packed_bits(block: np.ndarray, depth: int) -> np.ndarray:
    """Rows of bytes that hold pixels of fewer than 8 bits, each row starting on a byte."""
    bits = np.unpackbits(block.astype(np.uint8)[..., np.newaxis], axis=2)[..., 8 - depth :]
    return np.packbits(bits.reshape(len(block), -1), axis=1)


def _bits_reversed(data: bytes) -> bytes:
    """Bytes with the least significant bit first (FillOrder 2)."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    return np.packbits(bits, bitorder="big").tobytes()


def _compressor(code: int, path: Path) -> Callable[[np.ndarray], bytes]:
    """Function that compresses rows of bytes as a TIFF compression code says.

    Raises
    ------
    WriteError
        For what can be read but not written: fax codes, and JPEG, which changes pixels.
    """
    import imagecodecs

    known: dict[int, Callable[[np.ndarray], Any]] = {
        1: np.ndarray.tobytes,
        5: lambda rows: imagecodecs.lzw_encode(rows.tobytes()),
        8: lambda rows: zlib.compress(rows.tobytes(), 6),
        32773: lambda rows: b"".join(imagecodecs.packbits_encode(row.tobytes()) for row in rows),
        32946: lambda rows: zlib.compress(rows.tobytes(), 6),
        34926: lambda rows: imagecodecs.zstd_encode(rows.tobytes()),
        34925: lambda rows: imagecodecs.lzma_encode(rows.tobytes()),
        50000: lambda rows: imagecodecs.zstd_encode(rows.tobytes()),
    }
    if code not in known:
        from tifffile import COMPRESSION

        name = COMPRESSION(code).name if code in list(COMPRESSION) else str(code)
        raise WriteError(f"{path} is compressed with {name}, which can be read but not written.", NEW_FILE)
    compress = known[code]
    return lambda rows: bytes(compress(rows))
