"""Files of the formats that draw objects one by one, as their own programs write them."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image as Picture
from roifile import ROI_TYPE, ImagejRoi

SHAPE = (37, 53)

FILES: dict[str, Callable[[Path], Path]] = {}
"""Name to a function that makes the file in a folder."""


def outline_file(name: str):
    """Registration of a function that makes a file in a folder."""

    def register(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
        assert name not in FILES
        FILES[name] = make
        return make

    return register


def squares() -> list[list[tuple[float, float]]]:
    """Corners of a dozen rectangles, none of them at whole numbers."""
    found = []
    for number in range(12):
        top, left = 2.25 + 12 * (number // 4), 1.75 + 13 * (number % 4)
        found.append([(left, top), (left + 9.5, top), (left + 9.5, top + 8.625), (left, top + 8.625)])
    return found


def image_of(folder: Path, stem: str = "labels") -> None:
    """Image to which a file belongs that does not tell its size."""
    Picture.new("L", SHAPE[::-1]).save(folder / f"{stem}.jpg")


# -------------------------------------------------------------------- LabelMe
def _labelme(shapes: list[dict], **facts) -> dict:
    return {
        "version": "5.2.1",
        "flags": {"checked": True},
        "shapes": shapes,
        "imagePath": "..\\images\\Zürich.jpg",
        "imageData": base64.b64encode(bytes(range(99))).decode(),
        "imageHeight": SHAPE[0],
        "imageWidth": SHAPE[1],
    } | facts


def _shape(label: str, points, sort: str = "polygon", group: int | None = None, **more) -> dict:
    facts = {"label": label, "points": points, "group_id": group, "description": "", "shape_type": sort}
    return facts | {"flags": {}, "mask": None} | more


def _mask(mask: np.ndarray) -> str:
    file = io.BytesIO()
    Picture.fromarray(mask).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@outline_file("labelme polygons")
def _polygons(folder: Path) -> Path:
    shapes = [
        _shape("Zelle" if n % 2 else "cell", points, mine={"x": 1e-7}) for n, points in enumerate(squares())
    ]
    shapes.insert(3, _shape("a point", [[4.5, 5.5]], "point"))
    path = folder / "labels.json"
    path.write_text(json.dumps(_labelme(shapes), indent=2, ensure_ascii=False), encoding="utf-8")
    return path


@outline_file("labelme all sorts in one line")
def _sorts(folder: Path) -> Path:
    ring = np.ones((9, 10), bool)
    ring[3:6, 3:6] = False
    shapes = [
        _shape("r", [[2, 2], [12.0, 11]], "rectangle", score=0.5),
        _shape("c", [[20.5, 6.5], [24.5, 6.5]], "circle"),
        _shape("m", [[30.0, 2.0], [39.0, 10.0]], "mask", mask=_mask(ring)),
        _shape("g", [[2, 14], [8, 14], [8, 23], [2, 23]], group=4),
        _shape("line", [[2, 14], [8, 14]], "line", group=4),
        _shape("g", [[9, 14], [12, 14], [12, 23], [9, 23]], group=4),
        _shape("over", [[15, 14], [25, 14], [25, 24], [15, 24]]),
        _shape("over", [[17.5, 13], [30, 16], [21, 30]]),
        _shape("nothing", [[40.1, 20.1], [40.2, 20.1], [40.2, 20.3]]),
        {"label": "bare", "points": [[40, 30], [50, 30], [45, 36]]},
    ]
    path = folder / "labels.json"
    path.write_text(json.dumps(_labelme(shapes, imageData=None)))
    return path


@outline_file("labelme image beside")
def _beside(folder: Path) -> Path:
    image_of(folder)
    shapes = [_shape("cell", points) for points in squares()]
    path = folder / "labels.json"
    text = json.dumps(_labelme(shapes, imageHeight=None, imageWidth=None), indent=1)
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    return path


# -------------------------------------------------------------------- YOLO
def _yolo(squares_: list[list[tuple[float, float]]], classes: list[int]) -> list[str]:
    parts = [" ".join(f"{x / SHAPE[1]:.8g} {y / SHAPE[0]:.8g}" for x, y in corners) for corners in squares_]
    return [f"{one} {part}" for one, part in zip(classes, parts, strict=True)]


@outline_file("yolo with names")
def _named(folder: Path) -> Path:
    image_of(folder)
    (folder / "data.yaml").write_text(
        "path: .\nnc: 2\nnames:\n  0: cell  # round\n  1: 'dead cell'\n\nval: x\n"
    )
    path = folder / "labels.txt"
    path.write_text("\n".join(_yolo(squares(), [0, 1] * 6)))
    return path


@outline_file("yolo with boxes and confidences")
def _confident(folder: Path) -> Path:
    image_of(folder)
    lines = [f"{line} 0.{number + 10}" for number, line in enumerate(_yolo(squares(), [7] * 12))]
    lines[4:4] = ["", "7 0.5 0.5 0.25 0.125"]
    path = folder / "labels.txt"
    path.write_bytes("\r\n".join(lines).encode() + b"\r\n")
    return path


# -------------------------------------------------------------------- GeoJSON
def _feature(number: int, geometry: dict, name: str | None = "Tumor", **more) -> dict:
    properties = {"objectType": "annotation", "isLocked": False, "measurements": {"Area µm^2": 1.5e3}} | more
    if name is not None:
        properties["classification"] = {"name": name, "color": [200, 0, 10 * len(name)]}
    return {"type": "Feature", "id": f"a-{number}", "geometry": geometry, "properties": properties}


def _closed(ring) -> list:
    return [*map(list, ring), list(ring[0])]


@outline_file("geojson collection")
def _collection(folder: Path) -> Path:
    image_of(folder)
    features = [
        _feature(n, {"type": "Polygon", "coordinates": [_closed(ring)]}, None if n % 3 else "Tumor")
        for n, ring in enumerate(squares())
    ]
    path = folder / "labels.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, indent=2))
    return path


@outline_file("geojson bare list")
def _bare(folder: Path) -> Path:
    image_of(folder)
    hole = [[4, 4], [7, 4], [7, 7], [4, 7], [4, 4]]
    apart = [[[_x + 20, _y] for _x, _y in ring] for ring in ([[2, 2], [7, 2], [2, 9], [2, 2]], hole)]
    large = _closed([(0.5, 0.5), (50.5, 0.5), (50.5, 30.5), (0.5, 30.5)])
    features = [
        _feature(
            0, {"type": "Polygon", "coordinates": [_closed([(2, 2), (12, 2), (12, 11), (2, 11)]), hole]}
        ),
        _feature(1, {"type": "MultiPolygon", "coordinates": [[ring] for ring in apart]}, "Stroma"),
        _feature(2, {"type": "Point", "coordinates": [4.5, 5.5]}),
        _feature(3, {"type": "Polygon", "coordinates": [large]}, "Immune: CD3", objectType="tile"),
        {"type": "Feature", "geometry": None, "properties": None},
        {
            "geometry": {"coordinates": [_closed([(15, 14), (30, 14), (22, 30)])], "type": "Polygon"},
            "nucleusGeometry": {"type": "Polygon", "coordinates": [_closed([(18, 16), (25, 16), (22, 25)])]},
            "properties": {"measurements": [{"name": "Detection probability", "value": 0.75}]},
            "type": "Feature",
        },
    ]
    path = folder / "labels.geojson"
    path.write_text(json.dumps(features, separators=(",", ":")))
    return path


# -------------------------------------------------------------------- ImageJ
def _rois() -> list[ImagejRoi]:
    """A ROI of every sort."""
    traced = ImagejRoi.frompoints([(2, 2), (12, 2), (12, 11), (8, 11), (8, 6), (2, 6)], name="traced")
    traced.roitype, traced.stroke_color, traced.group = ROI_TYPE.TRACED, b"\xff\x12\x34\x56", 3
    traced.props = "Area: 12\n"
    fine = ImagejRoi.frompoints(np.array([(15.25, 2.5), (24.75, 2.5), (20.5, 10.75)]), name="fine")
    rect = ImagejRoi(roitype=ROI_TYPE.RECT, top=2, left=28, bottom=11, right=37, name="rect")
    oval = ImagejRoi(roitype=ROI_TYPE.OVAL, top=14, left=2, bottom=24, right=12, name="oval")
    path = [0, 15, 14, 1, 25, 14, 1, 25, 24, 1, 15, 24, 4, 0, 18, 17, 1, 22, 17, 1, 22, 21, 1, 18, 21, 4]
    path += [0, 40, 14, 2, 48, 14, 48, 22, 1, 40, 22, 4]
    composite = ImagejRoi(roitype=ROI_TYPE.RECT, top=14, left=15, bottom=24, right=48, name="composite")
    composite.multi_coordinates = np.array(path, np.float32)
    composite.shape_roi_size = len(path)
    line = ImagejRoi(roitype=ROI_TYPE.LINE, x1=1, y1=2, x2=30, y2=30, name="line")
    over = ImagejRoi.frompoints([(1, 1), (50, 3), (40, 20)], name="over")
    return [traced, fine, rect, oval, composite, line, over]


@outline_file("roi set")
def _set(folder: Path) -> Path:
    image_of(folder)
    path = folder / "labels.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"from the ROI Manager"
        for number, roi in enumerate(_rois()):
            head = zipfile.ZipInfo(f"{roi.name}.roi", (2021, 2, 3, 4, 5, 6))
            archive.writestr(head, roi.tobytes(), zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED)
        archive.writestr("notes.txt", "kept")
    return path


@outline_file("roi alone")
def _alone(folder: Path) -> Path:
    image_of(folder)
    path = folder / "labels.roi"
    path.write_bytes(_rois()[0].tobytes())
    return path


# -------------------------------------------------------------------- Cityscapes
@outline_file("cityscapes polygons")
def _scene(folder: Path) -> Path:
    def rectangle(left: int, top: int, right: int, bottom: int) -> list[list[int]]:
        return [[left, top], [right, top], [right, bottom], [left, bottom]]

    drawn = [
        ("road", rectangle(0, 20, 52, 36)),
        ("sky", rectangle(0, 0, 52, 19)),
        ("car", [[2, 2], [14, 3], [12, 11], [3, 10]]),
        ("building", rectangle(18, 2, 40, 24)),
        ("cargroup", [[20, 4], [30, 8], [22, 14]]),
        ("car", rectangle(5, 25, 30, 33)),
        ("license plate", rectangle(8, 28, 12, 29)),
        ("persongroup", rectangle(40, 20, 44, 30)),
        ("car", rectangle(28, 22, 45, 33)),
        ("polegroup", rectangle(34, 0, 36, 30)),
        (
            "out of roi",
            [[0, 0], [52, 0], [52, 36], [0, 36], [0, 0], [1, 1], [1, 35], [51, 35], [51, 1], [1, 1]],
        ),
    ]
    objects = [{"label": label, "polygon": polygon} for label, polygon in drawn]
    objects.insert(2, {"label": "car", "polygon": [[0, 0], [9, 9], [0, 9]], "deleted": 1})
    path = folder / "labels_gtFine_polygons.json"
    scene = {"imgHeight": SHAPE[0], "imgWidth": SHAPE[1], "objects": objects}
    path.write_text(json.dumps(scene, indent=4))
    return path
