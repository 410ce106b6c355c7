"""One image of a COCO file of panoptic segments: its entry, its PNG, and both as labels would have them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import LossError
from segreview.formats.address import member_of
from segreview.formats.coco.description import like, measures
from segreview.formats.coco.image import refuse_image
from segreview.formats.coco.panoptic import VOID, ids_of, png_folder, rows_of, segment_of
from segreview.formats.coco.text import CocoText
from segreview.formats.guard import file_bytes, file_digest
from segreview.formats.json.spans import Found, exchanged, items_at, members_at, spliced
from segreview.formats.planes import Part, parts_of
from segreview.formats.png import png
from segreview.formats.png.chunks import Header, image_data, join, split
from segreview.formats.png.coding import rgb
from segreview.model.labels import LabelImage, Segment


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
        return digest_of(self.text, self.id, file_digest(self.png) if self.png.is_file() else "")

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
        fresh = [row_of(labels, id_, now[id_], self.text) for id_ in unknown]
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


def digest_of(text: CocoText, id_: int, of_png: str) -> str:
    """SHA-256 of what a file says of an image, and of its PNG, whose own is given."""
    return hashlib.sha256(f"{text.digest(id_)} {of_png}".encode()).hexdigest()


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


def row_of(labels: LabelImage, id_: int, part: Part, text: CocoText) -> Mapping[str, Any]:
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
