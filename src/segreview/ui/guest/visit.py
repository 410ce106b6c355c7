"""A visit: one review in someone's own napari, with all that it brings along and takes away again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial

from napari.layers import Layer
from napari.viewer import Viewer
from qtpy.QtWidgets import QGridLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from segreview.errors import EditRefused, SegreviewError
from segreview.model.labels import Kind
from segreview.session.suspect import wrong_pairing
from segreview.ui import messages
from segreview.ui.actions import action
from segreview.ui.commands import Commands
from segreview.ui.docks.figures_dock import FiguresDock
from segreview.ui.docks.lens_strip import LensStrip
from segreview.ui.docks.look import Look
from segreview.ui.docks.pair_dock import PairDock
from segreview.ui.docks.queue_dock import QueueDock
from segreview.ui.docks.scrolled import scrolled
from segreview.ui.docks.status_line import StatusLine
from segreview.ui.fault import Faults
from segreview.ui.guest import copies
from segreview.ui.guest.bench import GuestBench
from segreview.ui.guest.giving import Giving
from segreview.ui.guest.lending import Lending, Lent
from segreview.ui.guest.menu import fill_menu
from segreview.ui.guest.plugin import GUEST_ACTIONS
from segreview.ui.guest.remarks import Remarks
from segreview.ui.guest.view import View
from segreview.ui.keys import Keys
from segreview.ui.mending import mend
from segreview.ui.messages import Answer
from segreview.ui.notice import Link, Notice
from segreview.ui.settings import SettingsFile

_LOOKS = ("contrast_limits", "colormap", "gamma", "interpolation2d")
"""How the user sees an image, which its copy takes over."""


_FIGURES = 190
"""Least height of the figures, in pixels: those at the threshold and some of the others."""


class Visit(QWidget):
    """One review in a viewer that is not ours; all that it brings along goes with it.

    Parameters
    ----------
    viewer
        The user's viewer.
    lending, lent
        Layers whose masks are reviewed, and what they have lent; None for files.
    """

    def __init__(self, viewer: Viewer, lending: Lending | None = None, lent: Lent | None = None) -> None:
        super().__init__()
        self._viewer = viewer
        self._lending, self._lent = lending, lent
        self._view: View | None = None
        self.bench = GuestBench(viewer, self._say)
        self.giving = None if lent is None else Giving(self.bench, lent.loan, self._show_later)
        settings = SettingsFile()
        self.bench.author = settings.now.reviewer or self.bench.author
        self.commands = Commands(self.bench, settings)
        self.canvas: QWidget = self.bench.window._qt_viewer.canvas.native
        look = Look(viewer, lambda: self.bench.scene)
        self.pair = PairDock(self.bench.focus, self.commands.run, look, self.bench.clues)
        run, keymap = self.commands.run, self.commands.keymap
        self.pair.refresh_keys(lambda row: keymap.keys_of(row.id))
        self.queue = QueueDock(self.bench.focus, run, self.bench.say, keymap, home=self.canvas)
        self.lens = LensStrip(self.bench, self.queue)
        self.queue.add_strip(self.lens)
        self.figures = FiguresDock(self.bench.focus, self.bench.errands)
        self.figures.setMinimumHeight(_FIGURES)
        self.figures.hide()
        self.status = StatusLine(self.bench.focus, self._write, target=lambda: self.bench.switches.goal)
        self.status.setWordWrap(True)
        self.remarks = Remarks()
        self._notice = Notice(self.queue)
        self._faults = Faults(self._say, partial(mend, self.bench), guest=True)
        self.save = _button("Save to file", action("save").tooltip)
        self.end = _button("End review", "Take the review out of this viewer; its journal is kept")
        self.menu = _button("Commands", "Everything that can be done, with its keys")
        self._keys: Keys | None = None
        self._lay_out()

    def begin(self, step: Callable[[], object]) -> bool:
        """Take the step that opens the review; False, and nothing left of us, when it comes to nothing.

        Parameters
        ----------
        step
            Opens the review; a refusal is told by it.
        """
        self._view = View(self._viewer, self._in_the_way())
        self._faults.open()
        if self.giving is not None:
            self.giving.begin()
            self._adapt(self.giving)
        step()
        if self.bench.review is None:
            self.leave()
            return False
        run, keymap = self.commands.run, self.commands.keymap
        self._keys = Keys(self.bench.window, GUEST_ACTIONS, run, keymap, homes=(self.canvas, self))
        self.canvas.setFocus()  # the keys are ours there
        self._dress()
        self.bench.saved.connect(self._on_saved)
        self.remarks.tell([*self._told, wrong_pairing(self.bench.review)])
        return True

    def review_layers(self) -> None:
        """Open the review of what was lent."""
        assert self._lent is not None
        self.bench.review_sample(self._lent.load, name=self._lent.loan.layer.name)

    def _lay_out(self) -> None:
        menu = QMenu(self.menu)
        fill_menu(menu, self.commands)
        self.menu.setMenu(menu)
        self.save.clicked.connect(self._write)
        buttons = [self.save, self.menu, self.end]
        if self.giving is not None:
            buttons.insert(0, self.giving.button)
            self.giving.button.clicked.connect(lambda: self.guarded(self._give_back))
        grid = QGridLayout()
        for n, button in enumerate(buttons):
            grid.addWidget(button, n // 2, n % 2)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.pair)
        inner.addWidget(self.queue, 1)
        inner.addWidget(self.figures)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.remarks)
        layout.addWidget(scrolled(content), 1)
        layout.addWidget(self.status)
        layout.addLayout(grid)

    def _in_the_way(self) -> Sequence[Layer]:
        """The user's layers that are hidden meanwhile: those of which the review shows copies.

        Where the review cannot lie over them, that is all of them.
        """
        if self._lending is None or self._lent is None:
            return ()
        return self._lending.layers if self._lent.loan.place.upright else list(self._viewer.layers)

    def _dress(self) -> None:
        """Show the copies of images as the user sees the images."""
        scene = self.bench.scene
        if scene is None or self._lending is None or len(scene.layers.images) != len(self._lending.images):
            return
        for ours, theirs in zip(scene.layers.images, self._lending.images, strict=True):
            for name in () if theirs.rgb else _LOOKS:
                setattr(ours, name, getattr(theirs, name))

    @property
    def _told(self) -> tuple[str, ...]:
        return () if self._lent is None else self._lent.remarks

    # ---------------------------------------------------------------- saying and doing
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

    def _write(self) -> None:
        self.commands.run(action("save"))

    def _give_back(self) -> None:
        assert self.giving is not None
        self.giving.give_back()

    def _adapt(self, giving: Giving) -> None:
        """Save to the file of the layer, or where it has none, to the layer."""
        self.bench.give_back = self._give_back if giving.loan.ours else None
        self.bench.lend_as = self._lend_as
        self.save.setVisible(not giving.loan.ours)

    def _lend_as(self, kind: Kind) -> None:
        """Read the masks of the layer in another way."""
        assert self.giving is not None
        assert self._lending is not None
        if self.giving.why:
            raise EditRefused(f"The layer {self._lending.gt.name} {self.giving.why}.", "Start a new review.")
        lent = self._lending.lend(kind)
        if self.bench.review_sample(lent.load, name=self._lending.gt.name, afresh=True):
            self._lent = lent
            self.giving.lend_again(lent.loan)
            self._adapt(self.giving)
            self._dress()

    def _on_saved(self) -> None:
        """Say that a file was written, and not the layer that came from it."""
        giving, review = self.giving, self.bench.review
        if giving is not None and review is not None and giving.loan.differs(review.reference):
            name, title = giving.loan.layer.name, giving.button.text()
            link = (title, lambda: self.guarded(self._give_back))
            self._say(f"The layer {name} still shows what it did before.", "warning", link)

    def _show_later(self, layer: Layer) -> None:
        if self._view is not None:
            self._view.show_later(layer)

    # ---------------------------------------------------------------- the end
    @property
    def kept(self) -> int:
        """Number of edits that are in the journal only."""
        if self.giving is not None:
            return self.giving.kept
        return 0 if self.bench.review is None else self.bench.review.unwritten

    def may_end(self) -> bool:
        """Ask what to do with edits that nobody else has; False when the review is to go on."""
        if self.giving is None:
            return self.bench.leave()
        self._take_in()
        if not self.kept:
            return True
        giving = self.giving
        answer = messages.ask_end(self, giving.loan.layer.name, self.kept, giving.button.text())
        if answer is Answer.YES:
            return self.guarded(self._give_back)
        return answer is Answer.NO

    def leave(self) -> str:
        """Take everything of ours out of the viewer; return a line about what only the journal holds."""
        self._take_in()
        review, kept = self.bench.review, self.kept
        idle = review is not None and len(review.journal.nodes) == 1 and review.journal.dtype is None
        with ExitStack() as ends:  # from the last to the first; each of them, whatever happens in another
            ends.callback(self._clean, idle)
            ends.callback(self._faults.close)
            if self._view is not None:
                ends.callback(self._view.restore)
            ends.callback(self.bench.busy.deleteLater)
            ends.callback(self.bench.close)
            if self.giving is not None:
                ends.callback(self.giving.end)
            if self._keys is not None:
                ends.callback(self._keys.deleteLater)
                ends.callback(self._keys.close)
        if not kept:
            return ""
        return (
            f"{kept} edit{'s are' if kept > 1 else ' is'} in the journal only: start again to go on with it."
        )

    def _take_in(self) -> None:
        """Take over what was painted and not handed over yet: a stroke in progress, or a plugin's pixels."""
        if self.bench.scene is not None:
            self.bench.scene.bridge.adopt_strays()

    def _clean(self, idle: bool) -> None:
        """Remove files that nobody needs any more, the copy of a layer with which nothing was done too."""
        loan = None if self.giving is None else self.giving.loan
        if loan is not None and loan.ours and idle and loan.labels.path is not None:
            copies.forget(loan.labels.path)
        copies.clean()


def _button(title: str, tooltip: str) -> QPushButton:
    button = QPushButton(title)
    button.setToolTip(tooltip)
    return button
