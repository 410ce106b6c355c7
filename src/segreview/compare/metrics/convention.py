"""Conventions: by which rule figures are made, as one record for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from segreview.compare.metrics.case import pair_cases

Figures = Mapping[str, Any]
"""Figures by the names that the reference implementation of the rule gives them."""


class Need(StrEnum):
    """What labels must have for a convention to fit them."""

    OBJECTS = "objects"
    CLASSES = "classes"
    SCORES = "scores"
    CITYSCAPES = "Cityscapes ids"


class Better(StrEnum):
    """Which way a figure is better."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True)
class Result:
    """What a convention makes of some images.

    Parameters
    ----------
    figures
        Figures of all of them together.
    per_class
        Figures of each class, by its id.
    notes
        What a reader of the figures has to know, in sentences; mostly nothing.
    """

    figures: Figures
    per_class: Mapping[int, Figures] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Convention:
    """How figures are made: from each image what is counted, and of these counts the figures.

    Parameters
    ----------
    name
        Name that calls it.
    title
        What it is called in words.
    rule
        The whole rule in a sentence or two: what is a hit, how pairs are chosen, what is void.
    hit, assignment, void, crowd, smallest
        The parts of the rule, each in a few words; "none" where there is none.
    pooling
        How several images become one figure.
    source
        Where the rule is from.
    headline
        Path into the figures of the one that stands for all, parts separated by dots.
    needs
        What labels must have.
    options
        Frozen dataclass of what can be chosen; `options(**given)` raises SegreviewError for values that
        cannot be.
    tally
        Counts what one image has to say: ``tally(case, options)``.
    pool
        Makes figures of the tallies of some images: ``pool(tallies, options)``.
    better
        Which way the headline is better.
    best
        Its value for a perfect prediction.
    read
        Makes cases of what `evaluate` is given: ``read(reference, prediction)``.
    segments
        Whether the sides may be lists of segments, which may overlap.
    list_objects
        One record for each object or pair of an image: ``list_objects(case, options)``; None when the
        convention knows no objects.
    lists_objects
        Whether these records are part of every evaluation, and not only of those that ask for them.
    per_image
        Whether the rule has figures of a single image too.
    """

    name: str
    title: str
    rule: str
    hit: str
    assignment: str
    pooling: str
    source: str
    headline: str
    needs: frozenset[Need]
    options: Callable[..., Any]
    tally: Callable[[Any, Any], Any]
    pool: Callable[[Sequence[Any], Any], Result]
    void: str = "none"
    crowd: str = "none"
    smallest: str = "none"
    better: Better = Better.HIGHER
    best: float = 1.0
    read: Callable[[Any, Any], Sequence[Any]] = pair_cases
    segments: bool = False
    list_objects: Callable[[Any, Any], Sequence[Figures]] | None = None
    lists_objects: bool = False
    per_image: bool = True
