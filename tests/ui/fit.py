"""What does not fit into the window: texts that are cut off, widgets that stick out of their dock."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

LONG = "a_very_long_name_of_an_image_that_nobody_would_want_to_type_twice_0123456789"


def misfits(app):
    """Everything visible that is cut off, in words."""
    from qtpy.QtWidgets import QAbstractButton, QLabel, QWidget

    window = app.window
    theirs = [window._qt_viewer.dockLayerList, window._qt_viewer.dockLayerControls]
    theirs += [window.statusBar()._status.parentWidget(), window._qt_viewer.dims]
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or any(part is widget or part.isAncestorOf(widget) for part in theirs):
            continue
        found += sticking_out(widget)
        if isinstance(widget, QLabel) and widget.text():
            found += cut_label(widget)
        elif isinstance(widget, QAbstractButton) and widget.text():
            found += cut_button(widget)
    return found


def described(widget):
    text = widget.text() if hasattr(widget, "text") and callable(widget.text) else ""
    return f"{type(widget).__name__} {widget.objectName()!r} {text[:60]!r} {widget.geometry().getRect()}"


def sticking_out(widget):
    """A widget that lies partly outside its parent, unless it can be scrolled to."""
    from qtpy.QtWidgets import QAbstractScrollArea, QDockWidget, QMainWindow, QScrollBar, QTabBar

    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or isinstance(widget, (QDockWidget, QScrollBar)):
        return []
    if isinstance(widget, QTabBar) and isinstance(parent, QMainWindow) and widget.x() < 0:
        return []  # where Qt keeps those of docks of which only one is in sight
    area = parent.parentWidget()
    if isinstance(area, QAbstractScrollArea) and parent is area.viewport():
        sideways = area.horizontalScrollBar().maximum() > 0
        shown = area.horizontalScrollBar().isVisible()
        return [f"wider than its scroll area: {described(widget)}"] if sideways and not shown else []
    if not parent.rect().contains(widget.geometry()):
        return [f"sticks out of {described(parent)}: {described(widget)}"]
    return []


def cut_label(label):
    """A label that is too small for its text; one that shortens it must have a tooltip."""
    from superqt import QElidingLabel

    if isinstance(label, QElidingLabel) or "Elid" in type(label).__name__:
        wide = label.fontMetrics().horizontalAdvance(label.text()) > label.width()
        told = label.toolTip() or label.parentWidget().toolTip()
        return [f"shortened without a tooltip: {described(label)}"] if wide and not told else []
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        return [f"cut below ({needed}): {described(label)}"] if needed > label.height() + 1 else []
    needed = label.sizeHint()
    room = label.width() + 1, label.height() + 1
    return (
        [f"cut off ({needed}): {described(label)}"]
        if (needed.width() > room[0] or needed.height() > room[1])
        else []
    )


def cut_button(button):
    """A button that is narrower than its text and icon."""
    from qtpy.QtWidgets import QRadioButton

    text = button.text().replace("&", "")
    needed = max(map(button.fontMetrics().horizontalAdvance, text.split("\n")))
    if not button.icon().isNull():
        needed += button.iconSize().width()
    if isinstance(button, QRadioButton):
        needed += button.fontMetrics().height()
    return [f"cut off ({needed}): {described(button)}"] if needed > button.width() + 1 else []


def misfits_at_rest(app):
    """Misfits once the window has come to rest, which takes a while on a busy machine."""
    from opening import pump

    for _ in range(20):
        found = misfits(app)
        if not found:
            break
        pump(50)
    return found


def look(app, width=1280, height=800):
    """Misfits of the window at a size: empty, and with an item of a set with long names."""
    from desk import write_set
    from opening import pump

    from segreview.session.project import Project

    window = app.window
    window.setGeometry(0, 0, width, height)
    pump(200)
    found = [f"empty: {fault}" for fault in misfits_at_rest(app)]
    with tempfile.TemporaryDirectory() as folder:
        root = write_set(Path(folder) / "set", (LONG, f"{LONG}b"))
        app.bench.open(Project.of_paths(root / "gt", root / "images", root / "pred"))
        pump(300)
        app.commands.do("next_item")
        pump(300)
        found += [f"open: {fault}" for fault in misfits_at_rest(app)]
        canvas = window._qt_viewer.canvas.native.width()
        if canvas < 0.55 * width:
            found.append(f"the canvas has {canvas} of {width} pixels")
        if (window.width(), window.height()) != (width, height):
            found.append(f"the window cannot be smaller than {window.width()} x {window.height()}")
        app.bench.clear_stage()
        pump(20)
    return found


def main():
    """Look at a window of one's own; print what does not fit."""
    state = tempfile.mkdtemp()
    os.environ["SEGREVIEW_STATE"], os.environ["NAPARI_CONFIG"] = state, f"{state}/napari.yaml"
    from opening import introduce, open_app

    os.rmdir(state)  # noqa: PTH106 (state is a string)
    introduce(Path(state))
    app = open_app()
    found = look(app)
    sys.stdout.write("\n".join([str(app.window.devicePixelRatioF()), *found]))
    app.bench.close()
    app.viewer.close()
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
