"""The formats that we know, and the two doors: labels in, labels out."""

from __future__ import annotations

from pathlib import Path

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats import cityscapes, cityscapes_polygons, geojson, labelme, npy, png, roi, tiff, yolo
from segreview.formats.classes import load_classes
from segreview.formats.format import Format, ReadOptions, Usual
from segreview.formats.guard import first_bytes
from segreview.formats.image import spatial_shape
from segreview.formats.replacing import Draft, replace_verified
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Ontology

FORMATS: tuple[Format, ...] = (
    tiff.FORMAT,
    png.FORMAT,
    npy.FORMAT,
    cityscapes.FORMAT,
    labelme.FORMAT,
    geojson.FORMAT,
    yolo.FORMAT,
    cityscapes_polygons.FORMAT,
    roi.FORMAT,
)
"""Every format, in the order in which they are listed to the user. No file is of two of them."""


def format_named(name: str) -> Format:
    """Format of this name.

    Raises
    ------
    ReadError
        When there is none.
    """
    for format_ in FORMATS:
        if format_.name == name.lower():
            return format_
    raise ReadError(f"There is no format named {name}.", f"Known: {', '.join(f.name for f in FORMATS)}.")


def find_format(path: Path) -> Format:
    """Format of a file: its content first, its name second.

    Parameters
    ----------
    path
        A file, or the common stem of a pair of files.

    Raises
    ------
    ReadError
        When there is no such file, or no format knows it.
    """
    head = b""
    if path.is_file() or not any(format_.sniff(path, b"") for format_ in FORMATS):
        head = first_bytes(path)
    for format_ in FORMATS:
        if format_.sniff(path, head):
            return format_
    if not head:
        raise ReadError(f"{path} is empty.", "Fetch the file again or restore it from a backup.")
    named = [format_.title for format_ in FORMATS if path.name.lower().endswith(format_.suffixes)]
    raise ReadError(
        f"{path} is named like {named[0]} but does not begin like it."
        if named
        else f"{path} is of no label format that we know.",
        f"Known: {', '.join(format_.title for format_ in FORMATS)}.",
    )


def shapes_of(path: Path) -> tuple[tuple[Path, tuple[int, ...]], ...]:
    """Shape of each file that holds labels, found without their pixels; none where no file tells it.

    Raises
    ------
    ReadError
        When a file is missing, damaged, or of no format that we know.
    """
    found = find_format(path)
    if found.shape is None:
        return tuple((file, spatial_shape(file)) for file in found.files(path))
    shape = found.shape(path)
    return () if shape is None else ((path, shape),)


def read(
    path: str | Path,
    format: str | None = None,  # noqa: A002 (the public name)
    classes: str | Path | Ontology | None = None,
    kind: Kind | str | None = None,
    usual: Usual | None = None,
    shape: tuple[int, ...] | None = None,
) -> LabelImage:
    """Labels of a file.

    Parameters
    ----------
    path
        The file.
    format
        Name of the format; found by content when left out.
    classes
        Class table: a built-in name, a JSON file, or the table itself.
    kind
        ``"instance"``, ``"semantic"``, ``"panoptic"`` or ``"binary"``; decided by format, class
        table or a stated rule when left out. `LabelImage.reading` tells what was decided.
    usual
        What the file is by what is known beside it; it goes before the rule.
    shape
        Shape of the image, for formats that do not tell it; that of the image beside the file when left
        out.

    Raises
    ------
    ReadError
        When the file is missing, damaged, or holds no labels.
    """
    path = Path(path)
    found = find_format(path) if format is None else format_named(format)
    return found.read(path, ReadOptions(_kind(kind), load_classes(classes), usual=usual, shape=shape))


def _kind(kind: Kind | str | None) -> Kind | None:
    """Kind of this name."""
    if kind is None:
        return None
    try:
        return Kind(kind)
    except ValueError as error:
        raise ReadError(f"There is no kind named {kind}.", f"Known: {', '.join(Kind)}.") from error


def write(
    labels: LabelImage,
    path: str | Path,
    format: str | None = None,  # noqa: A002 (the public name)
) -> tuple[Path, ...]:
    """Write labels, verified by reading them back before anything is replaced.

    Labels that came from a file of the same format are written as a copy of that file in which
    only the changed pixels differ; otherwise as a new file.

    Parameters
    ----------
    labels
        The labels.
    path
        The file; links are followed.
    format
        Name of the format; that of the labels' origin when the name fits it, else found by name.

    Returns
    -------
    tuple of Path
        The files that were written; empty when no pixel changed and `path` is the origin.

    Raises
    ------
    LossError
        When the format cannot hold the labels; nothing was written.
    WriteError
        When the file cannot be written, or was changed by another program; it is as it was.
    """
    path = Path(path)
    drafts = drafts_of(labels, path, format_for(labels, path) if format is None else format_named(format))
    return replace_verified(drafts) if drafts else ()


def drafts_of(labels: LabelImage, path: Path, found: Format) -> tuple[Draft, ...]:
    """Files of a format as they are going to be, not yet written; raises what `write` does."""
    losses = found.keeps.losses(labels)
    if losses:
        raise LossError(
            f"{found.title} cannot hold {'; '.join(losses)}. Nothing was written to {path}.",
            "Save in a format that keeps it.",
        )
    return found.write(labels, path)


def format_for(labels: LabelImage, path: Path) -> Format:
    """Format in which labels are written under a name.

    Raises
    ------
    WriteError
        When no format knows the end of the name.
    """
    name = path.name.lower()
    fitting = [f for f in FORMATS if name.endswith(tuple(end.lower() for end in f.suffixes))]
    origin = labels.origin
    if origin is not None and any(path == file for file in origin.files):
        return format_named(origin.format)
    if not fitting:
        ends = ", ".join(f.suffixes[0] for f in FORMATS)
        raise WriteError(f"{path} does not say a format that we write.", f"End the name with one of {ends}.")
    # The longest end says most: _instanceIds.png rather than .png.
    return max(fitting, key=lambda f: max(len(end) for end in f.suffixes if name.endswith(end.lower())))


def files_of(labels: LabelImage, path: Path) -> tuple[Path, ...]:
    """Every file that `write` may touch for this path: what a backup copies."""
    return format_for(labels, path).files(path)
