"""The brush in hand: its size by key and wheel, and strokes that follow each other quickly."""

from __future__ import annotations

from typing import Any

from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject, Qt

from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.workbench import Workbench

SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100, 125, 160, 200, 250, 320, 400, 500)
"""Diameters in pixels; each step looks equally large."""
_BRUSHES = frozenset({"paint", "erase"})
_PRESSING = _BRUSHES | {"fill"}


def next_size(size: float, step: int) -> int:
    """Next diameter that is larger (``step`` 1) or smaller (-1), or the last one."""
    others = [n for n in SIZES if (n > size if step > 0 else n < size)]
    if not others:
        return SIZES[-1] if step > 0 else SIZES[0]
    return others[0] if step > 0 else others[-1]


class Brush(Stagehand):
    """Changes the size of the brush, and sees to it that no stroke is lost.

    Parameters
    ----------
    bench
        What it works on.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._wheel = self._on_wheel  # one object, to be found again
        self._presses = _Presses(self)

    def begin(self) -> None:
        """Follow wheel and buttons."""
        self.bench.viewer.mouse_wheel_callbacks.append(self._wheel)
        self.native.installEventFilter(self._presses)

    def end(self) -> None:
        """Let go of wheel and buttons."""
        self.bench.viewer.mouse_wheel_callbacks.remove(self._wheel)
        self.native.removeEventFilter(self._presses)

    def step(self, step: int) -> None:
        """Take the next size that is larger (1) or smaller (-1)."""
        gt = self.scene.gt
        gt.brush_size = next_size(gt.brush_size, step)
        name = "Eraser" if str(gt.mode) == "erase" else "Brush"
        self.bench.say(f"{name} {gt.brush_size} px")

    @property
    def draws(self) -> bool:
        """Whether a press on the canvas begins to draw."""
        viewer, scene = self.bench.viewer, self.scene
        if self.bench.in_hand:
            return True
        return viewer.layers.selection.active is scene.gt and str(scene.gt.mode) in _PRESSING

    def _on_wheel(self, viewer: Viewer, event: Any) -> None:
        """Shift and the wheel: napari zooms with the wheel alone, and pages with Ctrl."""
        gt = self.scene.gt
        if list(event.modifiers) != ["Shift"] or str(gt.mode) not in _BRUSHES:
            return
        turned = sum(event.delta)
        if turned and viewer.layers.selection.active is gt:
            self.step(1 if turned > 0 else -1)


class _Presses(QObject):
    """Makes the second press of a double click a press like the first while the hand draws.

    Qt takes two quick strokes at one place for a double click, for which napari draws nothing.
    """

    def __init__(self, brush: Brush) -> None:
        super().__init__()
        self._brush = brush

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Pass a second press on as a press."""
        if event.type() != QEvent.Type.MouseButtonDblClick or not self._brush.draws:
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        watched.mousePressEvent(event)
        return True
