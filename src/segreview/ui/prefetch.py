"""Prefetch: the samples beside the current one, read and compared before they are asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path

from segreview.errors import SegreviewError
from segreview.formats.entry import Entry
from segreview.formats.guard import stamp_of
from segreview.formats.image import spatial_shape
from segreview.formats.registry import find_format, shapes_of
from segreview.model.stamp import Stamp
from segreview.session.groundwork import Groundwork, with_own_masks
from segreview.session.reading import Reading
from segreview.ui.errands import Errands, Pause

_MOST_BYTES = 512 * 2**20
_PER_PIXEL = {"gt": 12, "pred": 8, "image": 4}
"""Bytes that a pixel of a file comes to at most, as a rule: twice the labels, and the shape's own arrays."""

_SETTLING = 2.0
"""Seconds for which files that were just written are waited for at most."""


@dataclass(frozen=True, eq=False)
class _Ready:
    """A groundwork, how it was read, and the files as they were then."""

    entry: Entry
    reading: Reading
    stamps: tuple[Stamp, ...]
    ground: Groundwork


class Prefetch:
    """Keeps the groundwork of samples that are likely to be opened next.

    Nothing is locked and no journal is opened: other programs may use the files meanwhile, and a file
    that one of them has changed is read again. A change is told by the stamps of the files, which are
    taken when no later change can go without another stamp: no file is read in the window's thread.

    Parameters
    ----------
    errands
        Does the work.
    """

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._ready: dict[Path, _Ready] = {}
        self._wanted: dict[Path, Entry] = {}
        self._reading = Reading()

    def expect(self, entries: Sequence[Entry], reading: Reading) -> None:
        """Have these samples ready, the first of them first, and no others."""
        if reading is not self._reading:
            self.forget()
        for gt in self._wanted.keys() - {entry.gt for entry in entries}:
            self._errands.drop(("sample", gt))
            self._ready.pop(gt, None)
        self._reading, self._wanted = reading, {entry.gt: entry for entry in entries}
        for entry in reversed(entries):  # each goes before those that wait
            if entry.gt not in self._ready:
                work = partial(_prepare, entry, reading)
                self._errands.send(("sample", entry.gt), work, self._on_ready, first=True)

    def forget(self) -> None:
        """Drop everything."""
        for gt in self._wanted:
            self._errands.drop(("sample", gt))
        self._wanted, self._ready = {}, {}

    def take(self, entry: Entry, reading: Reading) -> Groundwork | None:
        """Groundwork of a sample, once, if it is ready and its files are as they were read."""
        ready = self._ready.pop(entry.gt, None)
        if ready is None or ready.entry != entry or ready.reading is not reading:
            return None
        return ready.ground if ready.stamps == _stamps(entry) else None

    def is_ready(self, entry: Entry) -> bool:
        """Whether a sample has been prepared."""
        return entry.gt in self._ready

    def _on_ready(self, ready: _Ready) -> None:
        if self._wanted.get(ready.entry.gt) == ready.entry and ready.reading is self._reading:
            self._ready[ready.entry.gt] = ready


def _prepare(entry: Entry, reading: Reading, pause: Pause) -> _Ready | None:
    """Read and compare a sample; None when that would take too much memory, or it changes meanwhile."""
    pause()
    if _estimate(entry) > _allowed():
        return None
    stamps = _settled_stamps(entry, pause)
    sample = with_own_masks(reading.sample(entry, pause))
    ground = Groundwork.of(sample, pause)
    return _Ready(entry, reading, stamps, ground) if stamps and stamps == _stamps(entry) else None


def _allowed() -> int:
    """Bytes that one prepared sample may take."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return _MOST_BYTES
    return min(_MOST_BYTES, memory // 8)


def _estimate(entry: Entry) -> int:
    """Bytes that a sample takes, by the headers and sizes of its files."""
    total, most = 0, 1
    for role, path in (("gt", entry.gt), ("pred", entry.pred), ("image", entry.image)):
        if path is not None:
            shapes = [spatial_shape(path)] if role == "image" else [shape for _, shape in shapes_of(path)]
            most = max([most, *map(prod, shapes)])  # a file that tells no shape has that of the others
            total += _PER_PIXEL[role] * max(len(shapes), 1)
    return max(total * most, sum(path.stat().st_size for _, path in _files(entry)))


def _files(entry: Entry) -> Iterable[tuple[str, Path]]:
    """Files of a sample with their roles."""
    for role, path in (("gt", entry.gt), ("pred", entry.pred)):
        if path is not None:
            yield from ((role, file) for file in find_format(path).files(path) if file.exists())
    if entry.image is not None:
        yield "image", entry.image


def _stamps(entry: Entry) -> tuple[Stamp, ...]:
    """Stamps of all files; nothing when one cannot be looked at."""
    try:
        found = [stamp_of(path) for _, path in _files(entry)]
    except SegreviewError:
        return ()
    stamps = tuple(stamp for stamp in found if stamp is not None)
    return stamps if len(stamps) == len(found) else ()


def _settled_stamps(entry: Entry, pause: Pause) -> tuple[Stamp, ...]:
    """Stamps of all files, once none of them could change and keep its stamp."""
    end = time.monotonic() + _SETTLING  # whatever the clock of a disk says that is not ours
    while True:
        stamps = _stamps(entry)
        if time.monotonic() > end or all(stamp.is_settled(time.time_ns()) for stamp in stamps):
            return stamps
        time.sleep(0.02)
        pause()
