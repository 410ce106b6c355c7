"""Whether a TIFF file is whole: decoders fill in zeros, or leave out pages, where it is cut short."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segreview.formats.guard import refuse_absurd
from segreview.formats.tiff.chain import cut
from segreview.formats.tiff.layout import Layout, pages

if TYPE_CHECKING:
    from tifffile import TiffFile

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
    announced = _announced(tif)
    if announced > math.prod(found.shape):
        raise cut(path, f"{announced:,} pixels are announced, {math.prod(found.shape):,} are there")
    for number, page in enumerate(pages(found.series)):
        _refuse_page(page, number, tif.filehandle.size, path)
    start = found.series.dataoffset
    if start is not None and start + found.nbytes > tif.filehandle.size:
        raise cut(path, f"{found.nbytes:,} bytes of pixels are announced")


def _refuse_page(page: Any, number: int, size: int, path: Path) -> None:
    """Refusal of a page whose strips or tiles are missing, too few, or too short."""
    counts = page.databytecounts
    ends = (at + count for at, count in zip(page.dataoffsets, counts, strict=False))
    if max(ends, default=0) > size:
        raise cut(path, f"the pixels of page {number} lie beyond the end of the file")
    key = page.keyframe
    segments = math.prod(key.chunked)
    if not key.is_contiguous and len(page.dataoffsets) < segments:
        raise cut(path, f"page {number} has {len(page.dataoffsets):,} of {segments:,} strips or tiles")
    one = math.prod(key.chunks)
    refuse_absurd(path, one * key.dtype.itemsize if key.dtype is not None else one, "has a strip or tile of")
    ratio = _MOST_RATIO.get(int(key.compression))
    sparse = 0 in counts
    pixels = max(one, key.imagewidth * key.imagelength * key.imagedepth * key.samplesperpixel)
    bits = key.bitspersample if isinstance(key.bitspersample, int) else 8
    if ratio and not sparse and pixels * bits > 8 * ratio * sum(counts):
        raise cut(path, f"page {number} has {sum(counts):,} bytes for {pixels:,} pixels")


def _announced(tif: TiffFile) -> int:
    """Pixels that the description of ImageJ or tifffile speaks of; 0 when there is none."""
    if tif.is_imagej and tif.imagej_metadata:
        first = tif.pages.first
        return int(tif.imagej_metadata.get("images", 1)) * int(math.prod(first.shape))
    if tif.is_shaped and tif.shaped_metadata and len(tif.shaped_metadata) == 1:
        return math.prod(tif.shaped_metadata[0].get("shape", ()))
    return 0
