"""Everything of someone's own napari on which a review could leave a mark."""

import gc
import logging
import sys
import threading
from collections import Counter
from types import FunctionType

from segreview.shape import fill

_FACTS = (
    *("name", "visible", "opacity", "blending", "mode", "scale", "translate", "rotate", "shear", "affine"),
    *("units", "axis_labels", "metadata", "locked", "editable", "source", "contrast_limits", "colormap"),
    *("gamma", "brush_size", "selected_label", "contour", "preserve_labels", "n_edit_dimensions"),
    *("contiguous", "mouse_pan", "mouse_zoom", "cursor", "cursor_size", "help"),
)
_MOUSE = ("drag", "move", "wheel", "double_click")


def emitters(thing):
    """How many listeners every event of something has."""
    return {
        name: len([c for c in emitter.callbacks if not _is_dead(c)])
        for name, emitter in thing.events.emitters.items()
    }


def _is_dead(callback):
    return isinstance(callback, tuple) and callback[0]() is None


def _mouse(thing):
    return [list(getattr(thing, f"mouse_{kind}_callbacks")) for kind in _MOUSE]


def _patches(thing):
    """Attributes of an object that are functions of ours."""
    return [name for name, value in vars(thing).items() if _is_ours(value)]


def _is_ours(value):
    return str(getattr(value, "__module__", None) or "").startswith("segreview")


def of_layer(layer):
    """Everything of a layer."""
    facts = {name: str(getattr(layer, name)) for name in _FACTS if hasattr(layer, name)}
    history = [len(getattr(layer, name, ())) for name in ("_undo_history", "_redo_history")]
    features = getattr(layer, "features", None)
    return {
        "facts": facts,
        "data": layer.data.tobytes(),
        "features": None if features is None else features.to_dict(),
        "history": history,
        "listeners": emitters(layer),
        "mouse": _mouse(layer),
        "keys": dict(layer.keymap),
        "patches": _patches(layer),
    }


def of_viewer(viewer):
    """Everything of a viewer but for its window."""
    camera, dims, grid = viewer.scene.camera, viewer.dims, viewer.canvas.grid
    overlays = (*viewer.canvas.overlays.items(), *viewer.scene.overlays.items())
    followed = (
        viewer,
        viewer.layers,
        viewer.layers.selection,
        dims,
        camera,
        viewer.cursor,
        viewer.canvas,
        grid,
    )
    return {
        "layers": {layer.name: of_layer(layer) for layer in viewer.layers},
        "order": [layer.name for layer in viewer.layers],
        "selection": (
            sorted(layer.name for layer in viewer.layers.selection),
            viewer.layers.selection.active,
        ),
        "units": str(viewer.layers.units),
        "mouse": _mouse(viewer),
        "keys": (dict(viewer.keymap), sorted(map(str, type(viewer).class_keymap))),
        "camera": str(camera),
        "dims": str(dims),
        "grid": str(grid),
        "overlays": {name: str(overlay) for name, overlay in overlays if name != "_brush_circle"},
        "brush circle": viewer.canvas.overlays["_brush_circle"].box,
        "cursor": (viewer.cursor.style, viewer.cursor.size, viewer.cursor.scaled),
        "texts": (viewer.theme, viewer.title, viewer.help, viewer.tooltip.visible),
        "listeners": [emitters(thing) for thing in followed],
    }


def of_window(viewer):
    """Everything of a viewer's window but for our dock."""
    from qtpy.QtWidgets import QDockWidget

    window = viewer.window._qt_window
    view = window._qt_viewer
    docks = [dock for dock in window.findChildren(QDockWidget) if "segreview" not in dock.objectName()]
    places = (window, window.statusBar(), window.centralWidget(), view, view.canvas.native)
    return {
        "actions": [action.text() for action in window.actions()],
        "menus": [
            (menu.text(), [action.text() for action in menu.menu().actions()])
            for menu in window.menuBar().actions()
            if menu.text() != "&Window"  # it lists our dock
        ],
        "docks": [
            (dock.objectName(), str(window.dockWidgetArea(dock)), dock.isVisible(), dock.isFloating())
            for dock in docks
        ],
        "children": [
            Counter(type(child).__name__ for child in place.children() if not _is_dock(child))
            for place in places
        ],
        "patches": [_patches(thing) for thing in (window, view, view.canvas)],
    }


def _is_dock(child):
    """Whether a child of the window comes and goes with docks."""
    return type(child).__name__ in ("QtViewerDockWidget", "QAction")


def of_program():
    """Everything of the program beside viewers."""
    from qtpy.QtCore import QTimer
    from qtpy.QtWidgets import QApplication

    _forget_colours()
    objects = gc.get_objects()
    return {
        "style": QApplication.instance().styleSheet(),
        "cursor": QApplication.overrideCursor(),
        "windows": Counter(
            type(widget).__name__ for widget in QApplication.topLevelWidgets() if not widget.inherits("QMenu")
        ),
        "timers": Counter(
            timer.interval() for timer in objects if isinstance(timer, QTimer) and _runs(timer)
        ),
        "hooks": (sys.excepthook, threading.excepthook, sys.getswitchinterval()),
        "threads": Counter(thread.name for thread in threading.enumerate()),
        "log": (logging.getLogger("segreview").level, len(logging.getLogger("segreview").handlers)),
        "ours": Counter(
            f"{type(thing).__module__}.{type(thing).__name__}" for thing in objects if _is_ours(type(thing))
        ),
        "our functions": Counter(
            thing.__qualname__
            for thing in objects
            if isinstance(thing, FunctionType) and thing.__closure__ and _is_ours(thing)
        ),
    }


def _forget_colours():
    """Tables of colours are kept to be quick: which were needed hangs on what was painted on the way."""
    for kept in vars(fill).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()


def _runs(timer):
    try:
        return timer.isActive() and not timer.isSingleShot()
    except RuntimeError:
        return False  # Qt has deleted it


def inventory(viewer):
    """Everything, by its name."""
    return {**of_viewer(viewer), **{f"window: {k}": v for k, v in of_window(viewer).items()}, **of_program()}


def differences(before, after, place="", found=None):
    """What is another thing than before, by its place in the inventory."""
    found = {} if found is None else found
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before.keys() | after.keys():
            differences(before.get(name), after.get(name), f"{place}/{name}", found)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple) and len(before) == len(after):
        for n, (one, other) in enumerate(zip(before, after, strict=True)):
            differences(one, other, f"{place}/{n}", found)
    elif before != after:
        found[place] = before, after
    return found
