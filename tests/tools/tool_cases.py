"""Pictures in digits: small label images that can be read in the test."""

from collections.abc import Iterable

import numpy as np

from segreview.compare.live import find_live_disagreements
from segreview.model.box import Box, hull
from segreview.model.edit import Edit
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Category, Ontology
from segreview.session.fresh import FreshIds
from segreview.shape.line import Line
from segreview.tools import Target

STREET = Ontology(
    "street",
    (
        Category(0, "unlabeled", ignore=True),
        Category(7, "road"),
        Category(8, "sidewalk"),
        Category(25, "rider", isthing=True),
        Category(26, "car", isthing=True),
    ),
    factor=1000,
)


def picture(text: str, ids: dict[str, int] | None = None, dtype: str = "uint16") -> np.ndarray:
    """Array of rows of single letters; a digit is itself, ``.`` is 0."""
    names = {".": 0, **{str(n): n for n in range(10)}, **(ids or {})}
    return np.array([[names[letter] for letter in row] for row in text.split()], dtype)


def street(data: np.ndarray, kind: Kind = Kind.PANOPTIC, void: Iterable[int] = (0,)) -> LabelImage:
    """Labels whose ids hold classes, every pixel labelled."""
    return LabelImage((data,), kind=kind, background=None, void=frozenset(void), ontology=STREET)


def target_at(
    reference: LabelImage, prediction: LabelImage, index: tuple[int, ...], protect: bool = True
) -> Target:
    """What a tool works on when the user points at a pixel."""
    found = find_live_disagreements(reference, prediction)
    return _target(found, found.at(index), protect)


def target_of(reference: LabelImage, prediction: LabelImage, prediction_id: int) -> Target:
    """What a tool works on when the user chooses an object of the model."""
    found = find_live_disagreements(reference, prediction)
    return _target(found, found.find("prediction", prediction_id), protect=True)


def chosen(reference: LabelImage, ids: Iterable[int], line: Line | None = None) -> Target:
    """What a tool works on when the user chooses reference objects, and draws a line."""
    boxes = {i: Box.of_mask(reference.data == i) for i in ids}
    used = np.unique(reference.data).tolist()
    whole = hull(boxes.values())
    assert whole is not None
    fresh = FreshIds(reference, used)
    return Target(reference, None, whole, tuple(boxes), (), fresh, boxes=boxes, line=line)


def _target(found, item, protect: bool) -> Target:
    assert item is not None
    reference = found.table.reference
    return Target(
        reference,
        found.table.prediction,
        item.box,
        item.reference_ids,
        item.prediction_ids,
        FreshIds(reference, np.unique(reference.data).tolist()),
        found.partners,
        found.mask("reference", item) if item.region else None,
        protect,
    )


def after(target: Target, edit: Edit | None) -> np.ndarray:
    """Reference as it is after an edit."""
    data = target.reference.data.copy()
    if edit is not None:
        edit.apply_to(data)
    return data
