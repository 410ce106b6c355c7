"""Framed files: append-only records, each with its length and checksum.

A file begins with `MAGIC`; each frame is ``u32 length | u32 CRC-32 of the payload | payload``,
little-endian, and no payload is empty. A process that is killed while it appends leaves a cut frame
at the end; all frames before it are whole.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

MAGIC = b"SEGREVIEW\n"
_HEAD = struct.Struct("<II")


class FramedFile:
    """An append-only file of checksummed records, open for reading and appending.

    Parameters
    ----------
    path
        The file; it is made when it does not exist.

    Raises
    ------
    OSError
        When the file cannot be opened or written.
    ValueError
        When the file exists and is not of this kind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("a+b", buffering=0)
        try:
            self._begin()
        except (OSError, ValueError):
            self._file.close()
            raise
        self._end = len(MAGIC) if self._size == len(MAGIC) else 0

    def _begin(self) -> None:
        """Check the first bytes; write them where not even they were written whole."""
        self._file.seek(0)
        found = self._file.read(len(MAGIC))
        if not MAGIC.startswith(found):
            raise ValueError(f"{self.path} is not a segreview journal")
        if len(found) < len(MAGIC):
            self._file.truncate(0)
            self._write(MAGIC)

    @property
    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def _write(self, data: bytes) -> None:
        """Write all bytes: an unbuffered file may take only a part at a time."""
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Every whole frame from the start: its position and payload. To be read to the end once."""
        position = len(MAGIC)
        while (payload := self._read(position)) is not None:
            yield position, payload
            position += _HEAD.size + len(payload)
        self._end = position

    def _read(self, position: int) -> bytes | None:
        self._file.seek(position)
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, checksum = _HEAD.unpack(head)
        if not 0 < length <= self._size - position - _HEAD.size:
            return None
        payload = self._file.read(length)
        return payload if zlib.crc32(payload) == checksum else None

    def read(self, position: int) -> bytes:
        """Payload of the frame at a position that `frames` or `append` gave."""
        payload = self._read(position)
        if payload is None:
            raise ValueError(f"{self.path}: the record at byte {position} cannot be read")
        return payload

    @property
    def end(self) -> int:
        """Position after the last whole frame; known once `frames` has been read to its end."""
        return self._end

    def surplus(self) -> bytes:
        """What follows the last whole frame."""
        self._file.seek(self._end)
        return self._file.read()

    def drop_surplus(self) -> None:
        """Cut off what follows the last whole frame."""
        assert self._end
        self._file.truncate(self._end)

    def append(self, payload: bytes) -> int:
        """Write one frame and return its position; a failed write leaves no trace.

        Raises
        ------
        OSError
            When the disk is full or the file cannot be written.
        """
        position = self._end
        if self._size > position:
            self.drop_surplus()  # what an earlier failure could not take back
        try:
            self._write(_HEAD.pack(len(payload), zlib.crc32(payload)) + payload)
        except OSError:
            with suppress(OSError):
                self.drop_surplus()
            raise
        self._end = position + _HEAD.size + len(payload)
        return position

    def sync(self) -> None:
        """Wait until everything written has reached the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def is_cut(surplus: bytes, beginning: bytes) -> bool:
    """Whether a surplus is what a crash leaves: the beginning of one frame, or nothing but zeros.

    Parameters
    ----------
    surplus
        Bytes after the last whole frame.
    beginning
        Bytes that every payload has, once.
    """
    if not any(surplus):
        return True  # after a power failure a file can be longer than what was written
    complete = len(surplus) >= _HEAD.size and len(surplus) >= _HEAD.size + _HEAD.unpack_from(surplus)[0]
    return not complete and surplus.count(beginning) <= 1
