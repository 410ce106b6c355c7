"""What the current item is: its kind, ids and classes, and its place in the queue."""

from __future__ import annotations

from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segreview.compare.disagreement import Disagreement
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.session.status import Status
from segreview.triage.queue import Row
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.queue_model import ids_text
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
    """Kind and ids in one line; many ids, and those with classes, get a line of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._place = QLabel(), QLabel()
        self._title.setStyleSheet("font-weight: bold;")
        self._beside, self._below = _Versus(), _Versus()
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
        self._beside.show_texts("", "")
        self._below.show_texts("", "")

    def show_row(self, review: Review, row: Row) -> None:
        """Show what stands in a row of the queue."""
        title, hint = title_and_hint(review, row)
        self._title.setText(title)
        self._title.setToolTip(hint)
        self._show_place(review, row)
        texts = [_side_text(review, row.item, side, name) for side, name, _ in _SIDES]
        if not review.sample.has_prediction:
            texts[1] = ""
        long = len("".join(texts)) > _SHORT or review.teaching.is_check(row)
        for line, shown in ((self._beside, not long), (self._below, long)):
            line.show_texts(*(texts if shown else ("", "")))

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


def _side_text(review: Review, item: Disagreement, side: str, name: str) -> str:
    """Ids and classes of one side of an item; a region's ids are those of its classes."""
    classes = _classes_of(review, item, side)
    if item.region and classes:
        return f"{name} {classes}"
    return f"{name} {ids_text(item.ids(side))} {classes}".rstrip()


def _classes_of(review: Review, item: Disagreement, side: str) -> str:
    """Names of the classes of one side, each once."""
    labels = review.reference if side == REFERENCE else review.prediction
    names = dict.fromkeys(c.name for i in item.ids(side) if (c := labels.category(i)) is not None)
    return ", ".join(names)


class _Versus(QWidget):
    """A text for each side, in its colour, with an arrow between them."""

    def __init__(self) -> None:
        super().__init__()
        self._labels = [ElidedLabel(color=color) for _, _, color in _SIDES]
        self._arrow = QLabel("↔")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._labels[0], self._arrow, self._labels[1]):
            layout.addWidget(widget)
        layout.addStretch(1)

    def show_texts(self, gt: str, model: str) -> None:
        """Show both; the line takes no room when neither says anything."""
        for label, text in zip(self._labels, (gt, model), strict=True):
            label.show_text(text)
            label.setVisible(bool(text))
        self._arrow.setVisible(bool(gt and model))
        self.setVisible(bool(gt or model))
