"""A film over the canvas: what moves on it costs no drawing of the canvas below.

Qt draws a widget anew where a child of it comes, goes or moves, and the canvas draws all its layers for
that. A film stays where it is; when something on it moves, Qt paints the film alone.
"""

from __future__ import annotations

from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject, QRectF, Qt
from qtpy.QtWidgets import QWidget


class Film(QWidget):
    """Transparent widget that covers another one and lets the mouse through.

    Parameters
    ----------
    host
        Widget that it covers, whose size it follows.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(host.rect())
        host.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow the size of the host."""
        host = self.parentWidget()
        if event.type() == QEvent.Type.Resize and host is not None:
            self.setGeometry(host.rect())
        return bool(super().eventFilter(watched, event))

    def close_for_good(self) -> None:
        """Let go of the host."""
        host = self.parentWidget()
        if host is not None:
            host.removeEventFilter(self)
        self.hide()
        self.deleteLater()


def cells(viewer: Viewer, canvas: QWidget) -> dict[tuple[int, int], QRectF]:
    """Parts of the canvas that show the scene, by row and column; the camera looks at the middle of each."""
    height, width = viewer.canvas.viewbox_size(viewer.layers)
    rows, columns = viewer.canvas.grid.actual_shape(viewer.layers)
    across = (canvas.width() - width) / max(columns - 1, 1)
    down = (canvas.height() - height) / max(rows - 1, 1)
    return {
        (row, column): QRectF(column * across, row * down, width, height)
        for row in range(rows)
        for column in range(columns)
    }
