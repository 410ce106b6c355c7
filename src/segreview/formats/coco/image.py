"""One image of a COCO file: what the file says of it, and how its objects are described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.address import member_of
from segreview.formats.coco.file import Sort
from segreview.formats.coco.instances import image_shape, segments_of
from segreview.formats.coco.text import CocoText
from segreview.formats.guard import is_size, refuse_absurd
from segreview.formats.planes import Part
from segreview.model.box import Box
from segreview.model.labels import LabelImage, Segment
from segreview.shape.polygon import rle_of_polygons
from segreview.shape.rle import Rle
from segreview.shape.segment import SegmentMask
from segreview.shape.trace import traced

LARGEST = 2**31 - 1


@dataclass(frozen=True, eq=False)
class CocoImage:
    """One image of a file.

    Parameters
    ----------
    text
        The file.
    id
        The image.
    """

    text: CocoText
    id: int

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the file says of the image."""
        return self.text.digest(self.id)

    @cached_property
    def places(self) -> list[int]:
        """Places of its entries in the file."""
        return self.text.places(self.id)

    @property
    def entries(self) -> list[Mapping[str, Any]]:
        """Its entries."""
        return [entry for _, entry in self.text.by_image.get(self.id, [])]

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """Label of each entry: the id of its annotation; its number from 1 where some have none that fits."""
        ids: list[Any] = [entry.get("id") for entry in self.entries]
        fit = all(isinstance(i, int) and not isinstance(i, bool) and 0 < i <= LARGEST for i in ids)
        return tuple(ids) if fit and len(set(ids)) == len(ids) else tuple(range(1, len(ids) + 1))

    def shape_told(self) -> tuple[int, int] | None:
        """Height and width as the list of images, or a mask of run lengths, tells them."""
        if self.id in self.text.file.images:
            return image_shape(self.text.file, self.id)
        masks = (entry.get("segmentation") for entry in self.entries)
        size = next((mask["size"] for mask in masks if isinstance(mask, Mapping) and "size" in mask), None)
        told = isinstance(size, list) and len(size) == 2 and all(map(is_size, size))
        return (size[0], size[1]) if told and size is not None else None

    def shape(self, known: tuple[int, ...] | None) -> tuple[int, int]:
        """Height and width, if need be those that are known from elsewhere.

        Raises
        ------
        ReadError
            When nobody tells them.
        """
        told = self.shape_told()
        if told is None and known is not None and len(known) == 2:
            told = known[0], known[1]
        if told is None:
            raise ReadError(
                f"{self.text.file.path} does not tell the size of the image {self.id}.",
                "Name the image (--image) or the GT beside it.",
            )
        refuse_absurd(self.text.file.path, 4 * told[0] * told[1])
        return told

    # ---------------------------------------------------------------- objects
    def masks(self, shape: tuple[int, int]) -> tuple[SegmentMask, ...]:
        """Its objects."""
        return segments_of(self.text.file, self.text.by_image.get(self.id, []), shape)

    def parts(self, shape: tuple[int, int]) -> dict[int, Part]:
        """Pixels of its objects by their labels, in the order of the file."""
        decoded = (Part.of_mask(mask.rle.decode()) for mask in self.masks(shape))
        return dict(zip(self.ids, decoded, strict=True))

    def segments(self, shape: tuple[int, int]) -> dict[int, Segment]:
        """What is known of its objects by their labels."""
        known = (Segment(mask.category, mask.score, mask.iscrowd) for mask in self.masks(shape))
        return dict(zip(self.ids, known, strict=True))


def image_of(text: CocoText, address: Path) -> CocoImage:
    """Image that an address names, by its id or by the name of its file, with or without suffix.

    Raises
    ------
    ReadError
        When the file has no such image. A list of results has any: perhaps nothing was found in it.
    """
    member = member_of(address, text.file.path)
    found = text.image_id(member)
    if found is None and text.file.sort is Sort.RESULTS and member.isdecimal():
        found = int(member)
    if found is None:
        refuse_image(text, member)
    return CocoImage(text, found)


def refuse_image(text: CocoText, member: str) -> NoReturn:
    """Refusal of an image that a file does not have."""
    known = ", ".join(str(id_) for id_ in list(text.file.images or text.by_image)[:3])
    if not known:
        raise ReadError(f"{text.file.path} has no images.", "Give a file that lists some.")
    raise ReadError(
        f"{text.file.path} has no image {member or 'of its own'}.", f"It has, for example, {known}."
    )


# -------------------------------------------------------------------- describing
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
