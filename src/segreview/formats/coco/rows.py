"""What a COCO file has to say of an image and its classes before annotations of it can be in the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segreview.errors import LossError
from segreview.formats.address import member_of
from segreview.formats.coco.text import CocoText
from segreview.model.box import shape_text
from segreview.model.labels import LabelImage

EMPTY = b'{"images": [], "annotations": [], "categories": []}'
"""A file that says nothing yet."""


def with_image(
    base: CocoText, labels: LabelImage, path: Path, row: Mapping[str, Any] | None = None
) -> tuple[CocoText, int]:
    """File with a row for an image, and the image's id.

    Parameters
    ----------
    base
        The file, which may have the row already.
    labels
        Labels of the image.
    path
        Address of the image: its id, or the name of its file, behind the path of the file.
    row
        What another file says of it, or None.

    Raises
    ------
    LossError
        When the file has another image of this id, or of this id or name one of another size.
    """
    member = member_of(path, base.file.path)
    known = base.image_id(member) if row is None else row["id"] if row["id"] in base.file.images else None
    if known is not None:
        there = base.file.images.get(known, {})
        _refuse_other_picture(there, row, path)
        _refuse_other_size(there, labels, path)
        return base, known
    fresh = _row(base, labels, member) if row is None else row
    return base.with_rows("images", [fresh]), fresh["id"]


def _refuse_other_picture(there: Mapping[str, Any], row: Mapping[str, Any] | None, path: Path) -> None:
    """Refusal of labels that would take the place of those of another image with the same id."""
    told, own = there.get("file_name"), None if row is None else row.get("file_name")
    if None not in (told, own) and told != own:
        raise LossError(f"{path} is of {told}, and the labels of {own}.", "Write into a file of its own.")


def _refuse_other_size(row: Mapping[str, Any], labels: LabelImage, path: Path) -> None:
    """Refusal of labels that would be cut to the size that a file tells of an image."""
    told = row.get("height"), row.get("width")
    if None not in told and told != labels.shape:
        raise LossError(
            f"{path} is {shape_text(told)} pixels, and the labels {shape_text(labels.shape)}.",
            "Write into a file of its own.",
        )


def _row(base: CocoText, labels: LabelImage, member: str) -> Mapping[str, Any]:
    """Row for an image that is not in a file."""
    free = max(base.file.images, default=0) + 1
    name = member or (labels.path.name if labels.path is not None else f"{free}.png")
    number = int(member) if member.isdecimal() else free
    return {"id": number, "file_name": name, "height": labels.shape[0], "width": labels.shape[1]}


def with_classes(base: CocoText, labels: LabelImage) -> CocoText:
    """File with rows for all classes of labels; of labels without classes all objects are of one, ``object``.

    Raises
    ------
    LossError
        When it has another class of the same id.
    """
    there = {category.id: category.name for category in base.file.ontology or ()}
    lacking: list[Mapping[str, Any]] = []
    if not there and not labels.ontology and all(one.category is None for one in labels.segments.values()):
        lacking.append({"id": 1, "name": "object"})
    for category in labels.ontology or ():
        if there.get(category.id, category.name) != category.name:
            raise LossError(
                f"The class {category.id} is {category.name} in the labels and {there[category.id]} in "
                f"{base.file.path}.",
                "Write into a file of its own.",
            )
        if category.id not in there:
            lacking.append({"id": category.id, "name": category.name, "isthing": int(category.isthing)})
    return base.with_rows("categories", lacking) if lacking else base
