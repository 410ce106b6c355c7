"""Labels that a file keeps as a list of drawn objects: from outlines to labels and back.

An object is written back as it was typed unless its pixels, its class or its score are others. Those that
are traced run along the edges of pixels, so that they are filled to the same pixels again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.beside import image_beside, shape_beside
from segreview.formats.drawn import Drawn, Sheet, drawn_of, planes_of, segments_of, table_of
from segreview.formats.format import Keeps, ReadOptions
from segreview.formats.guard import file_bytes, stamp_of
from segreview.formats.kind import Decision
from segreview.formats.raster import digest, original_bytes, same_file, told
from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Origin
from segreview.model.ontology import Category, Ontology

KEEPS = Keeps(("int32",), (2,), overlaps=True, scores=True, categories=True, ids=False)
"""What a list of drawn objects can hold."""

ShapeOf = Callable[[], tuple[int, int]]
"""Gives height and width of the image, for files that do not tell them."""


@dataclass(frozen=True, eq=False)
class Revision:
    """What becomes of the objects of a file.

    Parameters
    ----------
    changed
        Objects that are others now, by their numbers in the file from 0; None for those that are gone.
    added
        New objects, which follow the others.
    classes
        What the labels know of classes.
    """

    changed: Mapping[int, Drawn | None]
    added: Sequence[Drawn]
    classes: tuple[Category, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.added)

    def result(self, objects: Sequence[Drawn]) -> list[Drawn]:
        """Objects that the revised file draws, in its order."""
        after = [self.changed.get(number, one) for number, one in enumerate(objects)]
        return [*(one for one in after if one is not None), *self.added]


def untold(content: bytes, path: Path) -> None:
    """Shape of the image in a file that does not tell it."""


@dataclass(frozen=True)
class Outlines:
    """Pure functions between the bytes of a file and the objects that it draws.

    Parameters
    ----------
    name
        Name of the format.
    title
        How messages call it.
    decode
        Objects of a file's bytes; the path is for messages and for files beside it.
    revise
        The same file with some objects changed, gone or new: all else is kept.
    encode
        A new file.
    told
        Height and width of the image as the file tells them, or None.
    keeps
        What the format can hold.
    nameless
        Class of an object whose class is not known, where the format wants one and the file has several;
        empty to refuse such an object, None where it may have none.
    """

    name: str
    title: str
    decode: Callable[[bytes, Path, ShapeOf], Sheet]
    revise: Callable[[bytes, Sheet, Revision, Path], bytes]
    encode: Callable[[Sheet, Path], bytes]
    told: Callable[[bytes, Path], tuple[int, int] | None] = untold
    keeps: Keeps = KEEPS
    nameless: str | None = None

    # ---------------------------------------------------------------- reading
    def read(self, path: Path, options: ReadOptions) -> LabelImage:
        """Labels of a file.

        Raises
        ------
        ReadError
            When the file is missing or damaged, tells no shape, or is asked for as something else.
        """
        if options.kind in (Kind.SEMANTIC, Kind.BINARY):
            raise ReadError(
                f"{path} draws objects: it cannot be read as {options.kind} labels.",
                "Leave out --kind, or read it as instance labels.",
            )
        stamp = stamp_of(path)
        content = file_bytes(path)
        sheet = self.decode(content, path, partial(shape_beside, path, options.shape))
        table = table_of(sheet, options.ontology, path)
        known = digest(content)
        facts = numbered(range(1, len(sheet.objects) + 1), known)
        origin = Origin(self.name, (path,), (known,), facts, stamps=(stamp,))
        return self._labels(sheet, table, origin)

    def _labels(self, sheet: Sheet, table: Ontology | None, origin: Origin) -> LabelImage:
        segments = segments_of(sheet.objects, table)
        labels = LabelImage(
            planes_of(sheet, origin.path),
            void=frozenset(
                number
                for number, segment in segments.items()
                if segment.category in (table.void_ids if table else ())
            ),
            segments=segments,
            ontology=table,
            origin=origin,
        )
        why = f"a file of {self.title}"
        if len(labels.planes) > 1:
            why += f", its objects overlap and lie in {len(labels.planes)} planes"
        if sheet.others:
            why += f", {sheet.others} of its entries are no areas and stay as they are"
        return replace(
            labels, reading=told(labels, np.arange(len(sheet.objects)) + 1, Decision(labels.kind, 0, why))
        )

    def shape(self, path: Path) -> tuple[int, int] | None:
        """Height and width of the image; None where neither the file nor an image beside it tells them.

        Raises
        ------
        ReadError
            When the file is missing or damaged.
        """
        told_shape = self.told(file_bytes(path), path)
        if told_shape is None and image_beside(path) is not None:
            return shape_beside(path, None)
        return told_shape

    # ---------------------------------------------------------------- writing
    def write(self, labels: LabelImage, path: Path) -> tuple[Draft, ...]:
        """File as it is going to be; no draft when nothing changed and the target is the origin.

        Raises
        ------
        LossError
            When an object cannot be drawn in this format.
        WriteError
            When the original is gone or was changed by another program.
        """
        if labels.kind is Kind.SEMANTIC:
            raise LossError(
                f"{self.title} draws objects, and these labels are classes of pixels.",
                "Save in a format of pixels, for example TIFF or PNG.",
            )
        shape = (labels.shape[0], labels.shape[1])
        origin = labels.origin
        if origin is None or origin.format != self.name:
            objects = drawn_of(labels).values()
            sheet = Sheet(shape, tuple(objects), tuple(labels.ontology or ()))
            sheet = replace(sheet, objects=tuple(self._named(one, sheet, path) for one in objects))
            return (self._draft(path, self.encode(sheet, path), path, shape, sheet.objects),)
        content = original_bytes(origin, 0)
        sheet = self.decode(content, origin.path, lambda: shape)
        revision = revision_of(labels, sheet)
        added = [self._named(one, sheet, path) for one in revision.added]
        revision = replace(revision, added=added)
        if revision:
            content = self.revise(content, sheet, revision, origin.path)
        elif same_file(path, origin.path):
            return ()
        return (self._draft(path, content, origin.path, shape, revision.result(sheet.objects)),)

    def _named(self, one: Drawn, sheet: Sheet, path: Path) -> Drawn:
        """Object with a class, where the format wants one: that of all others, if they have one in common."""
        if one.label is not None or self.nameless is None:
            return one
        labels = {other.label for other in sheet.objects if other.label is not None}
        labels = labels or {category.name for category in sheet.classes}
        label = labels.pop() if len(labels) == 1 else self.nameless
        if not label:
            raise LossError(
                f"Object {one.id} has no class, and {self.title} wants one: nothing was written to {path}.",
                "Save in a format without classes, or give the object the id of one that has a class.",
            )
        return replace(one, label=label)

    def _draft(
        self, path: Path, content: bytes, beside: Path, shape: tuple[int, int], objects: Sequence[Drawn]
    ) -> Draft:
        """Bytes for a file together with the check that they draw these objects.

        What is said beside the original, such as names of classes, holds for a copy elsewhere too.
        """
        return Draft(path, content, partial(self._draws, beside, shape, objects))

    def _draws(self, path: Path, shape: tuple[int, int], objects: Sequence[Drawn], content: bytes) -> bool:
        back = self.decode(content, path, lambda: shape).objects
        return len(back) == len(objects) and all(map(Drawn.same, back, objects))


# -------------------------------------------------------------------- which object is which
def numbered(ids: Iterable[int], of: str) -> Mapping[str, object]:
    """Facts that tell the id of each object of a file with this digest."""
    return MappingProxyType({"ids": tuple(ids), "of": of})


def revision_of(labels: LabelImage, sheet: Sheet) -> Revision:
    """What has become of the objects of a file in labels that came from it, and have its shape.

    Objects go by their ids, unless the file was written since it was read.
    """
    now = drawn_of(labels)
    origin = labels.origin
    if origin is not None and origin.facts.get("of") == origin.digests[0]:
        ids: Sequence[int] = origin.facts["ids"]
    else:
        ids = by_pixels(sheet.objects, now)
    changed = {
        number: now.get(one)
        for number, (one, before) in enumerate(zip(ids, sheet.objects, strict=True))
        if not (now[one].same(before) if one in now else not before.mask.any())
    }
    added = [now[one] for one in sorted(now.keys() - set(ids))]
    return Revision(changed, added, tuple(labels.ontology or ()))


def by_pixels(objects: Sequence[Drawn], now: Mapping[int, Drawn]) -> list[int]:
    """Id of each object: that of the same pixels, else of the most pixels in common, else one below 0."""
    left = dict(now)
    same: dict[object, list[int]] = {}
    for one, after in reversed(list(now.items())):
        same.setdefault(after.key, []).append(one)
    ids = []
    for number, before in enumerate(objects):
        equal = same.get(before.key)
        ids.append(equal.pop() if equal else -1 - number)
        left.pop(ids[number], None)
    for number, before in enumerate(objects):
        if ids[number] < 0 and left:
            best = max(left, key=lambda one: left[one].in_common(before))
            if left[best].in_common(before):
                ids[number] = best
                del left[best]
    return ids


def renumbered(labels: LabelImage, planes: tuple[np.ndarray, ...]) -> LabelImage:
    """Labels as they were read, with the planes that they were written from.

    Files of outlines keep no ids: what they draw is numbered in their order.
    """
    after = replace(labels, planes=planes)
    before = drawn_of(labels)
    new = dict(zip(before, by_pixels(list(before.values()), drawn_of(after)), strict=True))
    origin = labels.origin
    assert origin is not None
    known = origin.facts["ids"]
    void = {new.get(one, one) for one in labels.void if one in new or one not in known}
    facts = numbered((new.get(one, -one) for one in known), origin.facts["of"])
    return replace(
        after,
        segments={new[one]: segment for one, segment in labels.segments.items() if one in new},
        void=frozenset(void),
        origin=replace(origin, facts=facts),
    )


def as_numbered(labels: LabelImage, other: LabelImage) -> LabelImage:
    """Labels with the planes of others, where both are the same objects; else as they are."""
    ours, theirs = ({one.key for one in drawn_of(side).values()} for side in (labels, other))
    return renumbered(labels, other.planes) if ours == theirs else labels
