"""Figures of classes of pixels: confusion matrix, IoU of each class and their means, accuracies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.compare.metrics.arrays import reader_of
from segreview.compare.metrics.case import Case
from segreview.compare.metrics.convention import Convention, Need, Result
from segreview.compare.metrics.options import whole_number
from segreview.compare.metrics.quotient import mean_of_known, share
from segreview.errors import SegreviewError
from segreview.model.labels import Kind, LabelImage

MOST_CLASSES = 4096
"""Classes of a confusion matrix that is made (134 MB); the largest data sets have fewer."""

_VOID = None
"""Stands for pixels that have no class."""


@dataclass(frozen=True, slots=True)
class SemanticOptions:
    """What can be chosen.

    Parameters
    ----------
    n_classes
        Classes are the ids from 0 to below it, 4,096 at most; None for those of the class table that are
        not void or, without a table, for the ids that occur.
    ignore
        Id of the reference that is void, beside what the class table calls void.
    """

    n_classes: int | None = None
    ignore: int | None = None


def _options(n_classes: int | None = None, ignore: int | None = None) -> SemanticOptions:
    return SemanticOptions(
        None if n_classes is None else whole_number("n_classes", n_classes, 1, MOST_CLASSES),
        None if ignore is None else whole_number("ignore", ignore),
    )


@dataclass(frozen=True, eq=False)
class Confusion:
    """Pixels of one image by the class that either side gives them.

    Parameters
    ----------
    classes
        Class ids, ascending.
    pixels
        ``{(class of the reference, class of the prediction or None): n}``, void of the reference left out.
    """

    classes: Sequence[int]
    pixels: Mapping[tuple[int, int | None], int]


def _classes(data: np.ndarray) -> LabelImage:
    """Label image of a plain array: its numbers are classes."""
    return LabelImage.of_array(data, Kind.SEMANTIC, background=None)


def _tally(case: Case, options: SemanticOptions) -> Confusion:
    pairs = case.pairs
    classes = _known_classes(case.reference, options)
    told = _class_of_ids(pairs.first, case.reference)
    said = _class_of_ids(pairs.second, case.prediction)
    pixels: Counter[tuple[int, int | None]] = Counter()
    for r, p, n in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.pixels.tolist(), strict=True):
        true = told[r]
        if true is _VOID or true == options.ignore or (classes is not None and true not in classes):
            continue
        if classes is not None and said[p] is not _VOID and said[p] not in classes:
            raise _outside(case, said[p], n, classes)
        pixels[true, said[p]] += n
    if classes is None:
        classes = sorted({c for pair in pixels for c in pair if c is not _VOID})
    _check_number(classes, case.name)
    return Confusion(tuple(classes), pixels)


def _known_classes(labels: LabelImage, options: SemanticOptions) -> Sequence[int] | None:
    """Classes that are told beforehand, ascending; None when only the pixels tell them."""
    if options.n_classes is not None:
        return range(options.n_classes)
    if labels.kind is Kind.BINARY:
        return range(2)
    if labels.ontology is None:
        return None
    return sorted(category.id for category in labels.ontology if not category.ignore)


def _class_of_ids(ids: np.ndarray, labels: LabelImage) -> dict[int, int | None]:
    """Class of every id of a column; None for void and for what has no class."""
    known = np.unique(ids).tolist()
    if labels.kind is Kind.BINARY:
        return {id_: int(id_ != 0) for id_ in known}
    if labels.kind is Kind.SEMANTIC:
        return {id_: _VOID if id_ in labels.void else id_ for id_ in known}
    return {id_: _VOID if id_ in labels.outside else labels.category_of(id_) for id_ in known}


def _outside(case: Case, class_id: int | None, pixels: int, classes: Iterable[int]) -> SegreviewError:
    last = max(classes, default=0)
    return SegreviewError(
        f"{case.name}: the prediction says {class_id} at {pixels} or more pixels, which is no class.",
        f"Classes go up to {last}. Map its ids first (train ids back to label ids, for example).",
    )


def _check_number(classes: Sequence[int], name: str) -> None:
    if len(classes) > MOST_CLASSES:
        raise SegreviewError(
            f"{name}: there are {len(classes)} classes, and a confusion matrix has up to {MOST_CLASSES}.",
            "Ids of objects are no classes: choose stardist or another convention of objects for them.",
        )


# -------------------------------------------------------------------- figures
def _pool(tallies: Sequence[Confusion], _: SemanticOptions) -> Result:
    classes = sorted({class_id for one in tallies for class_id in one.classes})
    _check_number(classes, "The data set")
    matrix, totals = _matrix(tallies, classes)
    hits, said = matrix.diagonal(), matrix.sum(axis=0)
    ious = [share(int(h), int(t + s - h)) for h, t, s in zip(hits, totals, said, strict=True)]
    whole = int(totals.sum())
    return Result(
        {
            "confusion": matrix,
            "mIoU": mean_of_known(ious),
            "fwIoU": share(sum(int(t) * iou for t, iou in zip(totals, ious, strict=True) if t), whole),
            "pixel_accuracy": share(int(hits.sum()), whole),
            "mean_class_accuracy": mean_of_known(
                share(int(h), int(t)) for h, t in zip(hits, totals, strict=True)
            ),
        },
        {class_id: {"iou": iou} for class_id, iou in zip(classes, ious, strict=True)},
    )


def _matrix(tallies: Sequence[Confusion], classes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Confusion matrix, and pixels of each class of the reference, those predicted as nothing among them."""
    place = {class_id: n for n, class_id in enumerate(classes)}
    matrix = np.zeros((len(classes), len(classes)), np.int64)
    totals = np.zeros(len(classes), np.int64)
    for one in tallies:
        for (true, said), n in one.pixels.items():
            totals[place[true]] += n
            if said is not None:
                matrix[place[true], place[said]] += n
    return matrix, totals


SEMANTIC = Convention(
    name="semantic",
    title="Semantic segmentation",
    rule="IoU of a class = TP / (TP + FP + FN) over the pixels of all images whose reference has a class. "
    "mIoU: mean over the classes that occur on either side; fwIoU: mean weighted by the pixels of the "
    "reference; pixel_accuracy: share of right pixels; mean_class_accuracy: mean over the reference's "
    "classes of their share of right pixels. A pixel that the prediction leaves void or unlabelled is a "
    "miss; an id that is no class is refused.",
    hit="same class",
    assignment="pixel by pixel",
    void="pixels of the reference that are void by the class table, equal to ignore, or of no class (VOC: "
    "255; CamVid: 11)",
    pooling="pixels of all images together",
    source="Long, Shelhamer, Darrell 2015, Fully Convolutional Networks, CVPR (score.py); VOC, CamVid",
    headline="mIoU",
    needs=frozenset({Need.CLASSES}),
    options=_options,
    tally=_tally,
    pool=_pool,
    read=reader_of(_classes),
)
