"""A visit: one review in someone's own napari, with all that it brings along and takes away again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from napari.layers import Layer
from napari.viewer import Viewer
from psygnal import Signal
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QGridLayout, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from segreview.errors import SegreviewError
from segreview.ui import messages
from segreview.ui.actions import action
from segreview.ui.commands import Commands
from segreview.ui.docks.look import Look
from segreview.ui.docks.pair_dock import PairDock
from segreview.ui.docks.queue_dock import QueueDock
from segreview.ui.docks.status_line import StatusLine
from segreview.ui.fault import Faults
from segreview.ui.guest import copies
from segreview.ui.guest.loan import Loan
from segreview.ui.guest.menu import fill_menu
from segreview.ui.guest.plugin import GUEST_ACTIONS
from segreview.ui.guest.view import View
from segreview.ui.keys import Keys
from segreview.ui.mending import mend
from segreview.ui.messages import Answer
from segreview.ui.notice import Link, Notice
from segreview.ui.settings import SettingsFile
from segreview.ui.workbench import Workbench

_APPLY = ("Apply to layer", "Give the corrected masks back to the layer; Ctrl+Z there undoes it")
_ADD = ("Add as new layer", "The layer was changed or removed: the corrected masks go into a new one")


class GuestBench(Workbench):
    """Workbench in a viewer that is not ours: who removes layers of the review there, ends it.

    Attributes
    ----------
    lost
        Emitted when layers of ours were removed.
    """

    lost = Signal()

    def put_back(self) -> None:
        """Say that layers were removed, and put none into a viewer whose owner does not want them."""
        self.lost.emit()


class Visit(QWidget):
    """One review in a viewer that is not ours; all that it brings along goes with it.

    Parameters
    ----------
    viewer
        The user's viewer.
    loan
        Where the masks come from when they are a layer's.
    """

    def __init__(self, viewer: Viewer, loan: Loan | None = None) -> None:
        super().__init__()
        self.loan = loan
        self._viewer = viewer
        self._view: View | None = None
        self._applied: int | None = None
        self.bench = GuestBench(viewer, self._say)
        settings = SettingsFile()
        self.bench.author = settings.now.reviewer or self.bench.author
        self.commands = Commands(self.bench, settings)
        self.canvas: QWidget = self.bench.window._qt_viewer.canvas.native
        look = Look(viewer, lambda: self.bench.scene)
        self.pair = PairDock(self.bench.focus, self.commands.run, look)
        run, keymap = self.commands.run, self.commands.keymap
        self.queue = QueueDock(self.bench.focus, run, self.bench.say, keymap, home=self.canvas)
        self.status = StatusLine(self.bench.focus, self._write)
        self.status.setWordWrap(True)
        self._notice = Notice(self.queue)
        self._faults = Faults(self._say, partial(mend, self.bench), guest=True)
        self.apply = QPushButton()
        self.save = _button("Save to file", action("save").tooltip)
        self.end = _button("End review", "Take the review out of this viewer; its journal is kept")
        self.menu = _button("Commands", "Everything that can be done, with its keys")
        self._keys: Keys | None = None
        self._lay_out()

    def begin(self, step: Callable[[], object], hidden: Sequence[Layer] = ()) -> bool:
        """Take the step that opens the review; False, and nothing left of us, when it comes to nothing.

        Parameters
        ----------
        step
            Opens the review; a refusal is told by it.
        hidden
            The user's layers that are hidden meanwhile: the review shows copies of them.
        """
        self._view = View(self._viewer, hidden)
        self._faults.open()
        self._follow_layer()
        step()
        if self.bench.review is None:
            self.leave()
            return False
        run, keymap = self.commands.run, self.commands.keymap
        self._keys = Keys(self.bench.window, GUEST_ACTIONS, run, keymap, homes=(self.canvas, self))
        self.canvas.setFocus()  # the keys are ours there
        return True

    def _lay_out(self) -> None:
        menu = QMenu(self.menu)
        fill_menu(menu, self.commands)
        self.menu.setMenu(menu)
        self._name_apply(_APPLY)
        self.apply.setVisible(self.loan is not None)
        self.save.setVisible(self.loan is None or not self.loan.ours)
        self.apply.clicked.connect(lambda: self.guarded(self.give_back))
        self.save.clicked.connect(self._write)
        buttons = QGridLayout()
        for n, button in enumerate((self.apply, self.save, self.menu, self.end)):
            buttons.addWidget(button, n // 2, n % 2)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.pair)
        inner.addWidget(self.queue, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(_scrolled(content), 1)
        layout.addWidget(self.status)
        layout.addLayout(buttons)

    def _write(self) -> None:
        """Write the corrected masks where they belong: into their file, or where there is none, the layer."""
        if self.loan is not None and self.loan.ours:
            self.guarded(self.give_back)
        else:
            self.commands.run(action("save"))

    def _name_apply(self, words: tuple[str, str]) -> None:
        self.apply.setText(words[0])
        self.apply.setToolTip(words[1])

    def _say(self, text: str, level: str = "info", link: Link | None = None) -> None:
        self._notice.say(text, level, link)

    def guarded(self, step: Callable[[], object]) -> bool:
        """Take a step; False when it was refused, which is told."""
        try:
            step()
        except SegreviewError as error:
            messages.show_error(self, error)
            return False
        return True

    # ---------------------------------------------------------------- the layer that lent its masks
    def _follow_layer(self) -> None:
        self._viewer.layers.events.removed.connect(self._on_removed)
        if self.loan is not None:
            self.loan.layer.events.data.connect(self._on_replaced)

    def _leave_layer(self) -> None:
        self._viewer.layers.events.removed.disconnect(self._on_removed)
        if self.loan is not None:
            self.loan.layer.events.data.disconnect(self._on_replaced)

    def _on_removed(self) -> None:
        loan = self.loan
        if loan is not None and loan.layer not in self._viewer.layers:
            self._tell_change(f"The layer {loan.layer.name} was removed")

    def _on_replaced(self) -> None:
        loan, review = self.loan, self.bench.review
        if loan is not None and review is not None and loan.hindrance(review.reference):
            self._tell_change(f"The data of {loan.layer.name} were replaced")

    def _tell_change(self, what: str) -> None:
        if self.apply.text() == _APPLY[0]:
            self._name_apply(_ADD)
            self._say(f"{what}: the review goes on, and its masks can be added as a new layer.", "warning")

    def give_back(self) -> None:
        """Give the corrected masks back: to the layer that they came from, or as a new one.

        Raises
        ------
        SegreviewError
            When the layer cannot hold them, or the journal cannot be written.
        """
        review, loan, scene = self.bench.review, self.loan, self.bench.scene
        if review is None or loan is None or scene is None:
            return
        scene.bridge.adopt_strays()
        there = loan.layer in self._viewer.layers
        why = loan.hindrance(review.reference) if there else "was removed"
        if why:
            told = f"The layer {loan.layer.name} {why}: the corrected masks are in the new layer "
            self._add_layer(loan)
            self._say(f"{told}{loan.layer.name}.")
        else:
            count = loan.give_back(review.reference)
            name = loan.layer.name
            self._say(f"{count:,} pixels of {name} were changed." if count else "Nothing to change.")
        self._applied = review.journal.head
        if loan.ours:  # there is no file that could be written: the layer is where the work belongs
            review.journal.saved([loan.digest], [], in_place=False)
            review.mark_saved()

    def _add_layer(self, loan: Loan) -> None:
        """Put the corrected masks into a new layer, which is seen when the review has ended."""
        assert self.bench.review is not None
        before = loan.layer
        made = loan.as_new_layer(self.bench.review.reference)
        before.events.data.disconnect(self._on_replaced)
        made.events.data.connect(self._on_replaced)
        active = self._viewer.layers.selection.active
        made.visible = False
        self._viewer.add_layer(made)
        self._viewer.layers.selection.active = active
        if self._view is not None:
            self._view.show_later(made)
        self._name_apply(_APPLY)

    # ---------------------------------------------------------------- the end
    @property
    def kept(self) -> int:
        """Number of edits that are in the journal only."""
        review = self.bench.review
        return 0 if review is None or review.journal.head == self._applied else review.unwritten

    def may_end(self) -> bool:
        """Ask what to do with edits that nobody else has; False when the review is to go on."""
        if self.loan is None:
            return self.bench.leave()
        if self.bench.scene is not None:
            self.bench.scene.bridge.adopt_strays()
        if not self.kept:
            return True
        answer = messages.ask_end(self, self.loan.layer.name, self.kept, self.apply.text())
        if answer is Answer.YES:
            return self.guarded(self.give_back)
        return answer is Answer.NO

    def leave(self) -> str:
        """Take everything of ours out of the viewer; return a line about what only the journal holds."""
        review, kept = self.bench.review, self.kept
        idle = review is not None and len(review.journal.nodes) == 1 and review.journal.dtype is None
        if self._keys is not None:
            self._keys.close()
            self._keys.deleteLater()
        self._leave_layer()
        self.bench.close()
        self.bench.busy.deleteLater()
        if self._view is not None:
            self._view.restore()
        self._faults.close()
        if self.loan is not None and self.loan.ours and idle and self.loan.labels.path is not None:
            copies.forget(self.loan.labels.path)
        copies.clean()
        if not kept:
            return ""
        return (
            f"{kept} edit{'s are' if kept > 1 else ' is'} in the journal only: start again to go on with it."
        )


def _scrolled(content: QWidget) -> QScrollArea:
    """Area in which what is too high for the window can be scrolled."""
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _button(title: str, tooltip: str) -> QPushButton:
    button = QPushButton(title)
    button.setToolTip(tooltip)
    return button
