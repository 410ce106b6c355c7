"""Segments given by a mask of their own rather than by an id in an array: they may overlap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from segreview.errors import SegreviewError
from segreview.shape.rle import Rle


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
            When it has no segmentation, or one of another form.
        """
        if isinstance(segment, cls):
            return segment
        assert isinstance(segment, Mapping)
        score, area = segment.get("score"), segment.get("area")
        return cls(
            _rle(segment.get("segmentation")),
            segment.get("category_id"),
            None if score is None else float(score),
            bool(segment.get("iscrowd", False)),
            None if area is None else float(area),
            segment.get("id"),
        )


def _rle(segmentation: Any) -> Rle:
    if isinstance(segmentation, Rle):
        return segmentation
    if isinstance(segmentation, np.ndarray):
        return Rle.of_mask(segmentation)
    if isinstance(segmentation, Mapping) and {"size", "counts"} <= set(segmentation):
        counts, size = segmentation["counts"], segmentation["size"]
        read = Rle.of_text if isinstance(counts, (str, bytes)) else Rle.of_counts
        return read(counts, size)
    if isinstance(segmentation, (list, tuple)):
        raise SegreviewError(
            "A segment is given as a polygon, whose pixels depend on the size of its image.",
            "Give masks or run lengths, or read the COCO file with segreview.read.",
        )
    raise SegreviewError(
        "A segment has no segmentation.",
        "Give a mask (height, width), or a mapping with size and counts, under 'segmentation'.",
    )
