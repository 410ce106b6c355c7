"""The start of the program, from its first import to the window, and to its end.

Nothing of napari or Qt is imported here before the start has begun: that is most of its time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segreview.ui.app import App

_PATIENCE_MS = 150
"""Milliseconds after which the window appears although it has nothing to show yet."""


def launch(start: Callable[[App], None] | None = None, screenshot: Path | None = None) -> None:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    start
        Called with the app before the window is shown, so that what it opens is there at once.
    screenshot
        Take a picture of the window, write it here, and close.
    """
    with _unswept():
        import napari
        from qtpy.QtCore import QTimer

        from segreview.ui.app import App

        app = App(show=False)
        app.bench.unattended = screenshot is not None
        QTimer.singleShot(_PATIENCE_MS, app.show)  # where something takes time, or is asked
        if start is not None:
            start(app)
        app.show()
    if screenshot is not None:
        app.take_picture(screenshot)
        return
    QTimer.singleShot(0, app.faults.open)  # once napari has put its own hooks in place
    napari.run()
    app.faults.close()


@contextmanager
def _unswept() -> Iterator[None]:
    """Let Python's collector rest, and pass over what has been made from now on.

    The start makes hundreds of thousands of objects that stay. Looking for garbage among them takes a
    sixth of its time; later on it would make hands wait a tenth of a second now and then.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
