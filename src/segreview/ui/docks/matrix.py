"""What a confusion matrix shows: the classes that occur, their pixels, and a figure of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from segreview.compare.metrics.semantic import Confusion
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Ontology

_MOST = 24
"""Classes that are shown; of more, those that are confused most."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """Pixels by the class of either side.

    Parameters
    ----------
    gt, model
        Class ids of rows and columns; the model's may end in None, for what it leaves void.
    pixels
        Pixels of every pair of classes, int64.
    names
        Name of each class.
    figures
        A figure of each class, by its id.
    figure
        What figure that is.
    hidden
        Number of classes that are left out.
    regions
        Whether items are regions where the classes differ: then none is behind what is right.
    """

    gt: tuple[int, ...] = ()
    model: tuple[int | None, ...] = ()
    pixels: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    names: Mapping[int | None, str] = field(default_factory=dict)
    figures: Mapping[int, float] = field(default_factory=dict)
    figure: str = ""
    hidden: int = 0
    regions: bool = False

    @classmethod
    def of(
        cls, confusion: Confusion, labels: LabelImage, figures: Mapping[int, float], figure: str
    ) -> Matrix:
        """Matrix of the classes that occur on either side, with the names that labels have for them."""
        pixels = {pair: n for pair, n in confusion.pixels.items() if n}
        wrong = {c: 0 for pair in pixels for c in pair if c is not None}
        for pair, n in pixels.items():
            for c in wrong.keys() & set(pair) if pair[0] != pair[1] else ():
                wrong[c] += n
        kept = tuple(sorted(sorted(wrong, key=lambda c: (-wrong[c], c))[:_MOST]))
        void = any(said is None for _, said in pixels)
        model = (*kept, None) if void else kept
        table = np.array([[pixels.get((r, p), 0) for p in model] for r in kept], np.int64)
        return cls(
            kept,
            model,
            table.reshape(len(kept), len(model)),
            {c: class_name(c, labels.ontology) for c in model},
            figures,
            figure,
            len(wrong) - len(kept),
            labels.kind is Kind.SEMANTIC,
        )

    def has_items(self, row: int, column: int) -> bool:
        """Whether there are items behind a cell."""
        right = self.gt[row] == self.model[column]
        return bool(self.pixels[row, column]) and not (right and self.regions)


def class_name(class_id: int | None, ontology: Ontology | None) -> str:
    """Name of a class; "nothing" for none."""
    if class_id is None:
        return "nothing"
    found = None if ontology is None else ontology.get(class_id)
    return f"class {class_id}" if found is None else found.name
