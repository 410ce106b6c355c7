"""GeoJSON as QuPath writes it: a feature for each object, its outline in pixels."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from segreview.errors import ReadError, SegreviewError
from segreview.formats.classes import spread_color
from segreview.formats.drawn.objects import Drawn, Sheet, corners_of, joined, number_of, score_of
from segreview.formats.drawn.outlines import Outlines, Revision, ShapeOf
from segreview.formats.format import Format
from segreview.formats.json.entries import Entries, entries_of
from segreview.formats.json.sort import JsonSort, json_sort
from segreview.formats.json.spans import Found, Raw, altered, document, members_at, parsing
from segreview.formats.planes import Part
from segreview.model.ontology import Category
from segreview.shape.inside import inside

_HINT = "Export it anew from QuPath: File > Export objects as GeoJSON."

_SCORES = ("Detection probability", "Probability", "Score")
"""Measurements that are taken for the confidence of a model; the first is written."""


# -------------------------------------------------------------------- reading
def decode(content: bytes, path: Path, shape_of: ShapeOf) -> Sheet:
    """Objects of a file: polygons, filled by the rule of `inside`, and several polygons together.

    Raises
    ------
    ReadError
        When it cannot be understood.
    """
    with parsing(path):
        _, root = document(content)
    features = root.value.get("features") if isinstance(root.value, dict) else root.value
    if not isinstance(features, list):
        raise ReadError(f"{path} holds no list of features.", _HINT)
    shape = shape_of()
    objects = []
    classes: dict[str, Category] = {}
    for place, feature in enumerate(features):
        try:
            drawn = _drawn(feature, place, shape)
        except (SegreviewError, TypeError, OverflowError) as error:
            said = error if isinstance(error, SegreviewError) else SegreviewError(f"{error}.", _HINT)
            raise ReadError(f"{path}, feature {place + 1}: {said.message}", said.hint) from error
        objects += [drawn] if drawn else []
        if drawn and drawn.label is not None and drawn.label not in classes:
            classes[drawn.label] = _category(drawn.label, _facts(feature).get("classification"))
    return Sheet(shape, tuple(objects), tuple(classes.values()), len(features) - len(objects))


def _drawn(feature: Any, place: int, shape: tuple[int, int]) -> Drawn | None:
    """Object of a feature, or None when that is no area."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        if isinstance(feature, dict) and geometry is None and "geometry" in feature:
            return None  # GeoJSON's way to say that it lies nowhere
        raise SegreviewError("it has no geometry.", _HINT)
    sort, coordinates = geometry.get("type"), geometry.get("coordinates")
    if sort not in ("Polygon", "MultiPolygon"):
        return None
    polygons = coordinates if sort == "MultiPolygon" else [coordinates]
    if not isinstance(polygons, list) or not all(isinstance(rings, list) for rings in polygons):
        raise SegreviewError("its coordinates are no lists of corners.", _HINT)
    facts = _facts(feature)
    parts = [
        Drawn(Part(*inside([corners_of(ring) for ring in rings], shape)), _label(facts), _score(facts))
        for rings in polygons or [[]]
    ]
    return joined(parts).at(place)


def _facts(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a feature tells beside its outline."""
    facts = feature.get("properties")
    return facts if isinstance(facts, dict) else {}


def _label(facts: Mapping[str, Any]) -> str | None:
    """Name of the class; QuPath joins those of a derived one by colons."""
    said = facts.get("classification")
    if isinstance(said, str):
        return said
    if not isinstance(said, dict):
        return None
    names = said.get("names")
    if isinstance(names, list) and names:
        return ": ".join(map(str, names))
    return said["name"] if isinstance(said.get("name"), str) else None


def _score(facts: Mapping[str, Any]) -> float | None:
    measured = facts.get("measurements")
    if isinstance(measured, list):  # as QuPath wrote them before 0.4
        measured = {row.get("name"): row.get("value") for row in measured if isinstance(row, dict)}
    if not isinstance(measured, dict):
        return None
    return score_of(next((measured[name] for name in _SCORES if name in measured), None))


def _category(label: str, said: Any) -> Category:
    """Class with its colour: a list, or as QuPath wrote it before 0.4, one number."""
    number = number_of(label)
    color = said.get("color") if isinstance(said, dict) else None
    packed = said.get("colorRGB") if isinstance(said, dict) else None
    if isinstance(packed, int) and color is None:
        color = [packed >> 16 & 255, packed >> 8 & 255, packed & 255]
    good = (
        isinstance(color, list)
        and len(color) == 3
        and all(isinstance(n, int) and 0 <= n < 256 for n in color)
    )
    red, green, blue = color if good and color else spread_color(number)
    return Category(number, label, (red, green, blue), isthing=True)


# -------------------------------------------------------------------- writing
def revise(content: bytes, sheet: Sheet, revision: Revision, path: Path) -> bytes:
    """Same file with other features; what it says of them beside their outlines and classes is kept."""
    features = Entries.of(content, "features", path)
    classes = {one.name: one for one in (*revision.classes, *sheet.classes)}
    new: dict[int, list[str]] = {}
    for number, after in revision.changed.items():
        before = sheet.objects[number]
        (place,) = before.places
        feature = features.members(place, {"properties": _properties, "geometry": members_at})
        new[place] = [] if after is None else [_altered(features.text, feature, before, after, classes)]
    sort = _facts(features.values[-1]).get("objectType") if features.values else None
    return features.revised(new, [_feature(one, classes, sort) for one in revision.added])


def encode(sheet: Sheet, path: Path) -> bytes:  # noqa: ARG001 (as formats that look beside it)
    """New file, a FeatureCollection."""
    classes = {category.name: category for category in sheet.classes}
    features = [_feature(one, classes) for one in sheet.objects]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _properties(text: str, at: int) -> Found:
    return members_at(text, at, {"classification": members_at, "measurements": members_at})


def _altered(text: str, feature: Found, before: Drawn, after: Drawn, classes: Mapping[str, Category]) -> str:
    """Text of a feature whose object is another one now."""
    wanted: dict[str, Any] = {}
    if not after.part.equals(before.part):
        wanted["geometry"] = _within(text, feature.value["geometry"], _geometry(after))
    facts: dict[str, Any] = {}
    if after.label != before.label:
        facts["classification"] = _classification(after.label, classes)
    properties = feature.value.get("properties")
    if after.score != before.score:
        measured = properties.value.get("measurements") if properties and properties.value else None
        facts["measurements"] = _within(text, measured, _measured(after, measured))
    if facts:
        wanted["properties"] = _within(text, properties, facts)
    return altered(text, feature, wanted)


def _within(text: str, found: Found | None, wanted: Mapping[str, Any]) -> Any:
    """Object with other values of some members, as text; the wanted ones alone where there is none."""
    if found is None or not isinstance(found.value, dict):
        return dict(wanted)
    return Raw(altered(text, found, wanted))


def _measured(after: Drawn, measured: Found | None) -> Mapping[str, Any]:
    known = measured.value if measured is not None and isinstance(measured.value, dict) else {}
    return {next((name for name in _SCORES if name in known), _SCORES[0]): after.score}


def _feature(one: Drawn, classes: Mapping[str, Category], sort: Any = None) -> dict[str, Any]:
    """Feature of a new object, an annotation unless those beside it are something else."""
    properties: dict[str, Any] = {
        "objectType": "detection" if sort in ("detection", "cell") else "annotation"
    }
    if one.label is not None:
        properties["classification"] = _classification(one.label, classes)
    if one.score is not None:
        properties["measurements"] = _measured(one, None)
    tight = one.part.tight()
    own = hashlib.sha256(f"{one.id} {tight.box}".encode() + tight.mask.tobytes()).digest()
    return {
        "type": "Feature",
        "id": str(uuid.UUID(bytes=own[:16], version=4)),
        "geometry": _geometry(one),
        "properties": properties,
    }


def _classification(label: str | None, classes: Mapping[str, Category]) -> dict[str, Any] | None:
    if label is None:
        return None
    return {"name": label} | ({"color": list(classes[label].color)} if label in classes else {})


def _geometry(one: Drawn) -> dict[str, Any]:
    """Outlines of an object: a polygon with its holes, or several."""
    polygons = [[_closed(ring.tolist()) for ring in part.rings] for part in one.outlines()]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _closed(ring: Sequence[Any]) -> list[Any]:
    """Corners with the first one again at the end, as GeoJSON wants it."""
    return [*ring, ring[0]]


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is a collection of features, or a list of them."""
    return json_sort(path, head) is JsonSort.GEOJSON


CODEC = Outlines("geojson", "GeoJSON", decode, revise, encode)

FORMAT = Format(
    "geojson",
    "GeoJSON (QuPath)",
    (".geojson", ".json"),
    sniff,
    CODEC.read,
    CODEC.write,
    CODEC.keeps,
    shape=CODEC.shape,
    entries=partial(entries_of, name="features"),
)
