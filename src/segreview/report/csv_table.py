"""Figures as CSV: a line for each single number, or for each object."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from segreview.report.evaluation import Outcome
from segreview.report.figures import leaves

COLUMNS = ("convention", "image", "class", "figure", "value")
"""Columns of a table of figures; image and class are empty where a figure is of all of them."""


def csv_of_figures(outcome: Outcome) -> str:
    """A line for each figure of all images, of each class, and of each image."""
    return _written(COLUMNS, _figures(outcome))


def csv_of_objects(outcome: Outcome) -> str:
    """A line for each object or pair, with the columns of all conventions that list some."""
    rows = [
        {"convention": one.convention.name, **{key: _plain(value) for key, value in record.items()}}
        for one in outcome.evaluations
        for record in one.objects
    ]
    columns = dict.fromkeys(("convention", "image"))
    for row in rows:
        columns |= dict.fromkeys(row)
    return _written(tuple(columns), rows)


def _figures(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for one in outcome.evaluations:
        head = {"convention": one.convention.name}
        for path, value in leaves(one.figures):
            yield {**head, "figure": path, "value": value}
        for id_, figures in one.per_class.items():
            for path, value in leaves(figures):
                yield {**head, "class": outcome.class_names.get(id_, id_), "figure": path, "value": value}
        for name, image in zip(one.names, one.per_image, strict=False):
            for path, value in leaves(image.figures):
                yield {**head, "image": name, "figure": path, "value": value}


def _plain(value: Any) -> Any:
    """What a cell of an object holds; several ids are parted by spaces."""
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _written(columns: tuple[str, ...], rows: Iterator[Mapping[str, Any]] | list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
