"""The program: a focused review window around napari's canvas."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import napari
from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import QDockWidget, QMenu

from segreview.session.project import Project
from segreview.ui.actions import ACTIONS, MENUS, Action
from segreview.ui.commands import Commands
from segreview.ui.dialogs import open_dialog
from segreview.ui.docks.pair_dock import PairDock
from segreview.ui.docks.queue_dock import QueueDock
from segreview.ui.docks.sample_dock import SampleDock
from segreview.ui.docks.status_line import StatusLine
from segreview.ui.keys import Keys
from segreview.ui.notice import Notice
from segreview.ui.workbench import Workbench


class App(QObject):
    """The review window: viewer, docks, menus, keys and the question before it closes.

    Parameters
    ----------
    show
        False keeps the window hidden, for tests that need no screen.
    """

    def __init__(self, *, show: bool = True) -> None:
        super().__init__()
        self.viewer = _quiet_viewer()
        self.window: Any = self.viewer.window._qt_window
        self.notice = Notice(self.window._qt_viewer.canvas.native)
        self.bench = Workbench(self.viewer, self.notice.say)
        self.commands = Commands(self.bench)
        self.samples = SampleDock(self.bench.focus, self.bench.go_to)
        self.pair = PairDock(self.bench.focus, self.commands.run)
        self.queue = QueueDock(self.bench.focus)
        self.status = StatusLine(self.bench.focus)
        self.actions: dict[str, QAction] = {}
        self._lay_out()
        self._make_menus()
        self.keys = Keys(self.window, ACTIONS, self._run)
        self.bench.changed.connect(self._on_bench)
        self.bench.focus.focused.connect(self._on_focus)
        self.window.installEventFilter(self)
        self._on_focus()
        if show:
            self.viewer.window.show()
            self._settle_size()

    # ---------------------------------------------------------------- the window
    def _lay_out(self) -> None:
        window, qt_viewer = self.window, self.window._qt_viewer
        qt_viewer.dockConsole.setVisible(False)
        qt_viewer.show_welcome_screen = False  # it names napari's keys, some of which do other things here
        add = self.viewer.window.add_dock_widget
        samples = add(self.samples, name="Samples", area="left")
        pair = add(self.pair, name="This disagreement", area="right")
        queue = add(self.queue, name="Queue", area="right")
        window.splitDockWidget(samples, qt_viewer.dockLayerList, Qt.Orientation.Vertical)
        window.splitDockWidget(qt_viewer.dockLayerList, qt_viewer.dockLayerControls, Qt.Orientation.Vertical)
        window.splitDockWidget(pair, queue, Qt.Orientation.Vertical)
        self.docks: tuple[QDockWidget, ...] = (samples, pair, queue)
        self.pair.setMinimumWidth(340)
        window.statusBar().addPermanentWidget(self.status)

    def _settle_size(self) -> None:
        """Take most of the screen; napari would restore the size that its own window had."""
        screen = self.window.screen().availableGeometry()
        width, height = min(1680, screen.width()), min(1050, screen.height())
        self.window.setGeometry(
            screen.x() + (screen.width() - width) // 2,
            screen.y() + (screen.height() - height) // 2,
            width,
            height,
        )
        samples, pair, queue = self.docks
        self.window.resizeDocks([samples, pair], [230, 430], Qt.Orientation.Horizontal)
        self.window.resizeDocks([pair, queue], [400, 500], Qt.Orientation.Vertical)

    def _make_menus(self) -> None:
        """Our menus from ACTIONS, in place of napari's, whose keys are then ours to use."""
        bar = self.window.menuBar()
        theirs = list(bar.actions())
        for action in theirs:
            action.setVisible(False)
        for title in MENUS:
            menu = bar.addMenu(f"&{title}")
            for action in ACTIONS:
                if action.menu == title:
                    menu.addAction(self._q_action(action))
            menu.aboutToShow.connect(self._refresh_actions)
            if title == "View":
                self._add_napari_menus(menu, theirs)

    def _add_napari_menus(self, menu: QMenu, theirs: list[QAction]) -> None:
        menu.addSeparator()
        switch = menu.addAction("napari's own menus")
        switch.setCheckable(True)
        switch.toggled.connect(lambda on: [action.setVisible(on) for action in theirs])

    def _q_action(self, action: Action) -> QAction:
        made = QAction(action.title, self.window)
        made.setShortcuts([QKeySequence(keys) for keys in action.keys])
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown in the menu; `Keys` acts
        made.setToolTip(action.tooltip_with_keys)
        made.setCheckable(action.checkable)
        made.triggered.connect(lambda _=False, action=action: self._run(action))
        self.actions[action.id] = made
        return made

    def _run(self, action: Action) -> None:
        self.commands.run(action)
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        """Show which commands have something to do, and which switches are on."""
        for action in ACTIONS:
            made = self.actions[action.id]
            made.setEnabled(self.commands.can_run(action))
            if action.checkable:
                made.setChecked(self.commands.is_on(action))
        review = self.bench.review
        for name, title in (
            ("undo", None if review is None else review.undo_title),
            ("redo", None if review is None else review.redo_title),
        ):
            verb = name.capitalize()
            self.actions[name].setText(f"{verb} {title[0].lower()}{title[1:]}" if title else verb)

    # ---------------------------------------------------------------- following
    def _on_bench(self) -> None:
        names = [entry.name for entry in self.bench.entries]
        if names != self.samples.names:
            self.samples.show_names(names)
        self.samples.set_current(self.bench.number)
        self._refresh_actions()

    def _on_focus(self) -> None:
        review = self.bench.review
        if review is None:
            self.viewer.title = "segreview"
            return
        place = f"{self.bench.number + 1} of {len(self.bench.entries)}"
        self.viewer.title = f"segreview · {review.sample.name} · {place}"

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Ask about unwritten work before the window closes."""
        if watched is self.window and event.type() == QEvent.Type.Close:
            if not self.bench.leave():
                event.ignore()
                return True
            self.bench.close()
            self.keys.close()
            self.window.removeEventFilter(self)
        return bool(super().eventFilter(watched, event))

    # ---------------------------------------------------------------- opening
    def open(self, project: Project, **options: Any) -> None:
        """Review a data set, after showing what had to be left out."""
        if open_dialog.confirm(self.window, project):
            self.bench.open(project, **options)


def _quiet_viewer() -> Viewer:
    """Viewer without the notice about PyQt5, which the user cannot act upon.

    The launcher chooses a napari that supports the binding; see the extra `pyqt5`.
    """
    from napari._qt import qt_main_window

    qt_main_window.SHOW_QT_WARNING = False
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*system theme.*")
        return napari.Viewer(show=False, title="segreview")


def launch(start: Callable[[App], None] | None = None, screenshot: Path | None = None) -> None:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    start
        Called with the app once the window is there.
    screenshot
        Take a picture of the window, write it here, and close.
    """
    app = App()
    app.bench.unattended = screenshot is not None
    if start is not None:
        start(app)
    if screenshot is not None:
        _take_picture(app, screenshot)
        return
    napari.run()


def _take_picture(app: App, file: Path) -> None:
    from qtpy.QtTest import QTest

    QTest.qWait(1500)
    app.commands.do("next_item")
    QTest.qWait(800)
    app.viewer.screenshot(str(file), canvas_only=False, flash=False)
    app.bench.close()
    app.viewer.close()
