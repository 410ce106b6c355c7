"""Heatmaps of a review: what each needs, and how it follows the review's changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.heatmap import Partners, item_heat, strength
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import SIDES
from segreview.errors import SegreviewError
from segreview.model.labels import Kind
from segreview.model.sample import REFERENCE
from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.session.shares import Shares
from segreview.shape.lattice import Lattice
from segreview.triage.heat import (
    ConfusionHeat,
    Heat,
    annotator_heat,
    confusion_shares,
    displacement_heat,
    dissent_heat,
    entropy_heat,
)


class Heatmap(Protocol):
    """Values of one kind, at whatever pixels are asked for."""

    def values(self, lattice: Lattice) -> np.ndarray:
        """Values at some pixels, float32; 0 where there is nothing to be seen."""

    def follow(self, change: Change) -> bool:
        """Follow a change; whether pixels outside its boxes may have got other values."""


class Heatmaps:
    """Heatmaps of a review, each made when it is first shown.

    Parameters
    ----------
    review
        The review.
    """

    def __init__(self, review: Review) -> None:
        self._review = review
        self._shares = Shares(review.sample)
        self._made: dict[Heat, Heatmap] = {}
        self._faults: dict[Heat, str] = {}

    def lacking(self, heat: Heat) -> str:
        """Why there is nothing of a kind to be seen, in words; empty where there is."""
        review, classes = self._review, self._review.reference.kind is Kind.SEMANTIC
        if heat is Heat.SUSPICION and not review.suspected:
            return "nothing is known of suspects yet"
        if heat is Heat.DISSENT and review.opinion is None:
            return "no classifier has seen this image yet"
        if heat is Heat.DISPLACEMENT and classes:
            return "it is of objects; of classes there is the confusion"
        if heat is Heat.ENTROPY and not self._shares:
            return "there are no probability maps, and no two annotators"
        if heat is Heat.CONFUSION and not classes:
            return "it is of labels that are classes"
        return self._faults.get(heat, "")

    def of(self, heat: Heat) -> Heatmap | None:
        """Heatmap of a kind; None where there is nothing to be seen.

        Raises
        ------
        SegreviewError
            When a file that it needs cannot be read, or does not fit.
        """
        if self.lacking(heat):
            return None
        if heat not in self._made:
            try:
                self._made[heat] = self._make(heat)
            except SegreviewError as error:
                self._faults[heat] = error.message
                raise
        return self._made[heat]

    def follow(self, change: Change, shown: Heat | None) -> bool:
        """Follow a change; whether pixels of the heatmap that is shown may differ outside its boxes."""
        stale = {heat for heat, made in self._made.items() if made.follow(change)}
        return shown in stale

    def _make(self, heat: Heat) -> Heatmap:
        review = self._review
        if heat is Heat.DIFFERENCE:
            return _OfItems(review, strength)
        if heat is Heat.SUSPICION:
            return _OfItems(review, lambda item: _urgency(review, item))
        if heat is Heat.DISSENT:
            return _OfPixels(lambda lattice: dissent_heat(review.reference, _opinion(review), lattice))
        if heat is Heat.DISPLACEMENT:
            return _OfOutlines(review)
        if heat is Heat.CONFUSION:
            return _OfClasses(review)
        return _uncertainty(self._shares)


def _urgency(review: Review, item: Disagreement) -> float:
    row = review.queue.row_of(item)
    return 0.0 if row is None else row.urgency


def _opinion(review: Review) -> np.ndarray:
    assert review.opinion is not None
    return review.opinion


def _uncertainty(shares: Shares) -> Heatmap:
    """Uncertainty by probabilities; by annotators where there are none."""
    maps = shares.probabilities()
    if maps:
        return _OfPixels(lambda lattice: entropy_heat(maps, lattice))
    annotators = shares.annotators()
    return _OfPixels(lambda lattice: annotator_heat(annotators, lattice))


class _OfPixels:
    """Values that each pixel has by itself."""

    def __init__(self, values: Callable[[Lattice], np.ndarray]) -> None:
        self.values = values

    def follow(self, change: Change) -> bool:
        """Whether the classifier has seen the image anew."""
        return What.EVIDENCE in change.what


class _OfItems:
    """Values of items, at pixels where the sides differ."""

    def __init__(self, review: Review, strength_of: Callable[[Disagreement], float]) -> None:
        self._review = review
        self._heat = item_heat(review.disagreements, strength_of)
        self.values = self._heat.values

    def follow(self, change: Change) -> bool:
        """Follow the rows that changed; what is suspected comes without boxes."""
        rows = {What.ROWS, What.EVIDENCE} & change.what
        if rows:
            self._heat.follow(*_changed(self._review, change))
        return What.EVIDENCE in rows


class _OfOutlines:
    """Displacement of the outlines of pairs."""

    def __init__(self, review: Review) -> None:
        assert isinstance(review.disagreements, Disagreements)
        self._review, self._disagreements = review, review.disagreements
        self._pairs = Partners(review.disagreements.items.values())

    def values(self, lattice: Lattice) -> np.ndarray:
        return displacement_heat(self._disagreements, self._pairs, lattice)

    def follow(self, change: Change) -> bool:
        if What.ROWS in change.what:
            self._pairs.follow(*_changed(self._review, change))
        return False


class _OfClasses:
    """Confusion of the classes of both sides, counted over the whole image."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._heat = self._counted()

    def values(self, lattice: Lattice) -> np.ndarray:
        return self._heat.values(self._review.reference, self._review.prediction, lattice)

    def follow(self, change: Change) -> bool:
        """Count anew: a share changes wherever its class is."""
        if What.PIXELS in change.what:
            self._heat = self._counted()
        return What.PIXELS in change.what

    def _counted(self) -> ConfusionHeat:
        columns, void = self._review.table.columns(), self._review.reference.void
        counts = zip(*(column.tolist() for column in columns), strict=True)
        return ConfusionHeat(confusion_shares({(a, b): n for a, b, n in counts if a not in void}))


_Touched = tuple[Mapping[str, set[int]], list[Disagreement]]


def _changed(review: Review, change: Change) -> _Touched:
    """Ids that a change concerns, by side, and the items that they belong to now."""
    rows = [review.queue.row(number) for number in change.rows]
    touched = {side: {i for row in rows for i in row.item.ids(side)} for side in SIDES}
    touched[REFERENCE].update(i for edit in change.edits for i in edit.ids)
    return touched, [row.item for row in rows if not row.gone]
