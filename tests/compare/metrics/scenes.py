"""Small label images for figures that can be worked out by hand."""

from __future__ import annotations

import numpy as np

from segreview.model.labels import LabelImage, Segment

HUGE = 2**63 - 1


def row(*pixels: int, dtype: str = "int64") -> np.ndarray:
    """Image of a single row."""
    return np.array([pixels], dtype)


def strip(*parts: tuple[int, int], dtype: str = "int64") -> np.ndarray:
    """Image of a single row: ``(id, pixels)`` one behind the other."""
    return np.repeat(np.array([one for one, _ in parts], dtype), [n for _, n in parts])[None]


def scored(data: np.ndarray, **scores: float) -> LabelImage:
    """Label image whose objects have a class and a score: ``_1=.9`` is that of the object 1."""
    ids = {int(name[1:]): score for name, score in scores.items()}
    return LabelImage((data,), segments={i: Segment(1, score) for i, score in ids.items()})


# one pair of 7 of 10 pixels, one of exactly a half, one missed, one spurious
MIXED = (
    strip((1, 10), (0, 2), (2, 8), (0, 2), (3, 5), (0, 10)),
    strip((5, 7), (0, 5), (6, 4), (0, 6), (0, 5), (7, 3), (0, 7)),
)
