"""Layouts that are brought up to date before the window is painted, not after."""

from __future__ import annotations

from collections.abc import Iterator

from qtpy.QtCore import QCoreApplication, QEvent
from qtpy.QtWidgets import QScrollArea, QWidget

_ROUNDS = 3
"""Times that are laid out at most: a label that gets less room may write less, and ask once more."""


def settle(widget: QWidget) -> None:
    """Lay out a widget, all that is in it and all that it is in, now and from the inside out.

    Qt lays out from the outside in: what a part asks for while that goes on waits until the window has
    been painted, which is then painted once more.
    """
    parts = [part for part in _parts(widget) if not part.isHidden()]
    layouts = [layout for part in parts if (layout := part.layout()) is not None]
    areas = [part for part in parts if isinstance(part, QScrollArea)]
    for _ in range(_ROUNDS):
        changed = [layout.activate() for layout in layouts]  # each of them, whatever the first one says
        changed += [_roll(area) for area in areas]
        if not any(changed):
            return


def _parts(widget: QWidget) -> Iterator[QWidget]:
    """What is in a widget and what it is in, from the inside out, the window last."""
    yield from reversed(widget.findChildren(QWidget))
    part: QWidget | None = widget
    while part is not None:
        yield part
        part = None if part.isWindow() else part.parentWidget()


def _roll(area: QScrollArea) -> bool:
    """Give what is scrolled the room that it asks for, and show or hide the bar; whether it has changed.

    Qt does so by events that wait. They are not sent before their time: Qt then no longer keeps the one
    that paints the window behind all others.
    """
    content, viewport = area.widget(), area.viewport()
    assert content is not None
    assert viewport is not None
    before = content.size(), viewport.size()
    QCoreApplication.sendEvent(area, QEvent(QEvent.Type.LayoutRequest))
    return before != (content.size(), viewport.size())
