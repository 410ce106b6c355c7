"""Settings: other keys at once and everywhere, the theme, the name, and the window as it was left."""

import pytest
from desk import plain, write_set
from opening import close_app, pump

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("fresh_window")]


def start(**settings):
    """Another window, with settings of its own."""
    from segreview.ui.app import App
    from segreview.ui.settings import SettingsFile

    file = SettingsFile()
    file.change(**settings)
    app = App(settings=file)
    pump()
    return app


def test_the_window_comes_back_as_it_was_left(state, faults):
    first = start()
    first.bench.switch(heat=True, reference=False)
    samples, *_ = first.layout.panels
    samples.close()
    first.window.resize(1100, 760)
    pump()
    first.viewer.close()
    pump()
    second = start()
    try:
        assert second.bench.switches.heat
        assert second.bench.switches.reference
        assert second.layout.panels[0].isHidden()
        assert (second.window.width(), second.window.height()) == (1100, 760)
        second.layout.reset()
        assert not second.layout.panels[0].isHidden()
    finally:
        close_app(second)


def test_what_the_settings_say_is_done_and_what_they_cannot_say_is_told(state, faults):
    keys = {"judge_unsure": ("F7",), "judge_ignore": ("F7",)}
    app = start(reviewer="Ada", theme="light", layout="nonsense", geometry="AAAA", keys=keys)
    try:
        assert app.bench.author == "Ada"
        assert app.viewer.theme == "light"
        assert "F7 belongs to Unsure" in app.notice.text()
        assert [dock.isHidden() for dock in app.layout.panels] == [False] * 4 + [True] * 3
        screen = app.window.screen().availableGeometry()
        assert screen.contains(app.window.geometry())
    finally:
        close_app(app)


def test_the_docks_of_napari_are_a_choice_that_is_remembered(state, faults):
    first = start()
    theirs = first.layout.panels[-2:]
    assert [dock.isVisible() for dock in theirs] == [False, False]
    theirs[1].toggleViewAction().trigger()
    assert theirs[1].isVisible()
    first.viewer.close()
    pump()
    second = start()
    try:
        assert [dock.isVisible() for dock in second.layout.panels[-2:]] == [False, True]
        second.layout.reset()
        assert [dock.isVisible() for dock in second.layout.panels[-2:]] == [False, False]
    finally:
        close_app(second)


def test_what_the_settings_could_not_say_is_told_above_the_start_page(state, faults):
    (state / "settings.json").write_text('{"schema": 1, "reviewer": "ada", "toured": true, "theme": "puce"}')
    app = start()
    try:
        pump(400)
        page, notice = app.doors.page, app.notice
        assert page.isVisible()
        assert "theme cannot be used" in notice.text()
        above = notice.parentWidget().children()  # the last one is drawn on top
        assert above.index(notice) > above.index(page)
        assert app.settings.now.reviewer == "ada"
    finally:
        close_app(app)


# -------------------------------------------------------------------- one window from here on
@pytest.fixture
def app(app):
    """The window, with our keys and theme again after each test."""
    before = app.settings.now
    yield app
    app.commands.keymap.reset_all()
    app.settings.change(theme=before.theme, reviewer=before.reviewer)


def open_keys(desk):
    """Open the page of the keys; return it."""
    from segreview.ui.dialogs.keys_page import KeysPage

    desk.press("ctrl+comma")
    dialog = desk.dialog("settings")
    from qtpy.QtWidgets import QTabWidget

    tabs = desk.get(lambda: dialog.findChild(QTabWidget))
    bar = desk.get(tabs.tabBar)
    desk.hand.click(desk.hand.place(bar, lambda: center(bar.tabRect(1))))
    return desk.get(lambda: dialog.findChild(KeysPage))


def center(rect):
    return rect.center().x(), rect.center().y()


def choose_line(desk, page, text):
    """Look for an action and click its line."""
    desk.hand.click(desk.hand.center(page.search))
    desk.get(page.search.clear)
    desk.hand.text(text)
    line = desk.get(lambda: next(line for line in page._lines.values() if not line.isHidden()))
    desk.hand.click(desk.hand.place(page.table.viewport(), lambda: center(page.table.visualItemRect(line))))


def click(desk, page, title):
    desk.hand.click(desk.hand.center(page.buttons[title]))


def test_a_new_key_works_at_once_and_is_shown_everywhere(desk, tmp_path):
    from qtpy.QtWidgets import QLabel

    desk.open(write_set(tmp_path / "set"))
    page = open_keys(desk)
    choose_line(desk, page, "next disa")
    click(desk, page, "Change")
    desk.press("space")
    assert "napari" in desk.get(page.says.text)
    desk.press("F8")
    choose_line(desk, page, "unsure")
    click(desk, page, "Change")
    desk.press("g")
    assert desk.get(page.says.text) == "G belongs to GT is right."
    click(desk, page, "Swap")
    desk.answer("settings", "Close")

    desk.press("n")
    assert desk.row is None
    desk.press("F8")
    assert desk.row is not None
    desk.press("g")
    assert "unsure" in desk.notice
    keys = desk.app.settings.now.keys
    assert keys == {"next_item": ("F8",), "judge_unsure": ("G",), "judge_gt_right": ("U",)}
    shown = desk.get(lambda: desk.app.actions["next_item"].shortcut().toString())
    assert shown == "F8"
    buttons = desk.get(lambda: [label.text() for label in desk.app.pair.buttons.findChildren(QLabel)])
    assert buttons[:2] == ["U", "C"]
    desk.press("question")
    sheet = desk.dialog("keys")
    assert "F8" in desk.get(lambda: " ".join(label.text() for label in sheet.findChildren(QLabel)))
    desk.answer("keys", "Close")


def test_keys_are_added_taken_and_reset(desk):
    keymap = desk.app.commands.keymap
    page = open_keys(desk)
    choose_line(desk, page, "eraser")
    click(desk, page, "Add")
    desk.press("Tab")
    assert "Tab belongs to" in desk.get(page.says.text)
    click(desk, page, "Take it")
    assert keymap.keys_of("tool_erase") == ("1", "E", "Tab")
    assert keymap.keys_of("swap_sides") == ()
    click(desk, page, "Remove")
    assert keymap.keys_of("tool_erase") == ("1", "E")
    click(desk, page, "Change")
    desk.press("Escape")
    assert keymap.keys_of("tool_erase") == ("1", "E")
    click(desk, page, "Reset all")
    assert keymap.own == {}
    desk.answer("settings", "Close")


def test_theme_and_name_change_at_once(desk):
    from qtpy.QtWidgets import QLineEdit

    desk.press("ctrl+comma")
    dialog = desk.dialog("settings")
    name = desk.get(lambda: next(w for w in dialog.findChildren(QLineEdit) if w.isVisible()))
    desk.hand.click(desk.hand.center(name))
    desk.press("ctrl+a")
    desk.hand.text("Ada")
    desk.answer("settings", "Close")
    assert desk.get(lambda: desk.bench.author) == "Ada"
    desk.choose("View", "Light theme")
    assert desk.get(lambda: desk.app.viewer.theme) == "light"
    assert "Dark theme" in desk.get(lambda: plain(desk.app.actions["swap_theme"].text()))


def test_a_hidden_dock_comes_back_from_the_menu(app):
    shown = app.layout.panels[:4]
    for dock, toggle in zip(app.layout.panels, app.layout.toggles(), strict=True):
        dock.hide()
        assert toggle.text() == dock.windowTitle()
        toggle.trigger()
        assert not dock.isHidden()
        dock.setVisible(dock in shown)
    assert not hasattr(app.layout.panels[0].titleBarWidget(), "close_button")  # it would be gone for good
