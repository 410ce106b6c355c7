"""What is at work on the canvas as long as a review is on stage."""

from __future__ import annotations

from typing import Any

from segreview.session.review import Review
from segreview.ui.canvas.scene import Scene
from segreview.ui.workbench import Workbench


class Stagehand:
    """Begins with every review and ends with it, so that nothing of it stays in the viewer.

    Parameters
    ----------
    bench
        Workbench whose reviews it follows.
    """

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._served: Review | None = None
        bench.focus.focused.connect(self._follow)

    @property
    def scene(self) -> Scene:
        """What the viewer shows of the review that is on stage."""
        assert self.bench.scene is not None
        return self.bench.scene

    @property
    def review(self) -> Review:
        """The review that is on stage."""
        assert self._served is not None
        return self._served

    @property
    def native(self) -> Any:
        """Qt widget of the canvas."""
        return self.bench.window._qt_viewer.canvas.native

    def _follow(self) -> None:
        review = self.bench.review
        if review is self._served:
            if review is not None:
                self.look()
            return
        if self._served is not None:
            self.end()
        self._served = review
        if review is not None:
            self.begin()

    def begin(self) -> None:
        """Go to work: a review has come on stage."""

    def look(self) -> None:
        """Follow the focus to another row of the same review."""

    def end(self) -> None:
        """Leave no trace: the review is about to go."""
