"""COCO's panoptic segments as labels: a JSON file for a data set, and a PNG for each image beside it.

Of an image that is edited the pixels of its PNG are exchanged, and of its rows those that speak of segments
whose pixels or classes are others. A segment's id is its colour, R + 256 G + 65536 B.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.address import file_of, member_of
from segreview.formats.coco.file import Sort, is_json
from segreview.formats.coco.image import like, measures, refuse_image
from segreview.formats.coco.panoptic import VOID, ids_of, png_folder, read_panoptic, rows_of, segment_of
from segreview.formats.coco.rows import EMPTY, with_classes, with_image
from segreview.formats.coco.text import CocoText, coco_text, parsed
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import file_bytes, file_digest, stamp_of
from segreview.formats.image import spatial_shape
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.formats.json.spans import Found, exchanged, items_at, members_at, spliced
from segreview.formats.kind import distinct
from segreview.formats.planes import Part, parts_of
from segreview.formats.png import png
from segreview.formats.png.chunks import RGB, Chunk, Header, image_data, join, split
from segreview.formats.png.coding import rgb
from segreview.formats.raster import digest, same_file
from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Origin, Segment

NAME = "coco_panoptic"
_LARGEST = 2**24 - 1

KEEPS = Keeps(("int32",), (2,), scores=True, categories=True, crowds=True, void=True)


@dataclass(frozen=True, eq=False)
class PanopticImage:
    """One image of a file.

    Parameters
    ----------
    text
        The file.
    place
        Place of its entry.
    """

    text: CocoText
    place: int

    @property
    def entry(self) -> Mapping[str, Any]:
        """Its entry."""
        return self.text.file.annotations[self.place]

    @property
    def id(self) -> int:
        """Its id."""
        id_: int = self.entry["image_id"]
        return id_

    @cached_property
    def png(self) -> Path:
        """Its PNG."""
        return png_folder(self.text.file) / str(self.entry.get("file_name"))

    @property
    def digest(self) -> str:
        """SHA-256 of its entry and its PNG."""
        return _digest(self.text, self.id, file_digest(self.png) if self.png.is_file() else "")

    # ---------------------------------------------------------------- exchanging
    @cached_property
    def ids(self) -> np.ndarray:
        """Ids of its pixels."""
        return ids_of(file_bytes(self.png), self.png)

    def revised(self, labels: LabelImage) -> str:
        """Text of its entry with rows for the segments of labels; those of the others are gone."""
        source = self.text.source(self.place)
        info: Found = members_at(source, 0, {"segments_info": items_at}).value["segments_info"]
        differs = self.ids != labels.data
        touched = {int(i) for i in np.union1d(self.ids[differs], labels.data[differs])} - {VOID}
        now = parts_of(LabelImage(labels.planes))
        new: dict[int, tuple[str, ...]] = {}
        rows = rows_of(self.text.file, self.entry)
        for place, row in enumerate(rows):
            id_ = row["id"]
            if id_ not in now and id_ in touched:
                new[place] = ()
            elif told := _said_anew(row, labels, now.get(id_) if id_ in touched else None):
                text = source[info.value.starts[place] : info.value.stops[place]]
                new[place] = (self.text.with_members(text, told),)
        unknown = sorted(now.keys() - {row["id"] for row in rows})
        fresh = [_row(labels, id_, now[id_], self.text) for id_ in unknown]
        return spliced(source, exchanged(source, info, new, self.text.written(fresh)))

    def painted(self, labels: LabelImage) -> bytes:
        """Its PNG with the pixels of labels."""
        content = file_bytes(self.png)
        if np.array_equal(self.ids, labels.data):
            return content
        chunks, rest = split(content, self.png)
        found = Header.parse(content[:33], self.png)
        return join(png.with_image_data(chunks, found, image_data(rgb(labels.data), 8)), rest)


def image_of(text: CocoText, address: Path) -> PanopticImage:
    """Image that an address names, by its id or by the name of its PNG or of its picture.

    Raises
    ------
    ReadError
        When the file has no such image.
    """
    member = member_of(address, text.file.path)
    found = text.image_id(member)
    places = text.places(found) if found is not None else []
    for place, entry in enumerate(text.file.annotations):
        name = Path(str(entry.get("file_name", "")))
        if not places and member and member in (str(entry["image_id"]), name.name, name.stem):
            places = [place]
    if not places:
        refuse_image(text, member)
    return PanopticImage(text, places[0])


# -------------------------------------------------------------------- rows
def _said_anew(row: Mapping[str, Any], labels: LabelImage, part: Part | None) -> dict[str, Any]:
    """Members of a row that say other things now: of its class, and of its pixels where these changed."""
    told: dict[str, Any] = {}
    if part is not None:
        told = {name: like(row[name], value) for name, value in measures(part).items() if name in row}
    after = labels.segments.get(row["id"], segment_of(row))
    if after.category != row["category_id"]:
        told["category_id"] = after.category
    return told


def _row(labels: LabelImage, id_: int, part: Part, text: CocoText) -> Mapping[str, Any]:
    """Row for a new segment; one without a class is of the only one, if the file has one class.

    Raises
    ------
    LossError
        When it has no class.
    """
    segment, category = labels.segments.get(id_, Segment()), labels.category_of(id_)
    classes = text.file.ontology or ()
    if category is None and len(tuple(classes)) == 1:
        category = next(iter(classes)).id
    if category is None:
        raise LossError(
            f"The object {id_} has no class, and COCO's files need one for each.", "Give it a class."
        )
    scored = {} if segment.score is None else {"score": segment.score}
    return {"id": id_, "category_id": category, "iscrowd": int(segment.iscrowd), **measures(part), **scored}


# -------------------------------------------------------------------- knowing
def sniff(path: Path, head: bytes) -> bool:
    """Whether a path is a file of panoptic segments."""
    if not is_json(path) or not head or json_sort(path, head) is not JsonSort.COCO:
        return False
    try:
        return coco_text(path).file.sort is Sort.PANOPTIC
    except ReadError:
        return False


def members(path: Path) -> Mapping[str, str]:
    """Images of a file, and the names of their PNGs."""
    entries = coco_text(path).file.annotations
    return {str(entry["image_id"]): str(entry.get("file_name", entry["image_id"])) for entry in entries}


def _file_of(path: Path) -> Path:
    """JSON file of an address, also of one that is not there yet."""
    file = file_of(path)
    return file if file.is_file() or is_json(file) else file.parent


def _image(path: Path) -> PanopticImage:
    return image_of(coco_text(file_of(path)), path)


def files(path: Path) -> tuple[Path, ...]:
    """The JSON file, and the PNG of the image; of one that is not there yet where they are going to be."""
    file = _file_of(path)
    return (file, _image(path).png) if file.is_file() else (file,)


def shape(path: Path) -> tuple[int, ...]:
    """Shape of the PNG."""
    return spatial_shape(_image(path).png)


def digests(path: Path) -> tuple[str, ...]:
    """Digest of what the JSON file says of the image, and of its PNG."""
    return (_image(path).digest,)


def beside(path: Path) -> Mapping[str, str]:
    """All that the JSON file says of other images, and the chunks of the PNG but for those of pixels."""
    image = _image(path)
    chunks, _ = split(file_bytes(image.png), image.png)
    told = {f"{chunk.name!r} of the PNG": chunk.data.hex() for chunk in chunks if chunk.name != b"IDAT"}
    return {"what is said of other images": image.text.strangers(image.id), **told}


# -------------------------------------------------------------------- in and out
def read(path: Path, options: ReadOptions) -> LabelImage:
    """Labels of an image.

    Raises
    ------
    ReadError
        When a file is missing or damaged, or there is no such image.
    """
    if options.kind not in (None, Kind.PANOPTIC):
        raise ReadError(
            f"{path} holds panoptic segments, not {options.kind} labels.",
            "Leave out --kind, or say panoptic.",
        )
    file = file_of(path)
    stamp = stamp_of(file)
    image = image_of(coco_text(file), path)
    labels = read_panoptic(image.text.file, image.entry, image.png.parent, options.ontology)
    place = file / str(image.id)
    stamps = (stamp, stamp_of(image.png))
    origin = Origin(NAME, (file, image.png), (image.digest,), largest=_LARGEST, stamps=stamps, place=place)
    return replace(labels, origin=origin)


def write(labels: LabelImage, path: Path) -> tuple[Draft, ...]:
    """Files as they are going to be; no draft when nothing changed and the target is the origin.

    Raises
    ------
    LossError
        When a segment has no class, or an id no colour.
    WriteError
        When the image was changed by another program.
    """
    _refuse_unfit(labels)
    source = _unchanged(labels.origin) if labels.origin is not None and labels.origin.format == NAME else None
    file = _file_of(path)
    there = coco_text(file) if file.is_file() else None
    if source is None:
        return _fresh(labels, there or CocoText.of(EMPTY, file), path)
    entry, pixels = source.revised(labels), source.painted(labels)
    in_place = same_file(file, source.text.file.path)
    target = source.png if in_place else file.parent / source.png.relative_to(source.text.file.path.parent)
    base = source.text
    if there is not None and not in_place:
        base, _ = with_image(with_classes(there, labels), labels, path, base.file.images.get(source.id))
    drafts = [
        _text_draft(base, file, source.id, entry),
        Draft(target, pixels, partial(_shows, target, labels.data)),
    ]
    known = _digest(parsed(drafts[0].content, file), source.id, digest(pixels))
    if in_place:
        drafts = [draft for draft in drafts if draft.content != file_bytes(draft.target)]
    return (replace(drafts[0], digests=(known,)), *drafts[1:]) if drafts else ()


def _fresh(labels: LabelImage, base: CocoText, path: Path) -> tuple[Draft, ...]:
    """Files for labels of another format: a row and an entry more, and a PNG in the folder of the others."""
    base, id_ = with_image(with_classes(base, labels), labels, path)
    file = base.file.path
    crowds = {one for one, segment in labels.segments.items() if segment.iscrowd}
    ids = np.where(np.isin(labels.data, list(labels.outside - crowds)), VOID, labels.data).astype(np.int32)
    parts = parts_of(LabelImage((ids,)))
    name = f"{Path(str(base.file.images[id_].get('file_name', id_))).stem}.png"
    rows = [_row(labels, one, part, base) for one, part in parts.items()]
    (entry,) = base.written([{"image_id": id_, "file_name": name, "segments_info": rows}])
    folder = png_folder(base.file) if base.file.annotations else file.parent / file.stem
    size = Header(ids.shape[1], ids.shape[0], 8, RGB)
    chunks = [Chunk.of_data(b"IHDR", size.packed()), image_data(rgb(ids), 8), Chunk.of_data(b"IEND", b"")]
    pixels = join(chunks)
    text = _text_draft(base, file, id_, entry)
    known = _digest(parsed(text.content, file), id_, digest(pixels))
    target = folder / name
    return replace(text, digests=(known,)), Draft(target, pixels, partial(_shows, target, ids))


def _text_draft(base: CocoText, file: Path, id_: int, entry: str) -> Draft:
    """JSON file with an entry in the place of that of an image, or behind the others."""
    places = base.places(id_)
    content = base.with_entries({places[0]: entry}, ()) if places else base.with_entries({}, [entry])
    return Draft(file, content, partial(_says, file, id_, base.strangers(id_), entry))


def _says(file: Path, id_: int, strangers: str, entry: str, content: bytes) -> bool:
    """Whether a file has this entry for an image, and of others what it had."""
    back = parsed(content, file)
    same = [back.source(place) for place in back.places(id_)] == [entry]
    return same and back.strangers(id_) == strangers


def _shows(file: Path, ids: np.ndarray, content: bytes) -> bool:
    """Whether a PNG has the colours of these ids."""
    return bool(np.array_equal(ids_of(content, file), ids))


def _digest(text: CocoText, id_: int, of_png: str) -> str:
    return hashlib.sha256(f"{text.digest(id_)} {of_png}".encode()).hexdigest()


def _unchanged(origin: Origin) -> PanopticImage:
    """What labels came from.

    Raises
    ------
    WriteError
        When a file is gone or was changed by another program, as far as it speaks of the image.
    """
    try:
        image = _image(origin.path)
        same = image.digest == origin.digests[0]
    except ReadError as error:
        raise WriteError(
            f"Saving exchanges what changed, but {error.message}",
            "Put the file back, or save the labels as a new file.",
        ) from error
    if not same:
        raise WriteError(
            f"The image {image.id} of {origin.files[0]} was changed by another program since it was opened.",
            "Nothing was written. Save into another folder, or open it again to see what changed.",
        )
    return image


def _refuse_unfit(labels: LabelImage) -> None:
    """Refusal of labels that are no segments, of ids without a colour, and of void of several sorts."""
    if labels.kind in (Kind.SEMANTIC, Kind.BINARY):
        raise LossError(
            f"COCO panoptic files hold segments, and these are {labels.kind} labels.",
            "Save in a format of pixels, for example TIFF or PNG.",
        )
    ids = distinct(labels.data)
    if ids.size and (ids[0] < 0 or ids[-1] > _LARGEST):
        worst = int(ids[0] if ids[0] < 0 else ids[-1])
        raise LossError(f"The id {worst} has no colour: ids go from 1 to {_LARGEST:,}.", "Save as TIFF.")
    void = [int(i) for i in ids if int(i) in labels.void]
    if len(void) > 1:
        raise LossError(
            f"COCO panoptic files know one sort of void, and these labels have {len(void)}: ids "
            f"{', '.join(map(str, void[:5]))}.",
            "Save in the format that they came in.",
        )


FORMAT = Format(
    NAME,
    "COCO panoptic (JSON and PNG)",
    (".json",),
    sniff,
    read,
    write,
    KEEPS,
    files,
    members=members,
    shape=shape,
    digests=digests,
    beside=beside,
)
