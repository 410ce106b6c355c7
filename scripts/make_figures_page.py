"""Make the tables of docs/figures.md anew: conventions, edge cases and an example of JSON.

`python scripts/make_figures_page.py` writes them between their marks; a test fails when they are stale.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from blocks_of_page import with_blocks
from segreview.compare.evaluate import Choice, evaluate, evaluate_cases
from segreview.compare.metrics import CONVENTIONS
from segreview.compare.metrics.convention import Convention
from segreview.compare.metrics.evaluation import Evaluation
from segreview.report.evaluation import Outcome
from segreview.report.figures import leaves
from segreview.report.limits import ALIASES

PAGE = Path(__file__).parents[1] / "docs" / "figures.md"

OBJECT = np.pad(np.full((6, 20), 1, np.uint16), 3)
NOTHING = np.zeros_like(OBJECT)


# -------------------------------------------------------------------- conventions
def conventions() -> str:
    """A section for each convention."""
    return "\n\n".join(_section(one) for one in CONVENTIONS)


def _section(one: Convention) -> str:
    rows = [
        ("hit", one.hit),
        ("pairs", one.assignment),
        ("void", one.void),
        ("crowd", one.crowd),
        ("smallest", one.smallest),
        ("several images", one.pooling),
        ("needs", ", ".join(sorted(one.needs)) or "masks"),
        ("given as", "label images, or lists of segments" if one.segments else "label images"),
        ("headline", f"`{one.headline}`, {one.best:g} is best"),
        ("source", one.source),
    ]
    told = [row for row in rows if row[1] != "none"]
    parts = [f"### {one.name}: {one.title}", one.rule, _table(("part", "rule"), told)]
    options = [(f"`{name}`", f"`{value}`", says) for name, value, says in _options(one)]
    if options:
        parts.append(_table(("option", "default", "what it does"), options))
    return "\n\n".join(parts)


def _options(one: Convention) -> Iterator[tuple[str, str, str]]:
    """Options with their defaults, and what the docstring of their record says of them."""
    record = one.options()
    told = dict(re.findall(r"^ {4}(\w[\w, ]*)\n((?: {8}.*\n?)+)", type(record).__doc__ or "", re.MULTILINE))
    for field in fields(record):
        says = " ".join(told[field.name].split()).replace("``", "`")
        yield field.name, _value(getattr(record, field.name)), says


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_value, value))
    return f"{float(value):g}" if isinstance(value, (float, Fraction)) else str(value)


# -------------------------------------------------------------------- edge cases
def edges() -> str:
    """The headline of each convention where a side, or both, hold nothing."""
    rows = []
    for one in CONVENTIONS:
        found = [_headline(one, *sides) for sides in ((0, 0), (1, 0), (0, 1), (1, 1))]
        rows.append((f"`{one.name}`", f"`{one.headline}`", *found))
    columns = ("convention", "figure", "nothing at all", "no prediction", "no reference", "equal")
    return _table(columns, rows)


def _headline(one: Convention, true: int, said: int) -> str:
    value = evaluated(one, true, said).figure(one.headline)
    return "nan" if np.isnan(value) else f"{value:g}"


def evaluated(one: Convention, true: int, said: int) -> Evaluation:
    """A convention's figures of an image, of whose sides each has one object (1) or nothing (0)."""
    sides, options = SIDES.get(one.name, _objects)(true, said)
    return evaluate_cases(one.read(*sides), [Choice.of(one.name, options)])[0]


Example = tuple[tuple[Any, Any], dict[str, Any]]


def _objects(true: int, said: int) -> Example:
    return (OBJECT * true, OBJECT * said), {}


def _one_threshold(true: int, said: int) -> Example:
    return (OBJECT * true, OBJECT * said), {"threshold": 0.5}


def _classes(true: int, said: int) -> Example:
    """Nothing is void on the reference's side; the prediction that says nothing says class 0."""
    reference = np.where(OBJECT, 1, 0) if true else np.full_like(OBJECT, 255)
    return (reference, OBJECT * said), {"n_classes": 2, "ignore": 255}


def _panoptic(true: int, said: int) -> Example:
    from segreview.model.labels import LabelImage, Segment

    sides = (LabelImage((OBJECT * n,), segments={1: Segment(1)}) for n in (true, said))
    first, second = sides
    return (first, second), {"categories": [{"id": 1, "isthing": 1}]}


def _street(true: int, said: int) -> Example:
    car, road = 26000, 7
    reference = np.where(OBJECT, car, road) if true else NOTHING
    return (reference, np.where(OBJECT * said, car // 1000, road)), {}


def _street_instances(true: int, said: int) -> Example:
    return (np.where(OBJECT * true, 26000, 7), [(OBJECT, 26, 0.9)] * said), {}


def _segments(true: int, said: int) -> Example:
    segment = {"segmentation": OBJECT, "category_id": 1, "score": 0.9}
    return ([segment] * true, [segment] * said), {}


SIDES: dict[str, Callable[[int, int], Example]] = {
    "cellpose": _one_threshold,
    "coco": _segments,
    "panoptic": _panoptic,
    "semantic": _classes,
    "cityscapes_semantic": _street,
    "cityscapes_instance": _street_instances,
}
"""Conventions that want more than objects."""


# -------------------------------------------------------------------- JSON, aliases, figures
def example() -> str:
    """The JSON of two images, as the command writes it."""
    pair = np.array([[1, 1, 1, 1, 0, 2, 2, 2]]), np.array([[5, 5, 5, 0, 0, 0, 0, 0]])
    found = evaluate([pair[0]] * 2, [pair[1], pair[0]], "f1", per_object=True)
    failed = (("c", "gt/c.tif is 512 x 512 but pred/c.tif is 256 x 256 pixels."),)
    outcome = Outcome((found,), failed, (Path("gt"), Path("pred")), {})
    return f"```json\n{json.dumps(outcome.to_dict(), indent=1)}\n```"


def figures() -> str:
    """The figures of each convention, as paths."""
    rows = []
    for one in CONVENTIONS:
        found = evaluated(one, 1, 1)
        of_all = dict.fromkeys(re.sub(r"\.\d+", "", path) for path, _ in leaves(found.figures))
        of_class = dict.fromkeys(
            re.sub(r"\.\d+", "", path)
            for one_class in found.per_class.values()
            for path, _ in leaves(one_class)
        )
        rows.append((f"`{one.name}`", _names(of_all), _names(of_class)))
    return _table(("convention", "`figures`", "`per_class`, by class id"), rows)


def _names(names: dict[str, Any]) -> str:
    return " ".join(f"`{name}`" for name in names)


def aliases() -> str:
    """Short names of `segreview check`."""
    rows = [
        (f"`{alias}`", ", ".join(f"`{path}` of {name}" for name, path in paths.items()))
        for alias, paths in ALIASES.items()
    ]
    return _table(("short", "stands for"), rows)


# -------------------------------------------------------------------- the page
def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


BLOCKS = {
    "conventions": conventions,
    "edges": edges,
    "example": example,
    "figures": figures,
    "aliases": aliases,
}


def text() -> str:
    """The page as it is to be."""
    return with_blocks(PAGE, "make_figures_page.py", BLOCKS)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"{PAGE.name}: {len(CONVENTIONS)} conventions")
