"""Figures of the whole sample in groups, one for each convention that fits it, each with its formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isnan
from typing import NamedTuple

from segreview.compare.evaluate import find_convention
from segreview.compare.matching import has_classes
from segreview.compare.metrics.convention import Figures
from segreview.compare.metrics.evaluation import Evaluation
from segreview.compare.metrics.matching import Tally, stardist_figures
from segreview.model.labels import Kind
from segreview.session.review import Review

UNKNOWN = "\u2026"
"""Stands for a figure that is not counted yet."""

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
_SEMANTIC = {
    "mIoU": ("mIoU", "mean over the classes of TP / (TP + FP + FN), counted in pixels"),
    "fwIoU": ("fwIoU", "the same mean, weighted by the GT's pixels of each class"),
    "pixel_accuracy": ("aAcc", "accuracy over all: pixels with the right class / all pixels with a class"),
    "mean_class_accuracy": (
        "mAcc",
        "mean accuracy: mean over the GT's classes of their share of right pixels",
    ),
}
_QUALITIES = {
    "pq": ("PQ", "SQ \u00d7 RQ, the mean over the classes"),
    "sq": ("SQ", "mean IoU of a class's hits, the mean over the classes"),
    "rq": ("RQ", "TP / (TP + FP/2 + FN/2) of a class, the mean over the classes"),
}
_PARTS = {"All": "", "Things": " th", "Stuff": " st"}
_ALONE = {"seg": "SEG", "aji": "AJI"}


class Cell(NamedTuple):
    """One figure: its name, its value, and how it is counted."""

    name: str
    value: str
    rule: str


class FigureGroup(NamedTuple):
    """Figures by one convention.

    Parameters
    ----------
    title
        What they are figures of.
    rule
        The convention's rule.
    cells
        The figures, three to a line.
    """

    title: str
    rule: str
    cells: tuple[Cell, ...]


def conventions_of(review: Review) -> tuple[str, ...]:
    """Conventions that may fit a sample, beside that of the threshold."""
    sides = (review.reference, review.prediction)
    if review.reference.kind is Kind.SEMANTIC:
        return ("semantic",)
    classes = all(labels.kind is not Kind.BINARY and has_classes(labels) for labels in sides)
    return (*(("panoptic", "semantic") if classes else ()), *_ALONE)


def groups(
    tally: Tally | None, threshold: Fraction, names: Sequence[str], found: Mapping[str, Evaluation] | None
) -> list[FigureGroup]:
    """Groups of a sample.

    Parameters
    ----------
    tally
        What is counted at the threshold; None for classes.
    threshold
        The threshold.
    names
        Conventions that may fit.
    found
        Figures of those that do; None before they are counted.
    """
    made = [] if tally is None else [_objects(tally, threshold)]
    fitting = [name for name in names if found is None or name in found]
    with_classes = [name for name in fitting if name not in _ALONE]
    made += [_classes(name, None if found is None else found[name].figures) for name in with_classes]
    alone = [name for name in fitting if name in _ALONE]
    if alone:
        made.append(_without_threshold(alone, found))
    return made


def _objects(tally: Tally, threshold: Fraction) -> FigureGroup:
    figures = stardist_figures(tally)
    title = f"Objects, hits at IoU \u2265 {float(threshold):.3g}"
    return FigureGroup(title, rule_of("stardist"), _cells(_COUNTED, figures))


def _classes(name: str, figures: Figures | None) -> FigureGroup:
    """Figures of classes: of pixels, or of segments, of these all, things and stuff."""
    if name == "semantic":
        return FigureGroup("Pixels by class", rule_of(name), _cells(_SEMANTIC, figures))
    cells = [
        Cell(f"{cell.name}{short}", cell.value, f"{cell.rule}: {part.lower()}")
        for part, short in _PARTS.items()
        for cell in _cells(_QUALITIES, None if figures is None else figures[part])
    ]
    return FigureGroup("Segments by class, hits at IoU > 0.5", rule_of(name), tuple(cells))


def _without_threshold(names: Sequence[str], found: Mapping[str, Evaluation] | None) -> FigureGroup:
    cells = (
        Cell(_ALONE[name], _text(None if found is None else found[name].figures["score"]), rule_of(name))
        for name in names
    )
    return FigureGroup("Objects, without a threshold", "Each by its own rule.", tuple(cells))


def _cells(named: Mapping[str, tuple[str, str]], figures: Figures | None) -> tuple[Cell, ...]:
    return tuple(
        Cell(title, _text(None if figures is None else figures[name]), rule)
        for name, (title, rule) in named.items()
    )


def rule_of(name: str) -> str:
    """Rule of a convention with its source, for a tooltip."""
    convention = find_convention(name)
    return f"{convention.title}: {convention.rule}\nSource: {convention.source}"


def _text(figure: float | None) -> str:
    """Whole numbers as they are, shares with three places; a dash for nan."""
    if figure is None:
        return UNKNOWN
    if isinstance(figure, int):
        return f"{figure:,}"
    return "\u2013" if isnan(figure) else f"{figure:.3f}"
