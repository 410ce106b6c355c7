"""How an object is described in a COCO file: its mask, area and box, and its whole entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from segreview.errors import LossError
from segreview.formats.planes import Part
from segreview.model.box import Box
from segreview.model.labels import LabelImage, Segment
from segreview.shape.polygon import rle_of_polygons
from segreview.shape.rle import Rle
from segreview.shape.trace import traced


def changes(entry: Mapping[str, Any], part: Part, shape: tuple[int, int]) -> dict[str, Any]:
    """Members of an entry that other pixels give other values."""
    mask = part.within(Box.of_shape(shape))
    polygons = not isinstance(entry.get("segmentation"), Mapping)
    new: dict[str, Any] = {"segmentation": segmentation(mask, entry.get("segmentation"), polygons=polygons)}
    for name, value in measures(Part.of_mask(mask)).items():
        if name in entry:
            new[name] = like(entry[name], value)
    return new


def segmentation(mask: np.ndarray, before: Any = None, *, polygons: bool = True) -> Any:
    """A mask as COCO writes it: as one polygon where that gives its pixels again, else as run lengths.

    Parameters
    ----------
    mask
        Boolean, ``(height, width)``.
    before
        How it was written, whose form is kept.
    polygons
        Whether outlines are wanted.
    """
    rle = Rle.of_mask(mask)
    if polygons and mask.any():
        outlines = traced(mask)
        rings = [part.outer.reshape(-1).tolist() for part in outlines]
        again = rle_of_polygons(rings, mask.shape)
        if not any(part.holes for part in outlines) and np.array_equal(again.decode(), mask):
            return rings
    compressed = isinstance(before, Mapping) and isinstance(before.get("counts"), str)
    return {"size": list(mask.shape), "counts": rle.text() if compressed else rle.counts().tolist()}


def measures(part: Part) -> dict[str, Any]:
    """Area and box of an object: x, y, width, height."""
    (top, left), (height, width) = part.box.start, part.box.shape
    return {"area": part.area, "bbox": [left, top, width, height]}


def like(before: Any, value: Any) -> Any:
    """A number, or a list of some, written with a point where there was one."""
    if isinstance(value, list):
        pointed = isinstance(before, list) and any(isinstance(number, float) for number in before)
        return [float(number) for number in value] if pointed else value
    return float(value) if isinstance(before, float) else value


def described(
    labels: LabelImage, id_: int, part: Part, image_id: int, number: int | None, classes: Iterable[int]
) -> dict[str, Any]:
    """New entry for an object.

    Parameters
    ----------
    labels, id_, part
        The object.
    image_id
        Its image.
    number
        Id of the new annotation; None for a result, which has a score instead.
    classes
        Ids of the classes of the file; an object without a class is of the only one.

    Raises
    ------
    LossError
        When it has no class, and there are several.
    """
    segment, known = labels.segments.get(id_, Segment()), list(classes)
    category = labels.category_of(id_)
    if category is None and len(known) == 1:
        category = known[0]
    if category is None:
        raise LossError(
            f"The object {id_} has no class, and COCO's files need one for each.",
            "Give it a class, or name a class table of one class: --classes.",
        )
    mask = part.within(Box.of_shape(labels.shape))
    entry = {"image_id": image_id, "category_id": category, "segmentation": segmentation(mask)}
    entry |= measures(Part.of_mask(mask))
    if number is None:
        entry["segmentation"] = segmentation(mask, {"counts": ""}, polygons=False)
        return entry | {"score": 1.0 if segment.score is None else segment.score}
    scored = {} if segment.score is None else {"score": segment.score}
    return {"id": number, **entry, "iscrowd": int(segment.iscrowd), **scored}
