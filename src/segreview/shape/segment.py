"""Segments given by a mask of their own rather than by an id in an array: they may overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from segreview.errors import SegreviewError
from segreview.shape.rle import Rle

_N = TypeVar("_N", int, float)


@dataclass(frozen=True, eq=False, slots=True)
class SegmentMask:
    """One segment: its pixels, and what is known of it.

    Parameters
    ----------
    rle
        Its pixels.
    category
        Id of its class, or None.
    score
        Confidence of the model, or None.
    iscrowd
        Whether it stands for several objects that were not told apart.
    area
        Area as the file states it, which COCO sorts annotations by; None for the pixels of the mask.
    id
        Its id, or None.
    """

    rle: Rle
    category: int | None = None
    score: float | None = None
    iscrowd: bool = False
    area: float | None = None
    id: int | None = None

    @classmethod
    def of(cls, segment: SegmentMask | Mapping[str, Any]) -> SegmentMask:
        """A segment, or a mapping with COCO's own keys.

        Parameters
        ----------
        segment
            A `SegmentMask`, or a mapping with ``segmentation`` (a mask, or run lengths as COCO writes them,
            compressed or not), and perhaps ``category_id``, ``score``, ``iscrowd``, ``area`` and ``id``.

        Raises
        ------
        SegreviewError
            When it has no segmentation, or one of another form, or a number is none.
        """
        if isinstance(segment, cls):
            return segment
        assert isinstance(segment, Mapping)
        return cls(
            _rle(segment.get("segmentation")),
            category=_number(segment, "category_id", int),
            score=_number(segment, "score", float),
            iscrowd=bool(segment.get("iscrowd", False)),
            area=_number(segment, "area", float),
            id=_number(segment, "id", int),
        )


def _number(segment: Mapping[str, Any], key: str, sort: Callable[[Any], _N]) -> _N | None:
    """A number of a segment, or None where it is not told."""
    given = segment.get(key)
    try:
        return None if given is None else sort(given)
    except (TypeError, ValueError, OverflowError) as error:
        raise SegreviewError(
            f"A segment has {key}={given!r}, which is no number.", "Correct it, or leave it out."
        ) from error


def _rle(segmentation: Any) -> Rle:
    if isinstance(segmentation, Rle):
        return segmentation
    if isinstance(segmentation, np.ndarray):
        return Rle.of_mask(segmentation)
    if isinstance(segmentation, Mapping) and {"size", "counts"} <= set(segmentation):
        counts, size = segmentation["counts"], segmentation["size"]
        read = Rle.of_text if isinstance(counts, (str, bytes)) else Rle.of_counts
        try:
            return read(counts, size)
        except (TypeError, ValueError) as error:
            raise SegreviewError(
                "The run lengths of a segment, or its size, are no whole numbers.",
                "Give size as [height, width], and counts as COCO writes them.",
            ) from error
    if isinstance(segmentation, (list, tuple)):
        raise SegreviewError(
            "A segment is given as a polygon, whose pixels depend on the size of its image.",
            "Give masks or run lengths, or read the COCO file with segreview.read.",
        )
    raise SegreviewError(
        "A segment has no segmentation.",
        "Give a mask (height, width), or a mapping with size and counts, under 'segmentation'.",
    )
