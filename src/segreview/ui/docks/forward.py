"""Docks that come into sight when something in them is asked for."""

from __future__ import annotations

from qtpy.QtWidgets import QDockWidget, QScrollArea, QWidget


def dock_of(widget: QWidget) -> QDockWidget | None:
    """Dock that a widget is in, or None."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QDockWidget):
        parent = parent.parentWidget()
    return parent


def come_forward(widget: QWidget) -> None:
    """Show the dock that a widget is in, where it was closed or lies behind another."""
    dock = dock_of(widget)
    if dock is not None:
        dock.show()
        dock.raise_()
        if dock.isFloating():
            dock.activateWindow()  # it is a window of its own, to which the keyboard goes


def scroll_to(widget: QWidget) -> None:
    """Scroll what a widget is in so that it can be seen."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    if parent is not None and widget.isVisible():
        parent.ensureWidgetVisible(widget)


def is_in_sight(widget: QWidget) -> bool:
    """Whether a widget can be seen: neither hidden, nor in a dock that lies behind another."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()
