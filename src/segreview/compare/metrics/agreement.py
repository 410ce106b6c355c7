"""Agreement of several annotators: pairwise Dice, Fleiss' kappa, Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import Any

import numpy as np

from segreview.compare.kernel import rank_ids
from segreview.compare.metrics.case import Case, pair_cases
from segreview.compare.metrics.convention import Convention, Result
from segreview.compare.metrics.options import whole_number
from segreview.compare.metrics.quotient import mean_of_known
from segreview.compare.pixels import foreground
from segreview.compare.sides import axes_of, is_one, label_images
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage

OBJECT = 1
"""Value of the pixels of any object, where ids are no classes."""

_Votes = Mapping[tuple[int, ...], int]
"""Number of pixels for each tuple of what the annotators say of them."""


@dataclass(frozen=True, eq=False)
class RaterCase:
    """One image with the masks of its annotators.

    Parameters
    ----------
    name
        Name of the image.
    raters
        Labels of each annotator, of one shape.
    """

    name: str
    raters: tuple[LabelImage, ...]


@dataclass(frozen=True, slots=True)
class AgreementOptions:
    """What can be chosen.

    Parameters
    ----------
    margin
        Pixels around what any annotator has drawn within which agreement is looked at; None for the whole
        image, most of which is mostly background.
    """

    margin: int | None = None

    def __post_init__(self) -> None:
        if self.margin is not None:
            whole_number("margin", self.margin, 0)


# -------------------------------------------------------------------- reading
def read_raters(reference: Any, prediction: Any) -> list[RaterCase]:
    """Annotators of one image or of several.

    Parameters
    ----------
    reference
        Without a prediction the annotators of one image: a sequence of masks, or an array of three axes
        or more whose first counts them; a sequence of sequences holds several images.
    prediction
        A second annotator, image by image, or for a single image all others.
    """
    if prediction is None:
        return _alone(reference)
    if is_one(reference) and not is_one(prediction):
        return [_rater_case(None, [reference, *prediction])]
    found = []
    for case in pair_cases(reference, prediction):
        if not isinstance(case, Case):
            raise SegreviewError("Annotators have given lists of segments.", "Give label images or masks.")
        found.append(RaterCase(case.name, (case.reference, case.prediction)))
    return found


def _alone(reference: Any) -> list[RaterCase]:
    """Annotators who are all given at once."""
    if is_one(reference) and axes_of(reference) < 3:
        return [_rater_case(None, [reference])]
    masks = list(reference)
    if masks and not is_one(masks[0]):
        return [_rater_case(n, one) for n, one in enumerate(masks, start=1)]
    return [_rater_case(None, masks)]


def _rater_case(number: int | None, raters: Sequence[Any]) -> RaterCase:
    name = "image" if number is None else f"image {number}"
    if not raters:
        raise SegreviewError(f"{name}: there are no annotators.", "Give the masks of two or more of them.")
    labels = [label_images(raters[0], one, name) for one in raters]
    shapes = {one.shape for _, one in labels}
    if len(shapes) > 1:
        raise SegreviewError(
            f"{name}: the annotators' masks have different shapes: {sorted(shapes)}.",
            "Pair masks of the same image, or resample them without interpolation.",
        )
    return RaterCase(name, tuple(one for _, one in labels))


# -------------------------------------------------------------------- counting
def count_votes(raters: Sequence[LabelImage], margin: int | None = None) -> Counter[tuple[int, ...]]:
    """How many pixels there are for each tuple of what the annotators say.

    An annotator says the class of a pixel where ids are classes, else whether there is an object (1) or
    not (0). Pixels that are void for anyone are left out.
    """
    columns = [_said(labels) for labels in raters]
    kept = np.ones(raters[0].shape, bool)
    for labels in raters:
        for void in labels.void:
            kept &= labels.planes[0] != void
    if margin is not None:
        kept &= _surroundings(raters, columns, margin)
    return Counter(_tuples([column[kept] for column in columns]))


def _said(labels: LabelImage) -> np.ndarray:
    """What an annotator says of each pixel."""
    if labels.kind is Kind.SEMANTIC:
        return labels.data
    return foreground(labels).view(np.uint8)


def _surroundings(raters: Sequence[LabelImage], said: Sequence[np.ndarray], margin: int) -> np.ndarray:
    """Pixels at most so many steps of one pixel away from one that anyone has drawn."""
    from scipy.ndimage import binary_dilation

    drawn = np.zeros(raters[0].shape, bool)
    for labels, column in zip(raters, said, strict=True):
        nothing = labels.background if labels.kind is Kind.SEMANTIC else 0
        drawn |= True if nothing is None else column != nothing
    steps = min(margin, sum(drawn.shape))  # no pixel is farther away
    return np.asarray(binary_dilation(drawn, iterations=steps)) if steps else drawn


def _tuples(columns: Sequence[np.ndarray]) -> dict[tuple[int, ...], int]:
    """Distinct rows of some columns, with their numbers."""
    keys, rows = np.zeros(columns[0].size, np.int64), [()]
    for column in columns:
        values, ranks = rank_ids(column)
        known, keys = _distinct(keys * max(values.size, 1) + ranks)
        rows = [(*rows[key // values.size], int(values[key % values.size])) for key in known.tolist()]
    return dict(zip(rows, np.bincount(keys, minlength=len(rows)).tolist(), strict=True))


def _distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct keys, ascending, and the place of each key among them."""
    span = int(keys.max(initial=-1)) + 1
    if span > keys.size + (1 << 16):
        return np.unique(keys, return_inverse=True)
    known = np.flatnonzero(np.bincount(keys, minlength=span))
    places = np.zeros(span, np.int64)
    places[known] = np.arange(known.size)
    return known, places[keys]


def _tally(case: RaterCase | Case, options: AgreementOptions) -> _Votes:
    raters = case.raters if isinstance(case, RaterCase) else (case.reference, case.prediction)
    return count_votes(raters, options.margin)


# -------------------------------------------------------------------- figures
def pairwise_dice(votes: _Votes) -> list[float]:
    """Dice of every pair of annotators, in the order (1, 2), (1, 3) … (2, 3) …; nan where both drew nothing.

    Where there are classes beside 0 and 1 it is the mean over the classes that either has drawn.
    """
    raters = len(next(iter(votes), ()))
    return [_dice(votes, a, b) for a, b in combinations(range(raters), 2)]


def _dice(votes: _Votes, a: int, b: int) -> float:
    both: Counter[int] = Counter()
    single: Counter[int] = Counter()
    for said, pixels in votes.items():
        single[said[a]] += pixels
        single[said[b]] += pixels
        if said[a] == said[b]:
            both[said[a]] += pixels
    classes = set(single) if set(single) - {0, OBJECT} else set(single) & {OBJECT}
    return mean_of_known([2 * both[k] / single[k] for k in classes])


def fleiss_kappa(votes: _Votes) -> float:
    """Fleiss' kappa (1971) with pixels as subjects; nan for a single annotator and for a single value."""
    raters, pixels = len(next(iter(votes), ())), sum(votes.values())
    if raters < 2 or not pixels:
        return nan
    agreed, totals = _agreement(votes)
    observed = agreed / (pixels * raters * (raters - 1))
    expected = sum((n / (pixels * raters)) ** 2 for n in totals.values())
    return (observed - expected) / (1 - expected) if len(totals) > 1 else nan


def krippendorff_alpha(votes: _Votes) -> float:
    """Krippendorff's alpha for nominal values (2011) with pixels as units; nan where kappa is."""
    raters, pixels = len(next(iter(votes), ())), sum(votes.values())
    if raters < 2 or not pixels:
        return nan
    agreed, totals = _agreement(votes)
    values = pixels * raters
    observed = values - agreed / (raters - 1)
    expected = (values**2 - sum(n * n for n in totals.values())) / (values - 1)
    return 1 - observed / expected if expected else nan


def _agreement(votes: _Votes) -> tuple[int, Counter[int]]:
    """Ordered pairs of annotators who agree, over all pixels, and how often each value was given."""
    agreed = 0
    totals: Counter[int] = Counter()
    for said, pixels in votes.items():
        given = Counter(said)
        agreed += pixels * sum(n * (n - 1) for n in given.values())
        for value, n in given.items():
            totals[value] += pixels * n
    return agreed, totals


def _pool(tallies: Sequence[_Votes], _: AgreementOptions) -> Result:
    if len({len(said) for tally in tallies for said in tally}) > 1:
        raise SegreviewError(
            "The images have different numbers of annotators.",
            "Evaluate them apart, or give the same annotators for each.",
        )
    votes: Counter[tuple[int, ...]] = Counter()
    for tally in tallies:
        votes.update(tally)
    dice = pairwise_dice(votes)
    return Result(
        {
            "dice_mean": mean_of_known(dice),
            "dice_pairs": dice,
            "fleiss_kappa": fleiss_kappa(votes),
            "krippendorff_alpha": krippendorff_alpha(votes),
        }
    )


AGREEMENT = Convention(
    name="agreement",
    title="agreement of annotators",
    rule="Pixels are what is agreed on; each annotator says its class or, where ids are no classes, whether "
    "there is an object. Dice of every pair of annotators, 2 I / (A + B), over classes their mean, and the "
    "mean of the pairs; Fleiss' kappa; Krippendorff's alpha for nominal values. Pixels that are void for "
    "anyone are left out. A single annotator, or a single value, has no figure (nan). margin=N: only within "
    "N pixels of what anyone has drawn.",
    hit="none",
    assignment="none",
    void="of any annotator",
    pooling="pixels of all images together",
    source="Fleiss 1971, Psychological Bulletin; Krippendorff 2011; statsmodels; krippendorff 0.9",
    headline="krippendorff_alpha",
    needs=frozenset(),
    options=AgreementOptions,
    tally=_tally,
    pool=_pool,
    read=read_raters,
)

CONVENTIONS = (AGREEMENT,)
