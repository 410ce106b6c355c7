"""Layouts that are brought up to date before the window is painted, not after."""

from __future__ import annotations

from collections.abc import Iterator

from qtpy.QtWidgets import QWidget


def settle(widget: QWidget) -> None:
    """Lay out a widget, all that is in it and all that it is in, now and from the inside out.

    Qt lays out from the outside in: what a part asks for while that goes on waits until the window has
    been painted, which is then painted once more.
    """
    for part in (*reversed(widget.findChildren(QWidget)), widget, *_around(widget)):
        layout = part.layout()
        if layout is not None and not part.isHidden():
            layout.activate()


def _around(widget: QWidget) -> Iterator[QWidget]:
    """What a widget is in, from the inside out, but for the window."""
    part = widget.parentWidget()
    while part is not None and not part.isWindow():
        yield part
        part = part.parentWidget()
