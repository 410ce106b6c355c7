"""Figures of the whole sample in groups, one for each convention that fits it, each with its formula."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isnan, prod
from typing import NamedTuple

from segreview.compare.evaluate import find_convention
from segreview.compare.matching import has_classes
from segreview.compare.metrics.evaluation import Evaluation
from segreview.compare.metrics.matching import Tally, stardist_figures
from segreview.compare.metrics.need import CITYSCAPES
from segreview.compare.overlap import SIDES
from segreview.model.labels import Kind
from segreview.session.review import Review
from segreview.ui.units import threshold_text

UNKNOWN = "\u2026"
"""Stands for a figure that is not counted yet."""

Found = Mapping[str, Evaluation | None]
"""Evaluations by the names of their conventions; None for what is not counted yet."""

_LARGEST = 1 << 23
"""Pixels up to which contours of whole masks are measured: half a second, in the background."""

_COUNTED = {
    "tp": ("TP", "hits: one-to-one pairs with IoU \u2265 threshold"),
    "fp": ("FP", "objects of the model without a hit"),
    "fn": ("FN", "objects of the GT without a hit"),
    "precision": ("precision", "TP / (TP + FP)"),
    "recall": ("recall", "TP / (TP + FN)"),
    "f1": ("F1", "2 TP / (2 TP + FP + FN)"),
    "mean_matched_score": ("SQ", "mean IoU of the hits = sum of their IoU / TP"),
    "accuracy": ("accuracy", "TP / (TP + FP + FN)"),
    "panoptic_quality": ("PQ", "SQ \u00d7 RQ = sum of the hits' IoU / (TP + FP/2 + FN/2); here RQ is F1"),
}


class Term(NamedTuple):
    """A figure of a convention: its path, its name in the window, and its formula."""

    convention: str
    path: str
    name: str
    rule: str


_QUALITIES = (
    ("pq", "PQ", "SQ \u00d7 RQ, the mean over the classes"),
    ("sq", "SQ", "mean IoU of a class's hits, the mean over the classes"),
    ("rq", "RQ", "TP / (TP + FP/2 + FN/2) of a class, the mean over the classes"),
)
_PARTS = {"All": "", "Things": " th", "Stuff": " st"}
_PRECISION = "TP / (TP + FP + FN) at IoU \u2265"

_CONTOURS = "Contours of either side as one mask"
_GROUPS: Mapping[str, tuple[Term, ...]] = {
    "Segments by class, hits at IoU > 0.5": tuple(
        Term("panoptic", f"{part}.{path}", f"{name}{short}", f"{rule}: {part.lower()}")
        for part, short in _PARTS.items()
        for path, name, rule in _QUALITIES
    ),
    "Pixels by class": (
        Term("semantic", "mIoU", "mIoU", "mean over the classes of TP / (TP + FP + FN), counted in pixels"),
        Term("semantic", "fwIoU", "fwIoU", "the same mean, weighted by the GT's pixels of each class"),
        Term(
            "semantic",
            "pixel_accuracy",
            "aAcc",
            "accuracy over all: pixels with the right class / all pixels with a class",
        ),
        Term(
            "semantic",
            "mean_class_accuracy",
            "mAcc",
            "mean accuracy: mean over the GT's classes of their share of right pixels",
        ),
    ),
    "Pixels by class, as Cityscapes counts": (
        Term("cityscapes_semantic", "averageScoreClasses", "IoU", "TP / (TP + FP + FN), mean over classes"),
        Term(
            "cityscapes_semantic",
            "averageScoreInstClasses",
            "iIoU",
            "the same, each instance weighted by its class's average size over its own",
        ),
        Term("cityscapes_semantic", "averageScoreCategories", "IoU cat", "IoU, mean over categories"),
        Term("cityscapes_semantic", "averageScoreInstCategories", "iIoU cat", "iIoU, mean over categories"),
    ),
    "Detections in the order of their scores": (
        Term("coco", "AP", "AP", "area under precision over recall, mean over classes and IoU .5 to .95"),
        Term("coco", "AP50", "AP50", "the same at IoU \u2265 0.5"),
        Term("coco", "AP75", "AP75", "the same at IoU \u2265 0.75"),
    ),
    "Objects, by other rules": (
        Term(
            "seg",
            "score",
            "SEG",
            "mean over the GT's objects of the IoU with what holds over half of it",
        ),
        Term("aji", "score", "AJI", "intersections of all best pairs / their unions and what is left over"),
        Term("aji_plus", "score", "AJI+", "the same with one-to-one pairs"),
        Term("cellpose", "per_threshold.0.AP", "AP .5", f"{_PRECISION} 0.5"),
        Term("cellpose", "per_threshold.1.AP", "AP .75", f"{_PRECISION} 0.75"),
        Term("cellpose", "per_threshold.2.AP", "AP .9", f"{_PRECISION} 0.9"),
        Term("dsb2018", "score", "DSB", "mean of TP / (TP + FP + FN) at IoU > .5, .55 \u2026 .95"),
    ),
    _CONTOURS: (
        Term("boundary", "boundary_iou", "b. IoU", "IoU of the bands within both masks along their contours"),
        Term("boundary", "nsd", "NSD", "share of both contours that lies within 1 of the other"),
        Term("boundary", "assd", "ASSD", "mean distance from either contour to the other"),
        Term("boundary", "hd95", "HD95", "distance within which 95 % of either contour have the other"),
        Term("boundary", "hd", "HD", "largest distance from either contour to the other"),
    ),
}


class Cell(NamedTuple):
    """One figure: its name, its value, and its formula with the rule of its convention."""

    name: str
    value: str
    rule: str


class FigureGroup(NamedTuple):
    """Figures that belong together.

    Parameters
    ----------
    title
        What they are figures of.
    rule
        The rules of their conventions.
    cells
        The figures, three to a line.
    """

    title: str
    rule: str
    cells: tuple[Cell, ...]


# -------------------------------------------------------------------- what fits
def conventions_of(review: Review) -> tuple[str, ...]:
    """Conventions that may fit a sample, beside that of the threshold, and look at no pixels."""
    sides = [review.table.labels(side) for side in SIDES]
    if review.reference.kind is Kind.SEMANTIC:
        return ("semantic",)
    names = ["seg", "aji", "aji_plus", "cellpose", "dsb2018"]
    if all(labels.kind is Kind.BINARY for labels in sides):
        names.append("semantic")
    elif all(labels.kind is not Kind.BINARY and has_classes(labels) for labels in sides):
        names += ["panoptic", "semantic"]
    if all(labels.ontology is not None and labels.ontology.name == CITYSCAPES for labels in sides):
        names.append("cityscapes_semantic")
    if any(segment.score is not None for segment in review.prediction.segments.values()):
        names.append("coco")
    return tuple(names)


def contours_of(review: Review) -> tuple[str, ...]:
    """Conventions that look at the pixels of whole masks, where these have contours and are not too large."""
    labels = review.reference
    whole = labels.background is None and labels.kind is not Kind.SEMANTIC  # one mask that has no end
    return () if whole or prod(labels.shape) > _LARGEST else ("boundary",)


# -------------------------------------------------------------------- what is shown
def groups(tally: Tally | None, threshold: Fraction, found: Found, unit: str) -> list[FigureGroup]:
    """Groups of a sample.

    Parameters
    ----------
    tally
        What is counted at the threshold; None for classes.
    threshold
        The threshold.
    found
        Figures of the conventions that fit; None for those that are not counted yet.
    unit
        Unit of lengths.
    """
    made = [] if tally is None else [_objects(tally, threshold)]
    for title, terms in _GROUPS.items():
        fitting = [term for term in terms if term.convention in found]
        if fitting:
            rules = dict.fromkeys(rule_of(term.convention) for term in fitting)
            cells = tuple(_cell(term, found[term.convention]) for term in fitting)
            measured = f"{title}, in {unit}" if title == _CONTOURS else title
            made.append(FigureGroup(measured, "\n\n".join(rules), cells))
    return made


def _objects(tally: Tally, threshold: Fraction) -> FigureGroup:
    figures, rule = stardist_figures(tally), rule_of("stardist")
    cells = (
        Cell(name, _text(figures[path]), f"{name} = {words}\n\n{rule}")
        for path, (name, words) in _COUNTED.items()
    )
    return FigureGroup(f"Objects, hits at IoU \u2265 {threshold_text(threshold)}", rule, tuple(cells))


def _cell(term: Term, evaluation: Evaluation | None) -> Cell:
    value = None if evaluation is None else evaluation.figure(term.path)
    return Cell(term.name, _text(value), f"{term.name} = {term.rule}\n\n{rule_of(term.convention)}")


def rule_of(name: str) -> str:
    """Rule of a convention with its source, for a tooltip."""
    convention = find_convention(name)
    return f"{convention.title}: {convention.rule}\nSource: {convention.source}"


def _text(figure: float | None) -> str:
    """Whole numbers as they are, others with three places; a dash for nan."""
    if figure is None:
        return UNKNOWN
    if isinstance(figure, int):
        return f"{figure:,}"
    return "\u2013" if isnan(figure) else f"{figure:.3f}"
