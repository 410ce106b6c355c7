"""COCO's instances and results as labels: one file for a data set, and an image in it is a sample.

An entry is written back as it was typed unless its pixels, its class or its score are others. Of one that is
edited the mask, the area and the box are exchanged, and nothing else. Its mask stays a polygon where outlines
without holes give the pixels again by the rule of the COCO API, and becomes run lengths elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.address import file_of, member_of
from segreview.formats.coco.file import Sort, is_json
from segreview.formats.coco.image import LARGEST, CocoImage, changes, described, image_of
from segreview.formats.coco.rows import EMPTY, with_classes, with_image
from segreview.formats.coco.text import CocoText, coco_text, parsed
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import stamp_of
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.formats.planes import Part, repainted, stacked
from segreview.formats.raster import same_file
from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Origin, Segment

_EMPTY = {Sort.INSTANCES: EMPTY, Sort.RESULTS: b"[]"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as it is going to be: label of its object, pixels, text, and where in the file it stood."""

    id: int
    part: Part
    text: str
    place: int


@dataclass(frozen=True)
class CocoLabels:
    """One of the two sorts of files that hold masks.

    Parameters
    ----------
    name, title
        Of the format.
    sort
        The sort.
    """

    name: str
    title: str
    sort: Sort

    # ---------------------------------------------------------------- knowing
    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether a path is a file of this sort."""
        if not is_json(path) or not head or json_sort(path, head) is not JsonSort.COCO:
            return False
        try:
            return coco_text(path).file.sort is self.sort
        except ReadError:
            return False

    def members(self, path: Path) -> Mapping[str, str]:
        """Images of a file, and the names of their files where it tells them."""
        text = coco_text(path)
        images = text.file.images
        return {str(id_): str(images.get(id_, {}).get("file_name", id_)) for id_ in images or text.by_image}

    def files(self, path: Path) -> tuple[Path, ...]:
        """The file."""
        return (_file_of(path),)

    def shape(self, path: Path) -> tuple[int, ...] | None:
        """Height and width as the file tells them; None where it does not."""
        return _image(path).shape_told()

    def digests(self, path: Path) -> tuple[str, ...]:
        """Digest of all that the file says of the image."""
        return (_image(path).digest,)

    def beside(self, path: Path) -> Mapping[str, str]:
        """All that the file says of other images."""
        image = _image(path)
        return {"what is said of other images": image.text.strangers(image.id)}

    # ---------------------------------------------------------------- reading
    def read(self, path: Path, options: ReadOptions) -> LabelImage:
        """Labels of an image.

        Raises
        ------
        ReadError
            When the file is missing or damaged, or has no such image.
        """
        if options.kind not in (None, Kind.INSTANCE):
            raise ReadError(
                f"{path} holds objects, which are no {options.kind} labels.",
                "Leave out --kind, or say instance.",
            )
        file = file_of(path)
        stamp = stamp_of(file)
        image = image_of(coco_text(file), path)
        shape = image.shape(options.shape)
        parts, segments = image.parts(shape), image.segments(shape)
        planes = stacked(parts, shape)
        crowds = frozenset(id_ for id_, segment in segments.items() if segment.iscrowd)
        return LabelImage(
            planes,
            void=crowds,
            segments=MappingProxyType(segments),
            ontology=image.text.file.ontology or options.ontology,
            origin=Origin(
                self.name,
                (file,),
                (image.digest,),
                stamps=(stamp,),
                place=file / str(image.id),
                order=tuple(parts),
            ),
            reading=_told(len(parts), len(crowds), len(planes)),
        )

    # ---------------------------------------------------------------- writing
    def write(self, labels: LabelImage, path: Path) -> tuple[Draft, ...]:
        """File as it is going to be; no draft when nothing changed and the target is the origin.

        Raises
        ------
        LossError
            When an object has no class.
        WriteError
            When what the file says of the image was changed by another program.
        """
        if labels.kind is not Kind.INSTANCE:
            raise LossError(
                f"{self.title} holds objects, and these are {labels.kind} labels.",
                "Save in a format of pixels, for example TIFF or PNG.",
            )
        origin = labels.origin if labels.origin is not None and labels.origin.format == self.name else None
        source = None if origin is None else _unchanged(origin)
        file = _file_of(path)
        there = coco_text(file) if file.is_file() else None
        kept, fresh = _entries(labels, source, () if origin is None else origin.order)
        if source is not None and (there is None or same_file(file, source.text.file.path)):
            target, texts = source, _exchanged(source, kept)
            if there is not None and not texts and not fresh:
                return ()
            added: list[str] = []
        else:
            target = _with_place(there or CocoText.of(_EMPTY[self.sort], file), labels, path, source)
            texts, added = dict.fromkeys(target.places), [entry.text for entry in kept]
        added += _described(labels, fresh, target)
        content = target.text.with_entries(texts, added)
        parts = {entry.id: entry.part for entry in kept} | fresh
        return (_draft(file, content, target, parts, labels.shape),)


def _file_of(path: Path) -> Path:
    """File of an address, also of one that is not there yet."""
    file = file_of(path)
    return file if file.is_file() or is_json(file) else file.parent


def _image(path: Path) -> CocoImage:
    return image_of(coco_text(file_of(path)), path)


def _told(objects: int, crowds: int, planes: int) -> str:
    """How an image was read, in words."""
    told = f"read as instance labels: {objects - crowds} object{'s' * (objects - crowds != 1)}"
    told += f", {crowds} region{'s' * (crowds != 1)} of a crowd" if crowds else ""
    return told + (f", in {planes} planes as some overlap" if planes > 1 else "")


def _unchanged(origin: Origin) -> CocoImage:
    """What labels came from.

    Raises
    ------
    WriteError
        When the file is gone, or says other things of the image than were read.
    """
    try:
        image = _image(origin.path)
    except ReadError as error:
        raise WriteError(
            f"Saving exchanges what changed, but {error.message}",
            "Put the file back, or save the labels as a new file.",
        ) from error
    if image.digest != origin.digests[0]:
        raise WriteError(
            f"What {origin.files[0]} says of the image {image.id} was changed by another program since it "
            "was opened.",
            "Nothing was written. Save into another folder, or open it again to see what changed.",
        )
    return image


# -------------------------------------------------------------------- entries
def _entries(
    labels: LabelImage, source: CocoImage | None, order: tuple[int, ...]
) -> tuple[list[_Entry], dict[int, Part]]:
    """Entries that stay, as they are going to be, and objects that have none yet.

    Parameters
    ----------
    labels
        The labels.
    source, order
        What they came from, and the ids that its objects have now.
    """
    shape = (labels.shape[0], labels.shape[1])
    if source is None:
        return [], {id_: part for id_, part in repainted({}, labels).items() if part is not None}
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
        kept.append(_Entry(id_, part, text, place))
    return kept, {id_: part for id_, part in changed.items() if part is not None}


def _said_anew(before: Segment, after: Segment) -> dict[str, Any]:
    """Members of an entry that say other things of its object now."""
    said = {"category_id": "category", "score": "score", "iscrowd": "iscrowd"}
    values = {name: getattr(after, field) for name, field in said.items()}
    differing = {name for name, field in said.items() if getattr(before, field) != getattr(after, field)}
    return {
        name: int(value) if name == "iscrowd" else value
        for name, value in values.items()
        if name in differing
    }


def _exchanged(source: CocoImage, kept: list[_Entry]) -> dict[int, str | None]:
    """Texts of those entries of an image that are others now, or gone, by their places."""
    texts: dict[int, str | None] = dict.fromkeys(set(source.places) - {entry.place for entry in kept})
    texts |= {entry.place: entry.text for entry in kept if entry.text != source.text.source(entry.place)}
    return texts


def _described(labels: LabelImage, fresh: Mapping[int, Part], target: CocoImage) -> list[str]:
    """Texts of entries of new objects."""
    file = target.text.file
    ids = [entry.get("id") for entry in file.annotations]
    free = (
        max((i for i in ids if isinstance(i, int) and i <= LARGEST), default=0) + 1
    )  # crowds have huge ones
    numbers = None if file.sort is Sort.RESULTS else free
    classes = [category.id for category in file.ontology or ()]
    if not classes and all(segment.category is None for segment in labels.segments.values()):
        classes = [1]  # results name no classes
    entries = [
        described(labels, id_, part, target.id, None if numbers is None else numbers + place, classes)
        for place, (id_, part) in enumerate(fresh.items())
    ]
    return target.text.written(entries)


def _with_place(base: CocoText, labels: LabelImage, path: Path, source: CocoImage | None) -> CocoImage:
    """Image of a file that labels are going to be in, and what the file has to say of it and its classes."""
    if base.file.sort is Sort.RESULTS:
        member = member_of(path, base.file.path)
        free = max(base.by_image, default=0) + 1  # results know no names
        return CocoImage(base, source.id if source else int(member) if member.isdecimal() else free)
    row = None if source is None else source.text.file.images.get(source.id)
    return CocoImage(*with_image(with_classes(base, labels), labels, path, row))


# -------------------------------------------------------------------- proof
def _draft(
    file: Path, content: bytes, target: CocoImage, parts: Mapping[int, Part], shape: tuple[int, ...]
) -> Draft:
    """Bytes for a file together with the check that they hold these objects, and all else as before."""
    back = CocoImage(parsed(content, file), target.id)
    check = partial(_holds, file, target, tuple(parts.values()), shape)
    return Draft(file, content, check, digests=(back.digest,), order=tuple(parts))


def _holds(
    file: Path, target: CocoImage, parts: tuple[Part, ...], shape: tuple[int, ...], content: bytes
) -> bool:
    """Whether bytes hold these objects, and of other images what they held."""
    back = CocoImage(parsed(content, file), target.id)
    if back.text.strangers(target.id) != target.text.strangers(target.id):
        return False
    read = back.parts((shape[0], shape[1])).values()
    return len(read) == len(parts) and all(map(Part.equals, read, parts))


_KEEPS = Keeps(("int32", "int64"), (2,), overlaps=True, scores=True, categories=True, crowds=True, ids=False)


def _format(labels: CocoLabels, keeps: Keeps) -> Format:
    return Format(
        labels.name,
        labels.title,
        (".json",),
        labels.sniff,
        labels.read,
        labels.write,
        keeps,
        labels.files,
        members=labels.members,
        shape=labels.shape,
        digests=labels.digests,
        beside=labels.beside,
        names_all=labels.sort is not Sort.RESULTS,
    )


INSTANCES = _format(CocoLabels("coco", "COCO instances", Sort.INSTANCES), _KEEPS)
RESULTS = _format(CocoLabels("coco_results", "COCO results", Sort.RESULTS), replace(_KEEPS, crowds=False))
