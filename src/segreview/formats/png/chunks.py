"""PNG files as a row of chunks, each kept as it is unless it is replaced on purpose."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segreview.errors import ReadError

SIGNATURE = b"\x89PNG\r\n\x1a\n"

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
"""Colour types of the image header."""

CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}

_DEPTHS = {
    GREY: (1, 2, 4, 8, 16),
    RGB: (8, 16),
    PALETTE: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    RGB_ALPHA: (8, 16),
}

_MOST_RATIO = 1100
"""How many times smaller than its pixels the image data can be: deflate saves no more."""

_OFTEN_DAMAGED = "Fetch the file again or restore it from a backup."


@dataclass(frozen=True, slots=True)
class Header:
    """The image header (IHDR).

    Parameters
    ----------
    width, height
        Size in pixels.
    depth
        Bits per sample.
    color
        Colour type.
    interlaced
        Whether the rows are stored in the seven passes of Adam7.
    """

    width: int
    height: int
    depth: int
    color: int
    interlaced: bool = False

    @classmethod
    def parse(cls, start: bytes, path: Path) -> Header:
        """Header out of the first 33 bytes of a file.

        Raises
        ------
        ReadError
            When they are damaged.
        """
        if len(start) < 33 or start[12:16] != b"IHDR":
            raise ReadError(f"{path} is cut short: it has no PNG header.", _OFTEN_DAMAGED)
        width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", start[16:29])
        if width == 0 or height == 0 or depth not in _DEPTHS.get(color, ()):
            raise ReadError(f"{path} has a damaged PNG header.", _OFTEN_DAMAGED)
        return cls(width, height, depth, color, interlace != 0)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def nbytes(self) -> int:
        """Size of the decoded image in bytes, at least one per sample."""
        return self.width * self.height * CHANNELS[self.color] * (2 if self.depth == 16 else 1)

    def packed(self) -> bytes:
        """Data of the chunk."""
        return struct.pack(
            ">IIBBBBB", self.width, self.height, self.depth, self.color, 0, 0, int(self.interlaced)
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its four-letter name and its bytes in the file, length and checksum included."""

    name: bytes
    raw: bytes

    @classmethod
    def of_data(cls, name: bytes, data: bytes) -> Chunk:
        """Chunk around data, with its length and checksum."""
        checksum = zlib.crc32(name + data)
        return cls(name, struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum))

    @property
    def data(self) -> bytes:
        """What the chunk holds."""
        return self.raw[8:-4]


def split(content: bytes, path: Path) -> tuple[list[Chunk], bytes]:
    """Chunks of a PNG file, and what follows the last one.

    Raises
    ------
    ReadError
        When a chunk is cut short or its checksum is wrong.
    """
    chunks, at = [], len(SIGNATURE)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        raw = content[at : at + 12 + length]
        at += 12 + length
        if len(raw) < 12 + length:
            break
        chunk = Chunk(raw[4:8], raw)
        if zlib.crc32(raw[4:-4]) != struct.unpack(">I", raw[-4:])[0]:
            raise ReadError(f"{path} is damaged: the checksum of a PNG chunk is wrong.", _OFTEN_DAMAGED)
        chunks.append(chunk)
        if chunk.name == b"IEND":
            return chunks, content[at:]
    raise ReadError(f"{path} is cut short: the end of the PNG is missing.", _OFTEN_DAMAGED)


def refuse_hollow(chunks: list[Chunk], found: Header, path: Path) -> None:
    """Refusal of a header that asks for more than the image data can hold, before it gets the memory.

    Raises
    ------
    ReadError
        When the data are too short, or there is a second header, which Pillow would heed.
    """
    if sum(chunk.name == b"IHDR" for chunk in chunks) > 1:
        raise ReadError(f"{path} is damaged: it has several PNG headers.", _OFTEN_DAMAGED)
    packed = sum(len(chunk.raw) for chunk in chunks if chunk.name == b"IDAT")
    bits = found.width * found.height * CHANNELS[found.color] * found.depth
    if bits > 8 * _MOST_RATIO * packed:
        raise ReadError(
            f"{path} is cut short: it has {packed:,} bytes for {found.height:,} x {found.width:,} pixels.",
            _OFTEN_DAMAGED,
        )


def color_type(head: bytes) -> int | None:
    """Colour type that the first bytes of a PNG file tell; None where they are too few, or no PNG."""
    return head[25] if head.startswith(SIGNATURE) and len(head) > 25 else None


def palette_in(head: bytes) -> bytes:
    """Palette in the first bytes of a PNG file, as far as they reach."""
    at = len(SIGNATURE)
    while at + 8 <= len(head) and head[at + 4 : at + 8] != b"IDAT":
        (length,) = struct.unpack_from(">I", head, at)
        if head[at + 4 : at + 8] == b"PLTE":
            return head[at + 8 : at + 8 + length]
        at += 12 + length
    return b""


def join(chunks: list[Chunk], rest: bytes = b"") -> bytes:
    """Bytes of a PNG file with these chunks."""
    return SIGNATURE + b"".join(chunk.raw for chunk in chunks) + rest


def image_data(numbers: np.ndarray, depth: int) -> Chunk:
    """Image data (IDAT): rows without filter, packed to the bit depth, most significant first.

    Parameters
    ----------
    numbers
        ``(Y, X)``, or with a last axis of colours, uint8 or uint16, below ``2**depth``.
    depth
        Bits per sample: 1, 2, 4, 8 or 16.
    """
    numbers = numbers.reshape(len(numbers), -1)
    height, width = numbers.shape
    if depth == 16:
        rows = numbers.astype(">u2").view(np.uint8).reshape(height, 2 * width)
    elif depth == 8:
        rows = numbers.astype(np.uint8)
    else:
        bits = np.unpackbits(numbers.astype(np.uint8)[..., np.newaxis], axis=2)[..., 8 - depth :]
        rows = np.packbits(bits.reshape(height, width * depth), axis=1)
    filtered = np.zeros((height, rows.shape[1] + 1), np.uint8)
    filtered[:, 1:] = rows
    return Chunk.of_data(b"IDAT", zlib.compress(filtered.tobytes(), 6))
