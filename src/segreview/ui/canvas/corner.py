"""A widget that keeps to a corner of the canvas."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import QWidget


class Corner(QWidget):
    """Widget over a corner of another one, which lets the mouse through; hidden at first.

    Parameters
    ----------
    host
        Widget over which it lies, and whose size it follows.
    name
        Name of the object.
    """

    def __init__(self, host: QWidget, name: str) -> None:
        super().__init__(host)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        host.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Keep to the corner of the host."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self.place()
        return bool(super().eventFilter(watched, event))

    def place(self) -> None:
        """Take the place that what is shown needs."""
        host = self.parentWidget()
        if host is not None:
            self.lie_over(host)

    def lie_over(self, host: QWidget) -> None:
        """Set the geometry, in coordinates of the host."""
        raise NotImplementedError
