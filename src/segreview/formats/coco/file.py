"""COCO's JSON files: which of its three sorts a file is, its images, and what it says of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from segreview.errors import ReadError
from segreview.formats.classes import ontology_of
from segreview.formats.guard import file_bytes, first_bytes
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.model.ontology import Ontology

_HINT = "Look at the file beside the description of COCO's data format (cocodataset.org)."


Entries = list[tuple[int, Mapping[str, Any]]]
"""Entries of an image, with their places in the file."""


class Sort(StrEnum):
    """Sorts of files."""

    INSTANCES = "instances"
    RESULTS = "results"
    PANOPTIC = "panoptic"


@dataclass(frozen=True, eq=False)
class CocoFile:
    """A file as it was read, its annotations not yet looked into.

    Parameters
    ----------
    path
        The file.
    sort
        What it holds.
    images
        Facts of the images by their id; empty in files that only refer to them.
    annotations
        Entries in the order of the file.
    ontology
        Class table, or None.
    """

    path: Path
    sort: Sort
    images: Mapping[int, Mapping[str, Any]]
    annotations: tuple[Mapping[str, Any], ...]
    ontology: Ontology | None

    def about(self, image_id: int | None = None) -> CocoFile:
        """The file without its entries, and without the images but one."""
        image = None if image_id is None else self.images.get(image_id)
        images = {} if image_id is None or image is None else {image_id: image}
        return replace(self, images=images, annotations=())

    def by_image(self) -> dict[int, Entries]:
        """Entries of each image that has some, with their places in the file."""
        found: dict[int, Entries] = {}
        for place, entry in enumerate(self.annotations):
            found.setdefault(entry["image_id"], []).append((place, entry))
        return found


def is_json(path: Path) -> bool:
    """Whether a path names a JSON file that may be one of COCO; it need not exist."""
    if path.suffix.lower() != ".json" or path.is_dir():
        return False
    return not path.exists() or json_sort(path, first_bytes(path)) in (None, JsonSort.COCO)


def read_coco(path: Path) -> CocoFile:
    """File of instances, of results or of panoptic segments.

    Raises
    ------
    ReadError
        When it is missing, no JSON, or none of the three.
    """
    content = file_bytes(path)
    try:
        root = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path} is no JSON file: {error}.", "Fetch the file again.") from error
    return coco_of(root, path)


def coco_of(root: Any, path: Path) -> CocoFile:
    """File whose JSON text stands for this value.

    Raises
    ------
    ReadError
        When it is none of the three.
    """
    entries = root if isinstance(root, list) else root.get("annotations") if isinstance(root, dict) else None
    head = root if isinstance(root, dict) else {}
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ReadError(f"{path} holds no annotations and no results.", _HINT)
    return CocoFile(
        path,
        _sort(root, entries, path),
        {image["id"]: image for image in _dicts(head.get("images"), ("id",), path)},
        tuple(_dicts(entries, ("image_id",), path)),
        _classes(head, path),
    )


def _sort(root: Any, entries: list[dict[str, Any]], path: Path) -> Sort:
    """What a file holds, by its first entry; a list without any is one of results."""
    first = entries[0] if entries else {}
    if "segments_info" in first:
        return Sort.PANOPTIC
    if entries and not {"segmentation", "bbox"} & set(first):
        raise ReadError(f"{path}: its annotations have no segmentation, bbox or segments_info.", _HINT)
    return Sort.RESULTS if isinstance(root, list) else Sort.INSTANCES


def _dicts(rows: Any, keys: Iterable[str], path: Path) -> Iterable[dict[str, Any]]:
    """Entries of a list, each checked for whole numbers under some keys."""
    for place, row in enumerate(rows if isinstance(rows, list) else ()):
        for key in keys:
            if not isinstance(row, dict) or not isinstance(row.get(key), int):
                raise ReadError(f"{path}: entry {place + 1} has no {key} that is a whole number.", _HINT)
        yield row


def _classes(head: Mapping[str, Any], path: Path) -> Ontology | None:
    """Class table; in files of instances, which do not say it, all classes are things."""
    rows = head.get("categories")
    if not isinstance(rows, list) or not rows:
        return None
    return ontology_of([{"isthing": True, **row} if isinstance(row, dict) else row for row in rows], path)
