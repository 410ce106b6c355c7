"""Objects that are drawn one by one: GeoJSON of QuPath, LabelMe, YOLO, ImageJ's ROIs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from program import Finding
from scene import SHAPE, TABLE, Scene, in_one_piece, pixels, same_along_edges

_QUPATH = {"annotation", "detection", "cell", "tile"}
"""What QuPath calls its objects (``PathObjectTypeAdapter``)."""


def geojson(scene: Scene) -> Iterator[Finding]:
    """Features by the rules of RFC 7946, and the members that QuPath reads of them."""
    from geojson import loads

    read = [loads(file.read_text()) for file in scene.converted("geojson")]
    features = [feature for one in read for feature in one.features]
    yield Finding(f"{len(features)} features are valid", all(one.is_valid for one in read))
    yield Finding(
        "id, objectType, classification and colour as QuPath reads them", all(map(_is_object, features))
    )


def _is_object(feature: Mapping[str, Any]) -> bool:
    """Whether QuPath takes a feature for an object with a class and its colour."""
    told = feature["properties"]
    name, color = told["classification"]["name"], told["classification"]["color"]
    return (
        UUID(feature["id"]).version == 4
        and told["objectType"] in _QUPATH
        and name in {one.name for one in TABLE}
        and len(color) == 3
        and all(isinstance(part, int) and 0 <= part < 256 for part in color)
    )


def shapely(scene: Scene) -> Iterator[Finding]:
    """Geometries are simple, as the library of QuPath wants them, and cover the pixels exactly."""
    from shapely import box
    from shapely.geometry import shape

    valid, equal = True, True
    for file, labels in zip(scene.converted("geojson"), scene.truth, strict=True):
        features = json.loads(file.read_text())["features"]
        shapes = [(one["properties"]["classification"]["name"], shape(one["geometry"])) for one in features]
        valid &= all(one.is_valid for _, one in shapes)
        found = sorted((name, round(one.area), one.bounds) for name, one in shapes)
        wanted = sorted((name, int(mask.sum()), _bounds(mask)) for name, mask in pixels(labels))
        equal &= found == wanted and box(0, 0, *SHAPE[::-1]).covers(shapes[0][1])
    yield Finding("geometries are valid", valid)
    yield Finding("classes, areas in pixels and bounds", equal)


def _bounds(mask: np.ndarray) -> tuple[float, ...]:
    """Left, top, right and bottom edge."""
    (top, left), (bottom, right) = np.argwhere(mask).min(axis=0), np.argwhere(mask).max(axis=0) + 1
    return tuple(map(float, (left, top, right, bottom)))


def labelme(scene: Scene) -> Iterator[Finding]:
    """Shapes as its window loads them, and as it draws them: Pillow takes in the pixels along the edges."""
    from labelme._label_file import read_label_file

    files = scene.converted("labelme")
    read = [read_label_file(str(file)) for file in files]
    yield Finding("pictures", [Path(one.image_path).stem for one in read] == [file.stem for file in files])
    found = [_drawn_by_labelme(one.shapes) for one in read]
    yield Finding(
        "classes and groups, and masks to a pixel along the edge", same_along_edges(found, scene.truth)
    )


def _drawn_by_labelme(shapes: list[Mapping[str, Any]]) -> list[tuple[str, np.ndarray]]:
    """Class and mask of each object; shapes of a group are one."""
    from labelme.utils import shape_to_mask

    masks: dict[tuple[str, int], np.ndarray] = defaultdict(lambda: np.zeros(SHAPE, bool))
    for number, one in enumerate(shapes):
        group = -1 - number if one["group_id"] is None else one["group_id"]
        if one["shape_type"] == "mask":
            (left, top), (right, bottom) = np.array(one["points"], int)
            masks[one["label"], group][top : bottom + 1, left : right + 1] |= one["mask"]
        else:
            masks[one["label"], group] |= shape_to_mask(SHAPE, one["points"], one["shape_type"])
    return [(label, mask) for (label, _), mask in masks.items()]


def ultralytics(scene: Scene) -> Iterator[Finding]:
    """Labels as they are checked before a training, and as they are drawn by OpenCV, edges included."""
    from ultralytics.data.utils import polygons2masks, verify_image_label

    files = scene.converted("yolo")
    given = [
        (str(file.with_suffix(".jpg")), str(file), "", False, len(TABLE.categories), 0, 0, False)
        for file in files
    ]
    read = [verify_image_label(one) for one in given]
    yield Finding(
        "files are found, none is corrupt or has duplicates", all(one[5:] == (0, 1, 0, 0, "") for one in read)
    )
    found = []
    for _, rows, shape, segments, *_ in read:
        corners = [segment * shape[::-1] for segment in segments]
        masks = polygons2masks(shape, corners, 1).astype(bool)
        found.append(
            [(TABLE.categories[int(row[0])].name, mask) for row, mask in zip(rows, masks, strict=True)]
        )
    yield Finding("classes", same_along_edges(found, scene.truth, lambda _: False))
    yield Finding(
        "masks to a pixel along the edge, of objects in one piece",
        same_along_edges(found, scene.truth, in_one_piece),
    )


def roifile(scene: Scene) -> Iterator[Finding]:
    """ROIs by their sorts and bounds; filling them is ImageJ's."""
    from roifile import roiread

    equal, count = True, 0
    for file, labels in zip(scene.converted("roi", "--allow-loss"), scene.truth, strict=True):
        rois = roiread(str(file))
        found = sorted((one.left, one.top, one.right, one.bottom) for one in rois)
        wanted = sorted(_bounds(mask) for _, mask in pixels(labels))
        equal &= found == wanted and len({one.name for one in rois}) == len(rois)
        count += len(rois)
    yield Finding(f"bounds of {count} ROIs with names of their own", equal)
