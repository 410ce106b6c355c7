"""A TIFF file with some pixels changed: a copy in which only the touched strips and tiles differ."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from segreview.errors import LossError, WriteError
from segreview.formats.pyramid import reduced
from segreview.formats.tiff.encoding import NEW_FILE, blocks, encoder, padded, stored
from segreview.formats.tiff.layout import layout, opened, pages

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPage, TiffPageSeries, TiffTag

_BITS_PER_SAMPLE, _DESCRIPTION, _SAMPLE_FORMAT = 258, 270, 339
_STRIPS, _TILES = (273, 279), (324, 325)

_NUMBER_FORMATS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""struct characters of the TIFF types that offsets and byte counts are stored in."""

_SAMPLE_FORMATS = {"u": 1, "b": 1, "i": 2, "f": 3}


def revise(content: bytes, numbers: np.ndarray, path: Path) -> bytes:
    """Same file with other numbers.

    Parameters
    ----------
    content
        The file.
    numbers
        New numbers in native byte order, in the shape of the file's image. When their type
        differs from the file's, every page is stored in the new type.
    path
        The file, for messages.

    Returns
    -------
    bytes
        Segments whose pixels are equal, all other tags, and the order of everything are as they
        were. A segment that became longer lies at the end of the file.

    Raises
    ------
    WriteError
        When the way in which the file is stored can be read but not written.
    LossError
        When a number does not fit the bits of a pixel.
    """
    with opened(content, path) as tif:
        found = layout(tif, path)
        copy = _Copy(content, tif, path)
        smaller = found.series.levels[1:]
        before = found.series.asarray().reshape(numbers.shape) if smaller else numbers
        copy.revise_series(found.series, numbers)
        for level in smaller:
            old = level.asarray().reshape(*numbers.shape[:-2], *level.shape[-2:])
            copy.revise_series(level, reduced(old, [(before, numbers)], path))
    return bytes(copy.out)


def with_empty_pages(content: bytes, count: int, path: Path) -> bytes:
    """Same file with pages of zeros behind its last one, which are stored and described like that.

    Raises
    ------
    WriteError
        When the way in which the file is stored can be read but not written.
    """
    with opened(content, path) as tif:
        copy = _Copy(content, tif, path)
        last = tif.pages[-1].aspage()
        link = copy.link_of(last, last.offset)
        zeros = np.zeros((last.imagelength, last.imagewidth), last.dtype)
        for _ in range(count):
            link = copy.append_page(last, zeros, link)
        text = tif.pages.first.aspage().tags.get(_DESCRIPTION)
        if text is not None and tif.is_shaped:
            more = str(len(tif.pages) + count).encode()
            copy.retell(text, rb'("shape":\s*\[)\d+', rb"\g<1>" + more)
    return bytes(copy.out)


def _by_page(
    every: list[Any], before: np.ndarray, after: np.ndarray, path: Path
) -> Iterator[tuple[Any, np.ndarray, np.ndarray]]:
    """Every page with its numbers before and after."""
    shape = (len(every), every[0].imagelength, every[0].imagewidth)
    if before.size != after.size or before.size != np.prod(shape):
        raise WriteError(f"{path} stores its pages in a way that cannot be written back.", NEW_FILE)
    yield from zip(every, before.reshape(shape), after.reshape(shape), strict=True)


class _Copy:
    """Growing copy of a TIFF file whose segments are replaced.

    Parameters
    ----------
    content
        The file.
    tif
        The same file, opened.
    path
        For messages.
    """

    def __init__(self, content: bytes, tif: TiffFile, path: Path) -> None:
        self.out = bytearray(content)
        self.path = path
        self.order = tif.byteorder
        self.big = tif.is_bigtiff
        self.shares = Counter(offset for page in tif.pages for offset in page.dataoffsets)

    def revise_series(self, series: TiffPageSeries, numbers: np.ndarray) -> None:
        """Replace the numbers of an image, or of one level of a pyramid, where they differ."""
        start, every = series.dataoffset, pages(series)
        if start is not None and series.dtype == numbers.dtype:
            self.put(start, stored(numbers, self.order).tobytes())
            return
        if start is not None and len(every) == 1:
            self.move_stack(every[0].aspage(), numbers)
            return
        for page, old, new in _by_page(every, series.asarray(), numbers, self.path):
            if old.dtype != new.dtype or not np.array_equal(old, new):
                self.revise_page(page.aspage(), old, new)

    def revise_page(self, page: TiffPage, before: np.ndarray, after: np.ndarray) -> None:
        """Replace the segments of a page whose pixels differ; all of them when the type does."""
        if (page.imagelength, page.imagewidth) != before.shape:  # it is read by the size of the first one
            raise WriteError(f"{self.path} has pages of several sizes in one image.", NEW_FILE)
        encode = encoder(page, after, self.order, self.path)
        offsets, counts = list(page.dataoffsets), list(page.databytecounts)
        retyped = before.dtype != after.dtype
        for index, block in enumerate(blocks(page)):
            if not retyped and np.array_equal(before[block], after[block]):
                continue
            data = encode(padded(after[block], page))
            if len(data) > counts[index] or self.shares[offsets[index]] > 1:
                offsets[index] = self.append(data)
            else:
                self.put(offsets[index], data)
            counts[index] = len(data)
        self._place(page, offsets, counts)
        if retyped:
            self._retype(page, after.dtype)

    def link_of(self, page: TiffPage, offset: int) -> int:
        """Where the offset of the next page stands, behind the tags of a page like another."""
        width, entry, letter = (8, 20, "Q") if self.big else (2, 12, "H")
        (tags,) = struct.unpack_from(self.order + letter, self.out, page.offset)
        return int(offset + width + entry * tags)

    def append_page(self, model: TiffPage, numbers: np.ndarray, link: int) -> int:
        """Store a page described like another one; returns where the offset of the one after it stands."""
        encode = encoder(model, numbers, self.order, self.path)
        data = [encode(padded(numbers[block], model)) for block in blocks(model)]
        offsets = [self.append(one) for one in data]
        width = 8 if self.big else 4
        start = self.append(bytes(self.out[model.offset : self.link_of(model, model.offset)]) + bytes(width))
        struct.pack_into(self.order + ("Q" if self.big else "I"), self.out, link, start)
        codes = _TILES if model.is_tiled else _STRIPS
        for code, values in zip(codes, (offsets, [len(one) for one in data]), strict=True):
            self._tell(start + model.tags[code].offset - model.offset, values)
        return self.link_of(model, start)

    def _tell(self, entry: int, values: list[int]) -> None:
        """Write numbers into the entry of a tag, beside it where they do not fit in."""
        kind, letter, width = (16, "Q", 8) if self.big else (4, "I", 4)
        data = struct.pack(f"{self.order}{len(values)}{letter}", *values)
        if len(data) > width:
            data = struct.pack(self.order + letter, self.append(data))
        struct.pack_into(f"{self.order}H{letter}", self.out, entry + 2, kind, len(values))
        self.put(entry + 4 + width, data)

    def move_stack(self, page: TiffPage, numbers: np.ndarray) -> None:
        """Store a stack that hangs on a single page in another type, at the end of the file."""
        ratio = numbers.dtype.itemsize / np.dtype(page.dtype).itemsize
        start = self.append(stored(numbers, self.order).tobytes())
        counts = [int(n * ratio) for n in page.databytecounts]
        offsets = [start + int((at - page.dataoffsets[0]) * ratio) for at in page.dataoffsets]
        self._place(page, offsets, counts)
        self._retype(page, numbers.dtype)

    def put(self, offset: int, data: bytes) -> None:
        """Overwrite bytes in place."""
        self.out[offset : offset + len(data)] = data

    def append(self, data: bytes) -> int:
        """Add bytes at the end, on a word boundary; returns their offset."""
        self.out += b"\0" * (-len(self.out) % 2)
        offset = len(self.out)
        if not self.big and offset + len(data) >= 2**32:
            raise WriteError(f"{self.path} would grow beyond 4 GiB, which only BigTIFF can hold.", NEW_FILE)
        self.out += data
        return offset

    def _place(self, page: TiffPage, offsets: list[int], counts: list[int]) -> None:
        """Write where the segments of a page lie, when that changed."""
        codes = _TILES if page.is_tiled else _STRIPS
        for code, new, old in zip(
            codes, (offsets, counts), (page.dataoffsets, page.databytecounts), strict=True
        ):
            if list(old) == new:
                continue
            tag = page.tags.get(code)
            if tag is None or tag.count != len(new):
                raise WriteError(
                    f"{self.path} lacks the sizes of its strips: it cannot be revised.", NEW_FILE
                )
            self._set_numbers(tag, new)

    def _retype(self, page: TiffPage, dtype: np.dtype[Any]) -> None:
        """Write the type of the numbers of a page, also where OME-XML repeats it."""
        self._set_numbers(page.tags[_BITS_PER_SAMPLE], [8 * dtype.itemsize])
        sample_format = page.tags.get(_SAMPLE_FORMAT)
        if sample_format is not None:
            self._set_numbers(sample_format, [_SAMPLE_FORMATS[dtype.kind]])
        elif dtype.kind != "u":
            raise LossError(f"{self.path} has no place to say that its numbers are {dtype}.", NEW_FILE)
        text = page.tags.get(_DESCRIPTION)
        if text is not None and page.is_ome:
            self._set_ome_type(text, dtype)

    def _set_ome_type(self, tag: TiffTag, dtype: np.dtype[Any]) -> None:
        """Change the type of the pixels in OME-XML; the longer text lies at the end of the file."""
        name = {"float32": "float", "float64": "double"}.get(dtype.name, dtype.name).encode()
        self.retell(
            tag,
            rb'(<(?:\w+:)?Pixels\b[^>]*\bType=")[^"]*|\s+SignificantBits="\d+"',
            lambda found: found[1] + name if found[1] else b"",
        )

    def retell(self, tag: TiffTag, pattern: bytes, new: bytes | Callable[[re.Match[bytes]], bytes]) -> None:
        """Change a description; the text, which may be longer, lies at the end of the file then."""
        text = re.sub(pattern, new, bytes(self.out[tag.valueoffset : tag.valueoffset + tag.count]))
        offset = self.append(text)
        struct.pack_into(
            self.order + ("QQ" if self.big else "II"), self.out, tag.offset + 4, len(text), offset
        )

    def _set_numbers(self, tag: TiffTag, values: list[int]) -> None:
        """Write the numbers of a tag, in a wider type when they no longer fit."""
        code = _NUMBER_FORMATS[int(tag.dtype)]
        if max(values) < 2 ** (8 * struct.calcsize("=" + code)):
            struct.pack_into(f"{self.order}{len(values)}{code}", self.out, tag.valueoffset, *values)
            return
        wide, field = (16, 8) if self.big else (4, 4)
        data = struct.pack(f"{self.order}{len(values)}{_NUMBER_FORMATS[wide]}", *values)
        if len(data) > field:
            data = struct.pack(self.order + _NUMBER_FORMATS[wide], self.append(data))
        struct.pack_into(self.order + "H", self.out, tag.offset + 2, wide)
        self.put(tag.offset + 4 + field, data)
