"""Zip archives with one member exchanged: every other member keeps its bytes, and its place in order."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segreview.errors import WriteError

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END_MAGIC = b"PK\5\6"
_WIDE = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_SIZES_FOLLOW = 8
"""Flag of a member whose sizes stand behind its data."""

_NEW_FILE = "Save the labels as a new file."


@dataclass
class _Member:
    """Entry of a member in the list at the end of an archive.

    Parameters
    ----------
    fields
        As `_CENTRAL` unpacks them.
    rest
        Name, extra and comment.
    """

    fields: list[int]
    rest: bytes

    @property
    def name(self) -> bytes:
        """Name of the member."""
        return self.rest[: self.fields[10]]

    @property
    def offset(self) -> int:
        """Where the member begins."""
        return self.fields[16]

    def packed(self) -> bytes:
        """Bytes of the entry."""
        return _CENTRAL.pack(*self.fields) + self.rest


def exchanged(content: bytes, name: str, data: bytes, path: Path) -> bytes:
    """Archive in which one member holds other data, compressed as it was.

    Parameters
    ----------
    content
        The archive.
    name
        Name of the member.
    data
        What it is to hold.
    path
        For messages.

    Raises
    ------
    WriteError
        When the archive is stored in a way that can be read but not revised.
    """
    at = content.rfind(_END_MAGIC)
    if at < 0 or at + _END.size > len(content):
        raise WriteError(f"{path} has no list of its members.", _NEW_FILE)
    end = list(_END.unpack_from(content, at))
    start = end[6]
    members = list(_members(content, start, end[4]))
    member = next((one for one in reversed(members) if one.name == name.encode()), None)
    wide = any(field == _WIDE for one in members for field in (one.fields[8], one.fields[9], one.offset))
    if member is None or wide or start == _WIDE:
        raise WriteError(f"{path} is an archive of the kind for files beyond 4 GiB.", _NEW_FILE)
    stop = min((one.offset for one in members if one.offset > member.offset), default=start)
    fresh = _local(content, member, data, path)
    grown = len(fresh) - (stop - member.offset)
    for one in members:
        one.fields[16] += grown if one.offset > member.offset else 0
    end[6] += grown
    return b"".join(
        [
            content[: member.offset],
            fresh,
            content[stop:start],
            *(one.packed() for one in members),
            content[start + end[5] : at],
            _END.pack(*end),
            content[at + _END.size :],
        ]
    )


def _members(content: bytes, start: int, count: int) -> Iterator[_Member]:
    """Entries of the list that begins somewhere."""
    for _ in range(count):
        fields = list(_CENTRAL.unpack_from(content, start))
        stop = start + _CENTRAL.size + sum(fields[10:13])
        yield _Member(fields, content[start + _CENTRAL.size : stop])
        start = stop


def _local(content: bytes, member: _Member, data: bytes, path: Path) -> bytes:
    """Member with other data, its header before it; the entry in the list is brought up to date."""
    head = list(_LOCAL.unpack_from(content, member.offset))
    names = member.offset + _LOCAL.size
    name, extra = content[names : names + head[9]], content[names + head[9] : names + head[9] + head[10]]
    if head[3] == _DEFLATED:
        squeeze = zlib.compressobj(wbits=-15)
        packed = squeeze.compress(data) + squeeze.flush()
    elif head[3] == _STORED:
        packed = data
    else:
        raise WriteError(f"{path} is compressed in a way that can be read but not written.", _NEW_FILE)
    if max(len(data), len(packed)) >= _WIDE:
        raise WriteError(f"{path} would grow beyond 4 GiB.", _NEW_FILE)
    sizes = [zlib.crc32(data), len(packed), len(data)]
    head[2] &= ~_SIZES_FOLLOW
    member.fields[3] &= ~_SIZES_FOLLOW
    member.fields[7:10] = sizes
    head[6:9] = sizes
    extra = _with_sizes(extra, len(data), len(packed))
    return _LOCAL.pack(*head) + name + extra + packed


def _with_sizes(extra: bytes, size: int, packed: int) -> bytes:
    """Extra field in which the sizes of 8 bytes, that some writers put there in advance, are right."""
    out, at = bytearray(extra), 0
    while at + 4 <= len(out):
        code, length = struct.unpack_from("<HH", out, at)
        if code == 1 and length >= 16:
            struct.pack_into("<QQ", out, at + 4, size, packed)
        at += 4 + length
    return bytes(out)
