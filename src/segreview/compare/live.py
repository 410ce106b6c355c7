"""One way into live disagreements, whatever the kind of labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np

from segreview.compare.disagreement import Disagreement, Handle, Replaced, Summary
from segreview.compare.matching import HALF
from segreview.compare.objects import TOLERANCE, Disagreements
from segreview.compare.overlap import OverlapTable, Touched
from segreview.compare.regions import Regions
from segreview.model.edit import Edit
from segreview.model.labels import Kind, LabelImage


class LiveDisagreements(Protocol):
    """Items of two sides that follow edits: `Disagreements` of objects or `Regions` of classes."""

    table: OverlapTable
    tolerance: float

    @property
    def items(self) -> Mapping[Handle, Disagreement]:
        """All items by their handle, in a deterministic order."""

    @property
    def partners(self) -> Mapping[int, int]:
        """Reference object of each prediction object that is part of a hit."""

    def at(self, index: Sequence[int]) -> Disagreement | None:
        """Item under a pixel, or None."""

    def with_ids(self, reference_ids: Iterable[int], prediction_ids: Iterable[int]) -> list[Disagreement]:
        """Items with exactly these ids."""

    def mask(self, side: str, disagreement: Disagreement) -> np.ndarray:
        """Boolean mask of one side's pixels of an item, in the shape of its box."""

    def summary(self) -> Summary:
        """Figures of the whole comparison."""

    def update(self, touched: Touched, edit: Edit) -> Replaced:
        """Follow an edit that the table has followed."""


def find_live_disagreements(
    reference: LabelImage,
    prediction: LabelImage,
    table: OverlapTable | None = None,
    threshold: Fraction = HALF,
    tolerance: float = TOLERANCE,
) -> LiveDisagreements:
    """Live items of two label images: regions when the reference holds classes, else objects.

    Parameters
    ----------
    reference, prediction
        The two sides.
    table
        Their overlap table; built when it is not given.
    threshold
        Least IoU of a hit, compared as ``>=``.
    tolerance
        Displaced contours within this many pixels count as the same.
    """
    if table is None:
        table = OverlapTable.build(reference, prediction)
    if reference.kind is Kind.SEMANTIC:
        return Regions(table, tolerance)
    return Disagreements(table, threshold, tolerance)
