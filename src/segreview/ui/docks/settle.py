"""Layouts that are brought up to date before the window is painted, not after."""

from __future__ import annotations

from collections.abc import Iterator

from qtpy.QtWidgets import QLayout, QWidget

_ROUNDS = 3
"""Times that are laid out at most: a label that gets less room may write less, and ask once more."""


def settle(widget: QWidget) -> None:
    """Lay out a widget, all that is in it and all that it is in, now and from the inside out.

    Qt lays out from the outside in: what a part asks for while that goes on waits until the window has
    been painted, which is then painted once more.
    """
    layouts = list(_layouts(widget))
    for _ in range(_ROUNDS):
        changed = [layout.activate() for layout in layouts]  # each of them, whatever the first one says
        if not any(changed):
            return


def _layouts(widget: QWidget) -> Iterator[QLayout]:
    """Layouts of what can be seen in a widget and around it, from the inside out."""
    for part in (*reversed(widget.findChildren(QWidget)), *_outwards(widget)):
        layout = part.layout()
        if layout is not None and not part.isHidden():
            yield layout


def _outwards(widget: QWidget) -> Iterator[QWidget]:
    """A widget and what it is in, the window last."""
    part: QWidget | None = widget
    while part is not None:
        yield part
        part = None if part.isWindow() else part.parentWidget()
