"""Keys: they work wherever the focus is, leave text fields alone, and each does one thing once."""

import pytest
from desk import write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def desk(desk, tmp_path):
    """A desk with the small set."""
    desk.folder = write_set(tmp_path / "set", ("a", "b"))
    return desk


def focus(desk, find):
    """Click a widget and see that it has the keyboard."""
    from qtpy.QtWidgets import QApplication

    widget = desk.get(find)
    desk.hand.click(desk.hand.center(widget))
    desk.hand.wait_for(
        lambda: (
            QApplication.focusWidget() is not None
            and (QApplication.focusWidget() is widget or widget.isAncestorOf(QApplication.focusWidget()))
        ),
        "the widget has the keyboard",
    )


def test_keys_work_with_the_keyboard_on_canvas_and_table(desk):
    desk.open(desk.folder)
    desk.press("n")
    first = desk.row
    desk.click_line(2)
    desk.press("n")
    assert desk.row == ("split", (4,), (4, 5))
    desk.press("g")
    assert "1 of 5 judged" in desk.status
    desk.press("2")
    assert desk.mode == "paint"
    desk.press("6")
    assert desk.mode == "pan_zoom"
    desk.press("BackSpace")
    assert "0 of 5 judged" in desk.status
    desk.click_pixel(140, 100)
    desk.press("n", "n")
    assert desk.row == first


def test_keys_work_with_the_keyboard_in_the_docks(desk):
    from qtpy.QtWidgets import QCheckBox

    desk.open(desk.folder)
    controls = desk.app.window._qt_viewer.dockLayerControls
    focus(desk, lambda: next(box for box in controls.findChildren(QCheckBox) if box.isVisible()))
    desk.press("n", "g")
    assert "1 of 5 judged" in desk.status
    desk.hand.click(desk.hand.center(desk.app.samples))
    desk.press("g")
    assert "2 of 5 judged" in desk.status


def test_text_fields_keep_their_keys(desk):
    from qtpy.QtWidgets import QAbstractSpinBox

    desk.open(desk.folder)
    desk.press("n")
    row = desk.row
    controls = desk.app.window._qt_viewer.dockLayerControls

    def label_box():
        boxes = [box for box in controls.findChildren(QAbstractSpinBox) if box.isVisible()]
        return next(box for box in boxes if box.text() == "3")

    focus(desk, label_box)
    desk.press("g", "n", "BackSpace", "1", "2")
    assert "0 of 5 judged" in desk.status
    assert desk.row == row
    assert desk.mode == "pan_zoom"
    desk.press("ctrl+s")
    assert "Nothing to write" in desk.notice
    desk.press("Return")
    desk.click_pixel(20, 112)
    desk.press("g")
    assert "1 of 5 judged" in desk.status


def test_a_key_held_down_counts_once(desk):
    desk.open(desk.folder)

    def presses():
        return desk.hand.count("press") + desk.hand.count("repeated press")

    before = presses()
    desk.hand.hold("n", 1.2)
    assert presses() > before + 2
    assert desk.row == ("missed", (3,), ())


def test_question_mark_shows_all_keys(desk):
    from qtpy.QtWidgets import QLabel

    desk.open(desk.folder)
    desk.press("question")
    dialog = desk.dialog("keys")
    shown = desk.get(lambda: " ".join(label.text() for label in dialog.findChildren(QLabel)))
    for word in ("Ctrl+Shift+Z", "Backspace", "PgDown", "Next disagreement", "Polygon"):
        assert word in shown
    desk.press("g", "n")
    assert desk.row is None
    desk.answer("keys", "Close")
    desk.press("n")
    assert desk.row is not None


def test_every_key_of_the_table_is_claimed_and_none_twice(desk):
    from segreview.ui.actions import ACTIONS
    from segreview.ui.keys import normal

    keys = [normal(key) for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)
    assert all(hasattr(desk.app.commands, a.id) or a.judgement is not None for a in ACTIONS)


def test_views_switch_by_key(desk):
    desk.open(desk.folder)
    desk.press("q")
    assert desk.get(lambda: desk.bench.scene.layers.heat.visible)
    desk.press("o")
    assert desk.get(lambda: desk.bench.scene.gt.opacity) > 0
    desk.press("2", "q", "o", "b")
    assert desk.mode == "paint"
    assert not desk.get(lambda: desk.bench.scene.layers.heat.visible)
    desk.press("ctrl+1")
    assert not desk.get(lambda: desk.bench.scene.gt.visible)
    desk.press("ctrl+1", "ctrl+2")
    assert desk.get(lambda: (desk.bench.scene.gt.visible, desk.bench.scene.layers.model.visible)) == (
        True,
        False,
    )
    desk.press("n")
    zoom = desk.get(lambda: desk.app.viewer.scene.camera.zoom)
    desk.press("0")
    assert desk.get(lambda: desk.app.viewer.scene.camera.zoom) < zoom
    desk.press("z")
    assert desk.get(lambda: desk.app.viewer.scene.camera.zoom) == pytest.approx(zoom)
