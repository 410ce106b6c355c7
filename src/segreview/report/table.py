"""Figures as text for people to read in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np

from segreview.compare.metrics.evaluation import Evaluation

_WIDTH = 100
_MOST_COLUMNS = 12
"""Columns of a table; wider ones are left to JSON and CSV."""


def text_of(evaluation: Evaluation, class_names: Mapping[int, str]) -> str:
    """Figures of all images, then those of each class, under the rule that they were made by.

    Parameters
    ----------
    evaluation
        The evaluation.
    class_names
        Names of the classes, by their id.
    """
    convention, count = evaluation.convention, len(evaluation.names)
    head = f"{convention.title} ({convention.name}), {count} image{'' if count == 1 else 's'}"
    parts = [f"{head}\n{'=' * len(head)}", fill(convention.rule, _WIDTH)]
    parts += _figures(evaluation.figures)
    occur = {id_: figures for id_, figures in evaluation.per_class.items() if _occurs(figures)}
    rows = [{"class": class_names.get(id_, str(id_)), **_scalars(figures)} for id_, figures in occur.items()]
    if rows:
        parts.append(_table(rows))
    if len(occur) < len(evaluation.per_class):
        parts.append(f"{len(evaluation.per_class) - len(occur)} classes do not occur.")
    parts += [fill(f"Note: {note}", _WIDTH) for note in evaluation.result.notes]
    return "\n\n".join(part for part in parts if part)


def _occurs(figures: Mapping[str, Any]) -> bool:
    """Whether a class occurs: something was counted, or a figure is a number that can be (COCO has -1)."""
    if {"tp", "fp", "fn"} <= set(figures):
        return bool(figures["tp"] + figures["fp"] + figures["fn"])
    return any(value >= 0 for value in _scalars(figures).values())


def _figures(figures: Mapping[str, Any]) -> list[str]:
    """Single numbers below each other, then a table for each group of others."""
    parts = ["\n".join(_aligned([(name, _cell(value)) for name, value in _scalars(figures).items()]))]
    groups = {name: dict(value) for name, value in figures.items() if isinstance(value, Mapping)}
    alike = len({tuple(group) for group in groups.values()}) == 1
    if alike and len(groups) > 1:
        parts.append(_table([{"": name, **group} for name, group in groups.items()]))
    else:
        parts += [_table([{"": name, **group}]) for name, group in groups.items()]
    for name, value in figures.items():
        if isinstance(value, (list, tuple)) and value and all(isinstance(one, Mapping) for one in value):
            parts.append(_table(list(value)))
        elif isinstance(value, (list, tuple, np.ndarray)):
            parts.append(_matrix(name, np.asarray(value)))
    return parts


def _scalars(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in figures.items()
        if not isinstance(value, (Mapping, list, tuple, np.ndarray))
    }


def _matrix(name: str, values: np.ndarray) -> str:
    if values.ndim != 2 or values.shape[1] > _MOST_COLUMNS:
        return f"{name}: {' x '.join(map(str, values.shape))} numbers, in JSON and CSV"
    cells = [[_cell(value) for value in row] for row in values.tolist()]
    return "\n".join([name, *_columns([["", *row] for row in cells])])


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows under the names of their columns."""
    names = list(rows[0])[:_MOST_COLUMNS]
    return "\n".join(_columns([names, *([_cell(row.get(name)) for name in names] for row in rows)]))


def _columns(cells: Sequence[Sequence[str]]) -> list[str]:
    """Lines of cells, the first column to the left and numbers to the right."""
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _aligned(rows: Sequence[tuple[str, str]]) -> list[str]:
    width = max((len(name) for name, _ in rows), default=0)
    return [f"  {name.ljust(width)}  {value}" for name, value in rows]


def _cell(value: Any) -> str:
    """Numbers with four places, whole ones without."""
    if isinstance(value, (bool, np.bool_)) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, (float, np.floating)):
        return f"{value:.4f}"
    return str(value)
