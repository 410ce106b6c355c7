"""Figures of an evaluation as rows: one for each single number, with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from segreview.compare.metrics.evaluation import Evaluation

PER_CLASS = "per_class"


def leaves(figures: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every single number in nested figures, with its path: ``("All.pq", 0.53)``."""
    if isinstance(figures, np.ndarray):
        figures = figures.tolist()
    if isinstance(figures, Mapping):
        parts = [(str(key), value) for key, value in figures.items()]
    elif isinstance(figures, (list, tuple)):
        parts = [(str(place), value) for place, value in enumerate(figures)]
    else:
        yield path, figures
        return
    for key, value in parts:
        yield from leaves(value, f"{path}.{key}" if path else key)


def all_leaves(evaluation: Evaluation) -> dict[str, float]:
    """Every single number of an evaluation by its path; those of classes begin with ``per_class.``."""
    return dict((*leaves(evaluation.figures), *leaves(evaluation.per_class, PER_CLASS)))
