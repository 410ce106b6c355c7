"""What the commands of every menu have in common."""

from __future__ import annotations

from segreview.errors import EditRefused
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.ui.canvas.scene import Scene
from segreview.ui.workbench import Workbench


class NothingOpen(EditRefused):
    """A command needs a review, and there is none."""

    def __init__(self) -> None:
        super().__init__("Nothing is open.", "Open an image and its masks first (Ctrl+O).")


class Group:
    """Commands of one menu: a method for each of its actions, under the action's id.

    Parameters
    ----------
    bench
        What the commands work on.
    """

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    @property
    def review(self) -> Review:
        """The current review; refused where there is none."""
        if self.bench.review is None:
            raise NothingOpen
        return self.bench.review

    @property
    def scene(self) -> Scene:
        """What the viewer shows of the review; refused where there is none."""
        _ = self.review
        assert self.bench.scene is not None
        return self.bench.scene

    @property
    def row(self) -> Row:
        """The current row; refused where there is none."""
        if self.bench.focus.row is None:
            raise EditRefused("No disagreement is selected.", "Press N for the next one.")
        return self.bench.focus.row
