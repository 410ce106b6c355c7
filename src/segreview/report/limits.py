"""Limits that figures have to keep: a gate for continuous integration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isclose, isfinite

from segreview.compare.metrics.evaluation import Evaluation
from segreview.errors import SegreviewError
from segreview.report.figures import all_leaves

ALIASES: Mapping[str, Mapping[str, str]] = {
    "PQ": {"panoptic": "All.pq", "stardist": "panoptic_quality"},
    "AP": {"coco": "AP", "cellpose": "AP", "cityscapes_instance": "allAp"},
    "mIoU": {"semantic": "mIoU", "cityscapes_semantic": "averageScoreClasses"},
    "F1": {"f1": "score", "stardist": "f1"},
}
"""Short names of figures, with the path that each has in a convention."""

_FIRST = "per_threshold.0"
"""Path of the figures at the first of several thresholds."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound for one figure.

    Parameters
    ----------
    path
        Path of the figure or an alias.
    bound
        The bound, which may be reached.
    least
        Whether the figure has to be at least so large, rather than at most.
    """

    path: str
    bound: float
    least: bool

    @classmethod
    def parse(cls, text: str, *, least: bool) -> Limit:
        """Limit of the form ``PATH=VALUE``.

        Raises
        ------
        SegreviewError
            When it has another form.
        """
        path, _, value = text.rpartition("=")
        try:
            bound = float(value)
        except ValueError:
            bound = float("nan")
        if not path or not isfinite(bound):
            raise SegreviewError(f"{text!r} is no limit.", "Write PATH=VALUE, for example All.pq=0.5.")
        return cls(path.strip(), bound, least)

    def __str__(self) -> str:
        """The limit as it is written: All.pq >= 0.5."""
        return f"{self.path} {'>=' if self.least else '<='} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A limit, the figure, and whether it keeps the limit; a figure that is no number never does.

    Parameters
    ----------
    limit
        The limit.
    value
        The figure.
    threshold
        IoU threshold of the figure, where there are several and the limit named none.
    """

    limit: Limit
    value: float
    threshold: float | None = None

    @property
    def told(self) -> str:
        """The figure as it is told: ``0.75``, or ``0.75 at the threshold 0.5``."""
        return f"{self.value:.6g}" + (
            "" if self.threshold is None else f" at the threshold {self.threshold:g}"
        )

    @property
    def kept(self) -> bool:
        """Whether the limit is kept; what differs from it by rounding alone keeps it."""
        if isclose(self.value, self.limit.bound, rel_tol=1e-9):
            return True
        if self.limit.least:
            return self.value >= self.limit.bound
        return self.value <= self.limit.bound


def check(evaluation: Evaluation, limits: Sequence[Limit]) -> list[Verdict]:
    """Verdict on each limit.

    Raises
    ------
    SegreviewError
        When there is no such figure.
    """
    figures = all_leaves(evaluation)
    return [_verdict(limit, evaluation, figures) for limit in limits]


def _verdict(limit: Limit, evaluation: Evaluation, figures: Mapping[str, float]) -> Verdict:
    """Verdict on the figure of a path or an alias; of several thresholds an alias means the first."""
    alias = ALIASES.get(limit.path, {}).get(evaluation.convention.name)
    if alias is not None and f"{_FIRST}.{alias}" in figures:
        return Verdict(limit, figures[f"{_FIRST}.{alias}"], figures[f"{_FIRST}.threshold"])
    found = alias or limit.path
    if found not in figures:
        path = limit.path
        name = evaluation.convention.name
        near = get_close_matches(found, figures, n=3, cutoff=0.4) or list(figures)[:8]
        raise SegreviewError(
            f"The convention {name} has no figure {path}.", f"Its figures are {', '.join(near)} and the like."
        )
    return Verdict(limit, figures[found])
