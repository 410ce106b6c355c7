"""Answers of the reviewer as columns: what was said of which item, and how the item came up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Answer(IntEnum):
    """What the reviewer says of the reference."""

    RIGHT = 0
    WRONG = 1
    UNDECIDED = 2


class Origin(IntEnum):
    """How an item came before the reviewer.

    A pick is *ahead* as long as the queue, in the order of suspicion, has not come to its place, and
    *reached* from then on: by now it would have been reviewed in any case.
    """

    QUEUE = 0
    AHEAD = 1
    REACHED = 2


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Answers in the order in which they were given, one for each reviewed item.

    Parameters
    ----------
    item
        Serial number of the item, (v,) integers.
    answer, origin
        Members of `Answer` and `Origin`, (v,) integers.
    """

    item: np.ndarray
    answer: np.ndarray
    origin: np.ndarray

    def __len__(self) -> int:
        return len(self.item)

    @property
    def decided(self) -> np.ndarray:
        """Boolean mask of the answers that name a side."""
        mask: np.ndarray = self.answer != Answer.UNDECIDED
        return mask

    @property
    def wrong(self) -> np.ndarray:
        """Boolean mask of the answers by which the reference is wrong."""
        mask: np.ndarray = self.answer == Answer.WRONG
        return mask

    @property
    def ahead(self) -> np.ndarray:
        """Boolean mask of the picks that the queue has not reached."""
        mask: np.ndarray = self.origin == Origin.AHEAD
        return mask

    @property
    def picked(self) -> np.ndarray:
        """Boolean mask of all exploration picks."""
        mask: np.ndarray = self.origin != Origin.QUEUE
        return mask


def answers(
    item: np.ndarray | Sequence[int],
    answer: np.ndarray | Sequence[int],
    origin: np.ndarray | Sequence[int] | None = None,
) -> Answers:
    """Answers as arrays; without an origin all came up in the queue."""
    number = np.asarray(item, np.intp)
    come = np.zeros(len(number), np.int8) if origin is None else np.asarray(origin, np.int8)
    return Answers(number, np.asarray(answer, np.int8), come)
