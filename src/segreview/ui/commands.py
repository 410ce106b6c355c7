"""What the user's commands do: one method for each row of ACTIONS."""

from __future__ import annotations

from segreview.errors import EditRefused, SegreviewError
from segreview.model.labels import Kind
from segreview.session.promotion import promote
from segreview.session.review import Review
from segreview.session.samples import sample_project
from segreview.session.status import DONE, Status
from segreview.session.verdict import Judgement
from segreview.tools import DELETE
from segreview.triage.queue import Row
from segreview.ui import help_dialogs, messages, open_dialog
from segreview.ui.actions import Action
from segreview.ui.scene import Scene
from segreview.ui.workbench import Workbench


class Commands:
    """Everything that the user can tell the program to do.

    Parameters
    ----------
    bench
        What the commands work on.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def run(self, action: Action) -> None:
        """Do what an action says; what cannot be done is told, never raised."""
        try:
            if action.judgement is not None:
                self.judge(action.judgement)
            else:
                getattr(self, action.id)()
        except EditRefused as refusal:
            self._bench.refuse(refusal)
        except SegreviewError as error:
            messages.show_error(self._bench.window, error)

    def can_run(self, action: Action) -> bool:
        """Whether an action has something to do now."""
        review, row = self._bench.review, self._bench.focus.row
        if not action.needs or review is None:
            return not action.needs
        return {
            "review": True,
            "row": row is not None and not row.gone,
            "undo": review.undo_title is not None,
            "redo": review.redo_title is not None,
        }[action.needs]

    def is_on(self, action: Action) -> bool:
        """Whether a switch is on."""
        bench = self._bench
        return {
            "toggle_filled": bench.filled,
            "toggle_heat": bench.heat,
            "toggle_gt": bench.sides[0],
            "toggle_model": bench.sides[1],
            "protect_neighbours": bench.protect,
            "protect_void": bench.review is None or bench.review.protect_void,
        }[action.id]

    # ---------------------------------------------------------------- review
    def next_item(self) -> None:
        """Go to the next item that is not done; unsure ones come at the end."""
        review = self._review()
        place = self._place()
        review.rerank_behind(place)
        found = review.queue.next(place, self._is_open) or review.queue.next(-1, self._is_open)
        found = found or review.queue.next(-1, self._is_unsure)
        if found is None:
            self._bench.say(f"Everything is judged: {review.progress.done} of {review.progress.total}.")
        else:
            self._bench.focus.on_row(found)

    def previous_item(self) -> None:
        """Go back to the item before, judged or not."""
        review = self._review()
        place = self._place() if self._bench.focus.row is not None else len(review.queue)
        found = review.queue.next(place, lambda row: row.contested, step=-1)
        if found is not None:
            self._bench.focus.on_row(found)

    def _place(self) -> int:
        row = self._bench.focus.row
        return -1 if row is None else self._review().queue.place_of(row)

    def _is_open(self, row: Row) -> bool:
        return row.contested and self._review().status(row) in (Status.OPEN, Status.EDITED)

    def _is_unsure(self, row: Row) -> bool:
        review = self._review()
        verdict = review.verdict(row)
        return row is not self._bench.focus.row and verdict is not None and verdict.value is Judgement.UNSURE

    def judge(self, value: Judgement) -> None:
        """Give a verdict on the current item, and go on when it is done with that."""
        review, row = self._review(), self._row()
        relation = row.item.relation
        review.judge(row, value, protect=self._bench.protect)
        self._bench.say(f"{relation}: {value.words}. Backspace takes it back.")
        if value is not Judgement.BOTH_WRONG and review.status(row) in DONE:
            self.next_item()

    def take_back_verdict(self) -> None:
        """Take back the last verdict and go back to its item."""
        review = self._review()
        gesture = review.withdraw_last_verdict()
        if gesture is None:
            self._bench.say("There is no verdict to take back.")
            return
        self._show_gesture_rows(gesture.verdicts[-1].reference_ids, gesture.verdicts[-1].prediction_ids)

    def _show_gesture_rows(self, reference_ids: tuple[int, ...], prediction_ids: tuple[int, ...]) -> None:
        review = self._review()
        for item in review.disagreements.with_ids(reference_ids, prediction_ids):
            row = review.queue.row_of(item)
            if row is not None:
                self._bench.focus.on_row(row)
                return

    def next_sample(self) -> None:
        """Open the next sample."""
        self._bench.go_to(self._bench.number + 1)

    def previous_sample(self) -> None:
        """Open the sample before."""
        self._bench.go_to(self._bench.number - 1)

    # ---------------------------------------------------------------- correct
    def undo(self) -> None:
        """Take back the last gesture."""
        gesture = self._review().undo()
        self._bench.say(f"Undone: {gesture.title}" if gesture else "There is nothing to undo.")

    def redo(self) -> None:
        """Bring back what was undone last."""
        gesture = self._review().redo()
        self._bench.say(f"Done again: {gesture.title}" if gesture else "There is nothing to redo.")

    def delete_object(self) -> None:
        """Delete the reference objects of the current item."""
        row = self._row()
        if self._review().use(DELETE, row) is None:
            self._bench.say("This item has no GT object to delete.")
        else:
            self._scene().choose_for(row)  # the id of what is gone is never painted with again

    def new_object(self) -> None:
        """Choose the next unused id for the brush."""
        review = self._review()
        row, scene = self._bench.focus.row, self._scene()
        category = None
        if row is not None and row.item.prediction_ids:
            category = review.prediction.category_of(row.item.prediction_ids[0])
        if scene.choose(review.fresh.peek(category)):
            scene.take_tool("paint")
            self._bench.say(f"Painting a new object: id {scene.gt.selected_label}.")

    def tool_erase(self) -> None:
        """Take the eraser."""
        self._scene().take_tool("erase")

    def tool_paint(self) -> None:
        """Take the brush."""
        self._scene().take_tool("paint")

    def tool_polygon(self) -> None:
        """Take the polygon."""
        self._scene().take_tool("polygon")

    def tool_fill(self) -> None:
        """Take the bucket."""
        self._scene().take_tool("fill")

    def tool_pick(self) -> None:
        """Take the picker."""
        self._scene().take_tool("pick")

    def tool_move(self) -> None:
        """Put the tools away, to move and zoom."""
        self._scene().take_tool("pan_zoom")

    def protect_neighbours(self) -> None:
        """Switch whether other objects keep their pixels."""
        protect = not self._bench.protect
        self._bench.set_protect(protect)
        self._bench.say(
            "Neighbours keep their pixels." if protect else "Brush and tools may overwrite neighbours."
        )

    def protect_void(self) -> None:
        """Switch whether void keeps its pixels."""
        review = self._review()
        review.protect_void = not review.protect_void
        self._bench.changed.emit()

    def promote(self) -> None:
        """Save the labels with the next wider type from now on."""
        review = self._review()
        wider = promote(review)
        self._bench.reopen()
        self._bench.say(f"The labels will be saved as {wider}.")

    # ---------------------------------------------------------------- file
    def open_files(self) -> None:
        """Ask for files or folders and open them."""
        chosen = open_dialog.ask_files(self._bench.window)
        if chosen is not None:
            self._bench.open(chosen)

    def open_cells(self) -> None:
        """Open a copy of the sample `cells`."""
        self._bench.open(sample_project("cells"))

    def open_street(self) -> None:
        """Open a copy of the sample `street`."""
        self._bench.open(sample_project("street"))

    def read_as_instance(self) -> None:
        """Read the ids as objects."""
        self._read_as(Kind.INSTANCE)

    def read_as_semantic(self) -> None:
        """Read the ids as classes."""
        self._read_as(Kind.SEMANTIC)

    def read_as_binary(self) -> None:
        """Read two values as a mask."""
        self._read_as(Kind.BINARY)

    def _read_as(self, kind: Kind) -> None:
        self._review()
        self._bench.read_as(kind)

    def save(self) -> None:
        """Write the corrected labels, after asking once where."""
        self._review()
        self._bench.save()

    def save_elsewhere(self) -> None:
        """Write the corrected labels into a folder."""
        folder = messages.ask_folder(self._bench.window, self._review().reference)
        if folder is not None:
            self._bench.save(folder)

    def close_window(self) -> None:
        """Close the window."""
        self._bench.window.close()

    # ---------------------------------------------------------------- view
    def toggle_filled(self) -> None:
        """Fill the masks, or show outlines only."""
        self._bench.set_filled(not self._bench.filled)

    def toggle_heat(self) -> None:
        """Show or hide the disagreement heatmap."""
        self._bench.set_heat(not self._bench.heat)

    def toggle_gt(self) -> None:
        """Show or hide the GT."""
        gt, model = self._bench.sides
        self._bench.set_sides(not gt, model)

    def toggle_model(self) -> None:
        """Show or hide the model."""
        gt, model = self._bench.sides
        self._bench.set_sides(gt, not model)

    def zoom_to_item(self) -> None:
        """Bring the current item into view."""
        self._scene().fly_to(self._row().item.box)

    def fit_image(self) -> None:
        """Show the whole image."""
        self._bench.viewer.reset_view()

    # ---------------------------------------------------------------- help
    def show_keys(self) -> None:
        """Show all keys."""
        help_dialogs.show_keys(self._bench.window)

    def show_about(self) -> None:
        """Show versions and places."""
        help_dialogs.show_about(self._bench.window)

    # ---------------------------------------------------------------- needs
    def _review(self) -> Review:
        if self._bench.review is None:
            raise EditRefused("Nothing is open.", "Open an image and its masks first (Ctrl+O).")
        return self._bench.review

    def _scene(self) -> Scene:
        self._review()
        assert self._bench.scene is not None
        return self._bench.scene

    def _row(self) -> Row:
        if self._bench.focus.row is None:
            raise EditRefused("No disagreement is selected.", "Press N for the next one.")
        return self._bench.focus.row
