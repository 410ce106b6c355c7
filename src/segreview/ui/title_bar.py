"""The title of a dock: at the left, with buttons at the right that come with the pointer.

napari makes a title bar of its own for every dock, and makes it anew when the dock is moved; what is
private to it and is needed here is known here alone.
"""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QEvent, QObject
from qtpy.QtGui import QFont
from qtpy.QtWidgets import QDockWidget, QFrame, QSizePolicy

_ROOM = 110
"""Width of a dock that has room for buttons beside its title."""
_STYLE = """
#QtCustomTitleBar, #QtCustomTitleBar:hover { background: transparent; }
#QtCustomTitleBar > QLabel { color: #808890; font-size: 11px; font-weight: bold; }
"""


class TitleBar(QObject):
    """Sees to it that the title bar of a dock is ours in its looks, whenever napari makes a new one.

    Parameters
    ----------
    dock
        Dock of napari's window.
    title
        Its title.
    """

    def __init__(self, dock: QDockWidget, title: str) -> None:
        super().__init__(dock)
        self._dock = dock
        self._bar: Any = None
        self._buttons: list[Any] = []
        dock._close_btn = False  # what that button closes is gone for good
        dock.name = title
        dock.setWindowTitle(title)
        make = getattr(dock, "_update_title_bar", None)
        if make is not None:
            make()
        dock.topLevelChanged.connect(self.renew)
        dock.dockLocationChanged.connect(self.renew)
        self.renew()

    def renew(self, *_: object) -> None:
        """Put in order the bar that the dock has now, if it is a new one and lies above the dock."""
        bar = self._dock.titleBarWidget()
        parts = [getattr(bar, name, None) for name in ("title", "float_button", "hide_button")]
        if bar is None or bar is self._bar or None in parts or bar.layout() is None or bar.vertical:
            return
        self._bar = bar
        title, *self._buttons = parts
        _arrange(bar, title, self._buttons)
        self._show_buttons(False)
        bar.installEventFilter(self)

    def _show_buttons(self, shown: bool) -> None:
        for button in self._buttons:
            button.setVisible(shown and self._dock.width() >= _ROOM)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Show the buttons as long as the pointer is over the bar."""
        if watched is self._bar and event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._show_buttons(event.type() == QEvent.Type.Enter)
        return False


def _arrange(bar: Any, title: Any, buttons: list[Any]) -> None:
    """Put the title to the left and the buttons to the right; the line between them goes."""
    layout = bar.layout()
    for line in bar.findChildren(QFrame, "QtCustomTitleBarLine"):
        layout.removeWidget(line)
        line.hide()
    for widget in (title, *buttons):
        layout.removeWidget(widget)
    layout.addWidget(title, 1)
    for button in buttons:
        layout.addWidget(button)
    layout.setContentsMargins(8, 4, 2, 0)
    bar.setStyleSheet(_STYLE)
    title.setText(title.text().upper())
    title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    font = QFont(title.font())
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
    title.setFont(font)
