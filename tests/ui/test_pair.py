"""The close-up of an item, its figures, the verdict buttons, the notice and the last line."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from desk import write_set

pytestmark = pytest.mark.gui


def small_stack():
    """Objects in slices 3 to 8 of 12: one that agrees, one with another outline."""
    gt, pred = np.zeros((2, 12, 80, 100), np.uint16)
    gt[3:9, 10:30, 10:30] = pred[3:9, 10:30, 10:30] = 1
    gt[3:9, 10:50, 50:90], pred[3:9, 18:58, 50:90] = 2, 2
    return gt, pred


@pytest.fixture
def folder(tmp_path):
    """Files of the small masks."""
    return write_set(tmp_path / "set")


def look_at(desk, relation):
    """Bring the first item of a kind into view."""

    def go():
        rows = [row for row in desk.review.queue if row.item.relation == relation]
        desk.bench.focus.on_row(rows[0])

    desk.get(go)
    desk.hand.settle(0.1)


def button(desk, title):
    """Verdict button with a title."""
    from qtpy.QtWidgets import QPushButton

    return desk.get(lambda: next(b for b in desk.app.pair.findChildren(QPushButton) if b.text() == title))


# -------------------------------------------------------------------- close-ups
def test_the_crops_share_place_scale_and_crosshair(desk, folder):
    desk.open(folder)
    crops = desk.app.pair.crops
    look_at(desk, "boundary")
    first = desk.get(lambda: crops.sight)
    x, y = desk.hand.center(crops.widgets[1])
    desk.hand.move((x + 20, y - 10))
    crosses = desk.get(lambda: [crop.cross for crop in crops.widgets])
    assert crosses[0] is not None
    assert crosses[0] == crosses[1] == crosses[2]
    under = desk.get(lambda: crops._pointer)

    desk.hand.click((x + 20, y - 10), 4)  # the wheel, away from the user
    closer = desk.get(lambda: crops.sight)
    assert closer.zoom == pytest.approx(1.25 * first.zoom)
    assert closer.data_at(closer.offset_of(under)) == pytest.approx(under)
    assert desk.get(lambda: crops.widgets[2].cross) == pytest.approx(crosses[0])

    desk.hand.drag([(x, y), (x + 15, y), (x + 30, y)])
    moved = desk.get(lambda: crops.sight)
    assert moved.center[1] == pytest.approx(closer.center[1] - 30 / closer.zoom)

    desk.hand.click((x, y))
    desk.hand.click((x, y))  # a double click
    assert desk.get(lambda: crops.sight) == first


def test_the_pictures_have_the_pixels_of_the_screen_and_differ(desk, folder):
    desk.open(folder)
    crops = desk.app.pair.crops
    look_at(desk, "boundary")

    def pictures():
        return [crops._picture(n) for n in range(3)]

    image, gt, model = desk.get(pictures)
    crop = crops.widgets[0]
    ratio = desk.get(crop.devicePixelRatioF)
    assert image.shape == (round(crop.height() * ratio), round(crop.width() * ratio), 3)
    assert not np.array_equal(gt, image)
    assert not np.array_equal(gt, model)
    limits = desk.get(lambda: desk.bench.scene.layers.images[0].contrast_limits)
    desk.get(lambda: setattr(desk.bench.scene.layers.images[0], "contrast_limits", (0, 4 * limits[1])))
    assert desk.get(pictures)[0].mean() < image.mean()  # as dark as on the canvas


def test_channels_are_added_in_their_colours():
    from napari.components import ViewerModel
    from napari.layers import Image

    from segreview.ui.docks.look import GROUND, Look
    from segreview.ui.docks.sight import Sight

    red, green = np.zeros((2, 20, 20), np.uint8)
    red[:, :15], green[:, 5:] = 100, 200
    options = {"blending": "additive", "contrast_limits": (0, 200)}
    layers = [Image(red, colormap="red", **options), Image(green, colormap="green", **options)]
    scene = SimpleNamespace(layers=SimpleNamespace(images=layers))
    look = Look(ViewerModel(), lambda: scene)
    told = []
    look.changed.connect(lambda: told.append(1))
    look.follow(True)
    view = Sight((9.5, 9.5), 1.0).view((), (20, 20), (24, 24), 1.0)
    picture = look.picture(view)
    assert picture[0, 0].tolist() == [GROUND] * 3
    assert [picture[10, 2 + x].tolist() for x in (0, 10, 19)] == [[128, 0, 0], [128, 255, 0], [0, 255, 0]]
    layers[0].visible = False
    assert told
    assert look.picture(view)[10, 2].tolist() == [0, 0, 0]
    look.follow(False)
    told.clear()
    layers[1].visible = False
    assert not told


def test_the_crops_follow_the_slice_that_cuts_the_item(desk, tmp_path):
    desk.open(write_set(tmp_path / "set", masks=small_stack), kind="instance")
    look_at(desk, "boundary")
    crops, dims = desk.app.pair.crops, desk.app.viewer.dims
    assert "z 6/11" in desk.get(crops._caption.text)
    desk.get(lambda: dims.set_current_step(0, 4))
    assert "z 4/11" in desk.get(crops._caption.text)
    desk.get(lambda: dims.set_current_step(0, 0))  # beside the item
    assert "z 5/11" in desk.get(crops._caption.text)


# -------------------------------------------------------------------- figures
def test_figures_and_how_they_are_counted(desk, folder):
    desk.open(folder)
    figures = desk.app.pair.figures
    look_at(desk, "boundary")  # squares of 24, 4 to the right and 4 down
    desk.hand.wait_for(lambda: figures.values().get("contours", "…") != "…", "the contours are measured")
    assert desk.get(figures.values) == {
        "GT": "576 px",
        "model": "576 px",
        "differs": "352 px",
        "contours": "4.3 px",  # at the corners more than 4, in 7 of 92 border pixels
        "IoU": "0.53",
        "Dice": "0.69",
        "box IoU": "0.53",
    }
    look_at(desk, "split")
    tooltip = desk.get(lambda: figures._cells[1, 0][0].toolTip())
    assert "GT 4 – model 4: 0.47" in tooltip
    look_at(desk, "missed")
    assert list(desk.get(figures.values)) == ["GT"]


def test_physical_units_where_the_image_has_them(desk, tmp_path):
    folder = write_set(tmp_path / "set")
    for name in ("gt", "pred"):
        import tifffile

        data = tifffile.imread(folder / name / "a.tif")
        tifffile.imwrite(
            folder / name / "a.tif",
            data,
            ome=True,
            metadata={"axes": "YX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5},
        )
        shutil.move(folder / name / "a.tif", folder / name / "a.ome.tif")
    shutil.move(folder / "images" / "a.tif", folder / "images" / "a.ome.tif")
    desk.open(folder)
    look_at(desk, "boundary")
    assert desk.get(desk.app.pair.figures.values)["GT"] == "576 px · 144 µm²"
    assert desk.get(lambda: desk.app.pair.crops.widgets[0].bar[1]).endswith("µm")


# -------------------------------------------------------------------- buttons, note, reasons
def test_the_buttons_stay_in_sight_in_a_small_window(desk, folder):
    desk.open(folder)
    app = desk.app
    look_at(desk, "boundary")
    before = desk.get(lambda: app.window.size())
    desk.get(lambda: app.window.resize(1280, 800))
    desk.get(lambda: app.pair.show_reasons(["one of many"] * 20))
    desk.hand.settle(0.3)
    try:
        for title in ("GT is right", "Take the model's", "Both wrong", "Both fine", "Unsure", "Ignore"):
            found = button(desk, title)
            assert desk.get(lambda found=found: found.visibleRegion().boundingRect() == found.rect()), title
    finally:
        desk.get(lambda: app.pair.show_reasons([]))
        desk.get(lambda: app.window.resize(before))
        desk.hand.settle(0.2)


def test_the_verdict_that_was_given_is_marked(desk, folder):
    desk.open(folder)
    look_at(desk, "boundary")
    desk.press("u")
    look_at(desk, "boundary")
    assert desk.get(button(desk, "Unsure").isChecked)
    assert not desk.get(button(desk, "Ignore").isChecked)
    look_at(desk, "missed")
    assert not desk.get(button(desk, "Unsure").isChecked)


def test_buttons_show_the_keys_that_actions_have_now(desk):
    pair = desk.app.pair
    unsure = button(desk, "Unsure")
    assert "(U)" in desk.get(unsure.toolTip)
    desk.get(lambda: pair.refresh_keys(lambda action: ("F7", "K")))
    try:
        assert "(F7 or K)" in desk.get(unsure.toolTip)
        assert desk.get(unsure._key.text) == "F7"
    finally:
        desk.get(lambda: pair.refresh_keys(lambda action: action.keys))


def test_note_and_reasons_take_room_only_while_there_are_any(desk):
    pair = desk.app.pair
    assert not desk.get(lambda: pair._note.isVisible() or pair._reasons.isVisible())
    desk.get(lambda: (pair.show_note("a long\nnote " * 40), pair.show_reasons(["a dark seam"])))
    assert desk.get(lambda: pair._note.isVisible() and pair._reasons.isVisible())
    assert "\n" in desk.get(pair._note.toolTip)
    desk.get(lambda: (pair.show_note(""), pair.show_reasons([])))
    assert not desk.get(lambda: pair._note.isVisible() or pair._reasons.isVisible())


def test_without_a_model_nothing_is_called_missed(desk, tmp_path):
    from segreview.session.project import Project

    folder = write_set(tmp_path / "set")
    project = Project.of_paths(folder / "gt", folder / "images", None)
    desk.get(lambda: desk.app.open(project))
    desk.wait_until_open()
    desk.press("n")
    assert desk.get(desk.app.pair.title) == "GT object"
    assert desk.get(lambda: desk.app.pair.crops.widgets[2].message) == "no model's masks"
    assert "no model's masks" in desk.status
    assert "missed" not in desk.status


# -------------------------------------------------------------------- notice and last line
def test_a_warning_is_not_lost_behind_what_comes_next(desk):
    app = desk.app
    done = []
    desk.get(lambda: app.bench.say("odd", "warning", ("Copy report", lambda: done.append(1))))
    desk.get(lambda: app.bench.say("one"))
    desk.get(lambda: app.bench.say("two"))
    assert desk.notice == "odd\ntwo"
    from qtpy.QtWidgets import QToolButton

    link = desk.get(lambda: app.notice.findChild(QToolButton))
    desk.hand.settle(0.2)
    desk.hand.click(desk.hand.center(link))
    assert done == [1]
    assert desk.notice == "two"


def test_the_canvas_below_a_notice_stays_in_reach(desk):
    from qtpy.QtCore import Qt

    notice = desk.app.notice
    through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
    desk.get(lambda: desk.bench.say("only words"))
    assert desk.get(lambda: notice.testAttribute(through))
    desk.get(lambda: desk.bench.say("with a link", link=("Undo", print)))
    assert not desk.get(lambda: notice.testAttribute(through))


def test_long_notices_stay_within_the_canvas(desk):
    notice = desk.app.notice
    desk.get(lambda: desk.bench.say("many words " * 60, "warning"))
    host = notice.parentWidget()
    assert desk.get(lambda: host.rect().contains(notice.geometry()))
    words = desk.get(lambda: notice._lines[0]._words)
    assert desk.get(lambda: words.heightForWidth(words.width()) <= words.height())


def test_the_last_line_leaves_out_what_there_is_no_room_for(desk, folder):
    desk.open(folder)
    line = desk.app.status
    desk.press("n", "c")
    whole = desk.status
    assert "1 not written" in whole

    def shown():
        from qtpy.QtWidgets import QLabel

        return QLabel.text(line)

    desk.get(lambda: line.setFixedWidth(300))
    desk.hand.wait_for(lambda: line.width() == 300, "the line is short")
    assert "1 not written" in desk.get(shown)
    assert "split" not in desk.get(shown)
    assert desk.status == whole
    assert whole in desk.get(line.toolTip)
    desk.get(lambda: (line.setMinimumWidth(0), line.setMaximumWidth(16777215)))


def test_a_click_on_what_is_not_written_saves():
    from segreview.ui.docks.status_line import StatusLine
    from segreview.ui.focus import Focus

    saved = []
    line = StatusLine(Focus(), lambda: saved.append(1))
    line.linkActivated.emit("save")
    assert saved == [1]
