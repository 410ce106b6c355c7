"""The inquiry: what is suspected of the sample under review, found while the user's hands rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from psygnal import Signal
from qtpy.QtCore import QTimer

from segreview.errors import SegreviewError
from segreview.formats.entry import Entry
from segreview.session.change import Change
from segreview.session.reading import Reading, pixels_of
from segreview.session.review import Review
from segreview.session.suspecting import OTHERS, Found, Snapshot, Suspecting, is_too_large
from segreview.triage.renewal import Touch
from segreview.ui.errands import Dropped, Errands, Pause
from segreview.ui.focus import Focus
from segreview.ui.learner import Learner, name_of

_log = logging.getLogger(__name__)

_PAUSE_MS = 400
"""Milliseconds after an edit before what it touched is judged anew."""

_TOLD_MS = 500
"""Milliseconds between two looks at how far the judging of a sample has come."""

_ERRAND = "suspects"


class Inquiry:
    """Looks for suspects in the current sample, after it has learnt from others of the data set.

    What it finds goes to `Review.absorb`, and is corrected by what the verdicts teach. Nothing waits for
    it: going on ends what is no longer wanted.

    Parameters
    ----------
    focus
        What all views look at.
    errands
        Does the work.

    Attributes
    ----------
    stepped
        Emitted when `standing` has changed.
    standing
        How far it has come, or why it looks for nothing, in words; else empty.
    """

    stepped = Signal()

    def __init__(self, focus: Focus, errands: Errands) -> None:
        self.standing = ""
        self._focus, self._errands = focus, errands
        self._suspecting, self._learner = Suspecting(), Learner(focus, errands)
        self._entries: Sequence[Entry] = ()
        self._lessons: list[Entry] = []
        self._taught = self._total = 0
        self._reading = Reading()
        self._review: Review | None = None
        self._judged = False  # whether the review was judged as a whole
        self._at_work, self._on, self._stopped = False, True, False
        self._share = 0.0  # of the judging of the sample that is done; the thread writes it
        self._touches: list[Touch] = []
        self._unwatch: Callable[[], None] = lambda: None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._go_on)
        self._telling = QTimer()
        self._telling.setInterval(_TOLD_MS)
        self._telling.timeout.connect(self._tell_share)
        focus.focused.connect(self._on_focus)

    def teach(self, entries: Sequence[Entry], reading: Reading) -> None:
        """Learn from these samples, unless that is what is done already."""
        if entries is self._entries and reading is self._reading:
            return
        self._drop()
        self._learner.forget()
        self._entries = entries
        step = max(1.0, len(entries) / OTHERS)
        self._lessons = [entries[int(n * step)] for n in range(min(len(entries), OTHERS))]
        self._taught, self._total = 0, len(self._lessons)
        self._reading, self._suspecting = reading, Suspecting()

    def turn(self, *, on: bool) -> None:
        """Go on looking, or leave it for now."""
        if on == self._on:
            return
        self._on, self._stopped = on, False
        if on:
            self._timer.start()
        else:
            self._drop()

    @property
    def at_work(self) -> bool:
        """Whether it looks for something that can be stopped."""
        return self._at_work

    @property
    def is_free(self) -> bool:
        """Whether it has learnt its lessons, looks for nothing now, and may look for suspects at all."""
        return self._on and not (self.standing or self._lessons or self._stopped)

    def stop(self) -> None:
        """Look for no suspects in this sample, until it is opened again or `resume` is called."""
        self._drop()
        self._stopped = True

    def resume(self) -> None:
        """Look for suspects in this sample after all."""
        self._stopped = False
        self._timer.start()

    def judge_aside(self, snapshot: Snapshot, pause: Pause) -> Found:
        """What is suspected of another sample than the current one, by what was learnt; from any thread."""
        return self._suspecting.judge_aside(snapshot, pause)

    def close(self) -> None:
        """Look for nothing any more."""
        self._drop()
        self._learner.close()
        self._unwatch()
        self._review = None
        self._focus.focused.disconnect(self._on_focus, missing_ok=True)

    def _drop(self) -> None:
        self._timer.stop()
        self._telling.stop()
        self._errands.drop(_ERRAND)
        self._at_work, self._judged = False, False
        self._tell("")

    def _tell(self, standing: str) -> None:
        if standing != self.standing:
            self.standing = standing
            self.stepped.emit()

    def _tell_share(self) -> None:
        """Say how far the judging of the sample has come, as far as that is known."""
        done = f": {100 * self._share:.0f} %" if self._share else ""
        self._tell(f"looking for suspects{done}")

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._focus.review is self._review:
            return
        self._drop()
        self._unwatch()
        self._review, self._touches, self._stopped = self._focus.review, [], False
        if self._review is None:
            self._unwatch = lambda: None
            return
        self._unwatch = self._review.watch(self._on_change)
        self._timer.start()

    def _on_change(self, change: Change) -> None:
        if change.relabels:
            self._touches += [Touch(edit.plane, p.box) for edit in change.edits for p in edit.patches]
            self._timer.start()

    # ---------------------------------------------------------------- the work, step by step
    def _go_on(self) -> None:
        """Send the next errand: a lesson while there are any, then the sample as it is now."""
        review = self._review
        if not self._on or self._stopped or review is None or self._at_work or not review.sample.images:
            return
        if is_too_large(review.sample):
            self._tell("too large to look for suspects")
            return
        if self._lessons:
            entry, reading = self._lessons[0], self._reading
            self._send(lambda pause: self._lesson(entry, reading, pause), self._on_lesson)
            self._tell(f"looking for suspects {self._taught + 1}/{self._total}")
        elif not self._judged:
            self._touches, self._share = [], 0.0
            snapshot, suspecting = Snapshot.of(review, name_of(review)), self._suspecting
            self._send(lambda pause: suspecting.judge(snapshot, pause, self._note_share), self._on_found)
            self._tell_share()
            self._telling.start()
        elif self._touches:
            touches, self._touches = self._touches, []
            snapshot = Snapshot.of(review, name_of(review))
            self._send(lambda pause: self._suspecting.judge_again(snapshot, touches, pause), self._on_found)

    def _note_share(self, share: float) -> None:
        self._share = share

    def _send(self, work: Callable[[Pause], object], done: Callable[[object], None]) -> None:
        self._at_work = True
        self._errands.send(_ERRAND, lambda pause: _whatever(work, pause), done)

    def _lesson(self, entry: Entry, reading: Reading, pause: Pause) -> bool:
        """Learn from a sample as its files are; whether it could be read."""
        pause()
        if not self._suspecting.has_room_for(pixels_of(entry.gt)):
            return False
        self._suspecting.learn(entry.gt, reading.sample(entry, pause), pause)
        return True

    def _on_lesson(self, _: object) -> None:
        self._at_work = False
        self._lessons.pop(0)
        self._taught += 1
        self._go_on()

    def _on_found(self, found: object) -> None:
        self._at_work, self._judged = False, True
        self._telling.stop()
        self._tell("")
        review, focus = self._review, self._focus
        if review is None or not isinstance(found, Found):
            return
        untouched = focus.row is None and not review.standing.values
        review.absorb(found.suspicions, found.revision, found.places, found.opinion, found.exhibits)
        if untouched:  # nobody has begun with the queue as it was
            review.rerank_behind(-1)
        if self._touches:
            self._timer.start()


def _whatever(work: Callable[[Pause], object], pause: Pause) -> object:
    """Result of work, or what it raised: a sample that cannot be read must not end the inquiry."""
    try:
        return work(pause)
    except Dropped:
        raise
    except SegreviewError as error:
        _log.info("a sample cannot be looked at for suspects: %s", error)
        return error
    except Exception as error:  # suspicion is an aid: the review goes on without it
        _log.warning("looking for suspects failed", exc_info=True)
        return error
