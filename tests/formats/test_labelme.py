from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outline_files import FILES
from segreview.errors import ReadError
from segreview.formats.registry import read, write
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return FILES["labelme all sorts in one line"](tmp_path)


def shapes(path: Path) -> list[dict]:
    return json.loads(path.read_text("utf-8"))["shapes"]


def test_every_sort_of_area_is_filled_by_the_centres_of_its_pixels(path: Path) -> None:
    labels = read(path)
    first, second = labels.planes
    assert len(np.unique(first)) + len(np.unique(second)) == 9
    assert np.array_equal(np.argwhere(first == 1).min(0), (2, 2))
    assert int((first == 1).sum()) == 90
    assert int((first == 2).sum()) == 49  # centres within 4 pixels of (20.5, 6.5)
    assert int((first == 3).sum()) == 90 - 9
    assert first[6, 34] == 0
    assert int((first == 4).sum()) == 9 * 9  # two shapes of a group
    assert 5 in first
    assert 6 in second
    assert [labels.category(n).name for n in (1, 2, 3, 4, 5, 6)] == ["r", "c", "m", "g", "over", "over"]
    assert labels.segments[1].score == 0.5
    assert "overlap and lie in 2 planes, 1 of its entries are no areas" in labels.reading


def test_an_edited_group_is_drawn_by_as_many_polygons_as_it_has_parts(path: Path) -> None:
    labels = read(path)
    plane = labels.planes[0].copy()
    plane[14:16, 2:8] = 0
    write(replace(labels, planes=(plane, labels.planes[1])), path)
    mine = [shape for shape in shapes(path) if shape["label"] == "g"]
    assert [(shape["group_id"], shape["shape_type"]) for shape in mine] == [(4, "polygon")] * 2
    assert min(shape["points"] for shape in mine) == [
        [2.0, 16.0],
        [8.0, 16.0],
        [8.0, 23.0],
        [2.0, 23.0],
    ]
    assert [shape["shape_type"] for shape in shapes(path)[:3]] == ["rectangle", "circle", "mask"]


def test_parts_become_a_group_and_holes_a_mask(path: Path) -> None:
    labels = read(path)
    plane = labels.planes[0].copy()
    plane[5, 2:12] = 0
    plane[16, 5] = 0
    write(replace(labels, planes=(plane, labels.planes[1])), path)
    first, second, *_ = shapes(path)
    assert first["group_id"] == second["group_id"] == 5
    assert (first["score"], second["score"]) == (0.5, 0.5)
    (group,) = [shape for shape in shapes(path) if shape["label"] == "g"]
    assert (group["shape_type"], group["points"]) == ("mask", [[2.0, 14.0], [11.0, 22.0]])
    mask = np.array(Image.open(io.BytesIO(base64.b64decode(group["mask"])))) > 0
    assert mask.shape == (9, 10)
    assert int(mask.sum()) == 80


def test_only_the_points_of_an_edited_shape_are_typed_anew(tmp_path: Path) -> None:
    path = FILES["labelme polygons"](tmp_path)
    before = path.read_text("utf-8")
    labels = read(path)
    plane = labels.planes[0].copy()
    plane[plane == 1] = np.where(np.arange((plane == 1).sum()) < 20, 0, 1)
    write(replace(labels, planes=(plane,)), path)
    after = path.read_text("utf-8")
    start, stop = before.index('"points"'), before.index('"group_id"')
    assert after.startswith(before[:start])
    assert after.endswith(before[stop:])
    assert after[start:].startswith('"points": [\n        [\n          4.0,\n          4.0\n        ],\n')


def test_a_new_file_is_one_that_labelme_reads(tmp_path: Path) -> None:
    data = np.zeros((6, 8), np.uint8)
    data[1:3, 1:4], data[4, 6] = 4, 9
    table = Ontology("t", (Category(1, "Größe"),))
    labels = LabelImage((data,), segments={4: Segment(1, 0.25)}, ontology=table)
    Image.new("L", (8, 6)).save(tmp_path / "a.png")
    write(labels, tmp_path / "a.json", "labelme")
    found = json.loads((tmp_path / "a.json").read_text())
    assert found["imagePath"] == "a.png"
    assert (found["imageHeight"], found["imageWidth"], found["imageData"]) == (6, 8, None)
    assert [shape["label"] for shape in found["shapes"]] == ["Größe", "Größe"]  # the one class that there is
    assert [shape.get("score") for shape in found["shapes"]] == [0.25, None]
    write(LabelImage.of_array(data), tmp_path / "b.json", "labelme")
    assert {shape["label"] for shape in shapes(tmp_path / "b.json")} == {"object"}


def test_a_mask_that_leads_out_of_the_image_is_cut(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(np.full((6, 6), 255, np.uint8)).save(file, "PNG")
    mask = base64.b64encode(file.getvalue()).decode()
    shape = {"label": "a", "points": [[-3, 5], [2, 10]], "shape_type": "mask", "mask": mask}
    facts = {"shapes": [shape], "imageHeight": 8, "imageWidth": 8}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(facts))
    assert np.argwhere(read(path).data).tolist() == [[y, x] for y in (5, 6, 7) for x in (0, 1, 2)]
    path.write_text(json.dumps(facts | {"shapes": [shape | {"mask": mask[:40]}]}))
    with pytest.raises(ReadError, match=r"a\.json"):
        read(path)
