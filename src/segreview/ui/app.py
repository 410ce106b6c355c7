"""The program: a focused review window around napari's canvas."""

from __future__ import annotations

import getpass
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import napari
from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject, QTimer

from segreview.session.change import Change
from segreview.session.project import Project
from segreview.session.review import Review
from segreview.ui.actions import ACTIONS, Action
from segreview.ui.commands import Commands
from segreview.ui.dialogs import open_dialog
from segreview.ui.docks.figures_dock import FiguresDock
from segreview.ui.docks.layers_dock import LayersDock
from segreview.ui.docks.lens_strip import LensStrip
from segreview.ui.docks.look import Look
from segreview.ui.docks.pair_dock import PairDock
from segreview.ui.docks.queue_dock import QueueDock
from segreview.ui.docks.sample_dock import SampleDock
from segreview.ui.docks.status_line import StatusLine
from segreview.ui.docks.summary import work_parts
from segreview.ui.doors import Doors
from segreview.ui.fault import Faults
from segreview.ui.icon import window_icon
from segreview.ui.keys import Keys
from segreview.ui.layout import Layout
from segreview.ui.mending import mend
from segreview.ui.menus import Menus
from segreview.ui.notice import Notice
from segreview.ui.settings import SettingsFile
from segreview.ui.workbench import Workbench


class App(QObject):
    """The review window: viewer, docks, menus, keys and the question before it closes.

    Parameters
    ----------
    show
        False keeps the window hidden, for tests that need no screen.
    settings
        What the window remembers; by default the user's.
    """

    def __init__(self, *, show: bool = True, settings: SettingsFile | None = None) -> None:
        super().__init__()
        self.settings = settings or SettingsFile()
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self.viewer = _quiet_viewer()
        self.window: Any = self.viewer.window._qt_window
        self.notice = Notice(self.window._qt_viewer.canvas.native)
        self.bench = Workbench(self.viewer, self.notice.say)
        self._recall()
        self.faults = Faults(self.notice.say, partial(mend, self.bench))
        self.faults.open()
        self.commands = Commands(self.bench, self.settings)
        self.samples = SampleDock(self.bench)
        self.layers = LayersDock(self.bench, self._run, self.commands.keymap)
        look = Look(self.viewer, lambda: self.bench.scene)
        self.pair = PairDock(self.bench.focus, self.commands.run, look, self.bench.clues)
        self.queue = QueueDock(
            self.bench.focus,
            self.commands.run,
            self.bench.say,
            self.commands.keymap,
            self.window._qt_viewer.canvas.native,
        )
        self.lens = LensStrip(self.bench, self.queue)
        self.queue.add_strip(self.lens)
        self.figures = FiguresDock(self.bench.focus, self.bench.errands)
        self.status = StatusLine(
            self.bench.focus,
            self._save,
            self._unwritten,
            lambda: work_parts(self.bench.inquiry.standing, stops=self.bench.inquiry.at_work),
            lambda: self.bench.switches.goal,
            self._stop_looking,
        )
        self.layout = self._lay_out()
        self.menus = Menus(self.window, self.commands, self._run)
        self.actions = self.menus.actions
        self._add_view_menu()
        self.keys = Keys(self.window, ACTIONS, self._run, self.commands.keymap)
        recent = self.menus.submenu("Open recent", "File", after="open_folder")
        self.doors = Doors(self.bench, self.commands, self.settings, recent)
        self.doors.page.appeared.connect(self.notice.raise_)
        self._follow()
        self._shown = False
        if show:
            self.show()
        self._tell_left_out()

    # ---------------------------------------------------------------- the window
    def show(self) -> None:
        """Show the window as it was left; nothing, once that was done or it has closed."""
        if not self._shown:
            self._shown = True
            self.viewer.window.show()
            self.layout.restore()
            self.window.layout().activate()  # now: the canvas gets the size that the view is fitted to
            self.bench.arrive()

    def take_picture(self, file: Path) -> None:
        """Go to the first item, write a picture of the window, and close it."""
        from qtpy.QtTest import QTest

        QTest.qWait(1500)
        self.commands.do("next_item")
        QTest.qWait(800)
        self.viewer.screenshot(str(file), canvas_only=False, flash=False)
        self.bench.close()
        self.viewer.close()

    def _lay_out(self) -> Layout:
        add = self.viewer.window.add_dock_widget
        docks = {
            "Samples": add(self.samples, name="Samples", area="left"),
            "Layers": add(self.layers, name="Layers", area="left"),
            "This disagreement": add(self.pair, name="This disagreement", area="right"),
            "Queue": add(self.queue, name="Queue", area="right"),
            "Figures": add(self.figures, name="Figures", area="right"),
        }
        self.pair.setMinimumWidth(340)
        self.window.setWindowIcon(window_icon())
        self.window.statusBar().addPermanentWidget(self.status)
        layout = Layout(self.window, docks, self.settings)
        self.layers.grown.connect(layout.make_room)
        return layout

    def _add_view_menu(self) -> None:
        """What the View menu shows besides ACTIONS: what the window consists of."""
        panels = self.menus.submenu("Panels", "View")
        panels.addActions(self.layout.toggles())
        view = self.menus.menu("View")
        view.addAction("Reset layout", self.layout.reset)
        theirs = view.addAction("napari's own menus")
        theirs.setCheckable(True)
        theirs.toggled.connect(self.menus.show_theirs)

    def _run(self, action: Action, *, pressed: bool = True) -> None:
        self.commands.run(action, pressed=pressed)
        self.menus.refresh()

    # ---------------------------------------------------------------- settings
    def _recall(self) -> None:
        """Begin with what the window remembers, and keep what is switched from now on."""
        self.bench.switches = self.settings.now.switches
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(500)
        self._keeping.timeout.connect(self._keep_switches)

    def _on_settings(self) -> None:
        """Sign with the reviewer's name, and show the theme."""
        now = self.settings.now
        self.bench.author = now.reviewer or getpass.getuser()
        if self.viewer.theme != now.theme:
            self.window.ensurePolished()  # else Qt 5 leaves the docks in the style that they had
            self.viewer.theme = now.theme

    def _keep_switches(self) -> None:
        """Remember the switches, but for the sides: nobody wants to look for a hidden one tomorrow."""
        kept = replace(self.bench.switches, reference=True, prediction=True)
        self.settings.change(switches=kept)

    def _tell_left_out(self) -> None:
        """Say once what the settings held that cannot be."""
        told = [self.settings.notice, *self.commands.keymap.told]
        if any(told):
            self.bench.say(" ".join(text for text in told if text), "warning")

    # ---------------------------------------------------------------- following
    def _follow(self) -> None:
        self.bench.changed.connect(self._on_bench)
        self.bench.focus.focused.connect(self._on_focus)
        self.bench.ledger.changed.connect(self.status.show_now)
        self.bench.inquiry.stepped.connect(self.status.show_now)
        self.settings.changed.connect(self._on_settings)
        self.settings.refused.connect(lambda line: self.notice.say(line, "warning"))
        self._on_settings()
        self.commands.keymap.changed.connect(self._on_keys)
        self._on_keys()
        self.window.installEventFilter(self)
        self._on_focus()

    def _on_keys(self) -> None:
        self.pair.refresh_keys(lambda action: self.commands.keymap.keys_of(action.id))

    def _on_bench(self) -> None:
        self._keeping.start()
        self.menus.refresh()
        self.status.show_now()

    def _on_focus(self) -> None:
        review = self.bench.review
        if review is not self._review:
            self._review = review
            self._unwatch()
            self._unwatch = (lambda: None) if review is None else review.watch(self._on_change)
            self._name_axes()
        self._show_title()

    def _name_axes(self) -> None:
        """Name the sliders as the axes are named everywhere else."""
        names, dims = "" if self._review is None else self._review.reference.axes.lower(), self.viewer.dims
        if len(names) == dims.ndim and dims.axis_labels != tuple(names):
            dims.axis_labels = tuple(names)

    def _on_change(self, _: Change) -> None:
        self._show_title()

    def _show_title(self) -> None:
        """Name of the sample, with a star when it has edits that no file holds, and its place."""
        review = self.bench.review
        title = "segreview"
        if review is not None:
            star = " *" if review.unwritten else ""
            place = f"{self.bench.number + 1} of {len(self.bench.entries)}"
            title = f"segreview · {shortened(review.sample.name)}{star} · {place}"
        if self.viewer.title != title:
            self.viewer.title = title

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Ask about unwritten work before the window closes."""
        if watched is self.window and event.type() == QEvent.Type.Close:
            if not self.bench.leave():
                event.ignore()
                return True
            self._keep_switches()
            self.layout.keep()
            self.bench.close()
            self.keys.close()
            self.doors.close()
            self.faults.mute()
            self.window.removeEventFilter(self)
        return bool(super().eventFilter(watched, event))

    # ---------------------------------------------------------------- what is not written
    def _unwritten(self) -> list[tuple[str, int]]:
        """Samples that are not open and have edits which no file holds: their names and how many."""
        counts = self.bench.ledger.unwritten
        return [(entry.name, counts[entry.gt]) for entry in self.bench.unwritten_entries()]

    def _save(self) -> None:
        """Save what is not written: the current sample, or all of them."""
        self.commands.do("save_all" if self.bench.unwritten_entries() else "save")

    def _stop_looking(self) -> None:
        """Look for no suspects in the current sample, and offer to look on."""
        inquiry = self.bench.inquiry
        inquiry.stop()
        self.bench.say("No longer looking for suspects in this sample.", link=("Look on", inquiry.resume))

    # ---------------------------------------------------------------- opening
    def open(self, project: Project, **options: Any) -> None:
        """Review a data set, after showing what had to be left out."""
        if project.problems:
            self.show()  # what asks has a window behind it
        if open_dialog.confirm(self.window, project):
            self.bench.open(project, **options)


def shortened(name: str, most: int = 48) -> str:
    """Name with its middle left out where it is longer than ``most`` characters."""
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[:half]}…{name[-half:]}"


def _quiet_viewer() -> Viewer:
    """Viewer without the notice about PyQt5, which the user cannot act upon.

    The launcher chooses a napari that supports the binding; see the extra `pyqt5`.
    """
    from napari._qt import qt_main_window

    qt_main_window.SHOW_QT_WARNING = False
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*system theme.*")
        return napari.Viewer(show=False, title="segreview")
