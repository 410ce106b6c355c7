"""A TIFF file with some pixels changed: a copy in which only the touched strips and tiles differ."""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from segreview.errors import LossError, WriteError
from segreview.formats.pyramid import reduced
from segreview.formats.tiff.codecs import encoded, whole_image_codec
from segreview.formats.tiff.layout import layout, opened, pages

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPage, TiffPageSeries, TiffTag

_BITS_PER_SAMPLE, _DESCRIPTION, _SAMPLE_FORMAT = 258, 270, 339
_STRIPS, _TILES = (273, 279), (324, 325)

_NUMBER_FORMATS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""struct characters of the TIFF types that offsets and byte counts are stored in."""

_SAMPLE_FORMATS = {"u": 1, "b": 1, "i": 2, "f": 3}

_NEW_FILE = "Save the labels as a new file instead: it will be a deflate TIFF."


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
        raise WriteError(f"{path} stores its pages in a way that cannot be written back.", _NEW_FILE)
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
            self.put(start, self.stored(numbers).tobytes())
            return
        if start is not None and len(every) == 1:
            self.move_stack(every[0].aspage(), numbers)
            return
        for page, old, new in _by_page(every, series.asarray(), numbers, self.path):
            if old.dtype != new.dtype or not np.array_equal(old, new):
                self.revise_page(page.aspage(), old, new)

    def revise_page(self, page: TiffPage, before: np.ndarray, after: np.ndarray) -> None:
        """Replace the segments of a page whose pixels differ; all of them when the type does."""
        encode = self._encoder(page, after)
        offsets, counts = list(page.dataoffsets), list(page.databytecounts)
        retyped = before.dtype != after.dtype
        for index, block in enumerate(_blocks(page)):
            if not retyped and np.array_equal(before[block], after[block]):
                continue
            data = encode(_padded(after[block], page))
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
        count, entry = (8, 20) if self.big else (2, 12)
        return (
            offset
            + count
            + entry
            * int.from_bytes(
                self.out[page.offset : page.offset + count], "little" if self.order == "<" else "big"
            )
        )

    def append_page(self, model: TiffPage, numbers: np.ndarray, link: int) -> int:
        """Store a page described like another one; returns where the offset of the one after it stands."""
        encode = self._encoder(model, numbers)
        data = [encode(_padded(numbers[block], model)) for block in _blocks(model)]
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
        start = self.append(self.stored(numbers).tobytes())
        counts = [int(n * ratio) for n in page.databytecounts]
        offsets = [start + int((at - page.dataoffsets[0]) * ratio) for at in page.dataoffsets]
        self._place(page, offsets, counts)
        self._retype(page, numbers.dtype)

    def stored(self, numbers: np.ndarray) -> np.ndarray:
        """Numbers in the byte order of the file."""
        return numbers.astype(numbers.dtype.newbyteorder(self.order), order="C", copy=False)

    def put(self, offset: int, data: bytes) -> None:
        """Overwrite bytes in place."""
        self.out[offset : offset + len(data)] = data

    def append(self, data: bytes) -> int:
        """Add bytes at the end, on a word boundary; returns their offset."""
        self.out += b"\0" * (-len(self.out) % 2)
        offset = len(self.out)
        if not self.big and offset + len(data) >= 2**32:
            raise WriteError(f"{self.path} would grow beyond 4 GiB, which only BigTIFF can hold.", _NEW_FILE)
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
                    f"{self.path} lacks the sizes of its strips: it cannot be revised.", _NEW_FILE
                )
            self._set_numbers(tag, new)

    def _retype(self, page: TiffPage, dtype: np.dtype[Any]) -> None:
        """Write the type of the numbers of a page, also where OME-XML repeats it."""
        self._set_numbers(page.tags[_BITS_PER_SAMPLE], [8 * dtype.itemsize])
        sample_format = page.tags.get(_SAMPLE_FORMAT)
        if sample_format is not None:
            self._set_numbers(sample_format, [_SAMPLE_FORMATS[dtype.kind]])
        elif dtype.kind != "u":
            raise LossError(f"{self.path} has no place to say that its numbers are {dtype}.", _NEW_FILE)
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

    def _encoder(self, page: TiffPage, numbers: np.ndarray) -> Callable[[np.ndarray], bytes]:
        """Function that stores a block of a page as the page stores its segments."""
        if page.samplesperpixel != 1 or page.imagedepth != 1:
            raise WriteError(f"{self.path} stores pixels in volumes or in several samples.", _NEW_FILE)
        packed = numbers.dtype == page.dtype and page.bitspersample % 8
        if packed and numbers.max(initial=0) >= 2**page.bitspersample:
            raise LossError(
                f"{self.path} has {page.bitspersample} bits per pixel: id {numbers.max()} does not fit.",
                _NEW_FILE,
            )
        whole = whole_image_codec(int(page.compression), page)
        if whole is not None:
            return partial(encoded, whole, path=self.path)
        compress = _compressor(int(page.compression), self.path)
        predictor, flip = int(page.predictor), page.fillorder == 2

        def encode(block: np.ndarray) -> bytes:
            rows = _packed_bits(block, page.bitspersample) if packed else _predicted(block, predictor, self)
            data = compress(rows)
            return _bits_reversed(data) if flip else data

        return encode


def _blocks(page: TiffPage) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of every segment of a page, in the order of the file."""
    height, width = page.imagelength, page.imagewidth
    if page.is_tiled:
        down, across = page.tilelength, page.tilewidth
    else:
        down, across = max(1, min(page.rowsperstrip, height)), width
    for top, left in product(range(0, height, down), range(0, width, across)):
        yield slice(top, min(top + down, height)), slice(left, min(left + across, width))


def _padded(block: np.ndarray, page: TiffPage) -> np.ndarray:
    """Block in the full size of a tile; strips end with the image."""
    if not page.is_tiled:
        return block
    full = np.zeros((page.tilelength, page.tilewidth), block.dtype)
    full[: block.shape[0], : block.shape[1]] = block
    return full


def _predicted(block: np.ndarray, predictor: int, copy: _Copy) -> np.ndarray:
    """Rows of bytes to compress: differences where the file stores differences.

    Adobe, *TIFF 6.0*, section 14 (horizontal differencing), and *Photoshop TIFF Technical
    Note 3* (floating point predictor).
    """
    if predictor == 3:
        import imagecodecs

        foreseen = imagecodecs.floatpred_encode(np.ascontiguousarray(block), axis=-1)
        return np.ascontiguousarray(foreseen).view(np.uint8).reshape(len(block), -1)
    if predictor not in (1, 2):
        raise WriteError(f"{copy.path} uses predictor {predictor}, which cannot be written.", _NEW_FILE)
    if predictor == 2:
        bits = block.view(f"u{block.dtype.itemsize}")
        block = np.diff(bits, axis=1, prepend=np.zeros((len(bits), 1), bits.dtype))
    rows = np.ascontiguousarray(copy.stored(block))
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
        raise WriteError(f"{path} is compressed with {name}, which can be read but not written.", _NEW_FILE)
    compress = known[code]
    return lambda rows: bytes(compress(rows))
