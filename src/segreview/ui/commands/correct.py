"""What puts labels right."""

from __future__ import annotations

from collections.abc import Sequence

from segreview.compare.objects import Disagreements
from segreview.model.sample import REFERENCE
from segreview.session.classing import class_choices
from segreview.session.gesture import Gesture
from segreview.session.mending import Blot, blots_of, mend_blots, mendable_of
from segreview.session.promotion import promote
from segreview.session.reclassing import give_class, objects_of
from segreview.tools import DELETE
from segreview.ui.commands.coming_back import come_back
from segreview.ui.commands.group import Group
from segreview.ui.dialogs.class_dialog import ask_class
from segreview.ui.dialogs.mend_dialog import MendDialog
from segreview.ui.hands.brush import Brush
from segreview.ui.hands.join_tool import JoinTool
from segreview.ui.hands.line_tool import LineTool
from segreview.ui.hands.reveal import reveal
from segreview.ui.hands.stillness import Stillness
from segreview.ui.keymap import KeyMap
from segreview.ui.settings import SettingsFile
from segreview.ui.workbench import Workbench


class CorrectCommands(Group):
    """Commands of the Correct menu, and the tools that they take in hand."""

    def __init__(self, bench: Workbench, settings: SettingsFile, keymap: KeyMap) -> None:
        super().__init__(bench, settings, keymap)
        self.line = LineTool(bench)
        self.joining = JoinTool(bench)
        self.brush = Brush(bench)
        self._stillness = Stillness(bench)

    def undo(self) -> None:
        """Take back the last gesture, and come back to the item of a verdict."""
        gesture = self.review.undo()
        if gesture is not None:
            come_back(self.bench.focus, gesture)
        self.bench.say(f"Undone: {gesture.title}" if gesture else "There is nothing to undo.")

    def redo(self) -> None:
        """Bring back what was undone last."""
        gesture = self.review.redo()
        self.bench.say(f"Done again: {gesture.title}" if gesture else "There is nothing to redo.")

    def delete_object(self) -> None:
        """Delete the reference objects of the current item, or of all selected ones."""
        rows = self.bench.focus.rows or [self.row]
        gesture = self.review.use_on_each(DELETE, rows)
        if gesture is None:
            self.bench.say("This item has no GT object to delete.")
            return
        self.scene.choose_for(rows[0])  # the id of what is gone is never painted with again
        deleted = len(gesture.edits)
        again = reveal(self.bench)
        if again or len(rows) > 1:
            counted = f"GT objects of {deleted:,} items deleted." if len(rows) > 1 else ""
            self.bench.say(f"{counted} {again}".strip())

    def mend_item(self) -> None:
        """Put right what tools can mend of the current item, or of all selected ones."""
        blots = mendable_of(self.review, self.bench.focus.rows or [self.row])
        if not blots:
            self.bench.say("The GT objects of this item have no marks that can be mended.")
            return
        self._tell_mended(mend_blots(self.review, blots))

    def mend_marks(self) -> None:
        """Show what is wrong with the GT's masks as masks, and put right what the user ticks."""
        review, window = self.review, self.bench.window
        self.scene.bridge.adopt_strays()
        blots = self.bench.busy.run("Looking at the masks", lambda: blots_of(review.hygiene.all()))
        if not blots:
            self.bench.say("The GT's masks are clean: no holes, specks, slivers, split ids, cuts, whiskers.")
            return
        dialog = MendDialog(window, review, blots)
        dialog.exec()
        dialog.deleteLater()
        if dialog.wanted is not None:
            self._go_to(dialog.wanted)
        elif dialog.chosen:
            self._tell_mended(mend_blots(review, dialog.chosen))

    def _go_to(self, blot: Blot) -> None:
        """Bring a mark into view, with the row of its object where there is one."""
        review, found = self.review, self.review.disagreements
        item = found.find(REFERENCE, blot.object_id) if isinstance(found, Disagreements) else None
        row = None if item is None else review.queue.row_of(item)
        if row is not None:
            self.bench.focus.on_row(row)
        self.scene.fly_to(blot.marks[0].box)

    def _tell_mended(self, gesture: Gesture) -> None:
        """Say what was mended, and offer to take it back."""
        self.bench.say(f"{gesture.title}: done.", link=("Undo", self.undo))

    def new_object(self) -> None:
        """Choose the next unused id for the brush."""
        review = self.review
        row, scene = self.bench.focus.row, self.scene
        category = None
        if row is not None and row.item.prediction_ids:
            category = review.prediction.category_of(row.item.prediction_ids[0])
            review.classing.hold(category)
        if scene.choose(review.fresh.peek(category)):
            self._take("paint", f"Painting a new object: id {scene.gt.selected_label}.")

    def object_class(self) -> None:
        """Ask for a class, for the current item's GT objects or all selected ones', else for new objects."""
        review, focus = self.review, self.bench.focus
        rows = focus.rows or ([] if focus.row is None else [focus.row])
        choices, ids = class_choices(review.reference), objects_of(rows)
        current = review.reference.category(ids[0]) if ids else review.classing.in_hand
        wanted = ask_class(self.bench.window, choices, current, _asked(ids))
        if wanted is None:
            return
        if not ids:
            review.classing.hold(wanted.id)
            if self.scene.choose(review.fresh.peek(wanted.id)):
                self._take("paint", f"Painting a new object: {wanted.name}.")
            return
        gesture = give_class(review, rows, wanted)
        if gesture is not None:
            self.scene.choose_for(rows[0])
            self.bench.say(f"{gesture.title}.", link=("Undo", self.undo))

    def join_objects(self) -> None:
        """Show what would be joined; the second time, join it."""
        self.joining.press()

    def tool_split(self) -> None:
        """Take the line that splits, or cut along it."""
        self.line.press()

    def brush_smaller(self) -> None:
        """Take the next smaller brush."""
        self.brush.step(-1)

    def brush_larger(self) -> None:
        """Take the next larger brush."""
        self.brush.step(1)

    def tool_erase(self) -> None:
        """Take the eraser."""
        self._take("erase")

    def tool_paint(self) -> None:
        """Take the brush."""
        self._take("paint")

    def tool_polygon(self) -> None:
        """Take the polygon."""
        self._take("polygon")

    def tool_fill(self) -> None:
        """Take the bucket."""
        self._take("fill")

    def tool_pick(self) -> None:
        """Take the picker."""
        self._take("pick")

    def tool_move(self) -> None:
        """Put the tools away, to move and zoom."""
        self._take("pan_zoom")

    def _take(self, mode: str, words: str = "") -> None:
        """Take a tool of napari's, and put ours away; say so where there are words for it."""
        scene = self.scene
        self.line.put_away()
        self.joining.drop()
        again = "" if mode == "pan_zoom" else reveal(self.bench)  # napari drops the tools of a hidden layer
        scene.take_tool(mode)
        if words or again:
            self.bench.say(f"{words} {again}".strip())

    def protect_neighbours(self) -> None:
        """Let other objects keep their pixels under brush and tools, or not."""
        on = not self.bench.switches.protect
        self.bench.switch(protect=on)
        if on and self.review.reference.background is None:
            self.bench.say("Tools spare neighbours; the brush cannot where every pixel is labelled.")
        else:
            self.bench.say("Neighbours keep their pixels." if on else "The brush may overwrite neighbours.")

    def protect_void(self) -> None:
        """Let void keep its pixels, or not."""
        on = not self.bench.switches.protect_void
        self.bench.switch(protect_void=on)
        self.bench.say("Void keeps its pixels." if on else "The brush may overwrite void.")

    def promote(self) -> None:
        """Save the labels with the next wider type from now on."""
        review = self.review
        wider = promote(review)
        self.bench.reopen()
        self.bench.say(f"The labels will be saved as {wider}.")


def _asked(ids: Sequence[int]) -> str:
    """Whose class is asked for."""
    if not ids:
        return "Class of new objects"
    return f"Class of GT {ids[0]}" if len(ids) == 1 else f"Class of {len(ids):,} GT objects"
