"""Cases of conventions that know what the numbers of a plain array mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from segreview.compare.metrics.case import Case, SegmentCase, pair_cases
from segreview.compare.sides import are_segments, is_one
from segreview.model.chunked import label_array
from segreview.model.labels import LabelImage

Reader = Callable[[Any, Any], Sequence[Case | SegmentCase]]
"""Makes cases of what `evaluate` is given."""


def reader_of(meaning: Callable[[np.ndarray], LabelImage]) -> Reader:
    """Reader that gives plain arrays their meaning.

    Parameters
    ----------
    meaning
        Label image of an array of the reference; an array beside it is read in the same way.
    """

    def read(reference: Any, prediction: Any) -> Sequence[Case | SegmentCase]:
        return pair_cases(with_meaning(reference, meaning), prediction)

    return read


def with_meaning(side: Any, meaning: Callable[[np.ndarray], LabelImage]) -> Any:
    """Side in which arrays of integers, or lists of them, are label images; all else stays as it is."""
    if isinstance(side, LabelImage) or are_segments(side):
        return side
    if not is_one(side):
        return [with_meaning(one, meaning) for one in side]
    data = label_array(side)
    return meaning(data) if data.dtype.kind in "iu" else side
