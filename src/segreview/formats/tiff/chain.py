"""The chain of pages of a TIFF file, walked before any library follows it: a ring has no end."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from segreview.errors import ReadError

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


class _Reader:
    """Header of a TIFF file: its byte order, and whether offsets have 4 or 8 bytes."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.file, self.path = file, path
        self.size = file.seek(0, 2)
        file.seek(0)
        head = self.exactly(4)
        self.order = "<" if head.startswith(b"II") else ">"
        self.big = b"+" in head
        self.field = 8 if self.big else 4
        file.seek(8 if self.big else 4)

    def exactly(self, count: int) -> bytes:
        """That many bytes from here, or the refusal."""
        data = self.file.read(count) if count <= self.size else b""
        if len(data) < count:
            raise cut(self.path, "its list of pages is not all there")
        return data

    def offset(self, data: bytes) -> int:
        """Offset that these bytes hold."""
        return int(struct.unpack(self.order + ("Q" if self.big else "I"), data)[0])

    def page(self, offset: int) -> int:
        """Offset of the page after the one at an offset, whose tags are checked."""
        count_format, entry = ("Q", "HHQ8s") if self.big else ("H", "HHI4s")
        self.file.seek(offset)
        (count,) = struct.unpack(self.order + count_format, self.exactly(struct.calcsize("=" + count_format)))
        table = self.exactly(count * struct.calcsize("=" + entry))
        for code, kind, values, value in struct.iter_unpack(self.order + entry, table):
            length = _VALUE_BYTES.get(kind, 0) * values
            if length > self.field and self.offset(value) + length > self.size:
                raise cut(self.path, f"tag {code} lies beyond the end of the file")
        return self.offset(self.exactly(self.field))


def refuse_broken_chain(file: BinaryIO, path: Path) -> None:
    """Refusal of a file whose pages form a ring, or run beyond its end with a tag or a page.

    Parameters
    ----------
    file
        The file, opened for reading; it is wound back to its start.
    path
        For messages.

    Raises
    ------
    ReadError
        When the chain is broken: decoders would leave out pages without a word.
    """
    reader = _Reader(file, path)
    seen = set()
    offset = reader.offset(reader.exactly(reader.field))
    while offset:
        if offset in seen:
            raise cut(path, "its pages form a ring")
        seen.add(offset)
        offset = reader.page(offset)
    file.seek(0)


def cut(path: Path, how: str) -> ReadError:
    """Error for a TIFF file that is not whole."""
    return ReadError(
        f"{path} is damaged or cut short: {how}.", "Fetch the file again or restore it from a backup."
    )
