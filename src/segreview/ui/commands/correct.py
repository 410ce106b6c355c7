"""What puts labels right."""

from __future__ import annotations

from segreview.session.promotion import promote
from segreview.tools import DELETE
from segreview.ui.commands.group import Group


class CorrectCommands(Group):
    """Commands of the Correct menu."""

    def undo(self) -> None:
        """Take back the last gesture."""
        gesture = self.review.undo()
        self.bench.say(f"Undone: {gesture.title}" if gesture else "There is nothing to undo.")

    def redo(self) -> None:
        """Bring back what was undone last."""
        gesture = self.review.redo()
        self.bench.say(f"Done again: {gesture.title}" if gesture else "There is nothing to redo.")

    def delete_object(self) -> None:
        """Delete the reference objects of the current item."""
        row = self.row
        if self.review.use(DELETE, row) is None:
            self.bench.say("This item has no GT object to delete.")
        else:
            self.scene.choose_for(row)  # the id of what is gone is never painted with again

    def new_object(self) -> None:
        """Choose the next unused id for the brush."""
        review = self.review
        row, scene = self.bench.focus.row, self.scene
        category = None
        if row is not None and row.item.prediction_ids:
            category = review.prediction.category_of(row.item.prediction_ids[0])
        if scene.choose(review.fresh.peek(category)):
            scene.take_tool("paint")
            self.bench.say(f"Painting a new object: id {scene.gt.selected_label}.")

    def tool_erase(self) -> None:
        """Take the eraser."""
        self.scene.take_tool("erase")

    def tool_paint(self) -> None:
        """Take the brush."""
        self.scene.take_tool("paint")

    def tool_polygon(self) -> None:
        """Take the polygon."""
        self.scene.take_tool("polygon")

    def tool_fill(self) -> None:
        """Take the bucket."""
        self.scene.take_tool("fill")

    def tool_pick(self) -> None:
        """Take the picker."""
        self.scene.take_tool("pick")

    def tool_move(self) -> None:
        """Put the tools away, to move and zoom."""
        self.scene.take_tool("pan_zoom")

    def promote(self) -> None:
        """Save the labels with the next wider type from now on."""
        review = self.review
        wider = promote(review)
        self.bench.reopen()
        self.bench.say(f"The labels will be saved as {wider}.")
