"""ImageJ: regions of interest, one in a ``.roi`` file, or those of the ROI Manager in a ``.zip`` archive."""

from __future__ import annotations

import io
import logging
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segreview.errors import LossError, ReadError, SegreviewError
from segreview.formats.drawn.objects import Drawn, Sheet
from segreview.formats.drawn.outlines import Outlines, Revision, ShapeOf
from segreview.formats.format import Format, Keeps
from segreview.formats.guard import decoding, refuse_absurd
from segreview.formats.planes import Part
from segreview.formats.zipped import exchanged
from segreview.model.box import Box
from segreview.shape.inside import inside, inside_ellipse
from segreview.shape.trace import Traced

if TYPE_CHECKING:
    from roifile import ImagejRoi

KEEPS = Keeps(("int32",), (2,), overlaps=True, ids=False)

MAGIC = b"Iout"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")

# Without this, remarks of roifile on odd files would end up on standard error.
logging.getLogger("roifile").addHandler(logging.NullHandler())

_FARTHEST = 60_000
"""Largest coordinate: ImageJ takes 16-bit numbers beyond 60536 for negative ones."""

_STEPS = 16
"""Straight pieces that a curve of a composite is drawn as."""

_HINT = "Open it in ImageJ and save it anew from the ROI Manager."


@dataclass(frozen=True, slots=True)
class _Member:
    """A file of an archive; of a single ROI there is one without a head."""

    content: bytes
    head: zipfile.ZipInfo | None = None


# -------------------------------------------------------------------- reading
def decode(content: bytes, path: Path, shape_of: ShapeOf) -> Sheet:
    """Objects of a file: polygons, freehand and traced outlines, rectangles, ovals and composites.

    Outlines are filled by the rule of `inside`, which is ImageJ's, sub-pixel coordinates as they are; ovals
    by the centres of pixels. Where ImageJ draws something else than its corners say, the file is refused.

    Raises
    ------
    ReadError
        When it is damaged, or its ROIs are of several slices.
    """
    shape = shape_of()
    members = _members(content, path)
    objects = []
    slices = set()
    for place, member in enumerate(members):
        if not member.content.startswith(MAGIC):
            continue
        roi = _parsed(member.content, path)
        try:
            pixels = _pixels(roi, shape)
        except SegreviewError as error:
            raise ReadError(f"{path}, ROI {place + 1} ({roi.name}): {error.message}", error.hint) from error
        slices.add((roi.position, roi.z_position, roi.t_position))
        objects += [Drawn(Part(*pixels), places=(place,))] if pixels else []
    if len(slices - {(0, 0, 0)}) > 1:
        raise ReadError(
            f"{path} has ROIs of {len(slices)} slices or times of a stack.",
            "Save those of one slice, beside a file with that slice.",
        )
    return Sheet(shape, tuple(objects), others=len(members) - len(objects))


def _members(content: bytes, path: Path) -> list[_Member]:
    """Files of an archive, or the one ROI."""
    if content.startswith(MAGIC):
        return [_Member(content)]
    with _unpacking(path), zipfile.ZipFile(io.BytesIO(content)) as archive:
        heads = archive.infolist()
        refuse_absurd(path, sum(head.file_size for head in heads), "holds packed")
        return [_Member(archive.read(head), head) for head in heads]


@contextmanager
def _unpacking(path: Path) -> Iterator[None]:
    try:
        with decoding(path, "a set of ROIs"):
            yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise ReadError(f"{path} cannot be unpacked: {error}.", "Fetch the file again.") from error


def _parsed(content: bytes, path: Path) -> ImagejRoi:
    from roifile import ImagejRoi

    with decoding(path, "an ImageJ ROI"):
        return ImagejRoi.frombytes(content)


def _pixels(roi: ImagejRoi, shape: tuple[int, int]) -> tuple[Box, np.ndarray] | None:
    """Pixels of a ROI, or None when it is no area."""
    from roifile import ROI_OPTIONS, ROI_SUBTYPE, ROI_TYPE

    if roi.subtype in (ROI_SUBTYPE.TEXT, ROI_SUBTYPE.ARROW, ROI_SUBTYPE.IMAGE):
        return None
    if roi.options & ROI_OPTIONS.SPLINE_FIT or (
        roi.roitype == ROI_TYPE.RECT and roi.rounded_rect_arc_size > 0
    ):
        raise SegreviewError(
            "it is drawn with curves between its corners.",
            "In ImageJ: Edit > Selection > Create Mask, then Create Selection, and save that.",
        )
    if roi.multi_coordinates is not None:
        return inside(list(_rings(roi.multi_coordinates.tolist())), shape)
    if roi.roitype in (ROI_TYPE.POLYGON, ROI_TYPE.FREEHAND, ROI_TYPE.TRACED):
        return inside([np.asarray(roi.coordinates(), float).reshape(-1, 2)], shape)
    if roi.roitype not in (ROI_TYPE.RECT, ROI_TYPE.OVAL):
        return None
    left, top, width, height = _bounds(roi)
    if roi.roitype == ROI_TYPE.OVAL:
        return inside_ellipse((left + width / 2, top + height / 2), (width / 2, height / 2), shape)
    right, bottom = left + width, top + height
    return inside([np.array([(left, top), (right, top), (right, bottom), (left, bottom)])], shape)


def _bounds(roi: ImagejRoi) -> tuple[float, float, float, float]:
    """Left, top, width and height of a rectangle or an oval."""
    if roi.subpixelrect:
        return roi.xd, roi.yd, roi.widthd, roi.heightd
    return roi.left, roi.top, roi.right - roi.left, roi.bottom - roi.top


_OPERANDS = {0: 2, 1: 2, 2: 4, 3: 6, 4: 0}
"""Numbers behind each step of a path: move, line, two sorts of curves, close."""


def _rings(path: Sequence[float]) -> Iterator[np.ndarray]:
    """Outlines of a path as Java draws it."""
    ring: list[tuple[float, float]] = []
    place = 0
    while place < len(path):
        step = int(path[place]) if path[place] in _OPERANDS else -1
        count = _OPERANDS.get(step, len(path))
        numbers = path[place + 1 : place + 1 + count]
        if step < 0 or len(numbers) < count or (step in (1, 2, 3) and not ring):
            raise SegreviewError("its path is damaged.", _HINT)
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if step == 0:
            if ring:
                yield np.array(ring)
            ring = points
        else:
            ring += points if step == 1 else _curve([ring[-1], *points]) if points else []
        place += 1 + count
    if ring:
        yield np.array(ring)


def _curve(control: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points along a Bézier curve, behind its first one (de Casteljau)."""
    share = np.linspace(0, 1, _STEPS + 1)[1:, None]
    points = [np.broadcast_to(np.array(one), (_STEPS, 2)) for one in control]
    while len(points) > 1:
        points = [one + share * (other - one) for one, other in pairwise(points)]
    return [(x, y) for x, y in points[0].tolist()]


# -------------------------------------------------------------------- writing
def revise(content: bytes, sheet: Sheet, revision: Revision, path: Path) -> bytes:
    """Same file with other outlines; names, colours, positions and properties of a ROI are kept."""
    members = _members(content, path)
    new: dict[int, bytes | None] = {}
    for number, after in revision.changed.items():
        (place,) = sheet.objects[number].places
        roi = _parsed(members[place].content, path)
        new[place] = None if after is None else _outlined(after, roi, path)
    if content.startswith(MAGIC):
        kept = [data for data in [new.get(0, content)] if data is not None]
        return _alone([*kept, *(_fresh(one, (), path)[1] for one in revision.added)], path)
    if revision.added or None in new.values():
        return _repacked(content, members, new, revision.added, path)
    for place, data in new.items():
        head = members[place].head
        assert head is not None
        assert data is not None
        content = exchanged(content, head.filename, data, path)
    return content


def encode(sheet: Sheet, path: Path) -> bytes:
    """New file; a ``.roi`` file has a place for one object."""
    if path.suffix.lower() == ".roi":
        return _alone([_fresh(one, (), path)[1] for one in sheet.objects], path)
    return _packed([], sheet.objects, b"", path)


def _alone(contents: Sequence[bytes], path: Path) -> bytes:
    if len(contents) != 1:
        raise LossError(
            f"A file of one ROI holds one object, not {len(contents)}: nothing was written to {path}.",
            "End the name with .zip: a set of ROIs holds any number.",
        )
    return contents[0]


def _repacked(
    content: bytes,
    members: Sequence[_Member],
    new: Mapping[int, bytes | None],
    added: Sequence[Drawn],
    path: Path,
) -> bytes:
    """Archive with other members; those that stay keep their bytes, names, dates and order."""
    now = ((new.get(place, one.content), one.head) for place, one in enumerate(members))
    left = [_Member(data, head) for data, head in now if data is not None]
    with _unpacking(path), zipfile.ZipFile(io.BytesIO(content)) as archive:
        comment = archive.comment
    return _packed(left, added, comment, path)


def _packed(members: Sequence[_Member], added: Sequence[Drawn], comment: bytes, path: Path) -> bytes:
    """Archive of members, which keep their heads, and of new ROIs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for member in members:
            assert member.head is not None
            archive.writestr(member.head, member.content)
        for one in added:
            name, content = _fresh(one, set(archive.namelist()), path)
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _fresh(one: Drawn, used: Collection[str], path: Path) -> tuple[str, bytes]:
    """File name and bytes of a new ROI, named by its centre as ImageJ does it."""
    from roifile import ImagejRoi

    row, column = (int(n) for n in one.part.box.center)
    name, number = f"{row:04}-{column:04}", 1
    while f"{name}.roi" in used:
        name, number = f"{row:04}-{column:04}-{number}", number + 1
    roi = ImagejRoi()
    roi.name = name
    return f"{name}.roi", _outlined(one, roi, path)


def _outlined(one: Drawn, roi: ImagejRoi, path: Path) -> bytes:
    """ROI with the outline of an object: traced, or a composite where it has holes or several parts."""
    from roifile import ROI_OPTIONS, ROI_SUBTYPE, ROI_TYPE

    parts, box = one.outlines(), one.part.tight().box
    if max(box.stop) > _FARTHEST:
        raise LossError(
            f"Object {one.id} reaches to {max(box.stop):,} pixels, and ImageJ's ROIs to {_FARTHEST:,}: "
            f"nothing was written to {path}.",
            "Crop the image, or save in another format.",
        )
    (roi.top, roi.left), (roi.bottom, roi.right) = box.start, box.stop
    roi.subtype, roi.options = ROI_SUBTYPE.UNDEFINED, roi.options & ~ROI_OPTIONS.SUB_PIXEL_RESOLUTION
    roi.integer_coordinates = roi.subpixel_coordinates = roi.multi_coordinates = roi.counters = None
    roi.n_coordinates = roi.shape_roi_size = 0
    if len(parts) == 1 and not parts[0].holes:
        roi.roitype = ROI_TYPE.TRACED
        roi.integer_coordinates = (parts[0].outer - [roi.left, roi.top]).astype(np.int32)
        roi.n_coordinates = len(roi.integer_coordinates)
    else:
        roi.roitype = ROI_TYPE.RECT
        roi.multi_coordinates = _path(parts)
        roi.shape_roi_size = len(roi.multi_coordinates)
    try:
        return roi.tobytes()
    except struct.error as error:  # roifile reads what it does not write: options beyond those it knows
        raise LossError(
            f"The ROI of object {one.id} holds what cannot be written again ({error}): nothing was written "
            f"to {path}.",
            _HINT,
        ) from error


def _path(parts: Sequence[Traced]) -> np.ndarray:
    """Path of outlines: a move, lines, and a step that closes, for each."""
    steps: list[float] = []
    for ring in (ring for part in parts for ring in part.rings):
        for number, (x, y) in enumerate(ring.tolist()):
            steps += [float(number > 0), x, y]
        steps.append(4.0)
    return np.array(steps, np.float32)


def entries(content: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Names and bytes of the ROIs."""
    found = _members(content, Path("ROIs"))
    return tuple((one.head.filename.encode() if one.head else b"") + one.content for one in found), b""


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is a ROI, or an archive of some."""
    if not head.startswith(_ARCHIVES):
        return head.startswith(MAGIC)
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False
    return any(name.lower().endswith(".roi") for name in names) or (
        not names and path.suffix.lower() == ".zip"
    )


CODEC = Outlines("roi", "ImageJ ROIs", decode, revise, encode, keeps=KEEPS)

FORMAT = Format(
    "roi",
    "ImageJ ROIs",
    (".zip", ".roi"),
    sniff,
    CODEC.read,
    CODEC.write,
    KEEPS,
    shape=CODEC.shape,
    entries=entries,
)
