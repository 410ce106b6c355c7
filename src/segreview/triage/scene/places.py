"""Places: connected regions whose class is contested, by the model or by the class opinion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from segreview.compare.kernel import find_boxes
from segreview.compare.objects import TOLERANCE
from segreview.model.box import Box
from segreview.shape.ball import ball_centers, ball_radii
from segreview.shape.components import connected_regions
from segreview.triage.scene.scene import Scene

LEAD = float(np.log(2.0))
"""A class contests the annotated one when its share is so much larger, as the logarithm of the ratio."""

LEAST = 30
"""Pixels of the smallest region that the class opinion alone may contest."""


@dataclass(frozen=True, eq=False)
class Place:
    """A connected region of one annotated class that something else claims for another.

    Parameters
    ----------
    box, mask
        Where it is; the mask has the shape of the box.
    annotated, claimed
        Class numbers; ``claimed`` is -1 for a class that the annotation never has.
    first
        Raster position of its first pixel.
    """

    box: Box
    mask: np.ndarray
    annotated: int
    claimed: int
    first: int

    @property
    def area(self) -> int:
        """Pixels."""
        return int(np.count_nonzero(self.mask))


def model_places(scene: Scene) -> list[Place]:
    """Places where a model has another class, too thick for a matter of boundaries."""
    assert scene.model is not None
    return list(_places(scene, scene.model, 1))


def contested_places(scene: Scene, log_shares: np.ndarray) -> list[Place]:
    """Places where the class opinion clearly sees another class, large and thick enough.

    Parameters
    ----------
    scene
        The annotation.
    log_shares
        Logarithm of each class's share at every pixel, ``(classes, *space)``.
    """
    best = log_shares.argmax(axis=0).astype(np.int16)
    own = np.take_along_axis(log_shares, np.maximum(scene.classes, 0)[None].astype(np.intp), axis=0)[0]
    contested = log_shares.max(axis=0) - own > LEAD
    return list(_places(scene, np.where(contested, best, scene.classes), LEAST))


def _places(scene: Scene, others: np.ndarray, least: int) -> Iterator[Place]:
    """Connected regions of one class and one other class that hold a ball of the tolerance."""
    axes = "ZYX"[-others.ndim :]
    differs = (scene.classes >= 0) & (scene.classes != others)
    span = int(others.max(initial=0)) + 2
    pairs = np.where(differs, scene.classes.astype(np.int64) * span + others + 2, 0)
    numbers = connected_regions(pairs, axes)
    thick = np.unique(ball_centers(numbers, ball_radii(TOLERANCE, scene.picture.aspect, axes)))
    areas = np.bincount(numbers.ravel())
    found = find_boxes(numbers)
    wanted = np.isin(found.ids, thick[areas[thick] >= least]) & (found.ids > 0)
    for number, start, stop in zip(
        found.ids[wanted].tolist(), found.start[wanted].tolist(), found.stop[wanted].tolist(), strict=True
    ):
        box = Box(tuple(start), tuple(stop))
        mask = numbers[box.slices] == number
        index = np.unravel_index(int(mask.argmax()), mask.shape)
        at = tuple(int(i) + a for i, a in zip(index, box.start, strict=True))
        first = int(np.ravel_multi_index(at, others.shape))
        yield Place(box, mask, int(scene.classes[at]), int(others[at]), first)
