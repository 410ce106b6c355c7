"""Unused ids: a new object never gets an id that any object has had before."""

from __future__ import annotations

from collections.abc import Iterable

from segreview.model.labels import LabelImage


class FreshIds:
    """Source of unused ids for new objects.

    Ids are counted up from the largest that the labels or the journal ever held; where ids hold
    their class (``class * factor + n``), each class is counted by itself.

    Parameters
    ----------
    labels
        Labels that the ids are for.
    used
        Every id that was ever in use.
    """

    def __init__(self, labels: LabelImage, used: Iterable[int]) -> None:
        self._factor = 0 if labels.ontology is None else labels.ontology.factor
        self._outside = labels.outside
        self._largest: dict[int | None, int] = {}
        self.note(used)

    def _group(self, number: int) -> int | None:
        """What an id is counted with: its class, where ids hold classes."""
        return number // self._factor if self._factor and number >= self._factor else None

    def note(self, used: Iterable[int]) -> None:
        """Remember ids that are in use."""
        for number in used:
            group = self._group(number)
            self._largest[group] = max(number, self._largest.get(group, number))

    def peek(self, category: int | None = None) -> int:
        """Next unused id for an object of a category, without using it up."""
        if self._factor and category is not None:
            return self._largest.get(category, category * self._factor - 1) + 1
        number = max(self._largest.get(None, 0), 0) + 1
        while number in self._outside:
            number += 1
        return number

    def __call__(self, category: int | None = None) -> int:
        """Next unused id for an object of a category; each call gives another one."""
        number = self.peek(category)
        self.note([number])
        return number
