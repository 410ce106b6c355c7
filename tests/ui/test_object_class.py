"""The class of an object in the window: shown, looked for, given, taken back, painted with, and saved."""

import json

import numpy as np
import pytest
from desk import small_masks, write_tiff

pytestmark = pytest.mark.gui


def write_pets(folder):
    """COCO files of both sides, and the image: cats and dogs, of which object 1 is a dog for the model."""
    from segreview.formats.registry import write
    from segreview.model.labels import LabelImage, Segment
    from segreview.model.ontology import Category, Ontology

    table = Ontology(
        "pets",
        (Category(1, "cat", (220, 20, 60), isthing=True), Category(2, "dog", (0, 82, 180), isthing=True)),
    )
    write_tiff(folder / "images" / "7.tif", (40 + 120 * (small_masks()[1] > 0)).astype(np.uint8))
    for name, masks, odd in (("gt", small_masks()[0], 2), ("pred", small_masks()[1], 1)):
        ids = [i for i in np.unique(masks).tolist() if i]
        segments = {i: Segment(2 if i == odd else 1) for i in ids}
        labels = LabelImage((masks.astype(np.int32),), segments=segments, ontology=table)
        write(labels, folder / f"{name}.json" / "7", "coco")
    return folder


def sides(desk):
    """What the heading says of both sides, in its one line or in the other."""
    heading = desk.app.pair.heading
    lines = (heading._beside, heading._below)
    return desk.get(lambda: [label for line in lines for label in line._labels if label.isVisible()])


def texts(desk):
    return [label.text() for label in sides(desk)]


def test_an_object_gets_another_class_and_new_ones_have_one(desk, tmp_path):
    from segreview.session.project import Project

    folder = write_pets(tmp_path / "set")
    project = Project.of_paths(folder / "gt.json", folder / "images", folder / "pred.json")
    desk.get(lambda: desk.app.open(project))
    desk.wait_until_open()
    desk.click_line(next(n for n, line in enumerate(desk.lines()) if line[3] == "1"))
    assert texts(desk) == ["GT 1 cat", "model 1 dog"]

    desk.hand.click(desk.hand.center(sides(desk)[0]))
    dialog = desk.dialog("class")
    assert desk.get(dialog.windowTitle) == "Class of GT 1"
    assert desk.get(lambda: dialog.chosen.name) == "cat"
    desk.hand.text("do")
    desk.hand.wait_for(lambda: dialog.chosen.name == "dog", "the list is narrowed")
    desk.press("Return")
    desk.hand.wait_for(lambda: desk.review.reference.category_of(1) == 2, "it is a dog")
    assert desk.notice.startswith("Class of GT 1: dog")
    assert texts(desk)[0] == "GT 1 dog"
    assert desk.state_of(gt=(1,), model=(1,)) == "resolved"
    desk.check()
    desk.press("ctrl+z")
    assert texts(desk) == ["GT 1 cat", "model 1 dog"]
    desk.press("ctrl+shift+z")

    desk.press("m")
    hand = desk.app.layers.tools.hand.words
    desk.hand.wait_for(lambda: hand.text() == "new object 7 dog", "the brush tells its class")
    desk.press("0")
    desk.stroke((120, 60), (120, 90))
    desk.press("ctrl+s")
    desk.answer("where", "Over the original")
    file = folder / "gt.json"
    desk.hand.wait_for(
        lambda: len(json.loads(file.read_text())["annotations"]) == 7, "the file holds the new object"
    )
    told = [entry["category_id"] for entry in json.loads(file.read_text())["annotations"]]
    assert told == [2, 2, 1, 1, 1, 1, 2]
