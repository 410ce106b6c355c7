"""A large button with a picture, a title and a line of text, for the start page."""

from __future__ import annotations

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout
from superqt import QElidingLabel

TILE_STYLE = """
QPushButton {text-align: left; border: 1px solid rgba(128, 128, 128, 110); border-radius: 6px;
 background: rgba(128, 128, 128, 26); padding: 8px 12px; font-size: 12px;}
QPushButton:hover {background: rgba(128, 128, 128, 64);}
QPushButton:focus {border: 2px solid #56B4E9; padding: 7px 11px;}
QPushButton:disabled {background: transparent; border: 1px dashed rgba(128, 128, 128, 90);}
QPushButton#plain {border: 1px solid transparent; background: transparent; padding: 4px;}
QPushButton#plain:hover {background: rgba(128, 128, 128, 64);}
QPushButton#plain:focus {border: 2px solid #56B4E9; padding: 3px;}
"""
"""Both themes: greys that are seen on dark and on light, and the focus in the colour of the GT."""


class Tile(QPushButton):
    """Button whose title and text stand one above the other, each elided where it is too long.

    Parameters
    ----------
    title, text
        What it says.
    note
        What stands at the right of the title.
    picture
        What stands at the left.
    """

    def __init__(self, title: str, text: str = "", note: str = "", picture: QPixmap | None = None) -> None:
        super().__init__()
        self.setAutoDefault(True)  # Enter presses it, as Space does
        self.setProperty("form", True)  # Tab, Enter and Space are its own
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setStyleSheet(TILE_STYLE)
        self.setAccessibleName(title)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        if picture is not None:
            shown = _label("")
            shown.setPixmap(picture)
            row.addWidget(shown)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(_eliding(title, "font-weight: 600; font-size: 13px;", Qt.TextElideMode.ElideRight), 1)
        if note:
            head.addWidget(_label(note))
        words.addLayout(head)
        if text:
            words.addWidget(_eliding(text, "font-size: 12px;", Qt.TextElideMode.ElideMiddle))
        words.addStretch(1)
        row.addLayout(words, 1)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As large as what is in it."""
        layout = self.layout()
        assert layout is not None
        return QSize(layout.sizeHint().width(), layout.sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As high as what is in it; texts may be elided."""
        return QSize(120, self.sizeHint().height())


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setStyleSheet("background: transparent; font-size: 12px;")
    return label


def _eliding(text: str, style: str, mode: Qt.TextElideMode) -> QElidingLabel:
    label = QElidingLabel(text)
    label.setElideMode(mode)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setStyleSheet(f"background: transparent; {style}")
    label.setMinimumWidth(40)
    return label
