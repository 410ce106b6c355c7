"""What is put right after a fault: layer, labels and journal are made one again."""

from __future__ import annotations

import traceback

import numpy as np

from segreview.session.review import Review
from segreview.ui.workbench import Workbench


def mend(bench: Workbench, error: BaseException) -> None:
    """Put right what a fault has left half done in the current review.

    Pixels that were painted when the fault broke the stroke off are kept: they become an edit. When
    the fault came while the review was performing a gesture, which is in the journal by then, the
    sample is opened again from the journal.

    Parameters
    ----------
    bench
        Where the review is on.
    error
        The fault.
    """
    _let_button_go(bench)
    scene = bench.scene
    if scene is None:
        return
    steps = traceback.walk_tb(error.__traceback__)
    if any(frame.f_code is Review._perform.__code__ for frame, _ in steps):
        np.copyto(scene.gt.data, scene.bridge.document)  # the journal brings back what was painted
        bench.reopen()
    else:
        scene.bridge.adopt_strays()


def _let_button_go(bench: Workbench) -> None:
    """Tell the canvas that no mouse button is down.

    vispy notes that after it has told of the release, and never when that fails: until the next click
    every move would be a drag, and what follows the pointer would stand still.
    """
    backend = bench.window._qt_viewer.canvas._scene_canvas._backend
    noted = getattr(backend, "_vispy_mouse_data", None)
    if isinstance(noted, dict):
        noted["press_event"] = None
