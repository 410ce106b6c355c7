"""What the computer must have before a window can open; asked before Qt is, because Qt aborts."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec

from segreview.errors import SystemMissing

_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Libraries that Qt's window system loads on Linux, with their Debian packages."""

_OF_BINDING = {
    "PyQt5": {"libxcb-xinerama.so.0": "libxcb-xinerama0"},
    "PyQt6": {"libxcb-cursor.so.0": "libxcb-cursor0"},
}

_API_NAMES = {"pyqt5": "PyQt5", "pyqt6": "PyQt6"}


def check_system() -> None:
    """Make sure that a window can open.

    Raises
    ------
    SystemMissing
        When a package, a display or a system library is missing; the hint says what to do.
    """
    _check_packages()
    if sys.platform.startswith("linux") and os.environ.get("QT_QPA_PLATFORM") not in ("offscreen", "minimal"):
        _check_libraries(_binding())
        _check_display()


def _binding() -> str | None:
    """Qt binding that will be loaded, or None."""
    chosen = os.environ.get("QT_API", "").lower()
    if not chosen:
        os.environ.pop("QT_API", None)  # set but empty, it makes qtpy fail
    if chosen and chosen not in (*_API_NAMES, "pyside6"):
        raise SystemMissing(
            f"QT_API names {chosen!r}, which is no Qt binding that we know.", "Set it to pyqt5 or pyqt6."
        )
    if chosen in _API_NAMES:
        name = _API_NAMES[chosen]
        return name if find_spec(name) else None
    return next((name for name in ("PyQt5", "PyQt6", "PySide6") if find_spec(name)), None)


def _check_packages() -> None:
    missing = [name for name in ("napari", "qtpy", "superqt") if find_spec(name) is None]
    if _binding() is None:
        missing.append(os.environ.get("QT_API") or "a Qt binding")
    if missing:
        raise SystemMissing(
            f"The window needs {', '.join(missing)}, which this Python does not have.",
            'Install them with: pip install "segreview[all]"',
        )


def _check_libraries(binding: str | None) -> None:
    wanted = _LIBRARIES | _OF_BINDING.get(binding or "", {})
    packages = [package for library, package in wanted.items() if not _loads(library)]
    if packages:
        raise SystemMissing(
            "The window needs system libraries that this computer does not have.",
            f"Install them with: sudo apt-get install --no-install-recommends {' '.join(packages)}",
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _check_display() -> None:
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY")
    if not display:
        raise SystemMissing(
            "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).",
            'Use a desktop, or a virtual display: xvfb-run -a -s "-screen 0 1600x1000x24" segreview',
        )
    if not _answers(display):
        raise SystemMissing(
            f"The display {display!r} does not answer.",
            "Check DISPLAY, or that this user may use it (ssh -X, xhost).",
        )


def _answers(display: str) -> bool:
    """Whether an X server takes a connection; asked through xcb, which fails without aborting."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
