"""The pair dock: the current item in close-up, its figures, and the verdicts as buttons."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from segreview.compare.disagreement import Disagreement
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.change import Change
from segreview.session.review import Review
from segreview.session.verdict import Judgement
from segreview.triage.queue import Row
from segreview.ui.actions import ACTIONS, Action
from segreview.ui.docks.crop import Crops
from segreview.ui.docks.queue_model import ids_text, iou_text
from segreview.ui.focus import Focus
from segreview.ui.palette import (
    GT_COLOR,
    MODEL_COLOR,
    RELATION_HINTS,
    RELATION_SIGNS,
)


class PairDock(QWidget):
    """Close-up of the current item.

    Parameters
    ----------
    focus
        What all views look at.
    run
        Runs an action; the buttons call it.
    """

    def __init__(self, focus: Focus, run: Callable[[Action], None]) -> None:
        super().__init__()
        self._focus = focus
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self.crops = Crops()
        self._title, self._place = QLabel(), QLabel()
        self._figures, self._hint, self._verdict = QLabel(), QLabel(), QLabel()
        self._hint.setWordWrap(True)
        self._buttons: dict[Judgement, QPushButton] = {}
        self._lay_out(run)
        focus.focused.connect(self._on_focus)
        self._show()

    def _lay_out(self, run: Callable[[Action], None]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._place)
        layout.addLayout(head)
        crops = QHBoxLayout()
        crops.setSpacing(4)
        for crop in self.crops.widgets:
            crops.addWidget(crop, 1)
        layout.addLayout(crops)
        for label in (self._figures, self._hint, self._verdict):
            label.setTextFormat(Qt.TextFormat.RichText)
            layout.addWidget(label)
        layout.addLayout(self._verdict_grid(run))
        layout.addStretch(1)

    def _verdict_grid(self, run: Callable[[Action], None]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        judging = [action for action in ACTIONS if action.judgement is not None]
        for n, action in enumerate(judging):
            button = QPushButton(f"{action.keys[0]}   {action.title}")
            button.setToolTip(action.tooltip_with_keys)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet("text-align: left; padding: 4px 8px;")
            button.clicked.connect(lambda _=False, action=action: run(action))
            assert action.judgement is not None
            self._buttons[action.judgement] = button
            grid.addWidget(button, n // 2, n % 2)
        return grid

    def title(self) -> str:
        """Kind of the current item, as it is shown."""
        return self._title.text().removeprefix("<b>").removesuffix("</b>")

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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the crops anew at their new size."""
        super().resizeEvent(event)
        self._show_crops()

    def _show_crops(self) -> None:
        row = self._focus.row
        self.crops.show(self._review, None if row is None else row.item)

    def _show(self) -> None:
        row, review = self._focus.row, self._review
        self._show_crops()
        for button in self._buttons.values():
            button.setEnabled(row is not None and not row.gone)
        if row is None or review is None:
            self._title.setText("<b>Nothing selected</b>")
            self._place.setText("")
            self._figures.setText("")
            self._hint.setText(
                "Open an image and its masks with Ctrl+O, or a sample from the File menu."
                if review is None
                else "Press N for the next disagreement."
            )
            self._verdict.setText("")
            return
        item = row.item
        relation = "resolved" if row.gone else str(item.relation)
        self._title.setText(f"<b>{RELATION_SIGNS[item.relation]} {relation}</b>")
        place, total = review.queue.place_of(row) + 1, review.progress.total
        self._place.setText(f"{place} / {total}" if place <= total else "agreed")
        self._figures.setText(_figures(review, item))
        self._hint.setText("An edit resolved this item." if row.gone else RELATION_HINTS[item.relation])
        self._verdict.setText(_verdict_text(review, row))


def _figures(review: Review, item: Disagreement) -> str:
    """Ids, IoU and areas of an item, as rich text."""
    gt = sum(review.table.area(REFERENCE, i) for i in item.reference_ids)
    model = sum(review.table.area(PREDICTION, i) for i in item.prediction_ids)
    if item.region:
        gt = model = item.area
    lines = [
        f"<span style='color:{GT_COLOR}'>GT {_named(review, REFERENCE, item.reference_ids)}</span>"
        f" &nbsp;↔&nbsp; "
        f"<span style='color:{MODEL_COLOR}'>model {_named(review, PREDICTION, item.prediction_ids)}</span>",
        f"IoU <b>{iou_text(item)}</b> &nbsp; area {gt:,} ↔ {model:,} px &nbsp; differs in {item.error:,} px",
    ]
    return "<br>".join(lines)


def _named(review: Review, side: str, ids: tuple[int, ...]) -> str:
    """Ids with the names of their classes."""
    labels = review.reference if side == REFERENCE else review.prediction
    names = dict.fromkeys(c.name for i in ids if (c := labels.category(i)) is not None)
    return ids_text(ids) + (f" ({', '.join(names)})" if names else "")


def _verdict_text(review: Review, row: Row) -> str:
    verdict = review.verdict(row)
    status = review.status(row)
    if verdict is None:
        return f"<i>{status}</i>"
    note = f" – {verdict.note}" if verdict.note else ""
    return f"<b>verdict: {verdict.value.words}</b>{note} <i>({status})</i>"
