"""Search in a review: rows by what their items are called, and what was said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.triage.facts import RELATIONS, Facts
from segreview.triage.queue import Row

_SIDES = (REFERENCE, PREDICTION)
_ID = re.compile(r"(?P<side>g|gt|m|model)?\s*(?P<number>\d+)")

_ANY_MARK = "hygiene"
"""Finds every mark of hygiene."""


class Search:
    """Finds rows of a review by ids, kinds, names of classes, notes and verdicts.

    Parameters
    ----------
    review
        The review.
    facts
        Columns of its rows.
    """

    def __init__(self, review: Review, facts: Facts) -> None:
        self._review = review
        self._facts = facts

    # ---------------------------------------------------------------- filter
    def mask(self, text: str) -> np.ndarray:
        """Boolean mask, by serial numbers, of the rows where every word of a text is found.

        A number is found where it is an id; any other word where it is part of a kind, the name of
        a class, a note, a verdict, or a mark of hygiene such as "hole"; "hygiene" finds them all.
        Capitals do not matter.
        """
        found = np.ones(len(self._facts), bool)
        for word in text.casefold().split():
            found &= self._with_word(word)
        return found

    def _with_word(self, word: str) -> np.ndarray:
        facts = self._facts
        found = np.array([word in relation for relation in RELATIONS])[facts.relation]
        if word.isdecimal():
            for side in _SIDES:
                found |= self._with_ids(side, {int(word)})
        for side in _SIDES:
            found |= self._with_class(side, word)
        found[list(self._with_remark(word))] = True
        return found

    def _with_ids(self, side: str, ids: set[int]) -> np.ndarray:
        """Rows that have one of these ids on a side."""
        column = self._facts.gt if side == REFERENCE else self._facts.model
        fitting = [i for i in ids if i < 2**63]
        found: np.ndarray = np.isin(column, fitting)
        row = self._review.queue.row
        several = [n for n in self._facts.several if not ids.isdisjoint(row(n).item.ids(side))]
        found[several] = True
        return found

    def _with_class(self, side: str, word: str) -> np.ndarray:
        """Rows with an object of a class whose name holds a word."""
        labels = self._review.table.labels(side)
        names = (
            {} if labels.ontology is None else {c.id: c.name.casefold() for c in labels.ontology.categories}
        )
        return self._of_classes(side, {number for number, name in names.items() if word in name})

    def _of_classes(self, side: str, meant: set[int]) -> np.ndarray:
        """Rows with an object of one of some classes."""
        if not meant:
            return np.zeros(len(self._facts), bool)
        labels = self._review.table.labels(side)
        ids = {i for i in self._review.table.areas(side) if labels.category_of(i) in meant}
        return self._with_ids(side, ids)

    def between(self, gt: int, model: int | None) -> np.ndarray:
        """Boolean mask of the rows behind the pixels that have one class in the GT and one in the model.

        Regions are of these classes; of objects that share such pixels, those of either side. None is
        what the model leaves without a class.
        """
        table, labels = self._review.table, self._review.prediction
        shares: dict[str, set[int]] = {side: set() for side in _SIDES}
        for r, area in table.areas(REFERENCE).items():
            if self._review.reference.category_of(r) == gt:
                partners = table.partners(REFERENCE, r)
                found = {p for p in partners if model is not None and labels.category_of(p) == model}
                if found or (model is None and sum(partners.values()) < area):
                    shares[REFERENCE].add(r)
                    shares[PREDICTION] |= found
        rows, others = (self._with_ids(side, shares[side]) for side in _SIDES)
        if self._review.sweep is not None:
            rows |= others
        else:
            rows &= others if model is not None else self._with_ids(PREDICTION, set(labels.outside))
        return rows

    def jitter(self, tolerance: float) -> np.ndarray:
        """Boolean mask, by serial numbers, of the rows that are known to be jitter alone at a tolerance."""
        return self._review.jitter.alone(tolerance)

    def _with_remark(self, word: str) -> Iterator[int]:
        """Serial numbers of the rows whose note, verdict or mark of hygiene holds a word."""
        standing = self._review.standing
        yield from (n for n, marks in self._facts.marks.items() if word in " ".join((_ANY_MARK, *marks)))
        yield from (number for number, note in standing.notes.items() if word in note.casefold())
        for value in standing.values:
            if word in value.words.casefold():
                yield from standing.judged(value)

    # ---------------------------------------------------------------- going somewhere
    def find(self, text: str) -> list[Row]:
        """Rows that a text names, the best first: an id, or else the name of a class or a kind.

        A number is a GT id first, then an id of the model; ``m 12`` is the model's, ``gt 12`` the
        GT's alone.
        """
        word = text.strip().casefold()
        if not word:
            return []
        number = _ID.fullmatch(word)
        if number is not None:
            return self._in_order(*(self._with_ids(side, {int(number["number"])}) for side in _sides(number)))
        named = self._with_class(REFERENCE, word) | self._with_class(PREDICTION, word)
        kinds = np.array([word in relation for relation in RELATIONS])[self._facts.relation]
        return self._in_order(named, kinds)

    def _in_order(self, *masks: np.ndarray) -> list[Row]:
        """Rows of the first mask, then those of the next; each in the queue's order, and once."""
        queue = self._review.queue
        numbers = (queue.numbers[mask[queue.numbers]].tolist() for mask in masks)
        return [queue.row(number) for number in dict.fromkeys(n for part in numbers for n in part)]

    def why_not(self, text: str) -> str:
        """Why nothing was found, with the nearest ids that are there."""
        number = _ID.fullmatch(text.strip().casefold())
        if number is None:
            return f"Nothing is called {text.strip()!r}: neither an id, nor a class, nor a kind."
        wanted = int(number["number"])
        near = [
            f"{'GT' if side == REFERENCE else 'model'} {min(ids, key=lambda i: abs(i - wanted))}"
            for side in _sides(number)
            if (ids := self._review.table.areas(side))
        ]
        nearest = f" The nearest: {' and '.join(near)}." if near else ""
        return f"There is no object {text.strip()}.{nearest}"


def _sides(found: re.Match[str]) -> tuple[str, ...]:
    """Sides where an id is looked for."""
    return {"g": (REFERENCE,), "m": (PREDICTION,)}.get((found["side"] or "?")[0], _SIDES)
