"""Small data sets on disk."""

import json

import numpy as np
import tifffile
from PIL import Image as Picture

ONE = np.array([[1, 1, 1, 1, 0, 2, 2, 2]], np.uint16)
PART = np.array([[5, 5, 5, 0, 0, 0, 0, 0]], np.uint16)


def folders(place, **pairs):
    """Folders ``gt`` and ``pred`` with TIFF files; a side that is None has no file."""
    for name, sides in pairs.items():
        for folder, data in zip(("gt", "pred"), sides, strict=True):
            (place / folder).mkdir(exist_ok=True)
            if data is not None:
                tifffile.imwrite(place / folder / f"{name}.tif", data)
    return place / "gt", place / "pred"


def coco(place):
    """COCO files of two images, the second without annotations, and their results."""
    square = {"image_id": 1, "category_id": 1, "bbox": [0, 0, 2, 2], "area": 4, "iscrowd": 0}
    polygon = [[0, 0, 2, 0, 2, 2, 0, 2]]
    images = [{"id": n, "file_name": f"{n}.jpg", "height": 4, "width": 4} for n in (1, 2)]
    truth = {
        "images": images,
        "annotations": [{**square, "id": 1, "segmentation": polygon}],
        "categories": [{"id": 1, "name": "cell"}],
    }
    said = [{**square, "segmentation": polygon, "score": 0.9}, {**square, "image_id": 2, "score": 0.8}]
    return saved(place / "gt.json", truth), saved(place / "results.json", said)


def panoptic(place, *, images=2):
    """Panoptic files of two images, of which the prediction has the first ones."""
    classes = [{"id": 1, "name": "cell", "isthing": 1}, {"id": 2, "name": "ground", "isthing": 0}]
    found = []
    for name, count in (("gt", 2), ("pred", images)):
        (place / name).mkdir()
        rows = []
        for n in range(1, count + 1):
            Picture.fromarray(np.array([[[7, 0, 0]] * 3 + [[8, 0, 0]]], np.uint8)).save(
                place / name / f"{n}.png"
            )
            segments = [{"id": 7, "category_id": 2}, {"id": 8, "category_id": 1}]
            rows.append({"image_id": n, "file_name": f"{n}.png", "segments_info": segments})
        head = {"categories": classes} if name == "gt" else {}
        found.append(saved(place / f"panoptic_{name}.json", {**head, "annotations": rows}))
    return tuple(found)


def saved(path, root):
    path.write_text(json.dumps(root), encoding="utf-8")
    return path
