"""Framed files: append-only records, each with its length and checksum.

A file begins with `MAGIC`; each frame is ``u32 length | u32 CRC-32 of the payload | payload``,
little-endian. A process that is killed while it appends leaves a cut frame at the end, which is
dropped at the next start; all frames before it are whole.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
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
        self._file.seek(0, os.SEEK_END)
        if self._file.tell() < len(MAGIC):
            self._restart()
        self._file.seek(0)
        if self._file.read(len(MAGIC)) != MAGIC:
            self._file.close()
            raise ValueError(f"{path} is not a segreview journal")
        self._end = len(MAGIC)

    def _restart(self) -> None:
        """Begin anew where not even the first bytes were written whole."""
        self._file.truncate(0)
        self._write(MAGIC)

    def _write(self, data: bytes) -> None:
        """Write all bytes: an unbuffered file may take only a part at a time."""
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Every whole frame from the start: its position and payload."""
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
        payload = self._file.read(length)
        if len(payload) < length or zlib.crc32(payload) != checksum:
            return None
        return payload

    def read(self, position: int) -> bytes:
        """Payload of the frame at a position that `frames` or `append` gave."""
        payload = self._read(position)
        if payload is None:
            raise ValueError(f"{self.path}: the record at byte {position} cannot be read")
        return payload

    @property
    def surplus(self) -> int:
        """Bytes after the last whole frame; known once `frames` has been read to its end."""
        return os.fstat(self._file.fileno()).st_size - self._end

    def drop_surplus(self) -> None:
        """Cut off what follows the last whole frame."""
        self._file.truncate(self._end)

    def append(self, payload: bytes) -> int:
        """Write one frame and return its position; a failed write leaves no trace.

        Raises
        ------
        OSError
            When the disk is full or the file cannot be written.
        """
        position = self._end
        try:
            self._write(_HEAD.pack(len(payload), zlib.crc32(payload)) + payload)
        except OSError:
            self._file.truncate(position)
            raise
        self._end = position + _HEAD.size + len(payload)
        return position

    def sync(self) -> None:
        """Wait until everything written has reached the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
