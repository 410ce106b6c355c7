"""COCO's panoptic segments as labels: a JSON file for a data set, and a PNG for each image beside it.

Of an image that is edited the pixels of its PNG are exchanged, and of its rows those that speak of segments
whose pixels or classes are others. A segment's id is its colour, R + 256 G + 65536 B.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from segreview.errors import LossError
from segreview.formats.address import file_of
from segreview.formats.coco.file import Sort
from segreview.formats.coco.kept import coco_text, is_coco, parsed
from segreview.formats.coco.origin import json_of, refuse_kind, unchanged
from segreview.formats.coco.panoptic import VOID, ids_of, png_folder, read_panoptic
from segreview.formats.coco.panoptic_image import PanopticImage, digest_of, image_of, row_of
from segreview.formats.coco.rows import EMPTY, with_classes, with_image
from segreview.formats.coco.text import CocoText
from segreview.formats.format import Format, Keeps, ReadOptions
from segreview.formats.guard import file_bytes, stamp_of
from segreview.formats.image import spatial_shape
from segreview.formats.kind import distinct
from segreview.formats.planes import parts_of
from segreview.formats.png.chunks import RGB, Chunk, Header, image_data, join, split
from segreview.formats.png.coding import rgb
from segreview.formats.raster import digest, same_file
from segreview.formats.replacing import Draft
from segreview.model.labels import Kind, LabelImage, Origin

NAME = "coco_panoptic"
_LARGEST = 2**24 - 1

KEEPS = Keeps(("int32",), (2,), scores=True, categories=True, crowds=True, void=True)


# -------------------------------------------------------------------- knowing
def sniff(path: Path, head: bytes) -> bool:
    """Whether a path is a file of panoptic segments."""
    return is_coco(path, head, Sort.PANOPTIC)


def members(path: Path) -> Mapping[str, str]:
    """Images of a file, and the names of their pictures, or of their PNGs where it tells no others."""
    file = coco_text(path).file
    told = ((entry["image_id"], entry.get("file_name", entry["image_id"])) for entry in file.annotations)
    return {str(id_): str(file.images.get(id_, {}).get("file_name", png)) for id_, png in told}


def _image(path: Path) -> PanopticImage:
    return image_of(coco_text(file_of(path)), path)


def files(path: Path) -> tuple[Path, ...]:
    """The JSON file, and the PNG of the image; of one that is not there yet where they are going to be."""
    file = json_of(path)
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
    refuse_kind(path, options.kind, Kind.PANOPTIC, "panoptic segments")
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
    source = unchanged(labels, NAME, _image)
    file = json_of(path)
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
    known = digest_of(parsed(drafts[0].content, file), source.id, digest(pixels))
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
    rows = [row_of(labels, one, part, base) for one, part in parts.items()]
    (entry,) = base.written([{"image_id": id_, "file_name": name, "segments_info": rows}])
    folder = png_folder(base.file) if base.file.annotations else file.parent / file.stem
    size = Header(ids.shape[1], ids.shape[0], 8, RGB)
    chunks = [Chunk.of_data(b"IHDR", size.packed()), image_data(rgb(ids), 8), Chunk.of_data(b"IEND", b"")]
    pixels = join(chunks)
    text = _text_draft(base, file, id_, entry)
    known = digest_of(parsed(text.content, file), id_, digest(pixels))
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
