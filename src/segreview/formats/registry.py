"""The formats that we know, and the two doors: labels in, labels out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.address import file_of
from segreview.formats.arrays import cellpose, npy, npz
from segreview.formats.cityscapes import ids as cityscapes
from segreview.formats.cityscapes import polygons as cityscapes_polygons
from segreview.formats.classes import load_classes
from segreview.formats.coco import labels as coco_labels
from segreview.formats.coco import segments as coco_segments
from segreview.formats.coco.file import is_json
from segreview.formats.coco.kept import coco_text
from segreview.formats.drawn import geojson, labelme, roi, yolo
from segreview.formats.format import Format, ReadOptions, Usual
from segreview.formats.guard import file_digest, first_bytes
from segreview.formats.image import spatial_shape
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.formats.masks import mask_folder, tiff_pages
from segreview.formats.png import colours, png, voc
from segreview.formats.replacing import Draft, make_folder, replace_verified
from segreview.formats.tiff import tiff
from segreview.formats.volumes import nifti, nrrd
from segreview.formats.zarr import ome_zarr
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Ontology

FORMATS: tuple[Format, ...] = (
    tiff.FORMAT,
    png.FORMAT,
    npy.FORMAT,
    npz.FORMAT,
    cellpose.FORMAT,
    cityscapes.FORMAT,
    cityscapes_polygons.FORMAT,
    voc.FORMAT,
    colours.FORMAT,
    tiff_pages.FORMAT,
    nifti.FORMAT,
    nrrd.FORMAT,
    mask_folder.FORMAT,
    ome_zarr.FORMAT,
    coco_labels.INSTANCES,
    coco_labels.RESULTS,
    coco_segments.FORMAT,
    labelme.FORMAT,
    yolo.FORMAT,
    geojson.FORMAT,
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
        A file, an image in a file of many, a folder that holds the labels of one image, or the common
        stem of a pair of files.

    Raises
    ------
    ReadError
        When there is no such file, or no format knows it.
    """
    file = file_of(path)
    known = [format_ for format_ in FORMATS if file == path or format_.holds_many]
    head = b""
    if file.is_file() or not any(format_.sniff(file, b"") for format_ in known):
        head = first_bytes(file)
    for format_ in known:
        if format_.sniff(file, head):
            return format_
    if is_json(file) and json_sort(file, head) is JsonSort.COCO:
        coco_text(file)  # says why it is none
    if file != path:
        raise ReadError(f"{file} is a file, and holds no image {path.name}.", f"Name the file: {file}.")
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
        Class table: a built-in name, a JSON, CSV or YAML file, or the table itself.
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
    options = ReadOptions(_kind(kind), load_classes(classes), usual=usual, shape=shape)
    return found.read(_only(path, found), options)


def is_labels(folder: Path) -> bool:
    """Whether a folder holds the labels of one image, rather than files of several."""
    return any(format_.sniff(folder, b"") for format_ in FORMATS if format_.of_folders)


def members_of(path: Path, found: Format | None = None) -> dict[Path, str]:
    """Addresses of the images in a file that may hold many, each with the name to look for it elsewhere.

    Parameters
    ----------
    path
        The file; or an image in it, or a file of one image, of which there is nothing to tell.
    found
        Its format, where it is known.

    Raises
    ------
    ReadError
        When it cannot be read.
    """
    may_hold_many = tuple(end for format_ in FORMATS if format_.has_members for end in format_.suffixes)
    if file_of(path) != path or not path.name.lower().endswith(may_hold_many):
        return {}
    form = found or find_format(path)
    return {path / member: name for member, name in form.members(path).items()}


def _only(path: Path, found: Format) -> Path:
    """Address of the one image that a path may mean."""
    addresses = list(members_of(path, found))
    if len(addresses) > 1:
        raise ReadError(
            f"{path} holds {len(addresses)} images, not one.",
            f"Name one of them behind it, for example {addresses[0]}.",
        )
    return addresses[0] if addresses else path


def digests_of(path: Path, found: Format) -> tuple[str, ...]:
    """What labels would be known by if they were read now; see `Origin.digests`.

    Raises
    ------
    OSError
        When a file cannot be read.
    ReadError
        When the file does not hold the image any more.
    """
    if found.digests is not None:
        return found.digests(path)
    return tuple(map(file_digest, found.files(path)))


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
    make_folders(drafts, path)
    return replace_verified(drafts) if drafts else ()


def make_folders(drafts: Sequence[Draft], path: Path) -> None:
    """Make the folders that a format needs of its own, in its folder or beside its file; no others.

    Raises
    ------
    WriteError
        When one cannot be made.
    """
    first = drafts[0].target.parent if drafts else path
    for folder in {draft.target.parent for draft in drafts}:
        if (folder.is_relative_to(path) and path.parent.is_dir()) or (
            folder.parent == first and first.is_dir()
        ):
            make_folder(folder, "Make it by hand, or write to another place.")


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
    name, fitting = path.name.lower(), _fitting(path)
    if not fitting:  # an image in a file of many, which need not exist yet
        name, fitting = path.parent.name.lower(), [f for f in _fitting(path.parent) if f.holds_many]
    origin = labels.origin
    if origin is not None and path in (origin.path, *origin.files):
        return format_named(origin.format)
    if not fitting:
        ends = ", ".join(dict.fromkeys(f.suffixes[0] for f in FORMATS if f.suffixes))
        raise WriteError(f"{path} does not say a format that we write.", f"End the name with one of {ends}.")
    # The longest end says most: _instanceIds.png rather than .png; of equal ones that of the origin.
    return max(
        fitting,
        key=lambda f: (
            max(len(end) for end in f.suffixes if name.endswith(end.lower())),
            origin is not None and f.name == origin.format,
        ),
    )


def _fitting(path: Path) -> list[Format]:
    """Formats that have files with the end of a name."""
    return [f for f in FORMATS if path.name.lower().endswith(tuple(end.lower() for end in f.suffixes))]


def files_of(labels: LabelImage, path: Path) -> tuple[Path, ...]:
    """Every file that `write` may touch for this path: what a backup copies."""
    return format_for(labels, path).files(path)
