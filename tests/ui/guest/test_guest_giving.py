"""As a guest: corrected masks go back to their layer, or to its file, and nothing else changes there."""

import numpy as np
import pandas as pd
import pytest
import tifffile
from guesthouse import picture, pump, stroke, two_objects
from inventory import emitters
from napari.utils import DirectLabelColormap

pytestmark = pytest.mark.gui


def line(visit):
    return visit._notice.text()


@pytest.fixture
def opened(viewer, tmp_path):
    """GT and model from files, with our reader, and an image."""
    for name, masks in zip(("gt", "model"), two_objects(), strict=True):
        tifffile.imwrite(tmp_path / f"{name}.tif", masks, compression="zlib", description="as it came")
    viewer.add_image(picture(), name="picture")
    names = [str(tmp_path / f"{name}.tif") for name in ("gt", "model")]
    return [viewer.open(name, plugin="segreview")[0] for name in names]


@pytest.fixture
def where(monkeypatch):
    """How often it was asked where corrected labels go: over the original."""
    from segreview.ui import messages

    asked = []
    monkeypatch.setattr(messages, "ask_where", lambda _, labels: asked.append(labels.path))
    return asked


# -------------------------------------------------------------------- to the layer
def facts_of(layer):
    names = ("colormap", "opacity", "blending", "contour", "selected_label", "metadata", "name", "mode")
    return {name: str(getattr(layer, name)) for name in names}, layer.features.to_dict()


def test_all_but_the_pixels_of_the_layer_stays(viewer, layers, widget):
    mine = layers[1]
    mine.features = pd.DataFrame({"index": [3, 700], "kind": ["a", "b"]})
    mine.metadata = {"from": "the lab"}
    mine.colormap = DirectLabelColormap(color_dict={3: "red", 700: "blue", None: "black"})
    mine.contour, mine.opacity = 2, 0.4
    before, listeners = facts_of(mine), emitters(mine)
    with mine.block_history():
        mine.paint((1, 1), 3)  # a step of their own
    first = mine.data.copy()
    widget.start()
    visit = widget.visit
    stroke(visit.bench.scene.gt, 700)
    visit.commands.do("next_item")
    visit.commands.do("judge_take_model")
    mine.name = "another name"
    viewer.layers.move(viewer.layers.index(mine), len(viewer.layers))
    pump()
    visit.giving.button.click()
    assert "pixels of another name were changed" in line(visit)
    assert len(mine._undo_history) == 2
    work = mine.data.copy()
    assert np.array_equal(work, visit.bench.review.reference.data)
    assert visit.kept == 0
    widget.end()
    mine.name = "mine"
    assert facts_of(mine) == before
    assert emitters(mine) == listeners
    mine.undo()
    assert np.array_equal(mine.data, first)
    mine.redo()
    assert np.array_equal(mine.data, work)
    mine.undo()
    mine.undo()
    assert np.array_equal(mine.data, two_objects()[0])


def test_a_new_layer_takes_over_what_is_known_of_the_objects(viewer, layers, widget):
    mine = layers[1]
    mine.features = pd.DataFrame({"index": [3, 700], "kind": ["a", "b"]})
    mine.metadata, mine.opacity = {"from": "the lab"}, 0.4
    mine.colormap = DirectLabelColormap(color_dict={3: "red", 700: "blue", None: "black"})
    widget.start()
    visit = widget.visit
    stroke(visit.bench.scene.gt, 700)
    stroke(mine, 5, (0, 0))
    visit.giving.button.click()
    made = viewer.layers["mine reviewed"]
    assert made.features.to_dict() == mine.features.to_dict()
    assert made.metadata == mine.metadata
    assert made.metadata is not mine.metadata
    assert (made.opacity, made.colormap) == (0.4, mine.colormap)


def test_what_was_undone_can_be_applied_to_again(desk, viewer, layers):
    mine = layers[1]
    desk.start()
    button = desk.visit.giving.button
    desk.get(lambda: stroke(desk.bench.scene.gt, 700))
    desk.get(lambda: stroke(mine, 5, (0, 0)))
    desk.hand.settle()
    assert desk.get(button.text) == "Add as new layer"
    assert "was changed since the review began" in desk.get(button.toolTip)
    desk.get(mine.undo)
    desk.hand.move(desk.hand.center(button))
    desk.hand.settle()
    assert desk.get(button.text) == "Apply to layer"
    desk.click(button)
    assert mine.data[60, 70] == 700
    desk.get(mine.undo)  # the user thinks better of it, in the middle of the review
    assert mine.data[60, 70] == 0
    desk.get(lambda: stroke(desk.bench.scene.gt, 3, (10, 60)))
    desk.click(button)
    assert "mine was changed since the review began" in desk.line
    assert desk.get(lambda: viewer.layers["mine reviewed"]).data[10, 60] == 3


def test_a_layer_that_comes_back_is_applied_to_again(viewer, layers, widget):
    widget.start()
    visit = widget.visit
    stroke(visit.bench.scene.gt, 700)
    viewer.layers.remove(layers[1])
    pump()
    assert visit.giving.button.text() == "Add as new layer"
    viewer.add_layer(layers[1])
    pump()
    visit.giving.button.click()
    assert layers[1].data[60, 70] == 700
    assert len(viewer.layers) == 3 + 4


# -------------------------------------------------------------------- to the file
def test_ctrl_s_writes_the_file_asks_once_and_tells_of_the_layer(
    viewer, opened, widget, where, tmp_path, told
):
    mine, file = opened[0], tmp_path / "gt.tif"
    widget.start()
    visit = widget.visit
    for n, place in enumerate([(60, 70), (55, 10)]):
        stroke(visit.bench.scene.gt, 700, place)
        visit.commands.do("save")
        assert where == [file]
        assert np.array_equal(tifffile.imread(file), visit.bench.review.reference.data), n
    with tifffile.TiffFile(file) as saved:
        assert saved.pages[0].description == "as it came"
    assert "The layer mine still shows" not in line(visit)
    assert f"The layer {mine.name} still shows what it did before." in line(visit)
    assert mine.data[60, 70] == 0
    visit.giving.button.click()
    assert np.array_equal(mine.data, tifffile.imread(file))
    stroke(visit.bench.scene.gt, 700, (50, 10))
    visit.giving.button.click()
    visit.commands.do("save")
    assert line(visit).count("still shows") <= 1  # the line from before
    widget.end()
    widget.start()  # layer and file are one again
    assert widget.visit.remarks.words.text() == ""
    assert widget.visit.bench.review.reference.path == file
    assert told == []


def test_ctrl_s_without_a_file_gives_back_to_the_layer(viewer, layers, widget, where):
    widget.start()
    visit = widget.visit
    assert not visit.save.isVisibleTo(visit)
    stroke(visit.bench.scene.gt, 700)
    visit.commands.do("save")
    assert layers[1].data[60, 70] == 700
    assert where == []


def test_a_file_that_holds_other_pixels_is_left_alone_and_told(viewer, opened, widget, tmp_path, state):
    file = tmp_path / "gt.tif"
    content = file.read_bytes()
    opened[0].paint((60, 70), 9)
    widget.start()
    visit = widget.visit
    said = f"{file} holds other pixels than the layer gt. The review is of the layer; the file is left alone."
    assert visit.remarks.words.text() == said
    assert visit.bench.review.reference.path.is_relative_to(state)
    assert not visit.save.isVisibleTo(visit)
    stroke(visit.bench.scene.gt, 700, (55, 10))
    visit.commands.do("save")
    assert opened[0].data[55, 10] == 700
    assert file.read_bytes() == content


def test_the_path_is_that_of_the_opened_file_not_that_of_metadata(viewer, opened, widget, where, tmp_path):
    mine, other = opened[0], tmp_path / "other.tif"
    other.write_bytes((tmp_path / "gt.tif").read_bytes())
    facts = mine.metadata["segreview"]
    mine.metadata["segreview"] = {**facts, "path": str(other)}
    widget.start()
    visit = widget.visit
    assert f"gt was opened from {tmp_path / 'gt.tif'}, though its metadata name {other}." in (
        visit.remarks.words.text()
    )
    stroke(visit.bench.scene.gt, 700)
    visit.commands.do("save")
    assert tifffile.imread(tmp_path / "gt.tif")[60, 70] == 700
    assert tifffile.imread(other)[60, 70] == 0


def test_a_file_that_another_program_changed_meanwhile_is_not_written_over(
    viewer, opened, widget, where, tmp_path, told
):
    widget.start()
    visit = widget.visit
    stroke(visit.bench.scene.gt, 700)
    tifffile.imwrite(tmp_path / "gt.tif", np.ones((64, 80), np.uint16))
    visit.commands.do("save")
    assert "was changed by another program since it was opened" in told.pop()
    assert (tifffile.imread(tmp_path / "gt.tif") == 1).all()
    visit.giving.button.click()
    assert opened[0].data[60, 70] == 700


def test_a_wrong_pairing_is_told(viewer, widget):
    gt, _ = two_objects()
    viewer.add_labels(gt, name="mine")
    viewer.add_labels(gt.copy(), name="theirs")
    widget.start()
    assert "GT and model are the same file, or copies of one" in widget.visit.remarks.words.text()
    assert "No model is open" not in line(widget.visit)
