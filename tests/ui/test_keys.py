"""Keys: they work wherever the focus is, leave text fields alone, and each does one thing once."""

import pytest
from desk import write_set

pytestmark = pytest.mark.gui


@pytest.fixture
def desk(desk, tmp_path):
    """A desk with the small set."""
    desk.folder = write_set(tmp_path / "set", ("a", "b"))
    yield desk
    desk.app.window._qt_viewer.dockLayerControls.hide()


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


def show_controls(desk):
    """Show napari's layer controls, which take the keyboard; they go with the test."""
    controls = desk.app.window._qt_viewer.dockLayerControls
    desk.get(controls.show)
    desk.hand.settle(0.2)
    return controls


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
    desk.hand.click(desk.hand.center(desk.app.layers.tools.brush))
    desk.press("n", "n")
    assert desk.row is not None
    controls = show_controls(desk)
    focus(desk, lambda: next(box for box in controls.findChildren(QCheckBox) if box.isVisible()))
    desk.press("n", "g")
    assert "1 of 5 judged" in desk.status
    samples = desk.app.samples
    desk.hand.click(desk.hand.place(samples, lambda: (samples.width() // 2, samples.height() - 12)))
    desk.press("g")
    assert "2 of 5 judged" in desk.status


def test_text_fields_keep_their_keys(desk):
    from qtpy.QtWidgets import QAbstractSpinBox

    desk.open(desk.folder)
    desk.press("n")
    row = desk.row
    controls = show_controls(desk)

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


@pytest.fixture
def held(desk, monkeypatch):
    """What the command of H is told, in place of hiding the masks."""
    told = []
    monkeypatch.setitem(desk.app.commands._doing, "hide_masks", told.append)
    return told


def test_a_held_key_begins_once_and_ends_when_it_goes_up(desk, held):
    desk.open(desk.folder)
    before = desk.hand.count("press") + desk.hand.count("repeated press")
    desk.hand.hold("h", 1.2)
    assert desk.hand.count("press") + desk.hand.count("repeated press") > before + 2
    desk.hand.wait_for(lambda: len(held) > 1, "the release is believed")
    assert held == [True, False]
    desk.press("h", "h")
    desk.hand.wait_for(lambda: len(held) > 5, "both releases are believed")
    assert held == [True, False] * 3


def test_a_held_key_ends_when_another_window_takes_the_keyboard(desk, held):
    desk.open(desk.folder)
    desk.hand.press_key("h")
    assert held == [True]
    desk.hand.begin(lambda: desk.app.commands.do("show_about"))
    desk.dialog("about")
    assert held == [True, False]
    desk.hand.release_key("h")
    desk.answer("about", "Close")
    assert held == [True, False]


def test_tab_is_a_key_in_the_window_and_goes_on_in_a_dialog(desk, monkeypatch):
    from qtpy.QtWidgets import QApplication

    told = []
    monkeypatch.setitem(desk.app.commands._doing, "swap_sides", told.append)
    desk.open(desk.folder)
    desk.press("n")
    focused = desk.get(QApplication.focusWidget)
    desk.press("Tab")
    desk.hand.wait_for(lambda: len(told) > 1, "Tab was taken")
    assert told == [True, False]
    assert desk.get(QApplication.focusWidget) is focused
    desk.press("question")
    desk.dialog("keys")
    focused = desk.get(QApplication.focusWidget)
    desk.press("Tab")
    assert desk.get(QApplication.focusWidget) is not focused
    desk.answer("keys", "Close")
    assert len(told) == 2


def test_capslock_keypad_and_another_layout_change_nothing(desk):
    from qtpy.QtCore import QEvent, Qt
    from qtpy.QtGui import QKeyEvent
    from qtpy.QtWidgets import QApplication

    desk.open(desk.folder)
    desk.press("Caps_Lock")
    try:
        desk.press("n")
    finally:
        desk.press("Caps_Lock")
    first = desk.row
    assert first is not None
    desk.press("KP_2")
    assert desk.mode == "paint"
    desk.press("KP_6")

    def type_cyrillic():
        target = QApplication.focusWidget()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0x0422, Qt.KeyboardModifier.NoModifier, 57, 0x6D4, 0, "т")
            QApplication.sendEvent(target, event)

    desk.get(type_cyrillic)
    assert desk.row != first


def test_keys_do_nothing_under_a_menu(desk):
    from qtpy.QtWidgets import QApplication

    desk.open(desk.folder)
    desk.press("n")
    row = desk.row
    bar = desk.app.window.menuBar()
    place = desk.hand.place(bar, lambda: (bar.actionGeometry(bar.actions()[-1]).center().x(), 8))
    desk.hand.click(place)
    desk.hand.wait_for(QApplication.activePopupWidget, "the menu opens")
    desk.press("n", "h")
    desk.press("Escape")
    desk.hand.wait_for(lambda: QApplication.activePopupWidget() is None, "the menu closes")
    assert desk.row == row


def test_keys_work_in_a_dock_that_floats(desk):
    from qtpy.QtWidgets import QApplication

    desk.open(desk.folder)
    dock, table, window = desk.app.queue.parentWidget(), desk.app.queue.table, desk.app.window
    desk.get(lambda: dock.setFloating(True))
    desk.hand._window = dock  # which gets the keys now
    try:
        desk.get(table.setFocus)
        desk.press("n")
        assert desk.get(QApplication.focusWidget).window() is dock
        assert desk.row is not None
    finally:
        desk.hand._window = window
        desk.get(lambda: dock.setFloating(False))


def test_views_switch_by_key(desk):
    desk.open(desk.folder)
    desk.press("q")
    assert desk.get(lambda: desk.bench.scene.shows_heat)
    desk.press("o")
    assert desk.get(lambda: desk.bench.scene.tints) is not None
    assert not desk.get(lambda: desk.bench.scene.shows_heat)  # one at a time
    desk.press("2", "q", "o", "b")
    assert desk.mode == "paint"
    assert not desk.get(lambda: desk.bench.scene.shows_heat)
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
