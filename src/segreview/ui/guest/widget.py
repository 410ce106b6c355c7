"""As a guest in someone's own napari: a review of copies of their layers, all in one widget.

Nothing of theirs is moved or written to, but for the pixels that "Apply to layer" gives back. When
the review ends, the viewer is as it was.
"""

from __future__ import annotations

from collections.abc import Callable

from napari.utils.notifications import show_info
from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject, QTimer
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from segreview.errors import PairingError, SegreviewError
from segreview.session.project import Project
from segreview.ui import messages
from segreview.ui.actions import Action
from segreview.ui.busy import Busy
from segreview.ui.dialogs import open_dialog
from segreview.ui.guest.choice import PROMISE, Choice
from segreview.ui.guest.lending import Lending
from segreview.ui.guest.place import World
from segreview.ui.guest.visit import Visit

_NARROWEST = 380
"""Least width of the widget, in screen pixels: napari makes docks as narrow as they allow."""


class ReviewWidget(QWidget):
    """Reviews masks in the user's own napari: layers that are there, or files.

    Parameters
    ----------
    napari_viewer
        The viewer.
    """

    def __init__(self, napari_viewer: Viewer) -> None:
        super().__init__()
        # napari hands plugins a proxy, which hides the window that dialogs and keys need.
        self._viewer: Viewer = getattr(napari_viewer, "__wrapped__", napari_viewer)
        self._window: QWidget = self._viewer.window._qt_window
        self.choice = Choice(self._viewer)
        self.visit: Visit | None = None
        self._pages = QStackedWidget()
        self._pages.addWidget(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self._pages)
        self.setMinimumWidth(_NARROWEST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)  # else napari pads it
        self.choice.start.clicked.connect(self.start)
        self.choice.open.clicked.connect(self.open_files)
        self._window.installEventFilter(self)
        self._closing = False  # whether somebody wants to close the window
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(250)  # until napari has made room for the dock
        self._settling.timeout.connect(self._fit_on_screen)

    # ---------------------------------------------------------------- beginning
    def start(self) -> None:
        """Begin a review of copies of the chosen layers."""
        gt, model, images = self.choice.layers
        lending = Lending(World.of_viewer(self._viewer), gt, model, images)
        busy = Busy(self._window)
        try:
            if model is gt:
                raise PairingError("GT and model are the same layer.", "Choose another layer, or none.")
            lent = busy.run(f"Reading {gt.name}", lending.lend)
        except SegreviewError as error:
            messages.show_error(self._window, error)
            return
        finally:
            busy.deleteLater()
        visit = Visit(self._viewer, lending, lent)
        self._enter(visit, visit.review_layers)

    def open_files(self) -> None:
        """Ask for files and begin a review of them."""
        project = open_dialog.ask_files(self._window)
        if project is not None and open_dialog.confirm(self._window, project):
            self.review(project)

    def review(self, project: Project) -> None:
        """Begin a review of files."""
        visit = Visit(self._viewer)
        self._enter(visit, lambda: visit.bench.open(project))

    def _enter(self, visit: Visit, step: Callable[[], object]) -> None:
        if not visit.begin(step):  # refused or cancelled, and told
            visit.deleteLater()
            return
        self.visit = visit
        visit.end.clicked.connect(self.end)
        visit.bench.lost.connect(self._on_lost)
        self._pages.addWidget(visit)
        self._pages.setCurrentWidget(visit)

    # ---------------------------------------------------------------- ending
    def end(self) -> None:
        """End the review, after asking what to do with edits that were not given back."""
        if self.visit is not None and self.visit.may_end():
            self._leave()

    def _on_lost(self) -> None:
        if self.visit is not None:
            self._leave("The review has ended, because its layers were removed.")

    def _leave(self, why: str = "") -> str:
        """End the review without a question, and without a trace in the viewer; return what is to be told."""
        visit = self.visit
        if visit is None:
            return ""
        self.visit = None
        try:
            told = f"{why} {visit.leave()}".strip()
            self.choice.note.setText(told or PROMISE)
            return told
        finally:  # a visit that ended badly has ended all the same
            self._pages.removeWidget(visit)
            visit.deleteLater()

    def run(self, command: Action) -> None:
        """Do what an action says, in the review that is on."""
        if self.visit is None:
            self.choice.note.setText(f"{command.title}: start a review first.")
        else:
            self.visit.commands.run(command)

    # ---------------------------------------------------------------- coming and going
    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Take care that the widget is on the screen: napari widens its window for a dock, however far."""
        super().showEvent(event)
        self._settling.start()

    def _fit_on_screen(self) -> None:
        screen = self._window.screen().availableGeometry()
        if self._window.frameGeometry().right() > screen.right() and not self._window.isMaximized():
            self._window.resize(min(self._window.width(), screen.width()), self._window.height())
            beyond = self._window.frameGeometry().right() - screen.right()
            if beyond > 0:
                self._window.move(max(screen.left(), self._window.x() - beyond), self._window.y())

    def event(self, event: QEvent) -> bool:
        """End the review when the user closes our dock: napari then takes the widget out of it."""
        closed = event.type() == QEvent.Type.ParentChange and self.parent() is None
        if closed and (told := self._go()):
            show_info(f"segreview: {told}")
        return bool(super().event(event))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """End the review once the window has closed, which napari may ask about and the user deny."""
        if watched is self._window and event.type() == QEvent.Type.Close:
            self._closing = True
            if not self._window.isVisible():
                self._go()
        elif watched is self._window and event.type() == QEvent.Type.Hide and self._closing:
            self._go()
        return bool(super().eventFilter(watched, event))

    def _go(self) -> str:
        """End the review without a question, and follow the viewer no more; return what is to be told."""
        told = self._leave()
        self._settling.stop()
        self.choice.close_events()
        self._window.removeEventFilter(self)
        return told
