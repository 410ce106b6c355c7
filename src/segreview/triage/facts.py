"""Facts of the queue's rows as columns, so that 100,000 rows sort and filter at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from segreview.compare.disagreement import Disagreement, Relation
from segreview.triage.queue import Row

RELATIONS = tuple(Relation)
_CODES = {relation: code for code, relation in enumerate(RELATIONS)}
_LARGEST = int(np.iinfo(np.int64).max)


class Facts:
    """Columns of facts, each an array by the row's serial number.

    Parameters
    ----------
    rows
        All rows.
    shape
        Shape of the labels, to tell what lies at their border.

    Attributes
    ----------
    relation
        Position in `RELATIONS`, int8.
    gt, model
        First id of each side, int64; -1 where there is none.
    iou, area
        As the item says, float64 and int64.
    suspect
        Urgency of what is suspected, float64, 0 to 1; -1 while that is not known.
    border
        Whether the item's box touches the border of the image: a first or last row or column.
        The first and last slice of a stack are no border: thin stacks would be nothing else.
    contested
        Whether the row asks, or asked, for a judgement.
    several
        Serial numbers of the rows with more than one id on a side.
    marks
        Marks of hygiene, by the serial numbers of the rows that have any.
    """

    def __init__(self, rows: Iterable[Row], shape: Sequence[int]) -> None:
        self._shape = tuple(shape)[-2:]
        self.relation = np.zeros(0, np.int8)
        self.gt, self.model, self.area = (np.zeros(0, np.int64) for _ in range(3))
        self.iou, self.suspect = np.zeros(0), np.zeros(0)
        self.border, self.contested = np.zeros(0, bool), np.zeros(0, bool)
        self.several: set[int] = set()
        self.marks: dict[int, tuple[str, ...]] = {}
        self.update(rows)

    def __len__(self) -> int:
        return len(self.relation)

    def update(self, rows: Iterable[Row]) -> None:
        """Read rows anew, or for the first time."""
        rows = list(rows)
        if not rows:
            return
        numbers = [row.number for row in rows]
        items = [row.item for row in rows]
        columns = {
            "relation": [_CODES[item.relation] for item in items],
            "gt": [_first(item.reference_ids) for item in items],
            "model": [_first(item.prediction_ids) for item in items],
            "iou": [item.iou for item in items],
            "area": [item.area for item in items],
            "suspect": [-1.0] * len(rows),
            "border": self._at_border(items),
            "contested": [False] * len(rows),
        }
        more = max(numbers) + 1 - len(self)
        for name, values in columns.items():
            column = getattr(self, name)
            if more > 0:
                column = np.append(column, np.zeros(more, column.dtype))
                setattr(self, name, column)
            column[numbers] = values
        self.suspect_anew(rows)
        self.several.difference_update(numbers)
        self.several.update(
            number
            for number, item in zip(numbers, items, strict=True)
            if len(item.reference_ids) > 1 or len(item.prediction_ids) > 1
        )

    def suspect_anew(self, rows: Iterable[Row]) -> None:
        """Read what is suspected of rows anew; what stands in them is the same."""
        rows = list(rows)
        numbers = [row.number for row in rows]
        told = [row.suspicion for row in rows]
        self.suspect[numbers] = [-1.0 if one is None else one.urgency for one in told]
        self.contested[numbers] = [row.contested for row in rows]
        for number, one in zip(numbers, told, strict=True):
            if one is not None and one.hygiene:
                self.marks[number] = one.hygiene
            else:
                self.marks.pop(number, None)

    def _at_border(self, items: Sequence[Disagreement]) -> np.ndarray:
        """Whether boxes touch the border of the image."""
        start = np.array([item.box.start for item in items])[:, -2:]
        stop = np.array([item.box.stop for item in items])[:, -2:]
        touches: np.ndarray = ((start == 0) | (stop == self._shape)).any(axis=1)
        return touches


def _first(ids: tuple[int, ...]) -> int:
    """First id, as a signed number of 64 bits; -1 when there is none."""
    return min(ids[0], _LARGEST) if ids else -1
