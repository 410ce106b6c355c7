"""What tells a click from a drag on the canvas."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

STEADY = 4
"""Pixels of the screen that the pointer may move during a click: hands are not steady."""


def is_click(event: Any) -> Generator[None, None, bool]:
    """Follow the mouse until its button goes up, or until it is plain that this is a drag.

    Parameters
    ----------
    event
        napari's mouse event, which changes with each ``yield`` of a callback: use ``yield from``.

    Returns
    -------
    bool
        Whether it was a click.
    """
    start = np.array(event.pos)
    yield
    while event.type == "mouse_move":
        if np.abs(np.array(event.pos) - start).max() > STEADY:
            return False
        yield
    return True
