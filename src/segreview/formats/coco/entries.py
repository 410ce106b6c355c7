"""Entries of an image of a COCO file as they are going to be, in labels that were edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, repeat
from pathlib import Path
from typing import Any

from segreview.formats.address import member_of
from segreview.formats.coco.description import changes, described
from segreview.formats.coco.file import Sort
from segreview.formats.coco.image import LARGEST, CocoImage
from segreview.formats.coco.rows import with_classes, with_image
from segreview.formats.coco.text import CocoText
from segreview.formats.planes import Part, repainted
from segreview.model.labels import LabelImage, Segment


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is going to be: label of its object, pixels, text, and where in the file it stood."""

    id: int
    part: Part
    text: str
    place: int


@dataclass(frozen=True)
class Entries:
    """All that is going to be said of an image.

    Parameters
    ----------
    kept
        Entries that stay.
    fresh
        Pixels of objects that have none yet, by their ids.
    """

    kept: tuple[Entry, ...]
    fresh: Mapping[int, Part]

    @classmethod
    def of(cls, labels: LabelImage, source: CocoImage | None) -> Entries:
        """Entries of labels, and what these came from."""
        if source is None or labels.origin is None:
            return cls((), {id_: part for id_, part in repainted({}, labels).items() if part is not None})
        order, shape = labels.origin.order, (labels.shape[0], labels.shape[1])
        parts = dict(zip(order, source.parts(shape).values(), strict=True))
        known = dict(zip(order, source.segments(shape).values(), strict=True))
        changed = repainted(parts, labels)
        kept = []
        for id_, place, entry in zip(order, source.places, source.entries, strict=True):
            part = changed.pop(id_, parts[id_])
            if part is None:
                continue
            new = {} if part is parts[id_] else changes(entry, part, shape)
            new |= _said_anew(known[id_], labels.segments.get(id_, known[id_]))
            text = source.text.source(place)
            text = source.text.with_members(text, new) if new else text
            kept.append(Entry(id_, part, text, place))
        return cls(tuple(kept), {id_: part for id_, part in changed.items() if part is not None})

    @property
    def parts(self) -> dict[int, Part]:
        """Pixels of all objects by their ids, in the order in which they are going to stand."""
        return {entry.id: entry.part for entry in self.kept} | dict(self.fresh)

    def exchanged(self, source: CocoImage) -> dict[int, str | None]:
        """Texts of those entries of an image that are others now, or gone, by their places."""
        before = {place: source.text.source(place) for place in source.places}
        after = {entry.place: entry.text for entry in self.kept}
        return {place: after.get(place) for place, text in before.items() if after.get(place) != text}


def _said_anew(before: Segment, after: Segment) -> dict[str, Any]:
    """Members of an entry that say other things of its object now."""
    said = {
        "category_id": (before.category, after.category),
        "score": (before.score, after.score),
        "iscrowd": (int(before.iscrowd), int(after.iscrowd)),
    }
    return {name: new for name, (old, new) in said.items() if new != old}


def texts_of(labels: LabelImage, fresh: Mapping[int, Part], target: CocoImage) -> list[str]:
    """Texts of entries of new objects.

    Parameters
    ----------
    labels, fresh
        The labels, and the pixels of the new objects by their ids.
    target
        The image that they are going to be in.

    Raises
    ------
    LossError
        When an object has no class.
    """
    file = target.text.file
    ids = [entry.get("id") for entry in file.annotations]
    fit = (i for i in ids if isinstance(i, int) and i <= LARGEST)  # crowds have huge ones
    numbers = repeat(None) if file.sort is Sort.RESULTS else count(max(fit, default=0) + 1)
    classes = [category.id for category in file.ontology or ()]
    if not classes and all(segment.category is None for segment in labels.segments.values()):
        classes = [1]  # results name no classes
    objects = zip(fresh.items(), numbers, strict=False)
    entries = [described(labels, id_, part, target.id, number, classes) for (id_, part), number in objects]
    return target.text.written(entries)


def with_place(base: CocoText, labels: LabelImage, path: Path, source: CocoImage | None) -> CocoImage:
    """Image of a file that labels are going to be in, and what the file has to say of it and its classes."""
    if base.file.sort is Sort.RESULTS:
        member = member_of(path, base.file.path)
        free = max(base.by_image, default=0) + 1  # results know no names
        return CocoImage(base, source.id if source else int(member) if member.isdecimal() else free)
    row = None if source is None else source.text.file.images.get(source.id)
    return CocoImage(*with_image(with_classes(base, labels), labels, path, row))
