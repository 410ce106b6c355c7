"""Blemishes: the pixels that marks of hygiene speak of."""

from __future__ import annotations

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.pixels import object_mask
from segreview.model.labels import LabelImage
from segreview.triage.suspicion import Suspicion

_PLACED = frozenset({"hole", "speck", "fragments"})
"""Marks that tell where: the others are about the whole object."""

LARGEST = 1 << 22
"""Pixels of a box that is looked at, at most."""


def blemishes(labels: LabelImage, item: Disagreement, suspicion: Suspicion) -> np.ndarray | None:
    """Holes and loose parts of an item's annotated objects, boolean in its box; None without any.

    Parameters
    ----------
    labels
        The annotation.
    item
        The item.
    suspicion
        What is suspected of it.
    """
    if _PLACED.isdisjoint(suspicion.hygiene) or item.box.size > LARGEST:
        return None
    found = np.zeros(item.box.shape, bool)
    for number in item.reference_ids:
        mask = object_mask(labels, [number], item.box)
        if labels.axes.startswith("T"):
            found |= np.stack([_of_mask(part) for part in mask])
        else:
            found |= _of_mask(mask)
    return found if found.any() else None


def _of_mask(mask: np.ndarray) -> np.ndarray:
    """Holes of a mask, by faces, and its parts but for the largest, by faces, edges and corners."""
    from scipy.ndimage import binary_fill_holes, label

    holes: np.ndarray = binary_fill_holes(mask) & ~mask
    numbers, count = label(mask, np.ones((3,) * mask.ndim, bool))
    if count < 2:
        return holes
    sizes = np.bincount(numbers.ravel())
    sizes[0] = 0
    holes |= mask & (numbers != sizes.argmax())
    return holes
