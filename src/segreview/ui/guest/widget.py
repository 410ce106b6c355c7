"""As a guest in someone's own napari: a review of copies of their layers, all in one widget.

Nothing of theirs is moved or written to, but for the pixels that "Apply to layer" gives back. When
the review ends, the viewer is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from napari.layers import Image as NapariImage
from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject
from qtpy.QtGui import QAction
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from segreview.errors import EditRefused, PairingError, SegreviewError
from segreview.session.project import Project
from segreview.ui import messages
from segreview.ui.actions import MENUS, Action, action
from segreview.ui.commands import Commands
from segreview.ui.dialogs import open_dialog
from segreview.ui.docks.pair_dock import PairDock
from segreview.ui.docks.queue_dock import QueueDock
from segreview.ui.docks.status_line import StatusLine
from segreview.ui.guest.loan import Loan, sample_of
from segreview.ui.guest.plugin import GUEST_ACTIONS
from segreview.ui.keys import Keys
from segreview.ui.notice import Notice
from segreview.ui.workbench import Workbench

_NARROWEST = 380
"""Least width of the widget, in screen pixels: napari makes docks as narrow as they allow."""

_PROMISE = "The review works on copies: your layers stay as they are until you apply it."


# -------------------------------------------------------------------- the viewer as it was
class View:
    """What the user looked at, to come back to it.

    Parameters
    ----------
    viewer
        The user's viewer.
    hidden
        Layers that are hidden meanwhile: copies of them are shown.
    """

    def __init__(self, viewer: Viewer, hidden: Iterable[Layer]) -> None:
        self._viewer = viewer
        self._selected = list(viewer.layers.selection)
        self._active = viewer.layers.selection.active
        self._camera = (viewer.scene.camera.center, viewer.scene.camera.zoom)
        self._point = viewer.dims.point
        self._hidden = [layer for layer in hidden if layer.visible]
        for layer in self._hidden:
            layer.visible = False

    def restore(self) -> None:
        """Look there again, at the layers that are still there."""
        viewer = self._viewer
        for layer in self._hidden:
            layer.visible = True
        still = [layer for layer in self._selected if layer in viewer.layers]
        viewer.layers.selection = still
        if self._active in still:
            viewer.layers.selection.active = self._active
        viewer.scene.camera.center, viewer.scene.camera.zoom = self._camera
        if len(self._point) == viewer.dims.ndim:
            viewer.dims.point = self._point


# -------------------------------------------------------------------- the widget
class Choice(QWidget):
    """Asks which layers to review.

    Parameters
    ----------
    viewer
        Viewer whose layers are offered.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self.gt, self.model, self.image = QComboBox(), QComboBox(), QComboBox()
        self.start = QPushButton("Start review")
        self.open = QPushButton("Open files…")
        self.note = QLabel(_PROMISE)
        self.note.setWordWrap(True)
        form = QFormLayout()
        for title, combo in (("GT masks", self.gt), ("Model's masks", self.model), ("Image", self.image)):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            form.addRow(title, combo)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open)
        buttons.addWidget(self.start, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addLayout(buttons)
        layout.addWidget(self.note)
        layout.addStretch(1)
        self._events = [getattr(viewer.layers.events, name) for name in ("inserted", "removed", "renamed")]
        for event in self._events:
            event.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the layers that are there; what was chosen stays chosen."""
        masks = [layer for layer in self._viewer.layers if isinstance(layer, Labels)]
        images = [layer for layer in self._viewer.layers if isinstance(layer, NapariImage)]
        _fill(self.gt, masks, 0, none="")
        _fill(self.model, masks, 2, none="none")
        _fill(self.image, images, 1, none="none")
        self.start.setEnabled(bool(masks))

    def close_events(self) -> None:
        """Stop following the viewer."""
        for event in self._events:
            event.disconnect(self.refresh)


def _fill(combo: QComboBox, layers: list[Any], first: int, none: str) -> None:
    """List layers, after a line for none of them unless that is empty."""
    chosen = combo.currentData()
    combo.clear()
    if none:
        combo.addItem(none, None)
    for layer in layers:
        combo.addItem(layer.name, layer)
    place = next((n for n in range(combo.count()) if combo.itemData(n) is chosen), None)
    if chosen is None or place is None:
        place = first if first < combo.count() else 0
    combo.setCurrentIndex(place)


class Visit(QWidget):
    """One review in a viewer that is not ours; all that it brings along goes with it.

    Parameters
    ----------
    viewer
        The user's viewer.
    loan
        Where the masks come from when they are a layer's.
    hidden
        The user's layers of which the review shows copies.
    """

    def __init__(self, viewer: Viewer, loan: Loan | None = None, hidden: Iterable[Layer] = ()) -> None:
        super().__init__()
        self.loan = loan
        self._viewer = viewer
        self._view = View(viewer, hidden)
        self._applied: int | None = None
        self.bench = Workbench(viewer, self._say)
        self.commands = Commands(self.bench)
        self.pair = PairDock(self.bench.focus, self.commands.run)
        self.queue = QueueDock(self.bench.focus)
        self.status = StatusLine(self.bench.focus)
        self.status.setWordWrap(True)
        self._notice = Notice(self.queue)
        self._keys = Keys(self.bench.window, GUEST_ACTIONS, self.commands.run)
        self.apply = _button(
            "Apply to layer", "Give the corrected masks back to the layer; Ctrl+Z there undoes it"
        )
        self.save = _button("Save to file", action("save").tooltip)
        self.end = _button("End review", "Take the review out of this viewer; its journal is kept")
        self.menu = _button("Commands", "Everything that can be done, with its keys")
        self._lay_out()

    def _lay_out(self) -> None:
        self.menu.setMenu(_menu(self.commands, self.menu))
        self.apply.setVisible(self.loan is not None)
        self.save.setVisible(self.loan is None or not self.loan.ours)
        self.apply.clicked.connect(lambda: self._guarded(self.give_back))
        self.save.clicked.connect(lambda: self.commands.run(action("save")))
        buttons = QGridLayout()
        for n, button in enumerate((self.apply, self.save, self.menu, self.end)):
            buttons.addWidget(button, n // 2, n % 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pair)
        layout.addWidget(self.queue, 1)
        layout.addWidget(self.status)
        layout.addLayout(buttons)

    def _say(self, text: str, level: str = "info") -> None:
        self._notice.say(text, level)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except SegreviewError as error:
            messages.show_error(self, error)

    def give_back(self) -> None:
        """Give the corrected masks back to the layer that they came from."""
        review, loan = self.bench.review, self.loan
        if review is None or loan is None:
            return
        if loan.layer not in self._viewer.layers:
            raise EditRefused(
                f"The layer {loan.layer.name} is no longer in the viewer.",
                "The edits are safe in the journal: add the layer again and start a review of it.",
            )
        count = loan.give_back(review.reference)
        self._applied = review.journal.head
        self._say(f"{count:,} pixels of {loan.layer.name} were changed." if count else "Nothing to change.")

    def leave(self) -> str:
        """Take everything of ours out of the viewer; return a line about what only the journal holds."""
        review = self.bench.review
        kept = 0 if review is None or review.journal.head == self._applied else review.unwritten
        self._keys.close()
        self._keys.deleteLater()
        self.bench.close()
        self._view.restore()
        if not kept:
            return ""
        return (
            f"{kept} edit{'s are' if kept > 1 else ' is'} in the journal only: start again to go on with it."
        )


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

    def start(self) -> None:
        """Begin a review of copies of the chosen layers."""
        choice = self.choice
        gt, model, image = (combo.currentData() for combo in (choice.gt, choice.model, choice.image))
        try:
            if model is gt:
                raise PairingError("GT and model are the same layer.", "Choose another layer, or none.")
            loan = Loan.of_layer(gt)
            sample = sample_of(loan, model, image)
        except SegreviewError as error:
            messages.show_error(self._window, error)
            return
        hidden = [layer for layer in (gt, model) if layer is not None]
        visit = Visit(self._viewer, loan, hidden)
        self._enter(visit, lambda: visit.bench.review_sample(lambda: sample))

    def open_files(self) -> None:
        """Ask for files and begin a review of them."""
        project = open_dialog.ask_files(self._window)
        if project is not None and open_dialog.confirm(self._window, project):
            self.review(project)

    def review(self, project: Project) -> None:
        """Begin a review of files."""
        visit = Visit(self._viewer)
        self._enter(visit, lambda: visit.bench.open(project))

    def _enter(self, visit: Visit, begin: Callable[[], object]) -> None:
        begin()
        if visit.bench.review is None:  # refused or cancelled, and told
            visit.leave()
            visit.deleteLater()
            return
        self.visit = visit
        visit.end.clicked.connect(self.end)
        self._pages.addWidget(visit)
        self._pages.setCurrentWidget(visit)

    def end(self) -> None:
        """End the review, without a trace in the viewer."""
        visit = self.visit
        if visit is None:
            return
        self.visit = None
        self.choice.note.setText(visit.leave() or _PROMISE)
        self._pages.removeWidget(visit)
        visit.deleteLater()

    def run(self, command: Action) -> None:
        """Do what an action says, in the review that is on."""
        if self.visit is None:
            self.choice.note.setText(f"{command.title}: start a review first.")
        else:
            self.visit.commands.run(command)

    # ---------------------------------------------------------------- going
    def event(self, event: QEvent) -> bool:
        """End the review when the user closes our dock: napari then takes the widget out of it."""
        if event.type() == QEvent.Type.ParentChange and self.parent() is None:
            self._go()
        return bool(super().event(event))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """End the review before the window closes; the journal holds what is not written."""
        if watched is self._window and event.type() == QEvent.Type.Close:
            self._go()
        return bool(super().eventFilter(watched, event))

    def _go(self) -> None:
        self.end()
        self.choice.close_events()
        self._window.removeEventFilter(self)


def _button(title: str, tooltip: str) -> QPushButton:
    button = QPushButton(title)
    button.setToolTip(tooltip)
    return button


def _menu(commands: Commands, parent: QWidget) -> QMenu:
    """Menu of all commands of a guest, with their keys, which `Keys` acts upon."""
    menu = QMenu(parent)
    switches: list[tuple[QAction, Action]] = []
    for title in MENUS:
        commands_of_part = [command for command in GUEST_ACTIONS if command.menu == title]
        if not commands_of_part:
            continue
        part = menu.addMenu(title)
        for command in commands_of_part:
            made = QAction(f"{command.title}\t{' '.join(command.keys[:1])}", menu)
            made.setToolTip(command.tooltip_with_keys)
            made.setCheckable(command.checkable)
            made.triggered.connect(lambda _=False, command=command: commands.run(command))
            part.addAction(made)
            if command.checkable:
                switches.append((made, command))
    menu.aboutToShow.connect(lambda: [made.setChecked(commands.is_on(command)) for made, command in switches])
    return menu
