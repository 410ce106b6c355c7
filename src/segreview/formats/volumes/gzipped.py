"""Files in gzip: unpacked no further than they announce, and packed again under the header that they had."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from pathlib import Path

from segreview.errors import ReadError

MAGIC = b"\x1f\x8b\x08"

_HAS_CHECKSUM, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16
_LEVELS = {2: 9, 4: 1}
"""How hard a file was squeezed, by what its header says."""


def first_unpacked(head: bytes, count: int) -> bytes:
    """First unpacked bytes of a file, as far as its own first bytes tell them; a plain file's own."""
    if not head.startswith(MAGIC):
        return head[:count]
    with suppress(zlib.error):  # damaged: it begins like nothing, and who reads it says why
        return zlib.decompressobj(31).decompress(head, count)
    return b""


def unpacked(content: bytes, limit: int, path: Path) -> bytes:
    """All unpacked bytes of a file; a plain file as it is.

    Parameters
    ----------
    content
        The file.
    limit
        Most bytes that it may unpack to.
    path
        For messages.

    Raises
    ------
    ReadError
        When it unpacks to more.
    EOFError, zlib.error
        When it is cut short or damaged.
    """
    if not content.startswith(MAGIC):
        return content
    parts, room, packed = [], limit + 1, content
    while packed.startswith(MAGIC):
        machine = zlib.decompressobj(31)
        parts.append(machine.decompress(packed, room))
        room -= len(parts[-1])
        if room <= 0:
            raise ReadError(
                f"{path} unpacks to more than the {limit:,} bytes that its header announces.",
                "Fetch the file again or restore it from a backup.",
            )
        if not machine.eof:
            raise EOFError("its packed data end too soon")
        packed = machine.unused_data
    return b"".join(parts)


def packed(model: bytes, data: bytes) -> bytes:
    """Data packed under the header of a model, or in a plain file like it."""
    if not model.startswith(MAGIC):
        return data
    head = model[: _header_size(model)]
    return _with_data(head, data, _LEVELS.get(head[8], 6))


def fresh(data: bytes) -> bytes:
    """Data packed under a header that says nothing, not even the time."""
    return _with_data(MAGIC + b"\0\0\0\0\0\0\xff", data, 6)


def _with_data(head: bytes, data: bytes, level: int) -> bytes:
    machine = zlib.compressobj(level, wbits=-15)
    body = machine.compress(data) + machine.flush()
    return head + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def _header_size(content: bytes) -> int:
    """Length of the header, with the name and the comment that it may hold (RFC 1952)."""
    flags, at = content[3], 10
    if flags & _HAS_EXTRA:
        at += 2 + int.from_bytes(content[at : at + 2], "little")
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            at = content.index(b"\0", at) + 1
    return at + (2 if flags & _HAS_CHECKSUM else 0)
