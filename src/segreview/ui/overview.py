"""The overview's survey: it counts the items of every image while the user's hands rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from psygnal import Signal
from qtpy.QtCore import QTimer

from segreview.compare.disagreement import Relation
from segreview.errors import SegreviewError
from segreview.formats.entry import Entry
from segreview.session.change import Change
from segreview.session.overview import Tally, tally_of
from segreview.session.reading import Reading
from segreview.session.review import Review
from segreview.triage.joint_remainder import JointRemainder
from segreview.ui.errands import Dropped, Pause
from segreview.ui.workbench import Workbench

_log = logging.getLogger(__name__)

_ERRAND = "overview"
_SOON_MS = 250
"""Milliseconds after a change before the current sample is counted anew."""


class Overview:
    """Tallies of the data set, as far as they are known.

    Files are read as long as somebody looks, first to count and then for suspects. The sample under
    review is counted as it stands, and stays as it was left: once there are edits that no file holds, what
    its files say is out of date.

    Parameters
    ----------
    bench
        What is worked on.

    Attributes
    ----------
    changed
        Emitted when a tally has come or changed.
    tallies
        Tally of each sample; None while it was not counted.
    faults
        Why a sample could not be counted, by its number.
    """

    changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._entries: Sequence[Entry] = ()
        self._reading = Reading()
        self.tallies: list[Tally | None] = []
        self.faults: dict[int, str] = {}
        self._unjudged: list[int] = []
        self._edited: set[int] = set()
        self._review: Review | None = None
        self._number = 0
        self._watched, self._at_work = False, False
        self._unwatch: Callable[[], None] = lambda: None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON_MS)
        self._timer.timeout.connect(self._count_current)
        bench.focus.focused.connect(self._on_focus)
        bench.changed.connect(self._on_bench)
        bench.inquiry.stepped.connect(self._go_on)

    @property
    def entries(self) -> Sequence[Entry]:
        """The samples."""
        return self._entries

    def watch(self, watched: bool) -> None:
        """Count as long as somebody looks."""
        self._watched = watched
        if watched:
            self._on_bench()
            self._go_on()
        else:
            self._drop()

    def standing(self) -> str:
        """How far it has come, in words."""
        total, counted = len(self.tallies), sum(one is not None for one in self.tallies)
        if counted + len(self.faults) < total:
            return f"{counted} of {total} images counted"
        judged = sum(one is not None and one.suspicion is not None for one in self.tallies)
        return f"{total} image{'' if total == 1 else 's'}, suspects looked for in {judged}"

    def left(self) -> str:
        """How many wrong annotations are left in the images with random checks, in words; else empty.

        An image in which none was answered tells nothing, and is not spoken of.
        """
        found = self._bench.ledger.remainders.values()
        parts = tuple(one for one in found if one.picks or not one.left)
        if self._bench.switches.goal is None or not any(part.picks for part in parts):
            return ""
        images = f"{len(parts)} of {len(self._entries)} image{'' if len(self._entries) == 1 else 's'}"
        return f"In {images}, by random checks: {JointRemainder(parts)}"

    def open(self, number: int, kind: Relation | None) -> None:
        """Open a sample at its worst item of a kind, or of all."""
        tally = self.tallies[number]
        if number != self._bench.number or self._bench.review is None:
            self._bench.go_to(number)
        review = self._bench.review
        if review is None or tally is None or number != self._bench.number:
            return
        row = tally.row(review, kind)
        if row is not None:
            self._bench.focus.on_row(row)

    # ---------------------------------------------------------------- following
    def _on_bench(self) -> None:
        """Begin anew where the data set, or how it is read, is another one."""
        bench = self._bench
        if bench.entries is self._entries and bench.reading is self._reading:
            return
        self._drop()
        self._entries, self._reading = bench.entries, bench.reading
        self.tallies, self.faults = [None] * len(self._entries), {}
        self._unjudged, self._edited = list(range(len(self._entries))), set()
        self._on_focus()
        self._count_current()
        self._go_on()

    def _on_focus(self) -> None:
        review = self._bench.review
        if review is self._review:
            return
        self._count_current()  # as it is left
        self._unwatch()
        self._review, self._number = review, self._bench.number
        self._unwatch = (lambda: None) if review is None else review.watch(self._on_change)
        self._timer.start()

    def _on_change(self, _: Change) -> None:
        self._timer.start()

    def _count_current(self) -> None:
        self._timer.stop()
        review = self._review
        if review is None or self._number >= len(self._entries):
            return
        if review.reference.path == self._entries[self._number].gt:
            self.tallies[self._number] = Tally.of_review(review)
            if review.unwritten:
                self._edited.add(self._number)
            if review.suspected or self._number in self._edited:
                self._need_not_judge(self._number)
            self.changed.emit()

    def _need_not_judge(self, number: int) -> None:
        if number in self._unjudged:
            self._unjudged.remove(number)

    # ---------------------------------------------------------------- the work, sample by sample
    def _go_on(self) -> None:
        """Send the next errand: a sample to be counted, then one to be judged once the lessons are over."""
        if not self._watched or self._at_work:
            return
        todo = [n for n, one in enumerate(self.tallies) if one is None and n not in self.faults]
        if todo:
            self._send(todo[0], judged=False)
        elif self._unjudged and self._bench.inquiry.is_free:
            self._send(self._unjudged[0], judged=True)

    def _send(self, number: int, *, judged: bool) -> None:
        entry, reading = self._entries[number], self._reading
        judge = self._bench.inquiry.judge_aside if judged else None
        self._at_work = True

        def work(pause: Pause) -> Tally | SegreviewError:
            try:
                return tally_of(entry, reading, judge, pause)
            except Dropped:
                raise
            except SegreviewError as error:
                return error
            except Exception as error:  # the others are counted all the same
                _log.warning("counting %s failed", entry.name, exc_info=True)
                return SegreviewError(f"{entry.name} cannot be counted: {error}")

        self._bench.errands.send(_ERRAND, work, lambda found: self._on_found(number, found, judged=judged))

    def _on_found(self, number: int, found: Tally | SegreviewError, *, judged: bool) -> None:
        self._at_work = False
        if judged or (isinstance(found, Tally) and found.lacking):
            self._need_not_judge(number)
        if isinstance(found, SegreviewError):
            self.faults[number] = found.message
        elif number not in self._edited and (number != self._number or self._review is None):
            self.tallies[number] = found
        self.changed.emit()
        self._go_on()

    def _drop(self) -> None:
        self._bench.errands.drop(_ERRAND)
        self._at_work = False
