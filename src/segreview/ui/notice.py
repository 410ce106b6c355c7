"""A quiet line over the canvas, for what the user should know but need not answer."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QRect, Qt, QTimer
from qtpy.QtWidgets import QLabel, QWidget

_STYLE = (
    "background: rgba(20, 22, 26, 215); color: #F2F2F2; border-radius: 6px; padding: 7px 14px;"
    "font-size: 12px;"
    "border-left: 4px solid {color};"
)
_COLORS = {"info": "#56B4E9", "warning": "#E69F00"}


class Notice(QLabel):
    """Line at the lower edge of a widget, which goes away by itself.

    Parameters
    ----------
    host
        Widget over which the line is shown.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    def say(self, text: str, level: str = "info") -> None:
        """Show a line; longer ones stay longer."""
        self.setText(text)
        self.setStyleSheet(_STYLE.format(color=_COLORS[level]))
        self._place()
        self.show()
        self.raise_()
        self._timer.start(3500 + 45 * len(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow the size of the host."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return bool(super().eventFilter(watched, event))

    def _height(self, width: int) -> int:
        """Height of the text in lines of this width, with the padding of the style."""
        area = self.fontMetrics().boundingRect(
            QRect(0, 0, width - 44, 1000), Qt.TextFlag.TextWordWrap, self.text()
        )
        return area.height() + 18

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        widest = max(240, host.width() - 60)
        line = self.fontMetrics().horizontalAdvance(self.text()) + 44  # with the padding of the style
        self.setWordWrap(line > widest)
        self.setFixedSize(min(widest, line), self._height(min(widest, line)))
        self.move((host.width() - self.width()) // 2, host.height() - self.height() - 24)
