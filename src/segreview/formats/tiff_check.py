"""Whether a TIFF file is whole: decoders fill in zeros, or leave out pages, where it is cut short."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segreview.errors import ReadError
from segreview.formats.guard import refuse_absurd
from segreview.formats.tiff_layout import Layout, pages

if TYPE_CHECKING:
    from tifffile import TiffFile

_VALUE_BYTES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
"""Size of a value of each TIFF type in bytes."""

_MOST_RATIO = {1: 1, 5: 4096, 8: 1100, 32773: 130, 32946: 1100}
"""How many times smaller than its pixels a page can be: none, LZW, deflate, PackBits."""


def refuse_incomplete(tif: TiffFile, found: Layout, path: Path) -> None:
    """Refusal of an image that is not all there, or that asks for more than its bytes can hold.

    Raises
    ------
    ReadError
        When the file is cut short, or its header is damaged.
    """
    refuse_absurd(path, found.nbytes)
    _walk(tif, path)
    announced = _announced(tif)
    if announced > math.prod(found.shape):
        raise _cut(path, f"{announced:,} pixels are announced, {math.prod(found.shape):,} are there")
    for number, page in enumerate(pages(found.series)):
        _refuse_page(page, number, tif.filehandle.size, path)
    start = found.series.dataoffset
    if start is not None and start + found.nbytes > tif.filehandle.size:
        raise _cut(path, f"{found.nbytes:,} bytes of pixels are announced")


def _refuse_page(page: Any, number: int, size: int, path: Path) -> None:
    """Refusal of a page whose strips or tiles are missing, too few, or too short."""
    counts = page.databytecounts
    ends = (at + count for at, count in zip(page.dataoffsets, counts, strict=False))
    if max(ends, default=0) > size:
        raise _cut(path, f"the pixels of page {number} lie beyond the end of the file")
    key = page.keyframe
    ratio = _MOST_RATIO.get(int(key.compression))
    sparse = 0 in counts
    pixels = key.imagewidth * key.imagelength * key.imagedepth * key.samplesperpixel
    bits = key.bitspersample if isinstance(key.bitspersample, int) else 8
    if ratio and not sparse and pixels * bits > 8 * ratio * sum(counts):
        raise _cut(path, f"page {number} has {sum(counts):,} bytes for {pixels:,} pixels")


def _announced(tif: TiffFile) -> int:
    """Pixels that the description of ImageJ or tifffile speaks of; 0 when there is none."""
    if tif.is_imagej and tif.imagej_metadata:
        first = tif.pages.first
        return int(tif.imagej_metadata.get("images", 1)) * int(math.prod(first.shape))
    if tif.is_shaped and tif.shaped_metadata and len(tif.shaped_metadata) == 1:
        return math.prod(tif.shaped_metadata[0].get("shape", ()))
    return 0


def _walk(tif: TiffFile, path: Path) -> None:
    """Refusal of a file whose chain of pages, or the value of a tag, runs beyond its end."""
    file, order, big = tif.filehandle, tif.byteorder, tif.is_bigtiff
    count_format, entry, field = ("Q", "HHQ8s", 8) if big else ("H", "HHI4s", 4)
    offset_format = "Q" if big else "I"
    entry_size, count_size = struct.calcsize("=" + entry), struct.calcsize("=" + count_format)
    file.seek(8 if big else 4)
    seen = set()
    (offset,) = struct.unpack(order + offset_format, file.read(field))
    while offset:
        if offset in seen:
            raise _cut(path, "its pages form a ring")
        seen.add(offset)
        file.seek(offset)
        (count,) = struct.unpack(order + count_format, _exactly(file, count_size, path))
        table = _exactly(file, count * entry_size + field, path)
        for code, kind, values, value in struct.iter_unpack(order + entry, table[:-field]):
            length = _VALUE_BYTES.get(kind, 0) * values
            if length > field and struct.unpack(order + offset_format, value)[0] + length > file.size:
                raise _cut(path, f"tag {code} lies beyond the end of the file")
        (offset,) = struct.unpack(order + offset_format, table[-field:])


def _exactly(file: Any, count: int, path: Path) -> bytes:
    """That many bytes of a file, or the refusal."""
    data: bytes = file.read(count) if count <= file.size else b""
    if len(data) < count:
        raise _cut(path, "its list of pages is not all there")
    return data


def _cut(path: Path, how: str) -> ReadError:
    """Error for a file that is not whole."""
    return ReadError(
        f"{path} is damaged or cut short: {how}.", "Fetch the file again or restore it from a backup."
    )
