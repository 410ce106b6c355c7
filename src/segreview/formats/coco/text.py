"""A COCO file as text: where in it each annotation stands, so that some are exchanged and the rest stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from segreview.formats.coco.file import CocoFile, Entries, coco_of
from segreview.formats.json.spans import (
    Found,
    Items,
    Splice,
    document,
    exchanged,
    items_at,
    members_at,
    parsing,
    spliced,
)
from segreview.formats.json.style import Style


@dataclass(frozen=True, eq=False)
class CocoText:
    """Text of a file, and what it says.

    Parameters
    ----------
    file
        What it says.
    text
        The text.
    rows
        Its lists by their names, ``""`` for a file that is nothing but a list of results.
    """

    file: CocoFile
    text: str
    rows: Mapping[str, Found]

    @classmethod
    def of(cls, content: bytes, path: Path) -> CocoText:
        """Text of a file's bytes.

        Raises
        ------
        ReadError
            When it is no JSON, or none of COCO's files.
        """
        with parsing(path):
            text, root = document(content, _root)
        rows = {"": root} if isinstance(root.value, Items) else _members(root)
        rows = {name: found for name, found in rows.items() if isinstance(found.value, Items)}
        return cls(coco_of(_plain(root), path), text, rows)

    # ---------------------------------------------------------------- one image
    @cached_property
    def by_image(self) -> Mapping[int, Entries]:
        """Entries of each image that has some, with their places in the file."""
        return self.file.by_image()

    @cached_property
    def entries(self) -> Found:
        """List of the annotations or results."""
        return self.rows["annotations" if "annotations" in self.rows else ""]

    def places(self, image_id: int) -> list[int]:
        """Places of an image's entries."""
        return [place for place, _ in self.by_image.get(image_id, [])]

    def source(self, place: int) -> str:
        """Text of one entry."""
        items = self.entries.value
        return self.text[items.starts[place] : items.stops[place]]

    def digest(self, image_id: int) -> str:
        """SHA-256 of all that the file says of one image."""
        told = hashlib.sha256(repr(self.file.images.get(image_id)).encode())
        for place in self.places(image_id):
            told.update(b"\0" + self.source(place).encode())
        return told.hexdigest()

    def strangers(self, image_id: int) -> str:
        """SHA-256 of all that the file says of other images, and of none."""
        told = hashlib.sha256()
        ours = set(self.places(image_id))
        for place in range(len(self.entries.value)):
            if place not in ours:
                told.update(b"\0" + self.source(place).encode())
        for name, found in self.rows.items():
            if found is not self.entries:
                told.update(f"\0{name}{self.text[found.start : found.stop]}".encode())
        return told.hexdigest()

    def image_id(self, member: str) -> int | None:
        """Id of the image that an address names behind the path of the file; None when it has none such.

        Parameters
        ----------
        member
            Its id, or the name of its file with or without folder and suffix; empty for the only one.
        """
        images = self.file.images
        if not member:
            every = list(images or self.by_image)
            return every[0] if len(every) == 1 else None
        if member.isdecimal() and int(member) in (images or self.by_image):
            return int(member)
        names = {id_: Path(str(image.get("file_name", ""))) for id_, image in images.items()}
        fits = (id_ for id_, name in names.items() if member in (name.as_posix(), name.name, name.stem))
        return next(fits, None)

    # ---------------------------------------------------------------- exchanging
    def with_rows(self, name: str, added: Sequence[Mapping[str, Any]]) -> CocoText:
        """File with rows behind those of one of its lists, which is made where it has none."""
        if name in self.rows:
            splices = exchanged(self.text, self.rows[name], {}, self.written(added))
        else:
            behind = self.entries.stop
            splices = [Splice(behind, behind, f', "{name}": [{", ".join(self.written(added))}]')]
        return CocoText.of(spliced(self.text, splices).encode(), self.file.path)

    def with_entries(self, changed: Mapping[int, str | None], added: Sequence[str]) -> bytes:
        """File with the texts of other entries.

        Parameters
        ----------
        changed
            Text of an entry by its place, or None where it goes.
        added
            Texts of entries behind the last one.
        """
        new = {place: () if text is None else (text,) for place, text in changed.items()}
        return spliced(self.text, exchanged(self.text, self.entries, new, added)).encode()

    def with_members(self, entry: str, new: Mapping[str, Any]) -> str:
        """Text of an entry with other values of some members; those that it lacks follow its last one."""
        there: Mapping[str, Found] = members_at(entry, 0).value
        texts = dict(zip(new, self.written(new.values()), strict=True))
        splices = [Splice(there[n].start, there[n].stop, text) for n, text in texts.items() if n in there]
        end = max(found.stop for found in there.values())
        more = "".join(f'{self._line.comma}"{n}": {text}' for n, text in texts.items() if n not in there)
        return spliced(entry, [*splices, Splice(end, end, more)])

    def written(self, values: Iterable[Any]) -> list[str]:
        """Texts of values, each in one line: masks are lists of very many numbers."""
        return [self._line.written(value) for value in values]

    @cached_property
    def _line(self) -> Style:
        style = Style.of(self.text)
        return replace(style, indent=None, comma=", " if style.indent is not None else style.comma)


def _root(text: str, at: int) -> Found:
    """Root of a file: its lists with the places of their items."""
    if text.startswith("[", at):
        return items_at(text, at)
    return members_at(text, at, dict.fromkeys(("annotations", "images", "categories"), items_at))


def _plain(root: Found) -> Any:
    """Value of a root, as if nobody had asked for places."""
    if isinstance(root.value, dict):
        return {name: _rows(found.value) for name, found in root.value.items()}
    return _rows(root.value)


def _members(root: Found) -> Mapping[str, Found]:
    """Members of a root; none of one that is a bare value."""
    return root.value if isinstance(root.value, dict) else {}


def _rows(value: Any) -> Any:
    return value.values if isinstance(value, Items) else value
