"""The split tool: a line over the canvas, and the parts into which it cuts what it crosses.

The parts are shown while the line is being drawn and the cut is made when the button goes up: what
will happen is in sight before it does, and Ctrl+Z takes it back, so no key has to confirm it. A
click instead of a drag begins a line of straight pieces, which Enter ends.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from napari.viewer import Viewer
from qtpy.QtCore import QTimer

from segreview.errors import EditRefused
from segreview.model.box import hull
from segreview.model.edit import Edit
from segreview.session.aim import aim
from segreview.session.change import Change, What
from segreview.shape.line import Line
from segreview.tools import SPLIT
from segreview.tools.countable import listed
from segreview.tools.split import objects_under
from segreview.ui.canvas.click import STEADY
from segreview.ui.canvas.glass import Area, Glass
from segreview.ui.canvas.section import Section, crop_after, slice_events
from segreview.ui.hands.reveal import reveal
from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.hands.waiting import Waiting
from segreview.ui.palette import MARK_COLOR, NEW_COLOR
from segreview.ui.workbench import Workbench

NAME = "split"
_STRIDE = 3
"""Pixels of the screen between the points of a drawn line: a hand trembles below that."""


class LineTool(Stagehand):
    """Cuts objects along lines that the user draws over the canvas.

    Parameters
    ----------
    bench
        What it works on.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._points: list[tuple[float, ...]] = []  # of the line so far, in array indices
        self._loose: tuple[float, ...] | None = None  # where the next straight piece would end
        self._section: Section | None = None  # slice in which the line is drawn
        self._glass: Glass | None = None
        self._drag, self._move = self._on_drag, self._on_move  # each one object, to be found again
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show)
        self._keys: Waiting | None = None

    @property
    def in_hand(self) -> bool:
        """Whether the tool is in hand."""
        return self._glass is not None

    # ---------------------------------------------------------------- taking and putting away
    def press(self) -> None:
        """What its key does: take the tool, cut along a line of straight pieces, or put it away."""
        if not self.in_hand:
            self.take()
        elif self._points:
            self.cut()
        else:
            self.put_away()

    def take(self) -> None:
        """Take the tool in hand; the canvas no longer moves under the pointer."""
        self.scene.take_tool("pan_zoom")
        again = reveal(self.bench)
        viewer, gt = self.bench.viewer, self.scene.gt
        self._glass = Glass(self.native, viewer)
        self._keys = Waiting(self.bench.window, self._enter, self._escape)
        self._keys.switch(True)
        self.bench.take_in_hand(NAME)
        gt.mouse_pan = False
        gt.cursor = "cross"
        viewer.mouse_drag_callbacks.append(self._drag)
        viewer.mouse_move_callbacks.append(self._move)
        gt.events.mode.connect(self.put_away)
        viewer.layers.selection.events.active.connect(self.put_away)
        for emitter in slice_events(viewer):
            emitter.connect(self.drop)
        self._unwatch = self.review.watch(self._on_change)
        self.bench.say(f"Split: draw a line across an object. Esc puts the tool away. {again}".strip())

    def put_away(self) -> None:
        """Put the tool away, and the line with it."""
        if self._glass is None or self._keys is None:
            return
        self.drop()
        viewer, gt = self.bench.viewer, self.scene.gt
        self._glass.close_for_good()
        self._keys.switch(False)
        self._glass = self._keys = None
        self._unwatch()
        viewer.mouse_drag_callbacks.remove(self._drag)
        viewer.mouse_move_callbacks.remove(self._move)
        gt.events.mode.disconnect(self.put_away)
        viewer.layers.selection.events.active.disconnect(self.put_away)
        for emitter in slice_events(viewer):
            emitter.disconnect(self.drop)
        self.bench.take_in_hand("")
        if str(gt.mode) == "pan_zoom":
            gt.mouse_pan = True
            gt.cursor = "standard"

    def end(self) -> None:
        """Put the tool away before its review goes."""
        self.put_away()

    def drop(self) -> None:
        """Forget the line that is being drawn."""
        self._points, self._loose, self._section = [], None, None
        self._timer.stop()
        if self._glass is not None:
            self._glass.clear()

    def _enter(self) -> None:
        if self._points:
            self.cut()

    def _escape(self) -> None:
        if self._points:
            self.drop()
        else:
            self.put_away()

    def _on_change(self, change: Change) -> None:
        if What.PIXELS in change.what:
            self.drop()  # what would be cut is no longer what is shown

    # ---------------------------------------------------------------- drawing
    def _on_drag(self, viewer: Viewer, event: Any) -> Generator[None, None, None]:
        """Draw while the left button is down, and cut when it goes up; a click sets a corner."""
        if event.button != 1 or event.modifiers or not self._begin(viewer):
            return
        assert self._glass is not None
        self._glass.look_from(event)
        corner = bool(self._points)
        points, last, dragged = self._points, np.array(event.pos), False
        self._add(event)
        yield
        while event.type == "mouse_move":
            distance = np.abs(np.array(event.pos) - last).max()
            if points is self._points and distance > (_STRIDE if dragged else STEADY):
                dragged, last = True, np.array(event.pos)
                self._add(event)
            yield
        if points is self._points and dragged and not corner:
            self.cut()

    def _begin(self, viewer: Viewer) -> bool:
        """Look at what is in view; False, and told, when nothing can be drawn there."""
        section = Section.of_viewer(viewer, self.review.reference)
        if section is None:
            self.bench.say("Lines are drawn in slices: leave the 3D view first (Ctrl+Y).", "warning")
        self._section = section
        return section is not None

    def _add(self, event: Any) -> None:
        assert self._section is not None
        self._points.append(self._section.point(event.position))
        self._loose = None
        self._timer.start(0)

    def _on_move(self, viewer: Viewer, event: Any) -> None:  # noqa: ARG002 (napari passes it)
        """Stretch a straight piece from the last corner to the pointer."""
        if self._points and self._section is not None:
            self._loose = self._section.point(event.position)
            self._timer.start(0)

    def _line(self, *, loose: bool) -> Line | None:
        """What is drawn, with or without the piece that follows the pointer."""
        if not self._points or self._section is None:
            return None
        ends = [self._loose] if loose and self._loose is not None else []
        return Line((*self._points, *ends), self._section.axes)

    def _edit(self, line: Line, *, trial: bool) -> Edit | None:
        """Edit that cuts along a line."""
        review = self.review
        return SPLIT(aim(review, objects_under(line, review.reference), line, trial=trial))

    def cut(self) -> None:
        """Cut along the line that is drawn."""
        line = self._line(loose=False)
        self.drop()
        if line is None:
            return
        try:
            edit = self._edit(line, trial=False)
            if edit is None:
                self.bench.say("The line crosses no GT object.")
                return
            self.review.apply([edit], SPLIT.title)
        except EditRefused as refusal:
            self.bench.refuse(refusal)
            return
        cut, new = _parted(edit, self.review.reference.outside)
        self.bench.say(f"Cut {listed(cut)}: the new part{'s are' if len(new) > 1 else ' is'} {listed(new)}.")

    # ---------------------------------------------------------------- preview
    def _show(self) -> None:
        """Show the line, and the parts that it would make."""
        line, section, glass = self._line(loose=True), self._section, self._glass
        if line is None or section is None or glass is None:
            return
        try:
            edit = self._edit(line, trial=True)
        except EditRefused:
            edit = None  # told when the button goes up: the line may not be long enough yet
        areas = [] if edit is None else self._areas(edit, section)
        glass.show_areas(areas, [section.place(point) for point in line.points])

    def _areas(self, edit: Edit, section: Section) -> list[Area]:
        """Parts that an edit makes, in the slice in view."""
        review = self.review
        cut, new = _parted(edit, review.reference.outside)
        whole = hull(review.table.box("reference", i) for i in cut)
        assert whole is not None
        box = section.slab(whole)
        if not box:
            return []
        seen = section.flat(crop_after(review.reference.planes[edit.plane], box, [edit]))
        named = [(i, MARK_COLOR, str(i)) for i in cut] + [(i, NEW_COLOR, f"new {i}") for i in new]
        return [Area(seen == i, section.corner(box), section.pixel, color, text) for i, color, text in named]


def _parted(edit: Edit, outside: frozenset[int]) -> tuple[list[int], list[int]]:
    """Ids that an edit cuts, and those of the new parts."""
    old = {int(i) for patch in edit.patches for i in np.unique(patch.old)}
    new = {int(i) for patch in edit.patches for i in np.unique(patch.new)}
    return sorted(old - outside), sorted(new - old - outside)
