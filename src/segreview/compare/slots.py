"""Records with columns of numbers beside them, in places that are used again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import numpy as np

Record = TypeVar("Record")


class Slots(Generic[Record]):
    """Records, each with a few numbers; one comes and goes in constant time, all are looked at as arrays.

    Parameters
    ----------
    width
        How many numbers a record has.
    """

    def __init__(self, width: int) -> None:
        self._records: list[Record | None] = []
        self._numbers = np.full((width, 0), np.nan)
        self._free: list[int] = []

    def __iter__(self) -> Iterator[Record]:
        return (record for record in self._records if record is not None)

    def __getitem__(self, slot: int) -> Record:
        record = self._records[slot]
        assert record is not None
        return record

    def column(self, place: int) -> np.ndarray:
        """One number of every slot, float64; nan where a slot is free."""
        numbers: np.ndarray = self._numbers[place, : len(self._records)]
        return numbers

    def fill(self, records: Sequence[Record], columns: Sequence[Iterable[float]]) -> None:
        """Take many records at once, into slots from 0 on; there were none before."""
        self._records = list(records)
        self._numbers = np.array([np.fromiter(column, float, len(records)) for column in columns])

    def add(self, record: Record, *numbers: float) -> int:
        """Take a record; return its slot."""
        if not self._free:
            self._grow()
        slot = self._free.pop()
        if slot == len(self._records):
            self._records.append(record)
        else:
            self._records[slot] = record
        self._numbers[:, slot] = numbers
        return slot

    def remove(self, slot: int) -> None:
        """Forget a record."""
        self._records[slot] = None
        self._numbers[:, slot] = np.nan
        self._free.append(slot)

    def _grow(self) -> None:
        """Make room for one record more; the arrays grow by a quarter at a time."""
        slot = len(self._records)
        if slot == self._numbers.shape[1]:
            more = np.full((len(self._numbers), 16 + slot // 4), np.nan)
            self._numbers = np.concatenate([self._numbers, more], axis=1)
        self._free.append(slot)
