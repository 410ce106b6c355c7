"""Segments of COCO's instance files and of its results, which may overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from segreview.errors import ReadError, SegreviewError
from segreview.formats.coco.file import CocoFile
from segreview.formats.guard import is_size
from segreview.shape.polygon import rle_of_polygons
from segreview.shape.rle import Rle
from segreview.shape.segment import SegmentMask


def segments_of(
    file: CocoFile, entries: Iterable[tuple[int, Mapping[str, Any]]], shape: tuple[int, int]
) -> tuple[SegmentMask, ...]:
    """Segments of one image.

    Polygons are filled by the rule of the COCO API. A result that has a box only is the pixels of that.

    Parameters
    ----------
    file
        The file, for messages.
    entries
        Its entries of the image, with their places; the place stands for an id where there is none.
    shape
        Height and width of the image.

    Raises
    ------
    ReadError
        When an entry cannot be understood.
    """
    return tuple(_segment(file, place, entry, shape) for place, entry in entries)


def image_shape(file: CocoFile, image_id: int) -> tuple[int, int]:
    """Height and width of an image.

    Raises
    ------
    ReadError
        When the file does not tell them.
    """
    image = file.images.get(image_id, {})
    height, width = image.get("height"), image.get("width")
    if not is_size(height) or not is_size(width):
        raise ReadError(
            f"{file.path} tells no height and width of the image {image_id}.",
            "Its list of images has to have an entry with id, height and width.",
        )
    return height, width


def _segment(file: CocoFile, place: int, entry: Mapping[str, Any], shape: tuple[int, int]) -> SegmentMask:
    category, score, area = entry.get("category_id"), entry.get("score"), entry.get("area")
    try:
        if not isinstance(category, int):
            raise SegreviewError("it has no category_id.", "Every entry needs the id of its class.")
        return SegmentMask(
            _rle(entry, shape),
            category,
            None if score is None else float(score),
            bool(entry.get("iscrowd", 0)),
            None if area is None else float(area),
            entry.get("id", place + 1),
        )
    except (SegreviewError, TypeError, ValueError, OverflowError) as error:
        told = error.message if isinstance(error, SegreviewError) else str(error)
        hint = error.hint if isinstance(error, SegreviewError) else "score and area are numbers."
        raise ReadError(f"{file.path}, entry {place + 1}: {told}", hint) from error


def _rle(entry: Mapping[str, Any], shape: tuple[int, int]) -> Rle:
    """Runs of an entry's pixels: run lengths, polygons, or a box."""
    segmentation = entry.get("segmentation")
    if isinstance(segmentation, Mapping):
        counts, size = segmentation.get("counts", ()), tuple(segmentation.get("size", ()))
        if size != shape:
            raise SegreviewError(
                f"its size is {list(size)}, and the image has {list(shape)}.", "size is [height, width]."
            )
        return Rle.of_text(counts, shape) if isinstance(counts, str) else Rle.of_counts(counts, shape)
    if isinstance(segmentation, list) and segmentation:
        return rle_of_polygons(segmentation, shape)
    box = entry.get("bbox")
    if not isinstance(box, list) or len(box) != 4:
        raise SegreviewError("it has no segmentation and no bbox.", "Give polygons, run lengths or a box.")
    x, y, width, height = (float(number) for number in box)
    right, bottom = x + width, y + height
    return rle_of_polygons([(x, y, x, bottom, right, bottom, right, y)], shape)
