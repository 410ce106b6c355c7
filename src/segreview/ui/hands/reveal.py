"""The GT comes back into sight when something is about to be done to it."""

from __future__ import annotations

from segreview.ui.workbench import Workbench


def reveal(bench: Workbench) -> str:
    """Show the GT where it is hidden: nobody can correct what is not to be seen.

    Parameters
    ----------
    bench
        Workbench with a review on stage.

    Returns
    -------
    str
        What there is to say about it; empty where the GT is in sight.
    """
    scene = bench.scene
    if scene is None or scene.shows_gt:
        return ""
    scene.contours.visible = True
    bench.switch(reference=True)
    return "The GT was hidden: it is shown again."
