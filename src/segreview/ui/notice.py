"""Quiet lines over the canvas, for what the user should know but need not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from qtpy.QtCore import QEvent, QObject, Qt, QTimer
from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from segreview.ui.canvas.corner import Corner
from segreview.ui.palette import GT_COLOR, MODEL_COLOR

Link = tuple[str, Callable[[], object]]
"""What can be done about a notice: the text of the link, and what it does."""

_MOST = 2
"""Lines that are shown at a time."""
_NARROWEST = 80
"""Least width of a text, in pixels."""
_MARGIN = 24
"""Distance from the lower edge of the host, in pixels."""
_Type = QEvent.Type
_MOVES = frozenset({_Type.Resize, _Type.Move, _Type.Show, _Type.Hide, _Type.ChildPolished})
"""What changes the room that there is; a child is polished before it is shown."""
_GAP = 4
"""Distance from a scale bar, in pixels, where there is no room beside it."""
_SIGNS = {"info": ("i", GT_COLOR), "warning": ("!", MODEL_COLOR)}
_STYLE = """
_Line {{ background: rgba(20, 22, 26, 225); border-radius: 6px; border-left: 4px solid {color}; }}
QLabel {{ background: transparent; color: #F2F2F2; font-size: 12px; }}
QLabel#sign {{ background: {color}; color: #14161A; border-radius: 8px; font-weight: bold; }}
QToolButton {{ background: transparent; border: none; color: {color}; font-size: 12px;
    font-weight: bold; text-decoration: underline; padding: 0px 2px; }}
"""


class Say(Protocol):
    """Shows a quiet line."""

    def __call__(self, text: str, level: str = "info", link: Link | None = None) -> None:
        """Show a text; the level is ``"info"`` or ``"warning"``."""


class Notice(QWidget):
    """Lines at the lower edge of a widget, which go away by themselves.

    A newer line of information takes the place of the one before; a warning stays for its time.

    Parameters
    ----------
    host
        Widget over which the lines are shown.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("notice")
        self._lines: list[_Line] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        host.installEventFilter(self)
        super().hide()

    def say(self, text: str, level: str = "info", link: Link | None = None) -> None:
        """Show a line, with one thing that can be done about it; longer ones stay longer."""
        for line in self._lines[:]:
            if line.text == text or line.level == level == "info":
                self._drop(line)
        while len(self._lines) >= _MOST:
            self._drop(self._lines[0])
        line = _Line(text, level, link, self._drop)
        self._lines.append(line)
        layout = self.layout()
        assert layout is not None
        self.show()
        layout.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
        line.show()  # a layout has no room for what is not shown yet
        self._place()
        self.raise_()

    def text(self) -> str:
        """Lines that are shown, the newest last."""
        return "\n".join(line.text for line in self._lines)

    def hide(self) -> None:
        """Take all lines away."""
        for line in self._lines[:]:
            self._drop(line)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow the size of the host, and what comes into its corners."""
        if event.type() in _MOVES and self._lines:
            self._place()
        return bool(super().eventFilter(watched, event))

    def _drop(self, line: _Line) -> None:
        if line not in self._lines:
            return
        self._lines.remove(line)
        line.end()
        if self._lines:
            self._place()
        else:
            super().hide()

    def _place(self) -> None:
        """Put the lines in the middle of the lower edge, no wider than the host."""
        host = self.parentWidget()
        if host is None:
            return
        # the canvas below stays in reach of the mouse, but for lines that can be clicked
        links = any(line.has_link for line in self._lines)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not links)
        for line in self._lines:
            line.fit(max(240, host.width() - 60))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(layout.sizeHint())
        self.move((host.width() - self.width()) // 2, max(0, host.height() - self.height() - _MARGIN))
        for corner in host.findChildren(Corner, options=Qt.FindChildOption.FindDirectChildrenOnly):
            corner.installEventFilter(self)
            below = corner.y() > host.height() // 2  # what hangs from the upper edge may reach far down
            if below and corner.isVisible() and corner.geometry().intersects(self.geometry()):
                self.move(self.x(), max(0, corner.y() - self.height() - _GAP))


class _Line(QFrame):
    """One line: a sign for its level, the text, and perhaps a link.

    Parameters
    ----------
    text, level, link
        What is shown.
    ended
        Called when its time is over.
    """

    def __init__(self, text: str, level: str, link: Link | None, ended: Callable[[_Line], None]) -> None:
        super().__init__()
        self.text, self.level, self.has_link = text, level, link is not None
        self._ended = ended
        sign, color = _SIGNS[level]
        self.setStyleSheet(_STYLE.format(color=color))
        self._sign, self._words = QLabel(sign), QLabel(text)
        self._lay_out()
        if link is not None:
            self._add_link(link)
        self._pointer = QCursor.pos()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)
        self._timer.start(3500 + 45 * len(text) + 4000 * self.has_link)

    def _lay_out(self) -> None:
        self._sign.setObjectName("sign")
        self._sign.setFixedSize(16, 16)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 14, 7)
        layout.setSpacing(8)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._words, 1)

    def _add_link(self, link: Link) -> None:
        title, doing = link
        button = QToolButton()
        button.setText(title)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)

        def follow() -> None:
            self._ended(self)
            doing()

        button.clicked.connect(follow)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(button)

    def fit(self, widest: int) -> None:
        """Take the room that the text needs, in several lines where one would be wider than this."""
        words, layout = self._words, self.layout()
        assert layout is not None
        words.ensurePolished()
        words.setWordWrap(False)
        words.setFixedSize(words.sizeHint())
        layout.activate()
        beyond = layout.sizeHint().width() - widest
        if beyond > 0:
            width = max(_NARROWEST, words.width() - beyond)
            words.setWordWrap(True)
            words.setMinimumWidth(0)  # else Qt asks for the height at the width of the one line
            words.setFixedSize(width, words.heightForWidth(width))
        layout.activate()

    def _on_time(self) -> None:
        """Go, unless the pointer was moved here to read on."""
        pointer = QCursor.pos()
        if pointer != self._pointer and self.rect().contains(self.mapFromGlobal(pointer)):
            self._timer.start(800)
        else:
            self._ended(self)

    def end(self) -> None:
        """Go away."""
        self._timer.stop()
        self.hide()
        self.setParent(None)
        self.deleteLater()
