"""The workbench: a data set under review in a viewer, one sample at a time."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from napari.viewer import Viewer
from psygnal import Signal

from segreview.errors import SegreviewError
from segreview.formats.pairing import Entry, open_entry
from segreview.model.labels import Kind
from segreview.model.sample import Sample
from segreview.session.opening import Opening
from segreview.session.project import Project
from segreview.session.review import Review
from segreview.session.saving import NOTHING, save
from segreview.ui import messages
from segreview.ui.canvas.scene import Scene
from segreview.ui.focus import Focus
from segreview.ui.messages import Answer
from segreview.ui.switches import Switches

_STEADY = 3
"""Pixels of the screen that the pointer may move during a click: hands are not steady."""

Say = Callable[[str, str], None]
"""Shows a quiet line; gets the text and a level, ``"info"`` or ``"warning"``."""


class Workbench:
    """A data set under review in a viewer.

    Parameters
    ----------
    viewer
        Viewer that shows it.
    say
        Shows a quiet line.

    Attributes
    ----------
    focus
        What all views look at.
    scene
        What the viewer shows of the current review, or None.
    entries, number
        The samples, and which of them is open.
    changed
        Emitted when switches or the list of samples have changed.
    """

    changed = Signal()

    def __init__(self, viewer: Viewer, say: Say) -> None:
        self.viewer = viewer
        self.focus = Focus()
        self.author = getpass.getuser()
        self.scene: Scene | None = None
        self.entries: tuple[Entry, ...] = ()
        self.number = 0
        self.switches = Switches()
        self.unattended = False  # nobody is there to answer: unwritten work is restored
        self._options: dict[str, Any] = {}
        self._seen: set[Path] = set()  # labels that were opened since the data set was
        self._waiting: dict[Path, int] = {}  # edits not written, of samples that were left
        self._load: Callable[[], Sample]  # reads the current sample from where it is kept
        self._say = say
        self._folder: Path | Answer | None = Answer.NO  # where to save: not asked yet
        self._clicked = False
        self._mouse = self._on_mouse  # one object, so that it can be found again at the end
        viewer.mouse_drag_callbacks.append(self._mouse)
        self.focus.focused.connect(self._on_focus)

    @property
    def review(self) -> Review | None:
        """The current review."""
        return self.focus.review

    @property
    def window(self) -> Any:
        """Qt window, the parent of dialogs."""
        return self.viewer.window._qt_window

    def say(self, text: str, level: str = "info") -> None:
        """Show a quiet line."""
        self._say(text, level)

    def refuse(self, error: SegreviewError) -> None:
        """Tell that something was not done."""
        self.say(str(error), "warning")

    # ---------------------------------------------------------------- opening
    def open(self, project: Project, **options: Any) -> None:
        """Review a data set, its first sample first; ``options`` are kind and classes."""
        if not self.leave():
            return
        before = self.entries, self.number, self._options, self._folder
        self.entries, self.number, self._options, self._folder = project.entries, 0, options, Answer.NO
        self._seen.clear()
        self._waiting.clear()
        if not self.review_sample(partial(open_entry, self.entries[0], **options), afresh=True):
            if len(self.entries) > 1:
                self.clear_stage()  # the others can be opened from the list
            else:
                self.entries, self.number, self._options, self._folder = before
        self.changed.emit()

    def go_to(self, number: int) -> None:
        """Open the sample with a number; the one before stays safe in its journal."""
        if not 0 <= number < len(self.entries):
            self.say("That was the last sample." if number > 0 else "This is the first sample.")
            return
        before, self.number = self.number, number
        if not self.review_sample(partial(open_entry, self.entries[number], **self._options)):
            self.number = before

    def read_as(self, kind: Kind) -> None:
        """Read the labels of the data set as another kind from now on; the current sample at once."""
        if not self.entries:
            self.say("Only labels from files can be read in another way.")
            return
        before, self._options = self._options, self._options | {"kind": kind}
        for options in (self._options, before):
            if self.review_sample(partial(open_entry, self.entries[self.number], **options), afresh=True):
                self._options = options
                return

    def review_sample(self, load: Callable[[], Sample], *, afresh: bool = False) -> bool:
        """Review a sample; False when it cannot be opened, which is told, or the user cancels.

        Labels that are on stage already stay there, unless they are to be opened ``afresh``, for
        another model.
        """
        try:
            sample = load()
            review = self._begin(sample, afresh)
        except SegreviewError as error:
            messages.show_error(self.window, error)
            return False
        if review is None:
            return False
        self._load = load
        self._put_on_stage(review)
        self.changed.emit()
        self.say(f"{sample.name}: {sample.reference.reading}" if sample.reference.reading else sample.name)
        return True

    def _begin(self, sample: Sample, afresh: bool) -> Review | None:
        """Review of a sample, after asking what to do with unwritten work; None when cancelled."""
        path = sample.reference.path
        assert path is not None
        if self.review is not None and self.review.reference.path == path:
            if not afresh:
                return None
            self.clear_stage()  # a journal can be open only once
        opening = Opening(sample)
        restore = True
        if opening.unwritten is not None and path not in self._seen and not self.unattended:
            answer = messages.ask_restore(self.window, sample.name, opening.unwritten)
            if answer is Answer.CANCEL:
                opening.cancel()
                return None
            restore = answer is Answer.YES
        review = opening.begin(self.author, restore=restore)
        self._seen.add(path)
        if opening.notice:
            self.say(opening.notice, "warning")
        return review

    def _put_on_stage(self, review: Review) -> None:
        """Exchange what the viewer shows for another review."""
        self.clear_stage()
        self.scene = Scene(self.viewer, review, self.refuse)
        review.faults.append(lambda error: self.say(f"A view failed: {error}. The edit is safe.", "warning"))
        self.viewer.reset_view()
        self.focus.on(review)
        self._apply_switches()

    def clear_stage(self) -> None:
        """Take the current review out of the viewer and close its journal."""
        review, scene = self.review, self.scene
        if review is None or scene is None:
            return
        assert review.reference.path is not None
        scene.bridge.adopt_strays()
        self._waiting[review.reference.path] = review.unwritten
        self.focus.on(None)
        self.scene = None
        scene.close()
        review.close()

    def reopen(self) -> None:
        """Open the current sample again, with all its work."""
        review = self.review
        if review is None:
            return
        self.clear_stage()
        opening = Opening(self._load())
        self._put_on_stage(opening.begin(self.author))

    def leave(self) -> bool:
        """Ask about unwritten edits before the window closes or other data come; False to stay."""
        review = self.review
        if self.scene is not None:
            self.scene.bridge.adopt_strays()
        here = 0 if review is None else review.unwritten
        left = self._left_unwritten()
        if not (here or left):
            return True
        names = [entry.name for entry in left] + ([review.sample.name] if review is not None and here else [])
        edits = here + sum(self._waiting[entry.gt] for entry in left)
        answer = messages.ask_unsaved(self.window, _listed(names), edits)
        if answer is Answer.CANCEL:
            return False
        try:
            if here and answer is Answer.YES:
                self.save()
            elif review is not None and here:
                review.drop_unwritten()
        except SegreviewError as error:
            messages.show_error(self.window, error)
            return False
        ends = [self._finish(entry, keep=answer is Answer.YES) for entry in left]
        failed = [fault for fault in ends if fault is not None]
        if failed and answer is Answer.YES:
            messages.show_error(self.window, failed[0])
            return messages.ask_proceed(
                self.window,
                f"{len(failed)} of {len(left)} samples could not be written. Close all the same?",
                "Their edits are in the journal, and are offered when the samples are opened again.",
            )
        return review is None or not review.unwritten

    def _left_unwritten(self) -> list[Entry]:
        """Samples that were left with edits which no file holds, but for the current one."""
        current = None if self.review is None else self.review.reference.path
        return [entry for entry in self.entries if self._waiting.get(entry.gt) and entry.gt != current]

    def _finish(self, entry: Entry, *, keep: bool) -> SegreviewError | None:
        """Write the edits of a sample that was left, or take them back; return what hinders it."""
        try:
            review = Opening(open_entry(entry, **self._options)).begin(self.author)
        except SegreviewError as error:
            return error
        try:
            if keep and self._decide_where(review):
                save(review, self._target)
            elif not keep:
                review.drop_unwritten()
            self._waiting[entry.gt] = review.unwritten
        except SegreviewError as error:
            return error
        finally:
            review.close()
        return None

    # ---------------------------------------------------------------- saving
    def save(self, folder: Path | None = None) -> None:
        """Write the corrected labels: into a folder, or where the user says once."""
        review = self.review
        if review is None or self.scene is None:
            return
        strays = self.scene.bridge.adopt_strays()
        if folder is not None:
            self._folder = folder
        if self._folder is Answer.NO and not review.unwritten:
            self.say(str(NOTHING))  # and nobody has said where to
        elif self._decide_where(review):
            more = " Pixels that another plugin had written are in it." if strays else ""
            self.say(f"{save(review, self._target)}{more}")

    def _decide_where(self, review: Review) -> bool:
        """Ask where corrected labels go, once for a data set; False when the user cancels."""
        if self._folder is Answer.NO:
            chosen = messages.ask_where(self.window, review.reference)
            self._folder = Answer.NO if chosen is Answer.CANCEL else chosen
        return self._folder is not Answer.NO

    @property
    def _target(self) -> Path | None:
        """Folder that was chosen for corrected labels; None for over the originals."""
        return None if isinstance(self._folder, Answer) else self._folder

    # ---------------------------------------------------------------- switches
    def switch(self, **changes: Any) -> None:
        """Turn switches; the names are the fields of `Switches`."""
        self.switches = replace(self.switches, **changes)
        self._apply_switches()

    def _apply_switches(self) -> None:
        if self.scene is not None and self.review is not None:
            self.review.protect_void = self.switches.protect_void
            self.scene.show(self.switches)
        self.changed.emit()

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self.scene is not None:
            row = self.focus.row
            self.scene.focus_on(row, fly=not self._clicked)

    def _on_mouse(self, viewer: Viewer, event: Any) -> Generator[None, None, None]:
        """A click that is no drag and no stroke selects the item under it."""
        scene, review = self.scene, self.review
        if scene is None or review is None or str(scene.gt.mode) not in ("pan_zoom", "pick"):
            return
        start = np.array(event.pos)
        yield
        while event.type == "mouse_move":
            if np.abs(np.array(event.pos) - start).max() > _STEADY:
                return
            yield
        item = scene.item_at(viewer.cursor.position)
        row = None if item is None else review.queue.row_of(item)
        if row is not None:
            self._clicked = True  # the user is looking there already: the camera stays
            self.focus.on_row(row)
            self._clicked = False

    def close(self) -> None:
        """Take everything out of the viewer, without a question: the journals hold all work."""
        self.clear_stage()
        self._waiting.clear()
        if self._mouse in self.viewer.mouse_drag_callbacks:
            self.viewer.mouse_drag_callbacks.remove(self._mouse)


def _listed(names: list[str]) -> str:
    """Names as a title: the one, or how many."""
    return names[0] if len(names) == 1 else f"{len(names)} samples"
