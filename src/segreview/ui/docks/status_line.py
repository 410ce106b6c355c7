"""The last line of the window: what is judged, what the figures are, and what is safe."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from html import escape

from qtpy.QtCore import QEvent, QSize, Qt, QTimer
from qtpy.QtGui import QPalette, QResizeEvent
from qtpy.QtWidgets import QLabel, QSizePolicy

from segreview.session.change import Change, What
from segreview.session.pace import Pace
from segreview.session.review import Review
from segreview.triage.remainder import TARGET
from segreview.ui.docks.settle import settle
from segreview.ui.docks.summary import (
    Line,
    Part,
    fitting,
    joined,
    left_meaning,
    left_parts,
    summary_line,
    written_part,
)
from segreview.ui.focus import Focus

_MEANINGS = (
    "matched … class: numbers of items of each kind\n"
    "IoU: mean over the objects that hit (IoU ≥ 0.5)\n"
    "min left: at the pace of the last verdicts, longer pauses left out\n"
    "safe: the last edit or verdict is in the journal on disk\n"
    "not written: samples with edits that no label file holds yet (a click saves them)"
)
_NAMED = 8
"""Samples that the tooltip names."""
_NARROWEST = 160
"""Least width of the line, in pixels."""


class StatusLine(QLabel):
    """Progress and figures of the current review, and two promises: what is safe, and what is written.

    Parameters
    ----------
    focus
        What all views look at.
    save
        Called when the user clicks on what is not written.
    unwritten
        Gives the other samples of the data set with edits that no file holds: names and numbers of edits.
    aside
        Says what goes on in the background; nothing when nothing does.
    stop
        Called when the user clicks on what stops that.
    target
        Gives the share of all items that may be wrong and left; None while nobody asks what is left.
    """

    def __init__(
        self,
        focus: Focus,
        save: Callable[[], object] | None = None,
        unwritten: Callable[[], Sequence[tuple[str, int]]] = tuple,
        aside: Callable[[], tuple[Part, ...]] = tuple,
        target: Callable[[], float | None] = lambda: TARGET,
        stop: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._line: Line = ()
        self.setObjectName("review-status")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._links = {name: doing for name, doing in (("save", save), ("stop", stop)) if doing is not None}
        self.linkActivated.connect(lambda name: self._links[name]())
        self._focus = focus
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self._pace = Pace()
        self._done = 0
        self._unwritten = unwritten
        self._aside, self._target = aside, target
        focus.focused.connect(self._on_focus)
        self._timer = QTimer(self)
        self._timer.setInterval(5000)
        self._timer.timeout.connect(self.show_now)
        self._timer.start()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
            self._done = 0 if self._review is None else self._review.progress.done
            self.show_now()

    def _on_change(self, change: Change) -> None:
        assert self._review is not None
        done = self._review.progress.done
        if What.VERDICTS in change.what and done > self._done:
            self._pace.note(time.monotonic(), done - self._done)
        self._done = done
        self.show_now()

    # ---------------------------------------------------------------- showing
    def show_now(self) -> None:
        """Write the line anew."""
        review, others, before = self._review, self._unwritten(), self._line
        target = self._target()
        left = None if review is None or target is None else review.teaching.remainder
        told = target or TARGET
        if review is not None:
            parts = left_parts(left, told)
            self._line = summary_line(review, self._pace, len(others), self._aside(), parts)
        else:
            self._line = ((written_part(len(others)),),) if others else ()
        meanings = f"{_MEANINGS}{self._named(others)}{left_meaning(left, told)}"
        self.setToolTip(f"{self.text()}\n\n{meanings}" if self._line else "")
        if self._line != before:  # else the window would be laid out and painted for nothing
            self._fit()
            self.updateGeometry()
            settle(self)

    def _named(self, others: Sequence[tuple[str, int]]) -> str:
        """Samples that are not written, with their edits, line by line."""
        here = self._review
        counts = [(here.sample.name, here.unwritten)] if here is not None and here.unwritten else []
        counts += others
        named = [f"\n  {name}: {edits} edit{'s' if edits > 1 else ''}" for name, edits in counts[:_NAMED]]
        more = f"\n  and {len(counts) - _NAMED:,} more" if len(counts) > _NAMED else ""
        return "".join(named) + more

    def text(self) -> str:
        """Whole line, whatever part of it there is room for."""
        return joined(self._line)

    def _fit(self) -> None:
        """Show what there is room for."""
        if self.wordWrap():
            shown = self._line
        else:
            shown = fitting(self._line, self.width() - 8, self.fontMetrics().horizontalAdvance)
        self.setText(joined(shown, self._written))

    def _written(self, part: Part) -> str:
        """Part of the line as rich text, as a link where it is one."""
        if part.link not in self._links:
            return escape(part.text)
        ink = self.palette().color(QPalette.ColorRole.WindowText).name()
        return f"<a href='{part.link}' style='color: {ink}'>{escape(part.text)}</a>"

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Write in the ink of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Show more or less."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the whole line."""
        if self.wordWrap():
            return super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 12, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Little: what there is no room for is left out."""
        return super().minimumSizeHint() if self.wordWrap() else QSize(_NARROWEST, 0)
