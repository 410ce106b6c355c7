"""What an evaluation found, and how it is written as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import cached_property
from math import inf, isinf, isnan
from typing import Any

import numpy as np

from segreview.compare.metrics.convention import Convention, Figures, Result

SCHEMA = "segreview.evaluation/1"
SCHEMA_OF_SEVERAL = "segreview.evaluations/1"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures of one or several images by one convention.

    Parameters
    ----------
    convention
        The rule.
    options
        What was chosen for it, a record of the convention's own.
    names
        Names of the images.
    tallies
        What each image has to say, in the convention's own form.
    objects
        One record for each object or pair of each image, where they were asked for.
    """

    convention: Convention
    options: Any
    names: Sequence[str]
    tallies: Sequence[Any]
    objects: Sequence[Figures] = ()

    @cached_property
    def result(self) -> Result:
        """Figures of all images together, and of each class."""
        return self.convention.pool(self.tallies, self.options)

    @cached_property
    def per_image(self) -> Sequence[Result]:
        """Figures of each image, where there are several and the rule has such figures."""
        if len(self.tallies) < 2 or not self.convention.per_image:
            return ()
        return tuple(self.convention.pool([tally], self.options) for tally in self.tallies)

    @property
    def figures(self) -> Figures:
        """Figures of all images together, by the names of the reference implementation."""
        return self.result.figures

    @property
    def per_class(self) -> Mapping[int, Figures]:
        """Figures of each class, by its id."""
        return self.result.per_class

    def figure(self, path: str) -> float:
        """One figure by its path, parts separated by dots: ``"All.pq"``.

        Raises
        ------
        KeyError
            When there is no such figure.
        """
        found: Any = self.figures
        for part in path.split("."):
            found = found[int(part)] if isinstance(found, (list, tuple)) else found[part]
        return float(found)

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as JSON can hold it, by the schema ``segreview.evaluation/1``.

        Figures that are no number or infinite are the strings ``"nan"`` and ``"inf"``.
        """
        written = {
            "schema": SCHEMA,
            "convention": self.convention.name,
            "rule": self.convention.rule,
            "options": _record(self.options),
            "figures": self.figures,
            "per_class": self.per_class,
            "per_image": [
                {"name": name, "figures": one.figures}
                for name, one in zip(self.names, self.per_image, strict=False)
            ],
            "objects": self.objects,
            "notes": self.result.notes,
        }
        plain: dict[str, Any] = _plain(written)
        return plain


def to_dict_of_several(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """Several evaluations of the same images as JSON can hold them."""
    return {"schema": SCHEMA_OF_SEVERAL, "evaluations": [one.to_dict() for one in evaluations]}


def _record(options: Any) -> dict[str, Any]:
    if not is_dataclass(options):
        return dict(options or {})
    return {part.name: getattr(options, part.name) for part in fields(options)}


def _plain(value: Any) -> Any:
    """A value in the types of JSON."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    if isinstance(value, (float, Fraction)):
        return _number(float(value))
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def _number(value: float) -> float | str:
    if isnan(value):
        return "nan"
    if isinf(value):
        return "inf" if value == inf else "-inf"
    return value
