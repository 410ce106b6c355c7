"""Cityscapes' PNG, polygons and panoptic files, by cityscapesScripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture
from program import Finding, close
from scene import SHAPE, Scene, blobs, brushed, corrected, figures

import segreview
from segreview.formats.classes import CITYSCAPES
from segreview.model.labels import Kind, LabelImage, Segment

_SCRIPTS = "cityscapesscripts.evaluation"
_STEM = "town_000000_000001_gtFine"


def cityscapes_scripts(scene: Scene) -> Iterator[Finding]:
    """Evaluations of pixels, instances and panoptic segments on what we wrote; polygons drawn."""
    if not hasattr(np, "in1d"):  # the scripts call it by the name that numpy 2.4 has taken away
        np.in1d = np.isin  # noqa: NPY201 (it is given to them, not called)
    drawn, found = _written(scene.folder / "drawn", 0), _written(scene.folder / "found", 7)
    corrected(drawn, 1000)
    ids = segreview.read(drawn).data
    yield Finding("labelIds and instanceIds after a stroke", np.array_equal(ids, brushed(_ids(0), 1000)))
    yield from _pixels(drawn, found)
    yield from _instances(drawn, found)
    yield from _panoptic(scene, drawn, found)
    yield from _polygons(scene.folder / "polygons")


def _ids(seed: int) -> np.ndarray:
    """Ids of a street: sky, road, unlabelled pixels between them, a group of cars, cars and persons."""
    data = blobs(seed)
    ids = np.full(SHAPE, 7, np.int32)
    ids[: SHAPE[0] // 2] = 23
    ids[SHAPE[0] // 2 - 3 : SHAPE[0] // 2 + 3] = 0
    for one in map(int, np.unique(data[data > 0])):
        ids[data == one] = 26 if one == 9 else 1000 * (24 + one % 3) + one
    return ids


def _labels(ids: np.ndarray) -> LabelImage:
    segments = {
        one: Segment(CITYSCAPES.category_of(one), iscrowd=one == 26) for one in map(int, np.unique(ids))
    }
    return LabelImage(
        (ids,),
        kind=Kind.PANOPTIC,
        background=None,
        void=frozenset({0}),
        segments=segments,
        ontology=CITYSCAPES,
    )


def _written(folder: Path, seed: int) -> Path:
    """Pair of PNGs; its instanceIds."""
    folder.mkdir()
    file = folder / f"{_STEM}_instanceIds.png"
    segreview.write(_labels(_ids(seed)), file)
    return file


def _pixels(drawn: Path, found: Path) -> Iterator[Finding]:
    """Scores of classes and categories."""
    evaluation = import_module(f"{_SCRIPTS}.evalPixelLevelSemanticLabeling")
    sides = [str(side).replace("instanceIds", "labelIds") for side in (found, drawn)]
    evaluation.args.JSONOutput = False
    theirs = evaluation.evaluateImgLists([sides[0]], [sides[1]], evaluation.args)
    ours = figures(Path(sides[1]), Path(sides[0]), "cityscapes_semantic")["figures"]
    yield Finding("scores of classes and categories, IoU and iIoU", _equal(theirs, ours))


def _instances(drawn: Path, found: Path) -> Iterator[Finding]:
    """Average precision of masks named by a text, against the instances that we wrote."""
    evaluation = import_module(f"{_SCRIPTS}.evalInstanceLevelSemanticLabeling")
    ids = segreview.read(found).data
    text = found.with_name(f"{_STEM.removesuffix('_gtFine')}_pred.txt")
    lines = []
    for number, one in enumerate(map(int, np.unique(ids[ids >= 1000]))):
        Picture.fromarray(np.uint8(255) * (ids == one)).save(found.with_name(f"mask_{one}.png"))
        lines.append(f"mask_{one}.png {one // 1000} {number / 20 + 0.01}\n")
    text.write_text("".join(lines))
    evaluation.args.JSONOutput = False
    evaluation.args.predictionPath = str(text.parent)
    evaluation.args.gtInstancesFile = str(text.with_name("gtInstances.json"))
    evaluation.args.minRegionSizes = np.array([0, 1000, 1000])  # ours are smaller than what they leave out
    evaluation.writeDict2JSON = lambda *_: None  # notes for itself, whose integers are numpy's and no JSON
    theirs = evaluation.evaluateImgLists([str(text)], [str(drawn)], evaluation.args)["averages"]
    ours = figures(drawn, text, "cityscapes_instance", "--option", "min_size=0")["figures"]
    yield Finding("average precision of instances", _equal(theirs, ours))


def _panoptic(scene: Scene, drawn: Path, found: Path) -> Iterator[Finding]:
    """Quality of segments that the scripts made of our ids, and of those that we wrote as COCO keeps them."""
    from cityscapesscripts.evaluation.evalPanopticSemanticLabeling import evaluatePanoptic
    from cityscapesscripts.preparation.createPanopticImgs import convert2panoptic

    made, written = [], []
    for side in (drawn, found):
        root = side.parent / "set"
        (root / "val" / "town").mkdir(parents=True)
        (root / "val" / "town" / side.name).write_bytes(side.read_bytes())
        convert2panoptic(str(root), setNames=["val"])
        made.append(root / "cityscapes_panoptic_val.json")
        written.append(side.with_name("panoptic.json"))
        segreview.write(_labels(segreview.read(side).data), written[-1] / "street.png", "coco_panoptic")
    for files, ours in ((made, (drawn, found)), (written, written)):
        folders = [str(file.with_suffix("")) for file in files]
        sides = [part for pair in zip(map(str, files), folders, strict=True) for part in pair]
        theirs = evaluatePanoptic(*sides, str(scene.folder / "quality.json"))
        told = figures(*ours, "panoptic")
        what = "made of our instanceIds" if files is made else "that we wrote"
        yield Finding(f"PQ, SQ, RQ of panoptic files {what}", _same_quality(theirs, told))


def _same_quality(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether all averages and figures of classes are equal."""
    averages = all(_equal(theirs[name], ours["figures"][name]) for name in ("All", "Things", "Stuff"))
    classes = {str(number): row for number, row in theirs["per_class"].items()}
    return averages and all(_equal(classes[number], row) for number, row in ours["per_class"].items())


def _polygons(folder: Path) -> Iterator[Finding]:
    """Ids of objects and of classes, drawn from the polygons that we wrote."""
    from cityscapesscripts.helpers.annotation import Annotation
    from cityscapesscripts.preparation.json2instanceImg import createInstanceImage
    from cityscapesscripts.preparation.json2labelImg import createLabelImage

    folder.mkdir()
    ids = _ids(3)
    for one in np.unique(ids[(ids >= 1000) & (ids % 3 == 0)]):  # a polygon is in one part, and these are not
        ids[ids == one] = 21
    file = folder / f"{_STEM}_polygons.json"
    segreview.write(_labels(ids), file)
    corrected(file, 1000)
    ids = brushed(ids, 1000)
    annotation = Annotation()
    annotation.fromJsonFile(str(file))
    drawn = np.array(createInstanceImage(annotation, "ids"))
    yield Finding("polygons as instanceIds", np.array_equal(drawn, segreview.read(file).data))
    classes = np.where(ids < 1000, ids, ids // 1000)
    yield Finding("and as labelIds", np.array_equal(np.array(createLabelImage(annotation, "ids")), classes))


def _equal(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether all figures that both name are equal, and there are some."""
    names = [name for name in theirs if name in ours and not isinstance(theirs[name], Mapping)]
    return bool(names) and all(close(float(theirs[name]), float(ours[name])) for name in names)
