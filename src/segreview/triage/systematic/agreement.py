"""How well the masks of a reference agree with those of a prediction: one figure that can be pooled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from segreview.compare.kernel import count_pairs
from segreview.model.labels import Kind, LabelImage
from segreview.shape.lookup import among

MEAN_IOU, CLASS_IOU, EDGES = "mean IoU", "mIoU", "edge strength"


@dataclass(frozen=True)
class Agreement:
    """Sums over any number of images.

    Parameters
    ----------
    shared, union
        For classes: pixels of both sides by class.
    ious, count
        For objects: sum of the IoU of each object of either side with its best partner, and their number.
    """

    shared: Counter[int]
    union: Counter[int]
    ious: float = 0.0
    count: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.shared + other.shared,
            self.union + other.union,
            self.ious + other.ious,
            self.count + other.count,
        )

    @property
    def value(self) -> float:
        """Mean IoU of the objects, or of the classes; 0 when there are none."""
        if self.count:
            return self.ious / self.count
        ratios = [self.shared[k] / n for k, n in self.union.items() if n]
        return sum(ratios) / len(ratios) if ratios else 0.0


def measure_of(labels: LabelImage) -> str:
    """Name of the figure for labels of a kind."""
    return CLASS_IOU if labels.kind is Kind.SEMANTIC else MEAN_IOU


def agreement(reference: LabelImage, prediction: LabelImage) -> Agreement:
    """Agreement of two label images; none where their shapes differ."""
    if reference.shape != prediction.shape:
        return Agreement(Counter(), Counter(), 0.0, 1)
    ours, theirs, pixels = count_pairs(flat(reference), flat(prediction))
    kept = ~(among(ours, reference.void) | among(theirs, prediction.void))
    ours, theirs, pixels = ours[kept], theirs[kept], pixels[kept]
    if reference.kind is Kind.SEMANTIC:
        return _of_classes(ours, theirs, pixels)
    sides = (reference.outside, prediction.outside)
    return _of_objects(ours, theirs, pixels, sides)


def pooled(pairs: Iterable[tuple[LabelImage, LabelImage]]) -> float:
    """Agreement of many pairs of label images, as one figure."""
    return sum((agreement(*pair) for pair in pairs), Agreement(Counter(), Counter())).value


def flat(labels: LabelImage) -> np.ndarray:
    """Labels as one array; objects of later planes lie on top."""
    seen, *others = labels.planes
    for plane in others:
        seen = np.where(among(plane, labels.outside), seen, plane)
    return seen


def thinned(labels: LabelImage, most: int) -> LabelImage:
    """Every n-th pixel along the axes of an image, so that none is longer than ``most`` pixels."""
    steps = tuple(slice(None, None, -(-n // most)) for n in labels.shape)
    return replace(labels, planes=tuple(plane[steps] for plane in labels.planes))


def _of_classes(ours: np.ndarray, theirs: np.ndarray, pixels: np.ndarray) -> Agreement:
    shared: Counter[int] = Counter()
    union: Counter[int] = Counter()
    for a, b, n in zip(ours.tolist(), theirs.tolist(), pixels.tolist(), strict=True):
        union[a] += n
        if a == b:
            shared[a] += n
        else:
            union[b] += n
    return Agreement(shared, union)


def _of_objects(
    ours: np.ndarray, theirs: np.ndarray, pixels: np.ndarray, outside: tuple[Collection[int], ...]
) -> Agreement:
    """Sum of the best IoU of the objects of both sides."""
    (first, a), (second, b) = (np.unique(ids, return_inverse=True) for ids in (ours, theirs))
    areas = [np.bincount(ranks, pixels) for ranks in (a, b)]
    ious = pixels / (areas[0][a] + areas[1][b] - pixels)
    no_object = [among(ids, left_out) for ids, left_out in zip((first, second), outside, strict=True)]
    ious[no_object[0][a] | no_object[1][b]] = 0.0
    total, count = 0.0, 0
    for ids, ranks, left_out in zip((first, second), (a, b), no_object, strict=True):
        best = np.zeros(ids.size)
        np.maximum.at(best, ranks, ious)
        total += float(best[~left_out].sum())
        count += int((~left_out).sum())
    return Agreement(Counter(), Counter(), total, count)
