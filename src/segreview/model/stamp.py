"""Stamps: what a file system says of a file, by which a change is noticed without reading it."""

from __future__ import annotations

from typing import NamedTuple

_SECOND = 1_000_000_000
_FINE_TICK, _COARSE_TICK = _SECOND // 20, 2 * _SECOND
"""Nanoseconds for which the clock of a disk stands still: of most disks, and of those that count seconds."""


class Stamp(NamedTuple):
    """What is known of a file at one moment without reading it.

    Parameters
    ----------
    size
        In bytes.
    written, changed
        When its content was written, and when anything about it was changed, in nanoseconds since the
        epoch. No program sets the second one, but on Windows it tells when the file was made.
    number
        Number of the file on its disk; one that takes its place has another.
    """

    size: int
    written: int
    changed: int
    number: int

    def is_settled(self, now: int) -> bool:
        """Whether a file that is written from now on gets another stamp.

        A clock stands still between two ticks: what is written twice within one has the same times.

        Parameters
        ----------
        now
            In nanoseconds since the epoch.
        """
        newest = max(self.written, self.changed)
        tick = _FINE_TICK if newest % _SECOND else _COARSE_TICK
        return now - newest >= tick
