"""The id that brush, polygon and fill write, in words and in its colour."""

from __future__ import annotations

from qtpy.QtGui import QColor
from qtpy.QtWidgets import QHBoxLayout, QWidget

from segreview.model.sample import REFERENCE
from segreview.session.review import Review
from segreview.ui.canvas.scene import Scene
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.swatch import Swatch

_HINT = "What brush, polygon and fill write: the id of the current item, or the one that was picked"


class HandLine(QWidget):
    """Colour and words: ``paints with 95``, ``new object 212``; without room the id alone."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ElidedLabel()
        self._color = Swatch()
        self._narrow = False
        self._said = ("", "")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._color)
        layout.addWidget(self.words, 1)

    def show_id(self, review: Review, scene: Scene) -> None:
        """Show the id that is in hand."""
        number = int(scene.gt.selected_label)
        color = scene.gt.get_color(number)
        self._color.show_color(None if color is None else QColor.fromRgbF(*map(float, color)))
        self._said = f"{number}", words_for(review, number)
        self._write()

    def fold(self, narrow: bool) -> None:
        """Say the id alone where there is no room for more."""
        self._narrow = narrow
        self._write()

    def _write(self) -> None:
        short, whole = self._said
        self.words.show_text(short if self._narrow else whole, f"{whole}\n{_HINT}")


def words_for(review: Review, number: int) -> str:
    """What painting with an id does."""
    labels = review.reference
    if number == labels.background:
        return "paints background"
    if number in labels.void:
        return f"paints void ({number})"
    new = labels.is_instance(number) and not review.table.area(REFERENCE, number)
    category = labels.category(number) or (review.classing.in_hand if new else None)
    named = str(number) if category is None else f"{number} {category.name}"
    return f"new object {named}" if new else f"paints with {named}"
