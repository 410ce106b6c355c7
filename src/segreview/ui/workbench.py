"""The workbench: a data set under review in a viewer, one sample at a time."""

from __future__ import annotations

import getpass
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from napari.viewer import Viewer
from psygnal import Signal

from segreview.errors import Cancelled, SegreviewError
from segreview.formats.entry import Entry
from segreview.session.opening import Opening
from segreview.session.plan import plan_of
from segreview.session.project import Project
from segreview.session.reading import Reading, is_light
from segreview.session.review import Review
from segreview.ui import messages
from segreview.ui.arrival import Arrivals, Load
from segreview.ui.busy import Busy
from segreview.ui.canvas.click import is_click
from segreview.ui.canvas.scene import Scene
from segreview.ui.canvas.stage import Stage
from segreview.ui.clues import Clues
from segreview.ui.errands import Errands
from segreview.ui.focus import Focus
from segreview.ui.inquiry import Inquiry
from segreview.ui.ledger import Ledger
from segreview.ui.notice import Link, Say
from segreview.ui.prefetch import Prefetch
from segreview.ui.switches import Switches
from segreview.ui.writing import Writing


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
    entries, number
        The samples, and which of them is open.
    reading
        How their labels are read.
    ledger
        Where each of them stands.
    writing
        What saves them.
    busy
        What does long work.
    errands
        What does work ahead, while the user's hands rest.
    inquiry, clues
        What looks for suspects in the current sample, and where their evidence is seen.
    changed
        Emitted when switches or the list of samples have changed.
    opened
        Emitted after a data set was opened, with the project and the options that it is read with.
    taken
        Emitted after a tool of ours was taken in hand or put away.
    """

    changed = Signal()
    opened = Signal(Project, dict)
    taken = Signal()

    def __init__(self, viewer: Viewer, say: Say) -> None:
        self.viewer = viewer
        self.focus = Focus()
        self.author = getpass.getuser()
        self.stage = Stage(viewer, self.refuse, self.put_back)
        self.entries: tuple[Entry, ...] = ()
        self.number = 0
        self.switches = Switches()
        self.in_hand = ""  # a tool of ours that has the mouse, where napari knows none
        self.unattended = False  # nobody is there to answer: unwritten work is restored
        self.reading = Reading()
        self.busy = Busy(self.window)
        self.writing = Writing(self)
        self.ledger = Ledger(self.focus)
        self.errands = Errands()
        self.prefetch = Prefetch(self.errands)
        self.inquiry = Inquiry(self.focus, self.errands)
        self.clues = Clues(self.focus)
        self._way = 1  # to the next sample, or -1 to the one before: what the user did last
        self._arrivals = Arrivals(self)
        self._load: Load | None = None  # reads the current sample from where it is kept
        self._say = say
        self._clicked = False
        self._mouse = self._on_mouse  # one object, so that it can be found again at the end
        viewer.mouse_drag_callbacks.append(self._mouse)
        self.focus.focused.connect(self._on_focus)

    @property
    def scene(self) -> Scene | None:
        """What the viewer shows of the current review."""
        return self.stage.scene

    @property
    def review(self) -> Review | None:
        """The current review."""
        return self.focus.review

    @property
    def window(self) -> Any:
        """Qt window, the parent of dialogs."""
        return self.viewer.window._qt_window

    def say(self, text: str, level: str = "info", link: Link | None = None) -> None:
        """Show a quiet line, with one thing that can be done about it."""
        self._say(text, level, link)

    def refuse(self, error: SegreviewError) -> None:
        """Tell that something was not done."""
        self.say(str(error), "warning")

    # ---------------------------------------------------------------- opening
    def open(self, project: Project, *, sample: str = "", **options: Any) -> None:
        """Review a data set.

        Parameters
        ----------
        project
            The data set.
        sample
            Name of the sample to begin with; by default the one that was looked at last.
        options
            What is known of its labels: kind and classes.
        """
        if self.busy.going_on or not self.leave():
            return
        try:
            plan = self.busy.run(
                "Looking through the data set", lambda: plan_of(project.entries, sample, **options)
            )
        except SegreviewError as error:
            messages.show_error(self.window, error)
            return
        before, staged = (self.entries, self.number, self.reading, self._arrivals), self.review is not None
        self.entries, self.number, self.reading = project.entries, plan.number, plan.reading
        self._arrivals = Arrivals(self)
        entry, review, fault = self.entries[self.number], None, None
        try:
            review = self._arrivals.review(
                self._load_of(entry), entry.name, afresh=True, light=is_light(entry)
            )
        except SegreviewError as error:
            fault = self._tell(error)
            if isinstance(error, Cancelled) or len(project.entries) == 1:
                self.entries, self.number, self.reading, self._arrivals = before
                self._restage(staged)
                return
        self.writing.begin()
        self.ledger.begin([entry.gt for entry in self.entries], plan.records)
        if review is not None:
            self._load = self._load_of(entry)
            self._put_on_stage(review)
            self.opened.emit(project, options)
        else:
            self.clear_stage()  # the others can be opened from the list
        if fault is not None:
            self.ledger.blame(entry.gt, fault)
        self.changed.emit()

    def go_to(self, number: int) -> None:
        """Open the sample with a number; the one before stays safe in its journal."""
        if self.busy.going_on:
            return
        if not 0 <= number < len(self.entries):
            self.say("That was the last sample." if number > 0 else "This is the first sample.")
            return
        entry, before = self.entries[number], self.number
        ground = self.prefetch.take(entry, self.reading)
        self._way = -1 if number < before else 1
        self.number = number
        light = ground is None and is_light(entry)
        if not self.review_sample(self._load_of(entry), name=entry.name, light=light, ground=ground):
            self.number = before

    def read_as(self, **said: Any) -> None:
        """Read labels in another way from now on, by fields of `Reading`; the current sample at once."""
        if not self.entries:
            self.say("Only labels from files can be read in another way.")
            return
        before, entry = self.reading, self.entries[self.number]
        self.reading = replace(before, **said)
        if not self.review_sample(self._load_of(entry), name=entry.name, afresh=True, light=is_light(entry)):
            self.reading = before

    def review_sample(self, load: Load, *, name: str = "the sample", **arrival: Any) -> bool:
        """Review a sample; False when it cannot be opened, which is told, or the user cancels.

        Parameters
        ----------
        load
            Reads it; gets what it is to call between its steps.
        name
            What it is called while that takes time.
        arrival
            As for `Arrivals.review`: whether it is ``afresh``, whether it is ``light``, its ``ground``.
        """
        staged = self.review is not None
        try:
            review = self._arrivals.review(load, name, **arrival)
        except SegreviewError as error:
            self._tell(error)
            self._restage(staged)
            return False
        if review is not None:
            self._load = load
            self._put_on_stage(review)
            self.changed.emit()
        return review is not None

    def _load_of(self, entry: Entry) -> Load:
        return partial(self.reading.sample, entry)

    def _tell(self, error: SegreviewError) -> SegreviewError | None:
        """Tell an error, and note it in the list; None for what the user called off himself."""
        if isinstance(error, Cancelled):
            return None
        if self.entries:
            self.ledger.blame(self.entries[self.number].gt, error)
        messages.show_error(self.window, error)
        return error

    def _restage(self, staged: bool) -> None:
        """Bring back what was on stage, if it had to leave for something that then could not be opened."""
        if staged and self.review is None:
            with suppress(SegreviewError):  # one error is told already
                self._play_again()
            if self.review is None:
                self.stage.clear()  # its layers would be those of nobody

    def _play_again(self) -> None:
        """Open what was on stage last, with all its work."""
        if self._load is not None:
            self._put_on_stage(Opening(self._load(lambda: None)).begin(self.author))

    # ---------------------------------------------------------------- the stage
    def _put_on_stage(self, review: Review) -> None:
        """Exchange what the viewer shows for another review, the layers staying where they fit."""
        before = self._lay_down()
        try:
            if not self.stage.exchange(review):
                self.focus.on(None)
                self.stage.clear()
                self.stage.build(review)
        except BaseException:  # a stage half set would mix two samples
            for one in (before, review):  # whatever napari made of it: no journal stays locked
                if one is not None:
                    one.close()
            self.focus.on(None)
            self.stage.clear()
            raise
        review.faults.append(lambda error: self.say(f"A view failed: {error}. The edit is safe.", "warning"))
        review.report = partial(self.busy.show, "Following the edits")
        self._apply_switches(review)
        self.inquiry.teach(self.entries, self.reading)
        self.focus.on(review, self.ledger.row_of(review))
        if self.scene is not None:
            self.scene.contours.redraw_now()  # else the canvas would be painted twice
        if before is not None:
            before.close()
        self.ledger.reading = self.reading
        self.ledger.keep()
        self._expect_neighbours()

    def arrive(self) -> None:
        """Bring into view what the review is at: its current item, or the whole image."""
        if self.scene is not None:
            self.viewer.reset_view()
            self.scene.focus_on(self.focus.row)

    def _expect_neighbours(self) -> None:
        """Have the samples beside the current one ready."""
        numbers = (self.number + self._way, self.number - self._way)
        near = [self.entries[n] for n in numbers if 0 <= n < len(self.entries)]
        self.prefetch.expect(near, self.reading)

    def _lay_down(self) -> Review | None:
        """Take over what the layers of the current review hold, and note it; return it, to be closed."""
        review, scene = self.review, self.scene
        if review is None or scene is None:
            return None
        scene.bridge.adopt_strays()
        self.focus.settle()
        self.writing.note(review)
        self.ledger.keep()
        return review

    def clear_stage(self) -> None:
        """Take the current review out of the viewer and close its journal."""
        self.strike()
        self.stage.clear()

    def strike(self) -> None:
        """Close the current review and its journal; its layers stay, for the one that is opened next."""
        review = self._lay_down()
        if review is not None:
            self.focus.on(None)
            self.stage.strike()
            review.close()

    def put_back(self) -> None:
        """Show the current review again, after somebody else has removed layers of it."""
        review, row = self.review, self.focus.row
        if review is None or self.scene is None:
            return
        self.scene.bridge.adopt_strays()
        self.focus.on(None)
        self.stage.clear()
        self.stage.build(review)
        self._apply_switches(review)
        self.focus.on(review, row)
        self.say("Layers of the review were removed: they are back, and nothing is lost.", "warning")

    def reopen(self) -> None:
        """Open the current sample again, with all its work."""
        if self.review is not None:
            self.clear_stage()
            self._play_again()

    # ---------------------------------------------------------------- writing
    def save(self, folder: Path | None = None) -> None:
        """Write the corrected labels: into a folder, or where the user says once."""
        self.writing.save(folder)

    def leave(self) -> bool:
        """Ask about unwritten edits before the window closes or other data come; False to stay."""
        return self.writing.leave()

    def unwritten_entries(self) -> list[Entry]:
        """Samples with edits which no file holds, as far as is known, but for the current one."""
        return self.writing.unwritten_entries()

    # ---------------------------------------------------------------- switches
    def switch(self, **changes: Any) -> None:
        """Turn switches; the names are the fields of `Switches`."""
        self.switches = self.switches.turned(**changes)
        self._apply_switches(self.review)
        self.changed.emit()

    def _apply_switches(self, review: Review | None) -> None:
        self.inquiry.turn(on=self.switches.suspects)
        if self.scene is not None and review is not None:
            review.protect_void = self.switches.protect_void
            self.scene.show(self.switches)

    def take_in_hand(self, tool: str) -> None:
        """Note which tool of ours has the mouse; an empty name when it was put away."""
        self.in_hand = tool
        self.taken.emit()

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
        if self.in_hand or event.modifiers:
            return  # the click means something else
        if not (yield from is_click(event)):
            return
        item = scene.item_at(viewer.cursor.position)
        row = None if item is None else review.queue.row_of(item)
        if row is not None:
            self._clicked = True  # the user is looking there already: the camera stays
            self.focus.on_row(row)
            self._clicked = False

    def close(self) -> None:
        """Take everything out of the viewer, without a question: the journals hold all work."""
        self.clear_stage()
        self.stage.close()
        self.prefetch.forget()
        self.inquiry.close()
        self.errands.close()
        self.ledger.close()
        self.writing.begin()  # what was left is nobody's question any more
        if self._mouse in self.viewer.mouse_drag_callbacks:
            self.viewer.mouse_drag_callbacks.remove(self._mouse)
