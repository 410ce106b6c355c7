"""The learner: fits what the verdicts on the current sample teach, while the user's hands rest."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

from qtpy.QtCore import QTimer

from segreview.session.change import Change, What
from segreview.session.lesson import Experience, Lesson
from segreview.session.review import Review
from segreview.session.teaching import Correction
from segreview.ui.errands import Errands, Pause
from segreview.ui.focus import Focus

_PAUSE_MS = 50
"""Milliseconds after a verdict before it is learned from: one gesture may bring several changes."""

_ERRAND = "lesson"


class Learner:
    """Learns anew after every verdict, and after edits, which resolve items as verdicts do.

    What was said in samples that were open before is learned from as well.

    Parameters
    ----------
    focus
        What all views look at.
    errands
        Does the work.
    """

    def __init__(self, focus: Focus, errands: Errands) -> None:
        self._focus, self._errands = focus, errands
        self._review: Review | None = None
        self._has_begun = False
        self._experience: dict[Hashable, Experience] = {}
        self._unwatch: Callable[[], None] = lambda: None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._learn)
        focus.focused.connect(self._on_focus)

    def forget(self) -> None:
        """Forget what was said so far: another data set comes."""
        self._leave()
        self._experience = {}

    def close(self) -> None:
        """Learn nothing any more."""
        self._leave()
        self._focus.focused.disconnect(self._on_focus, missing_ok=True)

    def _leave(self) -> None:
        """Keep what other samples can learn from the one that is left."""
        review = self._review
        if review is not None and (known := review.teaching.experience) is not None:
            self._experience[name_of(review)] = known
        self._timer.stop()
        self._errands.drop(_ERRAND)
        self._unwatch()
        self._review, self._has_begun, self._unwatch = None, False, lambda: None

    def _on_focus(self) -> None:
        if self._focus.review is self._review:
            return
        self._leave()
        self._review = self._focus.review
        if self._review is not None:
            self._unwatch = self._review.watch(self._on_change)

    def _on_change(self, change: Change) -> None:
        begins = What.EVIDENCE in change.what and not self._has_begun  # there may be verdicts already
        if begins or change.what & {What.VERDICTS, What.PIXELS}:
            self._timer.start()

    def _learn(self) -> None:
        """Send the lesson as it is now; one that is on its way is out of date."""
        review = self._review
        if review is None:
            return
        beside = [known for name, known in self._experience.items() if name != name_of(review)]
        lesson = review.teaching.lesson(beside)
        if lesson is not None:
            self._has_begun = True
            self._errands.drop(_ERRAND)
            self._errands.send(_ERRAND, partial(_ready, review, lesson), review.learn, first=True)


def _ready(review: Review, lesson: Lesson, pause: Pause) -> Correction:
    """What a lesson teaches, as far as it can be made ready beside the window's thread."""
    return review.teaching.prepare(lesson.learn(), pause)


def name_of(review: Review) -> Hashable:
    """Name by which a review's sample is learnt from: its GT's file, or where there is none, itself."""
    return review.reference.path or id(review)
