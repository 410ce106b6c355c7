"""Heatmaps: what speaks at every pixel that a picture shows, each with a scale that a legend can tell.

They are made of the pixels on the screen alone, so that neither the size of the image nor the number of its
objects counts. The disagreement of both sides is in `segreview.compare.heatmap`; here is what needs an
image, a probability or suspicion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np

from segreview.compare.figures import finest
from segreview.compare.heatmap import NOBODY, Partners, views_of, void_of
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import SIDES
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.shape.lattice import Lattice
from segreview.shape.lookup import IdTable, among, look_up

FARTHEST = 8.0
"""Displacement of a contour, in pixels of the finest axis, that has the full colour."""


class Heat(StrEnum):
    """What a heatmap shows."""

    DIFFERENCE = "difference"
    SUSPICION = "suspicion"
    DISSENT = "dissent"
    DISPLACEMENT = "displacement"
    ENTROPY = "entropy"
    CONFUSION = "confusion"


@dataclass(frozen=True, slots=True)
class Scale:
    """What the values of a heatmap mean.

    Parameters
    ----------
    title
        Name of the heatmap.
    measure
        What its values are, in a few words.
    high
        Largest value of the legend; the least is 0, or as much below it where it is signed.
    unit
        Of the values; empty for shares.
    signed
        Whether 0 is in the middle, and both directions have a colour.
    first
        Sizes of values between which the colours lie at first: what is smaller is not shown.
    """

    title: str
    measure: str
    high: float = 1.0
    unit: str = ""
    signed: bool = False
    first: tuple[float, float] = (0.0, 1.0)

    @property
    def low(self) -> float:
        """Least value of the legend."""
        return -self.high if self.signed else 0.0

    def text(self, value: float) -> str:
        """A value as it is read, with its sign and unit."""
        words = f"{value:.1f}" if self.unit else f"{value:.2f}"
        sign = "+" if self.signed and float(words) > 0 else ""
        return f"{sign}{words} {self.unit}".strip().replace("-", "\N{MINUS SIGN}")


SCALES: Mapping[Heat, Scale] = {
    Heat.DIFFERENCE: Scale("Disagreement", "1 \N{MINUS SIGN} IoU of the item"),
    Heat.SUSPICION: Scale("Suspicion", "how likely the GT needs a hand, where the sides differ"),
    Heat.DISSENT: Scale("Dissent", "how far the GT is from what the image looks like", first=(0.25, 1)),
    Heat.DISPLACEMENT: Scale(
        "Displacement",
        "model's outline inside (\N{MINUS SIGN}) or outside (+) the GT's",
        FARTHEST,
        "px",
        signed=True,
        first=(0, FARTHEST),
    ),
    Heat.ENTROPY: Scale("Uncertainty", "entropy, 1 where all is equally likely", first=(0.1, 1)),
    Heat.CONFUSION: Scale("Confusion", "share of the GT's class that the model calls so", first=(0, 0.25)),
}
"""What every heatmap means."""


# -------------------------------------------------------------------- dissent
def dissent_heat(labels: LabelImage, opinion: np.ndarray, lattice: Lattice) -> np.ndarray:
    """How far a second opinion and the annotation are apart, float32, 0 to 1.

    Parameters
    ----------
    labels
        The annotation.
    opinion
        How likely each pixel belongs to an object, or of semantic labels to its annotated class, uint8,
        255 for certain.
    lattice
        Pixels that are asked for; 0 where they are void.
    """
    seen = lattice.view(opinion).astype(np.float32) / 255
    views = [lattice.view(plane) for plane in labels.planes]
    if labels.kind is Kind.SEMANTIC:
        drawn = np.ones(lattice.shape, bool)
    else:
        drawn = np.logical_or.reduce([~among(view, labels.outside) for view in views])
    void = np.logical_or.reduce([among(view, labels.void) for view in views])
    return np.where(void, np.float32(0), np.abs(seen - drawn))


# -------------------------------------------------------------------- displacement
Step = tuple[float, np.ndarray]
"""Length and offset of a step from a pixel to another."""


def displacement_heat(disagreements: Disagreements, pairs: Partners, lattice: Lattice) -> np.ndarray:
    """Where outlines of pairs are displaced, and how far, float32, in pixels of the finest axis.

    At pixels that one object of a pair has and the other lacks, the distance to the annotation's
    contour, up to `FARTHEST`: positive where the model's outline lies outside, negative where it lies
    within. Distances are between centres of pixels.

    Parameters
    ----------
    disagreements
        How the sides differ.
    pairs
        Objects of one-to-one items.
    lattice
        Pixels that are asked for.
    """
    table = disagreements.table
    sides = [table.labels(side) for side in SIDES]
    steps = list(_steps(table.reference))
    views, planes = views_of(sides, lattice), table.reference.planes
    found = np.zeros(lattice.shape, np.float32)
    for n, view in enumerate(views[REFERENCE]):
        alone, _ = _alone(view, views[PREDICTION], pairs.of(REFERENCE))
        within = _distances(planes[n], view[alone], lattice.places(alone), steps, same=False)
        _keep_larger(found, alone, -within)
    for view in views[PREDICTION]:
        alone, partners = _alone(view, views[REFERENCE], pairs.of(PREDICTION))
        places = lattice.places(alone)
        outside = [_distances(plane, partners[alone], places, steps, same=True) for plane in planes]
        _keep_larger(found, alone, np.minimum.reduce(outside))
    found[void_of(sides, views)] = 0
    return found


def _alone(
    view: np.ndarray, facing: Sequence[np.ndarray], partner_of: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of objects that have a partner, where that is not, and the partner at every pixel."""
    partners = look_up(view, partner_of)
    alone = partners != NOBODY
    for other in facing:
        alone &= other != partners
    return alone, partners


def _keep_larger(found: np.ndarray, where: np.ndarray, values: np.ndarray) -> None:
    """Take over values that are larger than what is there, whatever their sign."""
    there = found[where]
    found[where] = np.where(np.abs(values) > np.abs(there), values, there)


def _steps(labels: LabelImage) -> Iterator[Step]:
    """Steps from a pixel to those around it, the nearest first, with their length up to `FARTHEST`.

    None leads to another time of a series.
    """
    sizes, one = zip(labels.spacing, labels.axes, strict=True), finest(labels.spacing, labels.axes)
    aspect = np.array([2 * FARTHEST if axis == "T" else size / one for size, axis in sizes])
    reach = [range(-int(FARTHEST / size), int(FARTHEST / size) + 1) for size in aspect]
    steps = np.array(list(product(*reach)))
    lengths = np.sqrt(np.square(steps * aspect).sum(axis=1))
    for n in np.argsort(lengths, kind="stable"):
        if 0 < lengths[n] < FARTHEST:
            yield float(lengths[n]), steps[n]


def _distances(
    plane: np.ndarray,
    ids: np.ndarray,
    places: np.ndarray,
    steps: Sequence[Step],
    *,
    same: bool,
) -> np.ndarray:
    """Distance from each place to the nearest pixel that has, or that has not, an id; at most `FARTHEST`.

    Outlines are mostly displaced by a pixel or two, so that most places are done after a few steps.
    """
    reach = np.abs([step for _, step in steps]).max(axis=0)
    inner = ((places >= reach) & (places < np.array(plane.shape) - reach)).all(axis=1)
    found = np.full(ids.size, FARTHEST, np.float32)
    for part, edge in ((inner, False), (~inner, True)):
        if part.any():
            found[part] = _nearest(plane, ids[part], places[part], steps, same=same, edge=edge)
    return found


def _nearest(
    plane: np.ndarray,
    ids: np.ndarray,
    places: np.ndarray,
    steps: Sequence[Step],
    *,
    same: bool,
    edge: bool,
) -> np.ndarray:
    """As `_distances`, of places from which steps may lead beyond the image, or of others."""
    found = np.full(ids.size, FARTHEST, np.float32)
    flat, last = plane.reshape(-1), np.array(plane.shape) - 1
    strides = np.append(np.cumprod(plane.shape[:0:-1])[::-1], 1)
    at, left = places @ strides, np.arange(ids.size)
    for length, step in steps:
        if not left.size:
            break
        near = at + int(step @ strides)
        hit = (flat.take(near, mode="clip") == ids) == same
        if edge:
            there = places[left] + step
            hit &= ((there >= 0) & (there <= last)).all(axis=1)
        found[left[hit]] = length
        more = ~hit
        at, ids, left = at[more], ids[more], left[more]
    return found


# -------------------------------------------------------------------- uncertainty
def entropy_heat(shares: Sequence[np.ndarray], lattice: Lattice) -> np.ndarray:
    """Uncertainty of a pixel among classes, float32, 0 to 1: entropy over that of equal shares.

    Parameters
    ----------
    shares
        Probability, or share of the annotators, of each class; of a single one that of the
        foreground, whose rest is the background. Each of the image's shape: floats of 0 to 1, or
        integers, whose largest value stands for 1.
    lattice
        Pixels that are asked for.
    """
    parts = [_share(lattice.view(share)) for share in shares]
    if len(parts) == 1:
        parts.append(1 - parts[0])
    whole = np.maximum(sum(parts), np.float32(1e-6))
    entropy = np.zeros(lattice.shape, np.float32)
    for part in parts:
        share = part / whole
        entropy -= share * np.log(np.maximum(share, np.float32(1e-12)))
    return np.asarray(np.clip(entropy / np.log(np.float32(len(parts))), 0, 1))


def _share(values: np.ndarray) -> np.ndarray:
    """Values of 0 to 1, float32."""
    share = values.astype(np.float32)
    if values.dtype.kind in "iu":
        share /= np.iinfo(values.dtype).max
    return np.clip(share, 0, 1)


def annotator_heat(annotators: Sequence[LabelImage], lattice: Lattice) -> np.ndarray:
    """Uncertainty by what several annotators drew, float32, 0 to 1.

    Of classes by the share of each; of objects by the share that sees one, whichever it is. Void is
    a class like any other: not to know is an answer.
    """
    votes = [_vote(labels, lattice) for labels in annotators]
    answers = len(votes) if annotators[0].kind is Kind.SEMANTIC else 2
    share = np.arange(1, len(votes) + 1, dtype=np.float32) / len(votes)
    table = np.append(0, -np.log(share) / len(votes) / np.log(min(answers, len(votes)))).astype(np.float32)
    entropy = np.zeros(lattice.shape, np.float32)
    for one in votes:
        alike = np.zeros(lattice.shape, np.intp)
        for other in votes:
            alike += one == other
        entropy += table[alike]
    return entropy


def _vote(labels: LabelImage, lattice: Lattice) -> np.ndarray:
    """What an annotator says of each pixel: its class, or whether it belongs to an object."""
    views = [lattice.view(plane) for plane in labels.planes]
    if labels.kind is Kind.SEMANTIC:
        return views[0]
    drawn: np.ndarray = np.logical_or.reduce([~among(view, labels.outside) for view in views])
    return drawn


# -------------------------------------------------------------------- classes
class ConfusionHeat:
    """Value of every pair of classes, looked up at pixels.

    Parameters
    ----------
    pairs
        Value of each pair that differs, 0 to 1; of others it is 0.
    """

    def __init__(self, pairs: Mapping[tuple[int, int], float]) -> None:
        classes = sorted({c for pair in pairs for c in pair})
        ranks = {c: n for n, c in enumerate(classes, 1)}
        self._ranks = IdTable(ranks, 0, np.intp)
        self._table = np.zeros((len(classes) + 1,) * 2, np.float32)
        for (true, said), value in pairs.items():
            self._table[ranks[true], ranks[said]] = value

    def values(self, reference: LabelImage, prediction: LabelImage, lattice: Lattice) -> np.ndarray:
        """Values at some pixels of semantic labels of one plane, float32."""
        true, said = (look_up(lattice.view(side.data), self._ranks.of) for side in (reference, prediction))
        values: np.ndarray = self._table[true, said]
        return values


def confusion_shares(pixels: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], float]:
    """Share of the first class's pixels that are called the second, of every pair that differs."""
    sums: Counter[int] = Counter()
    for (true, _), count in pixels.items():
        sums[true] += count
    return {pair: count / sums[pair[0]] for pair, count in pixels.items() if pair[0] != pair[1] and count}
