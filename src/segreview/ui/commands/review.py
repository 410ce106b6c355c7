"""What judges and goes on."""

from __future__ import annotations

from qtpy.QtWidgets import QApplication, QLabel

from segreview.compare.disagreement import Relation
from segreview.compare.objects import Disagreements
from segreview.compare.sweep import Sweep
from segreview.compare.tangle import Flip
from segreview.errors import Cancelled, EditRefused
from segreview.model.edit import Edit
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.baseline import FEWEST
from segreview.session.status import DONE
from segreview.session.verdict import Judgement
from segreview.triage.filter import Filter
from segreview.triage.queue import Row
from segreview.ui.commands.coming_back import come_back
from segreview.ui.commands.group import Group
from segreview.ui.notice import Link
from segreview.ui.repair import Repair
from segreview.ui.units import threshold_text

_MANY = 500
"""Items whose masks are taken in the background, with a bar and Cancel: a fifth of a second."""
_MOST_FLIPS = 1_000
"""Objects of a side that are selected when as many flip at one threshold."""


class ReviewCommands(Group):
    """Commands of the Review menu."""

    _offered: object = None
    """What was in view when the next sample was offered; None when it was not."""

    def next_item(self) -> None:
        """Go to the next row that is not done; at the end of all, offer the next sample, then open it."""
        before = self.bench.focus.row
        if self._offered is not None and self._offered == self._view():
            self._offered = None
            self.bench.go_to(self.bench.number + 1)
        elif not self._go_on():
            self._tell_the_end("N again opens")
        elif self.bench.focus.row is before and not self._tell_that_it_waits():
            self._tell_the_end("N again opens", only=True)

    def _go_on(self) -> bool:
        """Go to the next listed row that is open, then to the unsure ones; False when none is left.

        Now and then a random check comes first.
        """
        _, focus = self.review, self.bench.focus
        assert focus.walk is not None
        found = focus.walk.next(focus.row, checks=self.bench.switches.checks)
        if found is not None:
            focus.on_row(found)
        return found is not None

    def check_at_random(self) -> None:
        """Go to an item that is drawn at random."""
        review, focus = self.review, self.bench.focus
        assert focus.walk is not None
        found = focus.walk.check_at_random(focus.row)
        if found is not None:
            focus.on_row(found)
        elif review.teaching.checks is None:
            self.bench.say(f"Random checks need suspects, and {FEWEST} items: of fewer they tell too little.")
        else:
            self.bench.say("Everything is judged: there is nothing to draw from.")

    def _tell_that_it_waits(self) -> bool:
        """Say why N stays, where the current row is a random check that has no verdict yet."""
        row = self.bench.focus.row
        if not self.bench.switches.checks or row is None or row is not self.review.teaching.waiting:
            return False
        self.bench.say(
            "A random check counts only if each gets a verdict; U where you cannot tell.",
            link=("No random checks", lambda: self.bench.switch(checks=False)),
        )
        return True

    def _tell_the_end(self, opens: str, *, only: bool = False) -> None:
        """Say that nothing is left, but perhaps the current row: under the filter, in the sample, at all."""
        listing = self.bench.focus.listing
        assert listing is not None
        others = listing.open - only
        if others:
            left = "This is the only item left" if only else "Nothing left"
            self.bench.say(
                f"{left} under this filter: {others} more without it.",
                link=("Clear filter", self.clear_filter),
            )
            return
        standing = self._words_for_the_end(only)
        following = self.bench.entries[self.bench.number + 1 :]
        if following:
            standing = f"{standing} {opens} the next sample: {following[0].name}."
            self._offered = self._view()
        elif len(self.bench.entries) > 1:
            standing = f"{standing} {'This is' if only else 'That was'} the last sample."
        self.bench.say(standing, link=self._more)

    @property
    def _more(self) -> Link | None:
        """Random checks, where the queue has ended and they would tell more of what agrees."""
        left, switches = self.review.teaching.remainder, self.bench.switches
        if left is None or not left.left or not switches.checks or left.may_stop(switches.target):
            return None
        return "Check at random what agrees", self.check_at_random

    def _words_for_the_end(self, only: bool) -> str:
        """How the sample stands when nothing is left but perhaps the current row."""
        unsure = len(self.review.standing.judged(Judgement.UNSURE))
        if not only:
            return f"Everything here is judged{f', {unsure} of it unsure' if unsure else ''}."
        return f"This is the only item left to judge{f', beside {unsure} unsure' if unsure else ''}."

    def _view(self) -> object:
        """What is in view and in hand: when any of it changes, an offer no longer stands."""
        bench, focus = self.bench, self.bench.focus
        row = None if focus.row is None else focus.row.number
        return id(focus.review), self.review.journal.head, row, focus.picked, focus.filter, bench.switches

    def previous_item(self) -> None:
        """Go back to the row above, judged or not."""
        _ = self.review
        focus = self.bench.focus
        found = None if focus.listing is None else focus.listing.previous(focus.row)
        if found is not None:
            focus.on_row(found)
        else:
            self.bench.say("There is no row above.")

    # ---------------------------------------------------------------- verdicts
    def judge(self, value: Judgement) -> None:
        """Give a verdict on the current item or on all selected ones, and go on when that is done."""
        review, rows = self.review, self.bench.focus.rows
        _ = rows or self.row  # refuses where there is none
        relation = rows[0].item.relation
        try:
            taken = self._taken(rows, value)
        except Cancelled:
            self.bench.say("Cancelled: nothing was changed.")
            return
        assert self.bench.focus.walk is not None
        self.bench.focus.walk.judge(rows)
        gesture = review.judge_many(rows, value, protect=self.bench.switches.protect, taken=taken)
        judged = min(len(gesture.verdicts), len(rows))  # one may also speak of what it drew
        gone = f" {len(rows) - judged} resolved left out." if judged < len(rows) else ""
        what = relation if judged == len(rows) == 1 else f"{judged:,} item{'s' if judged > 1 else ''}"
        key = self.keymap.text_of("take_back_verdict")
        back = f" {key} takes it back." if key else ""
        drawn = relation is Relation.UNCLAIMED and value is Judgement.REFERENCE_WRONG
        self.bench.say(f"{what}: {'drawn into the GT' if drawn else value.words}.{gone}{back}")
        goes_on = self.bench.switches.advance and value is not Judgement.BOTH_WRONG
        if goes_on and self._are_done(rows) and not self._go_on():
            self._tell_the_end("N opens")

    def _taken(self, rows: list[Row], value: Judgement) -> list[Edit] | None:
        """Edits that a verdict on very many rows brings, made beforehand and with a bar; None for others.

        Raises
        ------
        Cancelled
            When the user has called it off.
        """
        if value is not Judgement.REFERENCE_WRONG or len(rows) < _MANY:
            return None
        review, busy, protect = self.review, self.bench.busy, self.bench.switches.protect
        return busy.run(
            f"Taking the model's masks of {len(rows):,} items",
            lambda: review.takes(rows, protect=protect, report=busy.report),
        )

    def _are_done(self, rows: list[Row]) -> bool:
        return all(self.review.status(row) in DONE for row in rows)

    def take_back_verdict(self) -> None:
        """Take back the last verdict and go back to its item, or the last one on many and select them."""
        gesture = self.review.withdraw_last_verdict()
        if gesture is None:
            self.bench.say("There is no verdict to take back.")
            return
        rows = come_back(self.bench.focus, gesture)
        if rows > 1:
            self.bench.say(f"Taken back on {rows:,} items.")

    # ---------------------------------------------------------------- what the queue does
    def add_note(self) -> None:
        """Write a line about the current item."""
        _ = self.row
        self.bench.focus.asked.emit("add_note")

    def find_item(self) -> None:
        """Go to an id, a class or a kind that the user names."""
        self.bench.focus.asked.emit("find_item")

    def find_again(self) -> None:
        """Go to the next row that was looked for."""
        self.bench.focus.asked.emit("find_again")

    def filter_queue(self) -> None:
        """Open the filter strip, ready to type."""
        self.bench.focus.asked.emit("filter_queue")

    def clear_filter(self) -> None:
        """List every row that asks for a judgement."""
        self.bench.focus.filter_by(Filter())

    def copy_rows(self) -> None:
        """Copy the selected rows; or the text that is selected in a line of the window."""
        label = QApplication.focusWidget()
        if isinstance(label, QLabel) and label.hasSelectedText():
            QApplication.clipboard().setText(label.selectedText())
        else:
            self.bench.focus.asked.emit("copy_rows")

    def copy_ids(self) -> None:
        """Copy the ids of the selected rows."""
        self.bench.focus.asked.emit("copy_ids")

    # ---------------------------------------------------------------- threshold
    def next_flip(self) -> None:
        """Raise the IoU threshold to where the next object flips, and go to it."""
        self._go_to_flip(self._sweep.above(self.bench.focus.threshold), "above")

    def previous_flip(self) -> None:
        """Lower the IoU threshold to where the next object flips, and go to it."""
        self._go_to_flip(self._sweep.below(self.bench.focus.threshold), "below")

    @property
    def _sweep(self) -> Sweep:
        if self.review.sweep is None:
            raise EditRefused("These labels are classes: there are no objects that could be hits.")
        return self.review.sweep

    def _go_to_flip(self, flip: Flip | None, where: str) -> None:
        """Set the threshold to that of a flip, and select the rows of what flips there."""
        focus = self.bench.focus
        if flip is None:
            self.bench.say(f"No object flips {where} IoU {threshold_text(focus.threshold)}.")
            return
        focus.set_threshold(flip.value)
        rows = self._rows_of_objects(flip)
        focus.on_row(rows[0])
        if len(rows) > 1:
            focus.select(rows)
        what = f"{len(rows):,} items flip" if len(rows) > 1 else f"{_named(flip)} flips"
        listing = focus.listing
        hidden = listing is not None and all(listing.line_of(row) is None for row in rows)
        unseen = f" Not in the queue as it is filtered: {rows[0].item.relation}." if hidden else ""
        self.bench.say(f"IoU {threshold_text(flip.value)}: {what} between hit and miss.{unseen}")

    def _rows_of_objects(self, flip: Flip) -> list[Row]:
        """Rows of the objects that flip, in the order of the queue; of very many the first."""
        found, queue = self.review.disagreements, self.review.queue
        assert isinstance(found, Disagreements)
        sides = ((REFERENCE, flip.reference_ids), (PREDICTION, flip.prediction_ids))
        items = (found.of(side, i) for side, ids in sides for i in ids[:_MOST_FLIPS])
        rows = {row.number: row for item in items if (row := queue.row_of(item)) is not None}
        return sorted(rows.values(), key=queue.place_of)

    # ---------------------------------------------------------------- samples
    def find_systematic(self) -> None:
        """Look for what is wrong with all masks in the same way, and put it right."""
        self.bench.focus.settle()
        try:
            Repair(self.bench).begin()
        except Cancelled:
            self.bench.say("Cancelled: nothing was changed.")

    def next_sample(self) -> None:
        """Open the next sample."""
        self.bench.go_to(self.bench.number + 1)

    def previous_sample(self) -> None:
        """Open the sample before."""
        self.bench.go_to(self.bench.number - 1)


def _named(flip: Flip) -> str:
    """Objects that flip, by their ids."""
    sides = (("GT", flip.reference_ids), ("model", flip.prediction_ids))
    return " \u2194 ".join(f"{name} {', '.join(map(str, ids))}" for name, ids in sides if ids)
