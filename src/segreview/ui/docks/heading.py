"""What the current item is: its kind, ids and classes, and its place in the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qtpy.QtCore import Qt
from qtpy.QtGui import QColor, QMouseEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segreview.compare.disagreement import Disagreement
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.session.status import Status
from segreview.triage.queue import Row
from segreview.ui.actions import Action, action
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.queue_model import ids_text
from segreview.ui.docks.swatch import Swatch
from segreview.ui.palette import GT_COLOR, MODEL_COLOR, RELATION_HINTS, RELATION_SIGNS, STATUS_SIGNS

_SIDES = ((REFERENCE, "GT", GT_COLOR), (PREDICTION, "model", MODEL_COLOR))

_CHECK = "random check"
_WHY_CHECK = (
    "Drawn at random from all that has no verdict, to tell how much is left.\n"
    "It need not be wrong, and comes before its turn; the queue goes on where it was."
)

_SHORT = 17
"""Letters for both sides that find room beside the kind in a narrow dock."""


class Heading(QWidget):
    """Kind and ids in one line; many ids, and those with classes, get a line of their own.

    Parameters
    ----------
    run
        Runs an action; a click on the GT's class calls it.
    """

    def __init__(self, run: Callable[[Action], object]) -> None:
        super().__init__()
        self._title, self._place = QLabel(), QLabel()
        self._title.setStyleSheet("font-weight: bold;")
        self._beside, self._below = _Versus(run), _Versus(run)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._title)
        first.addWidget(self._beside)
        first.addStretch(1)
        first.addWidget(self._place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(first)
        layout.addWidget(self._below)

    def title(self) -> str:
        """Kind of the item, as it is shown."""
        return str(self._title.text())

    def show_nothing(self) -> None:
        """Say that no item is selected."""
        self._title.setText("Nothing selected")
        self._title.setToolTip("")
        self._place.setText("")
        for line in (self._beside, self._below):
            line.show_sides(_NOBODY, _NOBODY)

    def show_row(self, review: Review, row: Row) -> None:
        """Show what stands in a row of the queue."""
        title, hint = title_and_hint(review, row)
        self._title.setText(title)
        self._title.setToolTip(hint)
        self._show_place(review, row)
        gt, model = (_side(review, row.item, side, name) for side, name, _ in _SIDES)
        if not review.sample.has_prediction:
            model = _NOBODY
        long = len(gt.text + model.text) > _SHORT or review.teaching.is_check(row)
        for line, shown in ((self._beside, not long), (self._below, long)):
            line.show_sides(*((gt, model) if shown else (_NOBODY, _NOBODY)))

    def _show_place(self, review: Review, row: Row) -> None:
        """Show where in the queue a row stands, or that it was drawn at random."""
        status = review.status(row)
        place, total = review.queue.place_of(row) + 1, review.progress.total
        standing = f"{STATUS_SIGNS[status]} {place}/{total}" if place <= total else "agreed"
        hint = f"{status}\nPlace in the queue / items that ask for a judgement"
        check = review.teaching.is_check(row)
        self._place.setText(_CHECK if check else standing)
        self._place.setToolTip(f"{standing}\n{_WHY_CHECK}" if check else hint)


def title_and_hint(review: Review, row: Row) -> tuple[str, str]:
    """Kind of an item, and what that means."""
    if not review.sample.has_prediction:
        return "GT object", "There are no model's masks to compare with."
    if row.gone:
        return f"{STATUS_SIGNS[Status.RESOLVED]} resolved", "An edit resolved this item."
    relation = row.item.relation
    hint = "GT and model name different classes here" if row.item.region else RELATION_HINTS[relation]
    return f"{RELATION_SIGNS[relation]} {relation}", hint


@dataclass(frozen=True)
class _Side:
    """What one side of an item is: its ids and classes in words, and the colour of its first class."""

    text: str = ""
    color: tuple[int, int, int] | None = None


_NOBODY = _Side()


def _side(review: Review, item: Disagreement, side: str, name: str) -> _Side:
    """One side of an item; a region's ids are those of its classes."""
    labels = review.reference if side == REFERENCE else review.prediction
    found = dict.fromkeys(c for i in item.ids(side) if (c := labels.category(i)) is not None)
    classes = ", ".join(category.name for category in found)
    color = next((category.color for category in found), None)
    if item.region and classes:
        return _Side(f"{name} {classes}", color)
    return _Side(f"{name} {ids_text(item.ids(side))} {classes}".rstrip(), color)


class _Versus(QWidget):
    """A text for each side, in its colour and with that of its class, with an arrow between them."""

    def __init__(self, run: Callable[[Action], object]) -> None:
        super().__init__()
        self._labels = [_ClassLabel(lambda: run(action("object_class"))), ElidedLabel(color=MODEL_COLOR)]
        self._swatches = [Swatch(11), Swatch(11)]
        self._arrow = QLabel("↔")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._swatches[0], self._labels[0], self._arrow, self._swatches[1], self._labels[1]):
            layout.addWidget(widget)
        layout.addStretch(1)

    def show_sides(self, gt: _Side, model: _Side) -> None:
        """Show both; the line takes no room when neither says anything."""
        for label, swatch, side in zip(self._labels, self._swatches, (gt, model), strict=True):
            label.show_text(side.text)
            label.setVisible(bool(side.text))
            swatch.show_color(None if side.color is None else QColor(*side.color))
            swatch.setVisible(side.color is not None)
        self._labels[0].offer(gt.color is not None)
        self._arrow.setVisible(bool(gt.text and model.text))
        self.setVisible(bool(gt.text or model.text))


class _ClassLabel(ElidedLabel):
    """The GT's ids and classes; a click asks for another class where they have one.

    Parameters
    ----------
    clicked
        Called at a click.
    """

    def __init__(self, clicked: Callable[[], object]) -> None:
        super().__init__(color=GT_COLOR)
        self._clicked = clicked
        self._offered = False

    def offer(self, offered: bool) -> None:
        """Take clicks from now on, and say so, or let them be."""
        self._offered = offered
        self.setCursor(Qt.CursorShape.PointingHandCursor if offered else Qt.CursorShape.ArrowCursor)
        if offered:
            self.setToolTip(f"{self.text()}\nClick to give it another class (Correct > Class of the object)")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask for another class."""
        if self._offered and event.button() == Qt.MouseButton.LeftButton:
            self._clicked()
        else:
            super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the press, so that the release comes here too."""
        event.accept()
