"""Versions of what the program is made of: for --version, the About box, and reports of faults."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = (
    "napari",
    "qtpy",
    "PyQt5",
    "PyQt6",
    "numpy",
    "scipy",
    "scikit-image",
    "tifffile",
    "imagecodecs",
    "Pillow",
)


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that matter; "missing" for those that are not there."""
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found
