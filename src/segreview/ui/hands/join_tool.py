"""Joining: objects that the user picks on the canvas, shown as the one that they would become."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from napari.viewer import Viewer

from segreview.errors import EditRefused
from segreview.model.edit import Edit, held
from segreview.session.aim import aim
from segreview.session.change import Change, What
from segreview.tools import JOIN, Target
from segreview.tools.countable import listed
from segreview.ui.canvas.click import is_click
from segreview.ui.canvas.glass import Area, Glass
from segreview.ui.canvas.section import Section, slice_events
from segreview.ui.hands.reveal import reveal
from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.hands.waiting import Waiting
from segreview.ui.palette import MARK_COLOR
from segreview.ui.workbench import Workbench

_PICKING = ("Control", "Shift")


class JoinTool(Stagehand):
    """Joins the current item's GT objects, or those that were picked by Ctrl+click.

    Parameters
    ----------
    bench
        What it works on.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._picked: tuple[int, ...] = ()
        self._asking = False
        self._row: object = None
        self._drag = self._on_drag  # one object, to be found again
        self._glass: Glass | None = None

    def begin(self) -> None:
        """Follow the pointer."""
        viewer = self.bench.viewer
        self._keys = Waiting(self.bench.window, self._enter, self.drop)
        self._row = self.bench.focus.row
        viewer.mouse_drag_callbacks.append(self._drag)
        self._unwatch = self.review.watch(self._on_change)
        self.scene.gt.events.mode.connect(self.drop)
        for emitter in slice_events(viewer):
            emitter.connect(self._show)

    def end(self) -> None:
        """Forget everything."""
        self.drop()
        viewer = self.bench.viewer
        viewer.mouse_drag_callbacks.remove(self._drag)
        self._unwatch()
        self.scene.gt.events.mode.disconnect(self.drop)
        for emitter in slice_events(viewer):
            emitter.disconnect(self._show)

    # ---------------------------------------------------------------- asking and doing
    def press(self) -> None:
        """What its key does: show what would be joined, and when that is in sight, join it.

        Raises
        ------
        EditRefused
            When fewer than two objects are chosen, or they cannot be joined.
        """
        if self._asking:
            self._enter()
            return
        target = self._target()
        if JOIN(target) is None:
            raise EditRefused(
                "There is one GT object here, or none: nothing to join.",
                "Ctrl+click the objects that are one, then press J.",
            )
        self._asking = True
        self._keys.switch(True)
        again = reveal(self.bench)
        self._show()
        said = f"Join {listed(target.reference_ids)}? J again or Enter does it, Esc drops it. {again}"
        self.bench.say(said.strip())

    def drop(self) -> None:
        """Forget what was picked and asked."""
        self._picked, self._asking = (), False
        self._keys.switch(False)
        if self._glass is not None:
            self._glass.close_for_good()
            self._glass = None

    def _enter(self) -> None:
        """Join what is shown."""
        if not self._asking:
            return
        target = self._target()
        edit = JOIN(target)
        self.drop()
        if edit is None:
            return
        try:
            self.review.apply([edit], JOIN.title)
        except EditRefused as refusal:
            self.bench.refuse(refusal)
            return
        self.bench.say(f"Joined {listed(target.reference_ids)}: the object is {_kept(edit)}.")

    def _target(self) -> Target:
        """Objects that are meant: those that were picked, else the current item's."""
        return aim(self.review, self._picked or self._of_row())

    def _of_row(self) -> tuple[int, ...]:
        row = self.bench.focus.row
        return () if row is None or row.gone else row.item.reference_ids

    # ---------------------------------------------------------------- picking
    def _on_drag(self, viewer: Viewer, event: Any) -> Generator[None, None, None]:
        """A click with Ctrl or Shift picks the object under it, or lays it back."""
        if str(self.scene.gt.mode) not in ("pan_zoom", "pick") or self.bench.in_hand:
            return
        if event.button != 1 or not any(key in event.modifiers for key in _PICKING):
            return
        if not (yield from is_click(event)):
            return
        section = Section.of_viewer(viewer, self.review.reference)
        if section is not None:
            self._pick(tuple(round(v) for v in section.point(event.position)), event)

    def _pick(self, index: tuple[int, ...], event: Any) -> None:
        """Pick the object under a pixel, besides those of the current item, or lay it back."""
        labels = self.review.reference
        inside = all(0 <= n < size for n, size in zip(index, labels.shape, strict=True))
        number = int(labels.planes[0][index]) if inside else labels.background
        if number is None or not labels.is_instance(number):
            self.bench.say("There is no GT object to pick here.")
            return
        picked = set(self._picked or filter(labels.is_instance, self._of_row())) ^ {number}
        self.drop()
        self._picked = tuple(sorted(picked))
        self._keys.switch(bool(picked))
        self._show()
        if self._glass is not None:
            self._glass.look_from(event)
        if len(picked) > 1:
            self.bench.say(f"Picked {listed(self._picked)}. J joins them, Esc lays them back.")
        elif picked:
            self.bench.say(f"Picked {listed(self._picked)}. Ctrl+click the objects that belong to it.")

    # ---------------------------------------------------------------- following
    def _show(self) -> None:
        """Show what was picked, or the one object that it would become."""
        if not (self._picked or self._asking):
            return
        section = Section.of_viewer(self.bench.viewer, self.review.reference)
        areas = [] if section is None else self._areas(section)
        if self._glass is None:
            self._glass = Glass(self.native, self.bench.viewer)
        self._glass.show_areas(areas)

    def _areas(self, section: Section) -> list[Area]:
        target = self._target()
        if self._asking:
            edit = JOIN(target)
            name = "" if edit is None else str(_kept(edit))
            wanted = [(section.slab(target.box), target.reference_ids, name)]
        else:
            wanted = [(section.slab(target.box_of(i)), (i,), str(i)) for i in target.reference_ids]
        areas = []
        for box, ids, text in wanted:
            if box:
                mask = section.flat(held(target.within(box), ids))
                areas.append(Area(mask, section.corner(box), section.pixel, MARK_COLOR, text))
        return areas

    def look(self) -> None:
        """Forget what was picked when another row becomes the current one."""
        if self.bench.focus.row is not self._row:
            self._row = self.bench.focus.row
            self.drop()

    def _on_change(self, change: Change) -> None:
        if What.PIXELS in change.what:
            self.drop()


def _kept(edit: Edit) -> int:
    """Id that an edit gives to all that it joins."""
    return int(edit.patches[0].new[0])
