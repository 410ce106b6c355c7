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

from segreview.errors import LossError
from segreview.formats.address import file_of
from segreview.formats.coco.entries import Entries, texts_of, with_place
from segreview.formats.coco.file import Sort
from segreview.formats.coco.image import CocoImage, image_of
from segreview.formats.coco.kept import coco_text, is_coco, parsed
from segreview.formats.coco.origin import json_of, refuse_kind, unchanged
from segreview.formats.coco.rows import EMPTY
from segreview.formats.coco.text import CocoText
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import stamp_of
from segreview.formats.planes import Part, stacked
from segreview.formats.raster import same_file
from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Origin

_EMPTY = {Sort.INSTANCES: EMPTY, Sort.RESULTS: b"[]"}


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
        return is_coco(path, head, self.sort)

    def members(self, path: Path) -> Mapping[str, str]:
        """Images of a file, and the names of their files where it tells them."""
        text = coco_text(path)
        images = text.file.images
        return {str(id_): str(images.get(id_, {}).get("file_name", id_)) for id_ in images or text.by_image}

    def files(self, path: Path) -> tuple[Path, ...]:
        """The file."""
        return (json_of(path),)

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
        refuse_kind(path, options.kind, Kind.INSTANCE, "objects")
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
        source = unchanged(labels, self.name, _image)
        file = json_of(path)
        there = coco_text(file) if file.is_file() else None
        after = Entries.of(labels, source)
        added: list[str] = []
        if source is not None and (there is None or same_file(file, source.text.file.path)):
            target, texts = source, after.exchanged(source)
            if there is not None and not texts and not after.fresh:
                return ()
        else:
            target = with_place(there or CocoText.of(_EMPTY[self.sort], file), labels, path, source)
            texts, added = dict.fromkeys(target.places), [entry.text for entry in after.kept]
        added += texts_of(labels, after.fresh, target)
        return (_draft(file, target.text.with_entries(texts, added), target, after.parts, labels.shape),)


def _image(path: Path) -> CocoImage:
    return image_of(coco_text(file_of(path)), path)


def _told(objects: int, crowds: int, planes: int) -> str:
    """How an image was read, in words."""
    told = f"read as instance labels: {objects - crowds} object{'s' * (objects - crowds != 1)}"
    told += f", {crowds} region{'s' * (crowds != 1)} of a crowd" if crowds else ""
    return told + (f", in {planes} planes as some overlap" if planes > 1 else "")


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
