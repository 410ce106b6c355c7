"""The doors of the window: start page, drops, recent data sets, and the line across the top."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, Qt
from qtpy.QtWidgets import QLineEdit, QMenu

from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.session.suspect import INVERTED, seems_inverted, wrong_pairing
from segreview.ui.banner import Banner
from segreview.ui.commands import Commands
from segreview.ui.dialogs.open_dialog import ask_choice
from segreview.ui.drop import Drop
from segreview.ui.recent import Recents
from segreview.ui.settings import SettingsFile
from segreview.ui.start_page import StartPage
from segreview.ui.workbench import Workbench


class Doors(QObject):
    """What meets those who come in, and is out of the way of those who work.

    Parameters
    ----------
    bench
        Where data sets are opened.
    commands
        What the start page can do.
    settings
        What the window remembers: recent data sets, the reviewer's name.
    menu
        Menu that lists the recent data sets.

    Attributes
    ----------
    page, drop, banner, recents
        Start page, drag and drop, the line across the top of the canvas, recent data sets.
    """

    def __init__(self, bench: Workbench, commands: Commands, settings: SettingsFile, menu: QMenu) -> None:
        super().__init__(bench.window)
        self._bench = bench
        self._commands = commands
        self._settings = settings
        canvas: Any = bench.window._qt_viewer.canvas.native
        self.recents = Recents(bench, settings)
        self.recents.changed.connect(lambda: self.recents.fill(menu))
        menu.aboutToShow.connect(lambda: self.recents.fill(menu))
        self.recents.fill(menu)
        self.page = StartPage(canvas, bench, commands, self.recents)
        self.banner = Banner(canvas)
        self.drop = Drop(bench.window, self.open_paths)
        self._review: Review | None = None
        self._dismissed: set[Path | None] = set()
        self._unwatch: Callable[[], None] = lambda: None
        bench.focus.focused.connect(self._on_focus)

    def close(self) -> None:
        """Let go of the application's events."""
        self.drop.close()
        self._unwatch()

    def open_paths(self, paths: list[Path]) -> None:
        """Offer paths that were dropped, or that the system handed over."""
        choice = ask_choice(self._bench.window, paths, self._settings.now.recent)
        if choice is not None:
            self._bench.open(choice.project, **choice.options)

    # ---------------------------------------------------------------- the line across the top
    def _on_focus(self) -> None:
        review = self._bench.review
        if review is self._review:
            return
        self._review = review
        self._unwatch()
        self._unwatch = lambda: None
        self.banner.clear()
        if review is not None:
            self._unwatch = review.watch(self._on_change)
            self._greet()

    def _greet(self) -> None:
        """Say what is odd about the files, or else ask for the reviewer's name."""
        review = self._review
        if review is None or self._bench.unattended:
            return
        odd = "" if review.reference.path in self._dismissed else wrong_pairing(review)
        if odd:
            again = ("Open…", lambda: self._commands.do("open_files"))
            self.banner.show_line(odd, (again, ("Dismiss", self._dismiss)), warns=True)
        elif review.reference.path not in self._dismissed and seems_inverted(review.reference):
            invert = ("Invert", lambda: self._commands.do("read_as_inverted"))
            self.banner.show_line(INVERTED, (invert, ("Dismiss", self._dismiss)), warns=True)
        elif not self._settings.now.reviewer:
            self._ask_name()

    def _dismiss(self) -> None:
        if self._review is not None:
            self._dismissed.add(self._review.reference.path)
        self._greet()

    # ---------------------------------------------------------------- the reviewer's name
    def _ask_name(self) -> None:
        """Ask who reviews, once: the first verdict takes the name that stands there."""
        self._name = QLineEdit(self._bench.author or getpass.getuser())
        self._name.setObjectName("reviewer")
        self._name.setMaxLength(80)
        self._name.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # it must not take the keys of the work
        self._name.setFixedWidth(150)
        self._name.textEdited.connect(lambda _: self._sign_with(self._name.text()))
        self._name.returnPressed.connect(self._take_name)
        self.banner.show_line(
            "Who is reviewing? The name signs your verdicts; Settings changes it.",
            (("OK", self._take_name),),
            field=self._name,
        )

    @property
    def _asks_name(self) -> bool:
        return self.banner.isVisible() and not self._settings.now.reviewer and self.banner.has_field

    def _take_name(self) -> None:
        name = self._name.text().strip() or getpass.getuser()
        self._settings.change(reviewer=name)
        self._sign_with(name)
        self.banner.clear()
        self._bench.window._qt_viewer.canvas.native.setFocus()

    def _sign_with(self, name: str) -> None:
        self._bench.author = name.strip() or getpass.getuser()
        if self._review is not None:
            self._review.author = self._bench.author

    def _on_change(self, change: Change) -> None:
        if change.what & {What.VERDICTS, What.PIXELS} and self._asks_name:
            self._take_name()
