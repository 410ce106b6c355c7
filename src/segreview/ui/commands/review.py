"""What judges and goes on."""

from __future__ import annotations

from segreview.session.status import DONE, Status
from segreview.session.verdict import Judgement
from segreview.triage.queue import Row
from segreview.ui.commands.group import Group


class ReviewCommands(Group):
    """Commands of the Review menu."""

    def next_item(self) -> None:
        """Go to the next item that is not done; unsure ones come at the end."""
        review = self.review
        place = self._place()
        review.rerank_behind(place)
        found = review.queue.next(place, self._is_open) or review.queue.next(-1, self._is_open)
        found = found or review.queue.next(-1, self._is_unsure)
        if found is None:
            self.bench.say(f"Everything is judged: {review.progress.done} of {review.progress.total}.")
        else:
            self.bench.focus.on_row(found)

    def previous_item(self) -> None:
        """Go back to the item before, judged or not."""
        review = self.review
        place = self._place() if self.bench.focus.row is not None else len(review.queue)
        found = review.queue.next(place, lambda row: row.contested, step=-1)
        if found is not None:
            self.bench.focus.on_row(found)

    def _place(self) -> int:
        row = self.bench.focus.row
        return -1 if row is None else self.review.queue.place_of(row)

    def _is_open(self, row: Row) -> bool:
        return row.contested and self.review.status(row) in (Status.OPEN, Status.EDITED)

    def _is_unsure(self, row: Row) -> bool:
        review = self.review
        verdict = review.verdict(row)
        return row is not self.bench.focus.row and verdict is not None and verdict.value is Judgement.UNSURE

    def judge(self, value: Judgement) -> None:
        """Give a verdict on the current item, and go on when it is done with that."""
        review, row = self.review, self.row
        relation = row.item.relation
        review.judge(row, value, protect=self.bench.switches.protect)
        self.bench.say(f"{relation}: {value.words}. Backspace takes it back.")
        if value is not Judgement.BOTH_WRONG and review.status(row) in DONE:
            self.next_item()

    def take_back_verdict(self) -> None:
        """Take back the last verdict and go back to its item."""
        review = self.review
        gesture = review.withdraw_last_verdict()
        if gesture is None:
            self.bench.say("There is no verdict to take back.")
            return
        self._show_gesture_rows(gesture.verdicts[-1].reference_ids, gesture.verdicts[-1].prediction_ids)

    def _show_gesture_rows(self, reference_ids: tuple[int, ...], prediction_ids: tuple[int, ...]) -> None:
        review = self.review
        for item in review.disagreements.with_ids(reference_ids, prediction_ids):
            row = review.queue.row_of(item)
            if row is not None:
                self.bench.focus.on_row(row)
                return

    def next_sample(self) -> None:
        """Open the next sample."""
        self.bench.go_to(self.bench.number + 1)

    def previous_sample(self) -> None:
        """Open the sample before."""
        self.bench.go_to(self.bench.number - 1)
