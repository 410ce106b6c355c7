"""YOLO: a text for each image, with a line for each object: its class and the corners of one polygon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

import numpy as np

from segreview.errors import LossError, ReadError, SegreviewError
from segreview.formats.classes import load_classes, spread_color
from segreview.formats.drawn.objects import Drawn, Sheet
from segreview.formats.drawn.outlines import Outlines, Revision, ShapeOf
from segreview.formats.format import Format
from segreview.formats.guard import file_bytes, first_bytes
from segreview.formats.planes import Part
from segreview.model.ontology import Category
from segreview.shape.bridge import bridged
from segreview.shape.inside import inside

_LINE = re.compile(rb"\s*\d+(\s+[-+.\deEnaifNAIF]+){4,}\s*$")
_LOOKED_AT = 4096
"""Bytes in which the end of the first line is looked for."""

_NAMES = re.compile(r"^names\s*:", re.MULTILINE)
_NAMELESS = "0"
"""Label of an object whose class is not known, where there are no names."""

_LEAST = 7
"""Fields of a line with three corners; one with fewer is a box, and no mask."""

_HINT = (
    "A line is a class and the corners of a polygon as parts of width and height: 0 0.1 0.2 0.3 0.2 0.2 0.4"
)


# -------------------------------------------------------------------- reading
def decode(content: bytes, path: Path, shape_of: ShapeOf) -> Sheet:
    """Objects of a file, filled by the rule of `inside`; a number behind the corners is a confidence.

    Raises
    ------
    ReadError
        When a line is of another form.
    """
    shape = shape_of()
    names = class_names(path)
    objects, others = [], 0
    for place, line in enumerate(content.splitlines()):
        fields = line.split()
        if not fields:
            continue
        try:
            drawn = _drawn(fields, place, shape, names)
        except (SegreviewError, ValueError, OverflowError) as error:
            hint = error.hint if isinstance(error, SegreviewError) else _HINT
            said = error.message if isinstance(error, SegreviewError) else f"{line[:40]!r} is no object."
            raise ReadError(f"{path}, line {place + 1}: {said}", hint) from error
        objects += [drawn] if drawn else []
        others += drawn is None
    nameless = {int(one.label or 0): str(one.label) for one in objects if one.label not in names.values()}
    known = (nameless | names).items()
    classes = tuple(Category(id_, name, spread_color(id_), isthing=True) for id_, name in known)
    return Sheet(shape, tuple(objects), classes, others)


def _drawn(
    fields: Sequence[bytes], place: int, shape: tuple[int, int], names: Mapping[int, str]
) -> Drawn | None:
    """Object of a line, or None when that is a box."""
    class_id, numbers = int(fields[0]), [float(field) for field in fields[1:]]
    if class_id < 0:
        raise ValueError
    if len(fields) < _LEAST:
        if len(fields) < 5:
            raise ValueError
        return None
    score = numbers.pop() if len(numbers) % 2 else None
    if score is not None and not isfinite(score):
        raise ValueError
    with np.errstate(over="ignore"):  # what is too large is no place, and refused as such
        corners = np.array(numbers).reshape(-1, 2) * shape[::-1]
    part = Part(*inside([corners], shape))
    return Drawn(part, names.get(class_id, str(class_id)), score, (place,))


# -------------------------------------------------------------------- names of classes
def class_names(path: Path) -> dict[int, str]:
    """Names of classes by their ids, of ``data.yaml`` or ``classes.txt`` in the folder or one above it."""
    folders = (path.parent, *list(path.absolute().parents)[1:4])
    files = (folder / name for folder in folders for name in ("data.yaml", "dataset.yaml", "classes.txt"))
    for file in files:
        found: dict[int, str] = {}
        for id_, name in _names_in(file) if file.is_file() else ():
            found[id_] = name if name not in found.values() else f"{name} ({id_})"
        if found:
            return found
    return {}


def _names_in(file: Path) -> Iterator[tuple[int, str]]:
    """Ids and names of a file: a class table, or a line for each class."""
    text = file_bytes(file).decode(errors="replace")
    if file.suffix == ".txt":
        yield from enumerate(line.strip() for line in text.splitlines() if line.strip())
    elif _NAMES.search(text):
        yield from ((category.id, category.name) for category in load_classes(file) or ())


# -------------------------------------------------------------------- writing
def revise(content: bytes, sheet: Sheet, revision: Revision, path: Path) -> bytes:
    """Same file with other lines."""
    lines = content.splitlines(keepends=True)
    end = b"\r\n" if lines and lines[0].endswith(b"\r\n") else b"\n"
    names = class_names(path) or {one.id: one.name for one in revision.classes}
    for number, after in revision.changed.items():
        (place,) = sheet.objects[number].places
        old = lines[place]
        behind = old[len(old.rstrip()) :]
        lines[place] = b"" if after is None else _line(after, sheet.shape, names, path) + behind
    if revision.added and lines and lines[-1] and not lines[-1].endswith((b"\n", b"\r")):
        lines[-1] += end
    return b"".join([*lines, *(_line(one, sheet.shape, names, path) + end for one in revision.added)])


def encode(sheet: Sheet, path: Path) -> bytes:
    """New file, with the classes of the list of names that is beside it."""
    names = class_names(path)
    return b"".join(_line(one, sheet.shape, names, path) + b"\n" for one in sheet.objects)


def _line(one: Drawn, shape: tuple[int, int], names: Mapping[int, str], path: Path) -> bytes:
    """Line of an object; its parts and holes are joined into one polygon, as Ultralytics joins parts."""
    corners = bridged(ring for part in one.outlines() for ring in part.rings) / shape[::-1]
    numbers = [f"{number:.6f}".rstrip("0").rstrip(".") or "0" for number in corners.ravel().tolist()]
    score = [] if one.score is None else [repr(one.score)]
    return " ".join([str(_class_id(one, names, path)), *numbers, *score]).encode()


def _class_id(one: Drawn, names: Mapping[int, str], path: Path) -> int:
    label = one.label or ""
    found = next((id_ for id_, name in names.items() if name == label), None)
    if found is None and label.isdecimal() and int(label) not in names:
        found = int(label)
    if found is None:
        what = "has no class" if label == _NAMELESS else f"is of the class {label!r}"
        raise LossError(
            f"Object {one.id} {what} of the names beside {path}: nothing was written.",
            "Write data.yaml with names: [first, second] beside the file, or save in another format.",
        )
    return found


def entries(content: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Lines of a file."""
    return tuple(line for line in content.splitlines() if line.strip()), b""


def is_line(line: bytes) -> bool:
    """Whether a line is a class and numbers."""
    return _LINE.match(line) is not None


def sniff(path: Path, head: bytes) -> bool:
    """Whether a text begins with a class and numbers, or is empty: an image without objects."""
    if path.suffix.lower() != ".txt" or not path.is_file():
        return False
    if not head.strip():
        return True
    first, newline, _ = first_bytes(path, _LOOKED_AT).lstrip().partition(b"\n")
    # a line of which the end is not seen may break off within a number
    return is_line(first if newline or len(first) < _LOOKED_AT else first.rpartition(b" ")[0])


CODEC = Outlines("yolo", "YOLO", decode, revise, encode, nameless=_NAMELESS)

FORMAT = Format(
    "yolo",
    "YOLO segmentation (text)",
    (".txt",),
    sniff,
    CODEC.read,
    CODEC.write,
    CODEC.keeps,
    shape=CODEC.shape,
    entries=entries,
)
