"""One image of a COCO file: its entries, and the objects that they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from segreview.errors import ReadError
from segreview.formats.address import member_of
from segreview.formats.coco.file import Sort
from segreview.formats.coco.instances import image_shape, segments_of
from segreview.formats.coco.text import CocoText
from segreview.formats.guard import is_size, refuse_absurd
from segreview.formats.planes import Part
from segreview.model.labels import Segment
from segreview.shape.segment import SegmentMask

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
