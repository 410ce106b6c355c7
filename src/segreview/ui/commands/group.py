"""What the commands of every menu have in common."""

from __future__ import annotations

from segreview.errors import EditRefused
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.ui.canvas.scene import Scene
from segreview.ui.keymap import KeyMap
from segreview.ui.settings import SettingsFile
from segreview.ui.workbench import Workbench


class NothingOpen(EditRefused):
    """A command needs a review, and there is none."""

    def __init__(self) -> None:
        super().__init__("Nothing is open.", "Open an image and its masks first: File > Open.")


class Group:
    """Commands of one menu: a method for each of its actions, under the action's id.

    Parameters
    ----------
    bench
        What the commands work on.
    settings
        What the window remembers.
    keymap
        Which keys do what.
    """

    def __init__(self, bench: Workbench, settings: SettingsFile, keymap: KeyMap) -> None:
        self.bench = bench
        self.settings = settings
        self.keymap = keymap

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
            raise EditRefused(
                "No disagreement is selected.", f"{self.keymap.press('next_item')} for the next one."
            )
        return self.bench.focus.row
