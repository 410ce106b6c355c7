"""Unused ids: a new object never gets an id that any object has had before."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from segreview.errors import EditRefused
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
        Every id that was ever in use, beside those that the labels list.

    Attributes
    ----------
    meant
        Class that an id was given out for, where ids do not hold it.
    """

    def __init__(self, labels: LabelImage, used: Iterable[int]) -> None:
        self._factor = 0 if labels.ontology is None else labels.ontology.factor
        self._outside = labels.outside
        self._largest: dict[int | None, int] = {}
        self.meant: dict[int, int] = {}
        self.note(used)
        self.note(labels.segments)  # also of objects without a pixel, which stay in their file
        self.note(() if labels.origin is None else labels.origin.order)

    def _group(self, number: int) -> int | None:
        """What an id is counted with: its class, where ids hold classes."""
        return number // self._factor if self._factor and number >= self._factor else None

    def note(self, used: Iterable[int]) -> None:
        """Remember ids that are in use; the background and void count for nothing."""
        for number in used:
            if number in self._outside:
                continue
            group = self._group(number)
            self._largest[group] = max(number, self._largest.get(group, number))

    def fork(self) -> FreshIds:
        """Source that gives the same ids and uses none of them up, to try things out with."""
        other = copy(self)
        other._largest = dict(self._largest)
        return other

    def peek(self, category: int | None = None) -> int:
        """Next unused id for an object of a category, without using it up."""
        if self._factor and category is not None:
            return self._largest.get(category, category * self._factor - 1) + 1
        number = max(self._largest.get(None, 0), 0) + 1
        while number in self._outside:
            number += 1
        return number

    def __call__(self, category: int | None = None) -> int:
        """Next unused id for an object of a category; each call gives another one.

        Raises
        ------
        EditRefused
            When ids hold classes, and the class is not known or has no unused id left.
        """
        number = self.peek(category)
        if self._factor and category is None:
            raise EditRefused(
                "The model's object has no class, and ids of these labels hold the class.",
                "Paint it by hand with an id of the right class.",
            )
        if self._factor and category is not None and self._group(number) != category:
            raise EditRefused(
                f"Class {category} has no unused id left.",
                f"An id is its class times {self._factor} plus a number: use one that is there.",
            )
        self.note([number])
        self.meant.pop(number, None)  # what was tried out may have left a class there
        if category is not None and not self._factor:
            self.meant[number] = category
        return number
