"""A line across the top of the canvas, which stays until it is answered or dismissed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QHideEvent, QResizeEvent, QShowEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from segreview.ui.canvas.corner import Corner
from segreview.ui.palette import GT_COLOR, MODEL_COLOR

_MARGIN = 10

_STYLE = """
#banner {{background: rgba(20, 22, 26, 235); border-radius: 6px; border-left: 4px solid {color};}}
#banner QLabel {{background: transparent; color: #F2F2F2; font-size: 12px;}}
#banner QPushButton {{background: #3A3F47; color: #F2F2F2; border: none; border-radius: 3px;
 padding: 5px 12px; font-size: 12px;}}
#banner QPushButton:hover {{background: #50565F;}}
#banner QLineEdit {{background: #F2F2F2; color: #1E1E21; border: none; border-radius: 3px; padding: 4px 6px;
 font-size: 12px;}}
"""

Button = tuple[str, Callable[[], object]]
"""What a button says, and what it does; the banner is gone before that."""


class Banner(QFrame):
    """Line over a widget: a text, perhaps a text field, and buttons.

    Parameters
    ----------
    host
        Widget over which the line is shown.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("banner")
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self._extra: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 7, 10, 7)
        self._row.setSpacing(8)
        self._row.addWidget(self.words, 1)
        host.installEventFilter(self)
        self.hide()

    def show_line(
        self, text: str, buttons: Sequence[Button], *, warns: bool = False, field: QLineEdit | None = None
    ) -> None:
        """Show a text, with what can be done about it, in place of the one before."""
        self.clear()
        self.words.setText(f"⚠  {text}" if warns else text)
        self.setStyleSheet(_STYLE.format(color=MODEL_COLOR if warns else GT_COLOR))
        if field is not None:
            self._add(field)
        for title, doing in buttons:
            self._add(self._button(title, doing))
        self._place()
        self.show()
        self.raise_()

    def _button(self, title: str, doing: Callable[[], object]) -> QPushButton:
        button = QPushButton(title)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        def press() -> None:
            self.clear()
            doing()

        button.clicked.connect(lambda _=False: press())
        return button

    def _add(self, widget: QWidget) -> None:
        self._extra.append(widget)
        self._row.addWidget(widget)

    @property
    def has_field(self) -> bool:
        """Whether the line asks for a text."""
        return any(isinstance(widget, QLineEdit) for widget in self._extra)

    def clear(self) -> None:
        """Take the line away."""
        self.hide()
        for widget in self._extra:
            widget.hide()
            self._row.removeWidget(widget)
            widget.deleteLater()
        self._extra.clear()

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        width = max(200, host.width() - 2 * _MARGIN)
        self.setFixedWidth(width)
        self.ensurePolished()
        beside = sum(widget.sizeHint().width() + self._row.spacing() for widget in self._extra) + 30
        height = max(
            self.words.heightForWidth(max(80, width - beside)),
            *(w.sizeHint().height() for w in self._extra),
            0,
        )
        self.setFixedHeight(height + 16)
        self.move(_MARGIN, _MARGIN)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Let what lies in the corners make room."""
        super().showEvent(event)
        self._rearrange()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Let what lies in the corners take its room back."""
        super().hideEvent(event)
        self._rearrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Let what lies in the corners move with the height."""
        super().resizeEvent(event)
        self._rearrange()

    def _rearrange(self) -> None:
        host = self.parentWidget()
        for corner in [] if host is None else host.findChildren(Corner):
            corner.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow the width of the host."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget() and self.isVisible():
            self._place()
        return bool(super().eventFilter(watched, event))
