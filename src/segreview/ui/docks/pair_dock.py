"""The pair dock: the current item in close-up, its figures, and the verdicts as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import QSize
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segreview.compare.disagreement import Relation
from segreview.session.change import Change
from segreview.session.mending import mendable_of
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.ui.actions import Action, action
from segreview.ui.clues import Clues
from segreview.ui.docks.blame_bar import BlameBar
from segreview.ui.docks.crops import Crops
from segreview.ui.docks.crosscut import Crosscut
from segreview.ui.docks.effect import effect_texts
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.figures import FiguresGrid
from segreview.ui.docks.heading import Heading, title_and_hint
from segreview.ui.docks.look import Look
from segreview.ui.docks.mend_button import MendButton
from segreview.ui.docks.reasons import Reasons
from segreview.ui.docks.scrolled import scrolled
from segreview.ui.docks.settle import settle
from segreview.ui.docks.verdict_buttons import VerdictButtons
from segreview.ui.focus import Focus
from segreview.ui.palette import QUIET_COLOR

_EDGE = 8
"""Margin around what the dock holds, in pixels."""
_SCROLL_BAR = 12
"""Width that is left free beside the crops, so that they keep their size when a scroll bar comes."""
_LINES = 11
"""Lines of text that are to be in sight beside the crops and the buttons."""
_SEAMS = 90
"""Room between and around those lines, in pixels."""
_FIRST = "Open an image and its masks, or a sample, from the File menu."


class PairDock(QWidget):
    """Close-up of the current item.

    Parameters
    ----------
    focus
        What all views look at.
    run
        Runs an action; the buttons call it.
    look
        What the crops take over from the canvas.
    clues
        Where the reasons of the item are seen.
    """

    def __init__(self, focus: Focus, run: Callable[[Action], None], look: Look, clues: Clues) -> None:
        super().__init__()
        self._focus = focus
        self._review: Review | None = None
        self._row: Row | None = None
        self._next = "Press N"
        self._unwatch: Callable[[], None] = lambda: None
        self.crops, self.figures, self.buttons = Crops(look, focus, clues), FiguresGrid(), VerdictButtons(run)
        self.heading, self.blame = Heading(run), BlameBar()
        self.crosscut = Crosscut(focus, look.slice_for)
        look.changed.connect(self.crosscut.look_again)
        self._hint, self._note, self._reasons = QLabel(), ElidedLabel(), Reasons(clues.stress)
        self._hint.setWordWrap(True)
        self._effect = ElidedLabel(color=QUIET_COLOR)
        self.mend = MendButton(run)
        self._roomy = True
        self._lay_out()
        focus.focused.connect(self._on_focus)
        focus.measured.connect(self._on_measured)
        self._show()

    def _lay_out(self) -> None:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(_EDGE, 6, _EDGE, 4)
        inner.setSpacing(4)
        for widget in (self.heading, self.crops, self.blame, self.figures, self._reasons):
            inner.addWidget(widget)
        doings = QHBoxLayout()  # with nothing in it, it takes no room
        doings.addWidget(self._effect, 1)
        doings.addWidget(self.mend)
        inner.addLayout(doings)
        inner.addWidget(self.crosscut)
        inner.addWidget(self._hint)
        inner.addStretch(1)
        self._scroll = scrolled(content)
        bar = self._scroll.verticalScrollBar()
        assert bar is not None
        bar.rangeChanged.connect(self._keep_width)
        foot = QVBoxLayout()
        foot.setContentsMargins(_EDGE, 0, _EDGE, _EDGE)
        foot.addWidget(self._note)
        foot.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(foot)

    def _keep_width(self, _: int, most: int) -> None:
        """Leave the room of the scroll bar free where there is none, so that nothing moves when it comes."""
        bar, content = self._scroll.verticalScrollBar(), self._scroll.widget()
        assert bar is not None
        assert content is not None
        inner = content.layout()
        assert inner is not None
        margins = inner.contentsMargins()
        margins.setRight(_EDGE + (0 if most else bar.sizeHint().width()))
        inner.setContentsMargins(margins)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for everything."""
        content = self._scroll.widget()
        assert content is not None
        return QSize(430, content.sizeHint().height() + self.buttons.sizeHint().height() + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Fill the width with the crops, as long as the figures below stay in sight."""
        super().resizeEvent(event)
        line = self.fontMetrics().lineSpacing()
        spare = self.height() - self.buttons.sizeHint().height() - _LINES * line - _SEAMS
        spare -= self.crosscut.height()
        spare -= self.crops.fit(self.width() - 2 * _EDGE - _SCROLL_BAR, spare)
        self._roomy = spare >= 2 * line
        self._show_hint()

    def _show_hint(self) -> None:
        """Show the hint where there is room for it; it is also the tooltip of the kind."""
        self._hint.setVisible(self._roomy or self._focus.row is None)

    def title(self) -> str:
        """Kind of the current item, as it is shown."""
        return self.heading.title()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
        self._show()

    def _on_change(self, change: Change) -> None:
        row = self._focus.row
        if row is None:
            return
        if row.number in change.rows or any(row.item.box & edit.box for edit in change.edits):
            self._show()

    # ---------------------------------------------------------------- showing
    def _show(self) -> None:
        row, review = self._focus.row, self._review
        item = None if row is None else row.item
        spot = None if row is None or review is None else review.exhibits.spot_of(row)
        self.crops.show_item(review, item, spot, stay=row is not None and row is self._row)
        self._row = row
        self.crosscut.show_item(review, None if row is None or row.gone else item)
        self.figures.show_item(review, None if row is None or row.gone else item)
        self.buttons.enable(row is not None and not row.gone)
        self.buttons.offer_drawing(item is not None and item.relation is Relation.UNCLAIMED)
        if row is None or review is None:
            self.heading.show_nothing()
            self._hint.setText(self._way_on(review))
        else:
            self.heading.show_row(review, row)
            self._hint.setText(title_and_hint(review, row)[1])
        self._show_hint()
        self._show_suspicion()
        self.mend.show_blots([] if row is None or review is None else mendable_of(review, [row]))
        self._show_effect()
        verdict = None if row is None or review is None else review.verdict(row)
        self.buttons.mark(None if verdict is None else verdict.value)
        self.show_note("" if row is None or review is None else review.note(row))
        settle(self)

    def _way_on(self, review: Review | None) -> str:
        """What to do when no item is current."""
        if review is None:
            return _FIRST
        if not review.progress.total:
            return "Both sides agree: there is nothing to judge."
        return f"{self._next} for the next disagreement."

    def show_note(self, note: str) -> None:
        """Show the note of the verdict; an empty one takes no room."""
        line = " ".join(note.split())
        self._note.show_text(f"Note: {line}" if line else "", note)
        self._note.setVisible(bool(line))

    def _show_suspicion(self) -> None:
        """Show which side is likely wrong, and why; the bar keeps its place while that is not known."""
        row, review = self._focus.row, self._review
        suspicion = None if row is None or row.gone else row.suspicion
        self.blame.setVisible(row is not None)
        self.blame.show_suspicion(suspicion, has_model=review is None or review.sample.has_prediction)
        self.show_reasons(() if suspicion is None else suspicion.reasons)

    def _on_measured(self) -> None:
        self._show_effect()
        settle(self)

    def _show_effect(self) -> None:
        """Say what taking the model's masks would do to the figures; nothing to say takes no room."""
        brief = not self.mend.isHidden()
        line, rule = effect_texts(self._focus.listing, self._focus.row, brief=brief)
        self._effect.show_text(line, rule)
        self._effect.setVisible(bool(line))

    def show_reasons(self, lines: Sequence[str]) -> None:
        """Show what speaks against the GT; no lines take no room."""
        self._reasons.show_lines(lines)

    def refresh_keys(self, keys_of: Callable[[Action], tuple[str, ...]]) -> None:
        """Show the keys that the verdicts have now."""
        self.buttons.refresh_keys(keys_of)
        self._next = (
            f"Press {keys[0]}" if (keys := keys_of(action("next_item"))) else "Choose the Review menu"
        )
        self._show()
