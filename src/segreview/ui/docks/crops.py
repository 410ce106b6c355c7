"""The current item three times at one place and scale: image, GT and model."""

from __future__ import annotations

from functools import partial

import numpy as np
from qtpy.QtGui import QPainter
from qtpy.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from segreview.compare.disagreement import Disagreement
from segreview.compare.unclaimed import Unclaimed
from segreview.model.box import Box
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.ui.canvas.scale_bar import scale_bar
from segreview.ui.canvas.trace_pen import Slice, paint_traces
from segreview.ui.clues import Clues
from segreview.ui.docks.close_up import CloseUp
from segreview.ui.docks.crop import SMALLEST, Crop
from segreview.ui.docks.look import Look
from segreview.ui.docks.queue_model import ids_text
from segreview.ui.docks.sight import Point, Sight
from segreview.ui.focus import Focus
from segreview.ui.palette import GT_COLOR, MODEL_COLOR
from segreview.ui.units import unit_of

_LARGEST = 260
"""Longest side of a crop on the screen, in pixels: a wide dock has room for other things too."""
_LOWEST = 90
"""Height below which crops are not pressed, as long as they would be squares."""
_GAP = 4


class Crops(QWidget):
    """Three close-ups that share place, scale and crosshair; drawn when they are painted.

    Parameters
    ----------
    look
        What they take over from the canvas.
    focus
        Knows where the pointer is.
    clues
        Knows where the reasons of the item are seen: drawn over the GT, and over the image too as long as
        one of them is stressed.
    """

    def __init__(self, look: Look, focus: Focus, clues: Clues) -> None:
        super().__init__()
        self._look = look
        self._focus = focus
        self._clues = clues
        self._review: Review | None = None
        self._item: Disagreement | None = None
        self._spot: Box | None = None
        self._region: tuple[Disagreement, np.ndarray] | None = None
        self._sight: Sight | None = None  # None: as at first
        self._at: tuple[int, ...] = ()
        self._pointer: Point | None = None
        self._drawn: tuple[object, tuple[np.ndarray, ...]] | None = None
        colors = ("#FFFFFF", GT_COLOR, MODEL_COLOR)
        self.widgets = tuple(Crop(color, partial(self._picture, n)) for n, color in enumerate(colors))
        for number in (0, 1):
            self.widgets[number].over = partial(self._paint_traces, number)
        self._caption = QLabel()
        self._buttons = [
            _button("1:1", "One data pixel for each pixel of the screen", lambda: self._zoom_to(1.0)),
            _button("Fit", "The item as at first (double click)", self.reset),
        ]
        self._lay_out()
        look.changed.connect(self.redraw)
        focus.pointed.connect(self._on_pointed)
        clues.changed.connect(self._on_clues)

    def _lay_out(self) -> None:
        layout, row, below = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        row.setSpacing(_GAP)
        for crop in self.widgets:
            row.addWidget(crop, 1)
            crop.zoomed.connect(lambda factor, y, x: self._move_to(self.sight.zoomed(factor, (y, x))))
            crop.dragged.connect(lambda y, x: self._move_to(self.sight.moved((y, x))))
            crop.pointed.connect(lambda y, x: self._point_at(self.sight.data_at((y, x))))
            crop.left.connect(lambda: self._focus.point_at(None))
            crop.asked_back.connect(self.reset)
        below.addWidget(self._caption, 1)
        for button in self._buttons:
            below.addWidget(button)
        layout.addLayout(row)
        layout.addLayout(below)

    def fit(self, width: int, height: int) -> int:
        """Make the crops fill this width, as squares where the height allows; return their height."""
        side = max(min((width - 2 * _GAP) // 3, max(height, _LOWEST), _LARGEST), SMALLEST)
        for crop in self.widgets:
            crop.setFixedHeight(side)
        return side

    # ---------------------------------------------------------------- what is shown
    def show_item(
        self, review: Review | None, item: Disagreement | None, spot: Box | None = None, *, stay: bool = False
    ) -> None:
        """Show an item, or nothing.

        Parameters
        ----------
        review, item
            What is shown.
        spot
            The part of it that is to be seen at first; all of it by default.
        stay
            Whether place and scale are kept, for an item that was edited.
        """
        if review is not self._review:
            self._review = review
            self._look.follow(review is not None)
        self._item = None if review is None else item
        self._spot = spot if spot is not None or item is None else item.box
        if not stay:
            self._sight = self._pointer = None
        self._name_sides()
        self.redraw()

    def _name_sides(self) -> None:
        review, item = self._review, self._item
        lacks_model = review is not None and not review.sample.has_prediction
        for crop, side, name in zip(
            self.widgets, (None, REFERENCE, PREDICTION), ("image", "GT", "model"), strict=True
        ):
            ids = item.ids(side) if item is not None and side is not None else ()
            crop.title = f"{name} {ids_text(ids)}" if ids else name
            crop.setToolTip("" if item is None else f"{crop.title}\n{_HINT}")
            crop.message = "no model's masks" if side == PREDICTION and lacks_model else ""

    def redraw(self) -> None:
        """Draw anew: pixels, place, slice or contrast have changed."""
        self._drawn = None
        if self._spot is not None:
            self._at = self._look.slice_for(self._spot)
        self._tell()
        for crop in self.widgets:
            crop.update()

    # ---------------------------------------------------------------- place and scale
    @property
    def sight(self) -> Sight:
        """Place and scale."""
        if self._sight is not None:
            return self._sight
        review, spot, crop = self._review, self._spot, self.widgets[0]
        if review is None or spot is None:
            return Sight((0.0, 0.0), 1.0)
        size = float(crop.height()), float(crop.width())
        return Sight.on(spot, review.reference.spacing, size, self.devicePixelRatioF())

    def reset(self) -> None:
        """Show the item as at first."""
        self._sight = None
        self.redraw()

    def _move_to(self, sight: Sight) -> None:
        if self._item is not None:
            self._sight = sight
            self.redraw()

    def _zoom_to(self, zoom: float) -> None:
        self._move_to(self.sight.zoomed(zoom / self.sight.zoom))

    def _point_at(self, place: Point) -> None:
        """Point at a place in all three, and everywhere else."""
        if self._item is not None:
            self._focus.point_at((*self._at, *place), self)

    def _on_pointed(self) -> None:
        """Show the crosshair where the pointer is, as far as the crops show that place."""
        pointer = self._in_sight(self._focus.pointer)
        if pointer == self._pointer:
            return
        self._pointer = pointer
        if self._focus.pointing in (None, self):
            self._tell()
        else:
            self._mark()  # napari tells the place as well, and another text makes Qt lay out the dock
        for crop in self.widgets:
            crop.update()

    def _in_sight(self, index: tuple[float, ...] | None) -> Point | None:
        """Place in the slice that the crops show; None for what they do not show."""
        if index is None or self._item is None or tuple(map(round, index[:-2])) != self._at:
            return None
        crop, place = self.widgets[0], (index[-2], index[-1])
        down, across = self.sight.offset_of(place)
        return place if 2 * abs(down) <= crop.height() and 2 * abs(across) <= crop.width() else None

    def _tell(self) -> None:
        """Say scale, slice and the place of the pointer; measure the scale bar, and mark the place."""
        review, item = self._review, self._item
        for button in self._buttons:
            button.setEnabled(item is not None)
        if review is None or item is None:
            self._caption.setText("")
            return
        sight = self.sight
        labels = review.reference
        parts = [sight.text]
        for axis, index, count in zip(labels.axes, self._at, labels.shape, strict=False):
            parts.append(f"{axis.lower()} {index}/{count - 1}")
        if self._pointer is not None:
            parts.append("y {:.0f}, x {:.0f}".format(*self._pointer))
        self._caption.setText("  ·  ".join(parts))
        size, unit = unit_of(review.sample)
        length = 1.0 if unit == "px" else min(labels.spacing[-2:]) * size
        bar = scale_bar(length / sight.zoom, unit, self.widgets[0].width() * 0.45)
        for crop in self.widgets:
            crop.bar = bar
        self._mark()

    def _mark(self) -> None:
        """Put the crosshair where it belongs."""
        cross = None if self._pointer is None else self.sight.offset_of(self._pointer)
        for crop in self.widgets:
            crop.cross = cross

    def _on_clues(self) -> None:
        for crop in self.widgets[:2]:
            crop.update()

    # ---------------------------------------------------------------- drawing
    def _paint_traces(self, number: int, painter: QPainter) -> None:
        """Draw over a crop where reasons are seen."""
        clues, item = self._clues, self._item
        if item is None or not (clues.stressed or number):
            return
        sight, crop = self.sight, self.widgets[number]
        middle = np.array([crop.height(), crop.width()]) / 2
        scale = sight.zoom * np.array(sight.aspect)
        axes = len(self._at), len(self._at) + 1
        paint_traces(
            painter,
            clues.shown,
            clues.stressed,
            Slice(axes, (*self._at, 0, 0)),
            lambda points: (points - sight.center) * scale + middle,
        )

    def _picture(self, number: int) -> np.ndarray | None:
        """Picture of a crop in pixels of the device; all three are drawn when the first is wanted."""
        review, item, crop = self._review, self._item, self.widgets[number]
        if review is None or item is None or crop.message:
            return None
        ratio = crop.devicePixelRatioF()
        first = self.widgets[0]
        size = round(first.height() * ratio), round(first.width() * ratio)
        key = size, ratio, self.sight
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, self._draw(review, item, size, ratio)
        return self._drawn[1][number]

    def _draw(
        self, review: Review, item: Disagreement, size: tuple[int, int], ratio: float
    ) -> tuple[np.ndarray, ...]:
        view = self.sight.view(self._at, review.reference.shape, size, ratio)
        image = self._look.picture(view)
        close_up = CloseUp(review, item, self._region_of(review, item), view, ratio)
        return image, *close_up.draw(image)

    def _region_of(self, review: Review, item: Disagreement) -> np.ndarray | None:
        """Mask of an item that is no object of either side, kept as long as it is shown."""
        if isinstance(item, Unclaimed):
            return item.mask
        if not item.region:
            return None
        if self._region is None or self._region[0] is not item:
            self._region = item, review.disagreements.mask(REFERENCE, item)
        return self._region[1]


_HINT = "Wheel: closer or farther. Drag: move. Double click: back to the item."


def _button(text: str, tooltip: str, doing: object) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tooltip)
    button.setAutoRaise(True)
    button.clicked.connect(doing)
    return button
