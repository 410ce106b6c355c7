"""COCO's files, by pycocotools and supervision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from program import Finding, close
from scene import NAMES, Scene, blobs, figures, in_one_piece, labels_of, same_along_edges, things

import segreview


def pycocotools(scene: Scene) -> Iterator[Finding]:
    """Masks, areas and boxes of annotations; and the figures of results."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    file = scene.converted("coco")[0].parent
    truth = COCO(file)
    rows = [truth.loadAnns(truth.getAnnIds(imgIds=[number])) for number in sorted(truth.imgs)]
    masks = [[(row, truth.annToMask(row).astype(bool)) for row in of_image] for of_image in rows]
    found = [
        sorted((truth.cats[row["category_id"]]["name"], mask.tobytes()) for row, mask in of_image)
        for of_image in masks
    ]
    count = sum(map(len, found))
    yield Finding(f"classes and masks of {count} annotations", found == list(map(things, scene.truth)))
    told = [(row["area"], row["bbox"], mask) for of_image in masks for row, mask in of_image]
    yield Finding("their areas and boxes", all(a == m.sum() and b == _box(m) for a, b, m in told))
    pictures = [truth.imgs[number]["file_name"] for number in sorted(truth.imgs)]
    yield Finding("names of pictures", pictures == [f"{name}.jpg" for name in NAMES])
    results = _results(scene.folder / "results.json")
    evaluation = COCOeval(truth, truth.loadRes(str(results)), "segm")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    ours = figures(file, results, "coco")["figures"].values()
    yield Finding("12 figures of scored results", all(map(close, evaluation.stats, ours)))


def _results(file: Path) -> Path:
    """Scored results of the same images, other objects over half of each."""
    for number in range(len(NAMES)):
        data = blobs(number)
        data[:, 60:] = blobs(number + 7)[:, 60:]
        segreview.write(labels_of(data, scored=True), file / str(number + 1), "coco_results")
    return file


def _box(mask: np.ndarray) -> list[float]:
    """Left, top, width and height."""
    (top, left), (bottom, right) = np.argwhere(mask).min(axis=0), np.argwhere(mask).max(axis=0) + 1
    return [left, top, right - left, bottom - top]


def supervision(scene: Scene) -> Iterator[Finding]:
    """Data sets of COCO and of YOLO; OpenCV's polygons take in the pixels along their edges."""
    from supervision import DetectionDataset

    file = scene.converted("coco")[0].parent
    read = DetectionDataset.from_coco(str(file.parent), str(file), force_masks=True)
    found = [_detected(read, name) for name in NAMES]
    yield Finding("COCO: classes, and masks to a pixel along the edge", same_along_edges(found, scene.truth))
    folder = scene.converted("yolo")[0].parent
    names = folder / "data.yaml"
    read = DetectionDataset.from_yolo(str(folder), str(folder), str(names), force_masks=True)
    found = [_detected(read, name) for name in NAMES]
    yield Finding(
        "YOLO: the same, of objects in one piece", same_along_edges(found, scene.truth, in_one_piece)
    )


def _detected(read: Any, name: str) -> list[tuple[str, np.ndarray]]:
    """Class and mask of each object of an image."""
    found = next(found for path, found in read.annotations.items() if Path(path).stem == name)
    return [(read.classes[number], mask) for number, mask in zip(found.class_id, found.mask, strict=True)]
