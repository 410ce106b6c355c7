"""Labels that a file keeps as a list of drawn objects: from outlines to labels and back.

An object is written back as it was typed unless its pixels, its class or its score are others. Those that
are traced run along the edges of pixels, so that they are filled to the same pixels again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.drawn.beside import image_beside, shape_beside
from segreview.formats.drawn.objects import Drawn, Sheet, drawn, drawn_of, planes_of, segments_of, table_of
from segreview.formats.format import Keeps, ReadOptions
from segreview.formats.guard import file_bytes, stamp_of
from segreview.formats.kind import Decision
from segreview.formats.planes import repainted
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

    def order(self, before: Sequence[int]) -> list[int]:
        """Ids of the objects in the order of the revised file, by those in the order that it had."""
        gone = {number for number, one in self.changed.items() if one is None}
        kept = [one for number, one in enumerate(before) if number not in gone]
        return [*kept, *(one.id for one in self.added)]


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
        shape_of = partial(shape_beside, path, options.shape)
        sheet = self._sheet(content, path, shape_of, options.ontology)
        table = table_of(sheet, options.ontology, path)
        order = tuple(range(1, len(sheet.objects) + 1))
        origin = Origin(self.name, (path,), (digest(content),), stamps=(stamp,), order=order)
        return self._labels(sheet, table, origin)

    def _sheet(self, content: bytes, path: Path, shape_of: ShapeOf, table: Ontology | None) -> Sheet:
        """What a file draws; classes of which it knows but the number have the names of a table."""
        sheet = self.decode(content, path, shape_of)
        numbers = {one.name: one.id for one in sheet.classes if one.name == str(one.id)}
        names = {name: one.name for name, id_ in numbers.items() if table and (one := table.get(id_))}
        return replace(
            sheet,
            objects=tuple(replace(one, label=names.get(one.label or "", one.label)) for one in sheet.objects),
            classes=tuple(replace(one, name=names.get(one.name, one.name)) for one in sheet.classes),
        )

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
            order = [one.id for one in sheet.objects]
            return (self._draft(path, self.encode(sheet, path), path, sheet, order, labels.ontology),)
        content = original_bytes(origin, 0)
        sheet = self._sheet(content, origin.path, lambda: shape, labels.ontology)
        revision = revision_of(labels, sheet)
        added = [self._named(one, sheet, path) for one in revision.added]
        revision = replace(revision, added=added)
        if revision:
            content = self.revise(content, sheet, revision, origin.path)
        elif same_file(path, origin.path):
            return ()
        after = replace(sheet, objects=tuple(revision.result(sheet.objects)))
        order = revision.order(origin.order)
        return (self._draft(path, content, origin.path, after, order, labels.ontology),)

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
        self,
        path: Path,
        content: bytes,
        beside: Path,
        sheet: Sheet,
        order: Iterable[int],
        table: Ontology | None,
    ) -> Draft:
        """Bytes for a file together with the check that they draw these objects.

        What is said beside the original, such as names of classes, holds for a copy elsewhere too.
        """
        check = partial(self._draws, beside, sheet, table)
        return Draft(path, content, check, order=tuple(order))

    def _draws(self, path: Path, sheet: Sheet, table: Ontology | None, content: bytes) -> bool:
        back = self._sheet(content, path, lambda: sheet.shape, table).objects
        return len(back) == len(sheet.objects) and all(map(Drawn.same, back, sheet.objects))


# -------------------------------------------------------------------- which object is which
def revision_of(labels: LabelImage, sheet: Sheet) -> Revision:
    """What has become of the objects of a file in labels that came from it, and have its shape."""
    assert labels.origin is not None
    order = labels.origin.order
    before = {id_: one.part for id_, one in zip(order, sheet.objects, strict=True)}
    parts = repainted(before, labels)
    changed: dict[int, Drawn | None] = {}
    for number, (id_, one) in enumerate(zip(order, sheet.objects, strict=True)):
        part = parts.pop(id_, before[id_])
        after = None if part is None else drawn(labels, id_, part)
        if after is not None and id_ not in labels.segments:  # the file may know what a save added
            after = replace(after, label=after.label or one.label, score=one.score)
        if after is None or not after.same(one):
            changed[number] = after
    added = {id_: part for id_, part in parts.items() if part is not None}
    new = [drawn(labels, id_, part) for id_, part in added.items()]
    return Revision(changed, new, tuple(labels.ontology or ()))
