"""One place twice: as it is, and as a change would leave it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QHBoxLayout, QWidget

from segreview.ui.dialogs.cutout import Cutout
from segreview.ui.docks.crop import Crop
from segreview.ui.docks.sight import Sight
from segreview.ui.palette import GT_COLOR

_GAP = 4
_LEAST = 180
"""Side of each picture at least, in pixels of the screen."""


class BeforeAfter(QWidget):
    """Two pictures that are zoomed and moved together.

    Parameters
    ----------
    names
        Titles of the two.
    """

    def __init__(self, names: Sequence[str] = ("as it is", "afterwards")) -> None:
        super().__init__()
        self._cutouts: tuple[Cutout, ...] = ()
        self._sights: list[Sight] = []
        self.crops = [Crop(GT_COLOR, partial(self._picture, n)) for n in range(len(names))]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        for crop, name in zip(self.crops, names, strict=True):
            crop.title = name
            crop.setToolTip("Wheel: closer or farther. Drag: move. Double click: as at first.")
            crop.zoomed.connect(lambda factor, y, x: self._change(lambda s: s.zoomed(factor, (y, x))))
            crop.dragged.connect(lambda y, x: self._change(lambda s: s.moved((y, x))))
            crop.asked_back.connect(self._reset)
            layout.addWidget(crop, 1, Qt.AlignmentFlag.AlignTop)

    def show_cutouts(self, before: Cutout, after: Cutout) -> None:
        """Show another place."""
        self._cutouts = before, after
        self._reset()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Two squares."""
        return QSize(2 * _LEAST + _GAP, _LEAST)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The same, where there is no more room."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Keep the pictures as high as there is room."""
        super().resizeEvent(event)
        for crop in self.crops:
            crop.setFixedHeight(max(min(self.height(), (self.width() - _GAP) // 2), _LEAST))
        self._reset()

    def _reset(self) -> None:
        """Show the place as at first."""
        size = float(self.crops[0].height()), (self.width() - _GAP) / 2
        self._sights = [Sight.on(c.focus, c.spacing, size, self.devicePixelRatioF()) for c in self._cutouts]
        self._change(lambda sight: sight)

    def _change(self, change: Callable[[Sight], Sight]) -> None:
        self._sights = [change(sight) for sight in self._sights]
        for crop in self.crops:
            crop.update()

    def _picture(self, number: int) -> np.ndarray | None:
        if not self._cutouts:
            return None
        crop, cutout, ratio = self.crops[number], self._cutouts[number], self.devicePixelRatioF()
        size = round(crop.height() * ratio), round(crop.width() * ratio)
        shape = cutout.sides[0][0].shape
        return cutout.draw(self._sights[number].view((), shape, size, ratio))
