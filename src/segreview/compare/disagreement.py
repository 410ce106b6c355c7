"""Disagreements: items of a comparison, each with its relation, ids, box and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from segreview.compare.pixels import object_mask
from segreview.compare.taxonomy import SETTLED, Relation
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.components import region_at

__all__ = [
    "SETTLED",
    "Disagreement",
    "Handle",
    "Relation",
    "Replaced",
    "Summary",
    "fingerprint",
    "item_mask",
]


class Handle(NamedTuple):
    """Identity of an item among those that live at the same time."""

    reference_ids: tuple[int, ...]
    prediction_ids: tuple[int, ...]
    region: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An item of a comparison: objects of both sides that belong together, or one that is alone.

    Parameters
    ----------
    relation
        How the sides differ.
    reference_ids, prediction_ids
        Objects of each side, sorted; class ids for a region of semantic labels.
    box
        Hull of all its objects.
    iou
        IoU of the pair, or of the unions where a side has several objects; 0 without a partner.
    area
        Pixels of the union of all its objects, or of the region.
    error
        Pixels that one side has and the other lacks; every pixel where the classes differ.
    region
        For a region of semantic labels 1 + the raster position of its first pixel, else 0.
    subcode
        ``"exact"`` (same pixels), ``"jitter"`` (contours within the tolerance) or ``"boundary"``
        for a matched pair; ``"cut"`` where links to other objects were cut; else empty.
    image
        Place of its image in a data set, from 0; None where only one image is looked at. It is no
        part of the handle or the fingerprint.
    """

    relation: Relation
    reference_ids: tuple[int, ...]
    prediction_ids: tuple[int, ...]
    box: Box
    iou: float
    area: int
    error: int
    region: int = 0
    subcode: str = ""
    image: int | None = None

    @property
    def handle(self) -> Handle:
        """Identity of the item while it lives."""
        return Handle(self.reference_ids, self.prediction_ids, self.region)

    def ids(self, side: str) -> tuple[int, ...]:
        """Ids of one side, ``"reference"`` or ``"prediction"``."""
        return self.reference_ids if side == REFERENCE else self.prediction_ids


@dataclass(frozen=True, slots=True)
class Replaced:
    """Items that an edit took away, and those that it brought.

    An item that keeps its ids while its pixels change is in both.
    """

    removed: tuple[Disagreement, ...] = ()
    added: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of a whole comparison.

    Parameters
    ----------
    counts
        Number of items of every relation.
    mean_iou
        Mean IoU of the hits, or of the classes for semantic labels; nan when there are none.
    hits
        One-to-one pairs with IoU at or above the threshold and classes that agree, in whatever
        items they are: the true positives. 0 for semantic labels.
    references, predictions
        Objects of each side that are not ignored; classes for semantic labels.
    """

    counts: Mapping[Relation, int]
    mean_iou: float
    hits: int
    references: int
    predictions: int


def item_mask(
    disagreement: Disagreement, side: str, reference: LabelImage, prediction: LabelImage
) -> np.ndarray:
    """Boolean mask of one side's pixels of an item, in the shape of its box.

    A region of semantic labels has the same pixels on both sides.
    """
    if disagreement.region:
        return _region_mask(disagreement, reference, prediction)
    labels = reference if side == REFERENCE else prediction
    return object_mask(labels, disagreement.ids(side), disagreement.box)


def fingerprint(disagreement: Disagreement, reference: LabelImage, prediction: LabelImage) -> str:
    """Hash of an item's ids and of the pixels of each of its objects, as 32 hexadecimal digits.

    Two items have the same fingerprint when their ids and pixels are the same, whatever else the
    images hold. It keys verdicts on disk: BLAKE2b of 16 bytes over, for each side, the number of
    objects and for each object in the order of ids its id (16 bytes), its tight box (start, shape;
    8 bytes each) and its pixels (bits in raster order, the first in the highest bit); all numbers
    are signed and little-endian.
    """
    digest = blake2b(digest_size=16)
    for side, labels in ((REFERENCE, reference), (PREDICTION, prediction)):
        ids = disagreement.ids(side)
        digest.update(len(ids).to_bytes(8, "little"))
        for object_id in ids:
            if disagreement.region:
                mask = _region_mask(disagreement, reference, prediction)
            else:
                mask = object_mask(labels, [object_id], disagreement.box)
            digest.update(object_id.to_bytes(16, "little", signed=True))
            digest.update(_pixels_as_bytes(mask, disagreement.box))
    return digest.hexdigest()


def _pixels_as_bytes(mask: np.ndarray, box: Box) -> bytes:
    """Positions of a mask's pixels, the same however wide the box around them was drawn."""
    inner = Box.of_mask(mask)
    place = np.array([*inner.shifted(box.start).start, *inner.shape], "<i8")
    return place.tobytes() + np.packbits(mask[inner.slices]).tobytes()


def _region_mask(disagreement: Disagreement, reference: LabelImage, prediction: LabelImage) -> np.ndarray:
    """Pixels of a region of semantic labels: what hangs together with its first pixel."""
    box = disagreement.box
    mask = object_mask(reference, disagreement.reference_ids, box)
    mask &= object_mask(prediction, disagreement.prediction_ids, box)
    first = np.unravel_index(disagreement.region - 1, reference.shape)
    at = tuple(int(i) - start for i, start in zip(first, box.start, strict=True))
    return region_at(mask, at, reference.axes)
