"""Heatmaps: what speaks at every pixel of a box, each with a scale that a legend can tell.

They are made box by box, so that a stroke costs what it touches. The disagreement of both sides is
in `segreview.compare.heatmap`; here is what needs an image, a probability or suspicion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.compare.disagreement import Disagreement, Handle
from segreview.compare.heatmap import heat
from segreview.compare.kernel import pair_keys
from segreview.compare.live import LiveDisagreements
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import SIDES
from segreview.compare.pixels import foreground, object_mask
from segreview.model.box import Box
from segreview.model.labels import LabelImage
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.suspicion import NONE, Suspicion

FARTHEST = 8.0
"""Displacement of a contour, in pixels of the finest axis, that has the full colour."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the values of a heatmap mean.

    Parameters
    ----------
    title
        Name of the heatmap.
    low, high
        Values at both ends of the legend.
    unit
        Of the values; empty for shares.
    signed
        Whether 0 is in the middle, and both directions have a colour.
    """

    title: str
    low: float
    high: float
    unit: str = ""
    signed: bool = False


SUSPICION = Scale("Disagreement by suspicion", 0.0, 1.0)
DISSENT = Scale("Dissent of the second opinion", 0.0, 1.0)
DISPLACEMENT = Scale("Displacement of outlines", -FARTHEST, FARTHEST, "px", signed=True)
ENTROPY = Scale("Uncertainty", 0.0, 1.0, "bit")
CONFUSION = Scale("Confusion of classes", 0.0, 1.0)
SCALES = (SUSPICION, DISSENT, DISPLACEMENT, ENTROPY, CONFUSION)
"""Every heatmap of this room."""


def suspicion_heat(
    disagreements: LiveDisagreements, suspicions: Mapping[Handle, Suspicion], box: Box
) -> np.ndarray:
    """Pixels where the sides differ, each with the urgency of its item, float32, 0 to 1.

    Parameters
    ----------
    disagreements
        The items.
    suspicions
        What is suspected of them; items that are not there are quiet.
    box
        The part of the image.
    """

    def strength(item: Disagreement) -> int:
        return round(255 * suspicions.get(item.handle, NONE).urgency)

    return heat(disagreements, box, strength).astype(np.float32) / 255


def dissent_heat(labels: LabelImage, backdrop: Backdrop, box: Box) -> np.ndarray | None:
    """How far the second opinion and the annotation are apart on what is an object, float32, 0 to 1.

    None where there is no second opinion.
    """
    if backdrop.objects is None:
        return None
    seen = backdrop.objects[box.slices]
    drawn = foreground(labels, box)
    return np.asarray(np.abs(seen - drawn), np.float32)


def displacement_heat(disagreements: Disagreements, box: Box) -> np.ndarray:
    """Where outlines of matched pairs are displaced, and how far, float32, in pixels of the finest axis.

    At pixels that one object of a pair has and the other lacks, the distance to the annotation's
    contour: positive where the model's outline lies outside, negative where it lies within.
    """
    from scipy.ndimage import distance_transform_edt

    table = disagreements.table
    spacing = table.reference.spacing
    aspect = [size / min(spacing) for size in spacing]
    found = np.zeros(box.shape, np.float32)
    for item in _pairs_within(disagreements, box):
        window = item.box.grown(1, table.reference.shape)
        reference, prediction = (object_mask(table.labels(s), item.ids(s), window) for s in SIDES)
        outside = distance_transform_edt(~reference, sampling=aspect)
        within = distance_transform_edt(reference, sampling=aspect)
        signed = np.where(reference, -within, outside) * (reference ^ prediction)
        common = window & box
        if common:
            part = signed[common.relative_to(window).slices]
            target = found[common.relative_to(box).slices]
            np.copyto(target, part, where=np.abs(part) > np.abs(target))
    return np.clip(found, -FARTHEST, FARTHEST)


def _pairs_within(disagreements: Disagreements, box: Box) -> list[Disagreement]:
    """Items of one object on each side, both of which reach into a box."""
    table = disagreements.table
    found: dict[Handle, Disagreement] = {}
    for plane in table.reference.planes:
        for object_id in np.unique(plane[box.slices]).tolist():
            item = disagreements.find("reference", object_id)
            if item is not None and len(item.reference_ids) == len(item.prediction_ids) == 1:
                found[item.handle] = item
    return list(found.values())


def entropy_heat(shares: Sequence[np.ndarray], box: Box) -> np.ndarray:
    """Uncertainty of a pixel among classes, float32, 0 to 1: entropy over that of equal shares.

    Parameters
    ----------
    shares
        Probability, or share of the annotators, of each class; of a single one that of the
        foreground, whose rest is the background. Each of the image's shape, 0 to 1.
    box
        The part of the image.
    """
    parts = [np.asarray(share[box.slices], np.float32) for share in shares]
    if len(parts) == 1:
        parts.append(1 - parts[0])
    whole = np.maximum(sum(parts), 1e-6)
    entropy = np.zeros(box.shape, np.float32)
    for part in parts:
        share = part / whole
        entropy -= share * np.log(np.maximum(share, 1e-12))
    return np.asarray(np.clip(entropy / np.log(len(parts)), 0, 1))


def annotator_shares(annotators: Sequence[LabelImage]) -> np.ndarray:
    """Share of the annotators that see an object at each pixel, float32."""
    drawn = sum(foreground(labels).astype(np.float32) for labels in annotators)
    return np.asarray(drawn / max(len(annotators), 1), np.float32)


def confusion_heat(
    reference: LabelImage, prediction: LabelImage, box: Box, pairs: Callable[[int, int], float]
) -> np.ndarray:
    """Pixels by their pair of classes, float32, 0 to 1.

    Parameters
    ----------
    reference, prediction
        Semantic labels of one plane.
    box
        The part of the image.
    pairs
        Value of a pair of classes, for example 1 for the one that was chosen in the matrix and 0
        for all others.
    """
    true, said = reference.data[box.slices], prediction.data[box.slices]
    found = np.zeros(box.shape, np.float32)
    differs = true != said
    for void in reference.void:
        differs &= true != void
    keys, places = np.unique(pair_keys(true[differs], said[differs]), return_inverse=True)
    first = np.zeros(len(keys), np.intp)
    first[places] = np.arange(len(places))
    of_pair = [pairs(int(a), int(b)) for a, b in zip(true[differs][first], said[differs][first], strict=True)]
    found[differs] = np.array(of_pair, np.float32)[places]
    return found


def kinds_by_image(
    images: Mapping[str, Sequence[tuple[str, float]]],
) -> tuple[list[str], list[str], np.ndarray]:
    """Table of a data set: how much speaks against each image's annotation, by kind.

    Parameters
    ----------
    images
        For each image its items: their kind and urgency.

    Returns
    -------
    names, kinds, table
        Images, the worst first; kinds, the commonest first; sum of urgencies of each kind in each
        image, float64.
    """
    kinds = {kind: 0.0 for items in images.values() for kind, _ in items}
    sums: dict[str, dict[str, float]] = {}
    for name, items in images.items():
        own = sums.setdefault(name, {})
        for kind, urgency in items:
            own[kind] = own.get(kind, 0.0) + urgency
            kinds[kind] += urgency
    names = sorted(sums, key=lambda name: (-sum(sums[name].values()), name))
    order = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
    table = np.array([[sums[name].get(kind, 0.0) for kind in order] for name in names]).reshape(
        len(names), len(order)
    )
    return names, order, table
