"""Figures of a sample as its labels are now: counted at once, or in the background after a pause."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qtpy.QtCore import QTimer

from segreview.compare.evaluate import evaluate_fitting
from segreview.compare.metrics.evaluation import Evaluation
from segreview.compare.metrics.table_case import TableCase
from segreview.compare.overlap import SIDES
from segreview.session.review import Review
from segreview.ui.errands import Errands, Pause

_SMALL = 1_500
"""Objects of a side up to which what the overlap table tells is counted at once: a few milliseconds."""
_PAUSE = 400
"""Milliseconds after a stroke before anything is counted in the background."""


class FigureCounts:
    """Evaluations by some conventions that follow a review; those that are not up to date are unknown.

    Parameters
    ----------
    name
        Names the errand.
    errands
        Count in the background what takes long.
    conventions_of
        Names of the conventions that may fit a review.
    done
        Called when something was counted in the background.
    at_once
        Whether they are counted at once where there are few objects: what looks at no pixels.
    """

    def __init__(
        self,
        name: str,
        errands: Errands,
        conventions_of: Callable[[Review], Sequence[str]],
        done: Callable[[], object],
        *,
        at_once: bool,
    ) -> None:
        self._name, self._errands = name, errands
        self._conventions_of, self._done, self._at_once = conventions_of, done, at_once
        self._review: Review | None = None
        self._found: Mapping[str, Evaluation] | None = None
        self._pause = QTimer()
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._send)

    def follow(self, review: Review | None) -> None:
        """Count for another review, or for none."""
        self._review = review
        self._pause.stop()
        self._errands.drop(self._name)
        self.forget()

    def forget(self) -> None:
        """What was counted is no longer true."""
        self._found = None

    def now(self) -> dict[str, Evaluation | None]:
        """Evaluations by those conventions that fit; None for those that are still to be counted.

        Whoever asks has them counted: nothing is while nobody looks.
        """
        review = self._review
        if review is None:
            return {}
        if self._found is None and self._is_quick(review):
            self._found = evaluate_fitting(TableCase.of(review.table), self._conventions_of(review))
        if self._found is not None:
            return dict(self._found)
        names = self._conventions_of(review)
        if names:
            self._pause.start()
        return dict.fromkeys(names)

    def _is_quick(self, review: Review) -> bool:
        return self._at_once and max(review.table.count(side) for side in SIDES) <= _SMALL

    def _send(self) -> None:
        """Have them counted in the background."""
        review = self._review
        if review is None or self._found is not None:
            return
        before, names = review.revision, self._conventions_of(review)

        def work(pause: Pause) -> tuple[int, Mapping[str, Evaluation]]:
            pause()
            try:
                return before, evaluate_fitting(TableCase.of(review.table), names)
            except Exception:  # an edit beside the count can break it anywhere; else it is raised
                if review.revision == before:
                    raise
                return before, {}  # the labels have changed meanwhile

        self._errands.send(self._name, work, lambda counted: self._on_counted(review, *counted))

    def _on_counted(self, review: Review, revision: int, found: Mapping[str, Evaluation]) -> None:
        """Take what was counted, unless something has come between; then it is counted again."""
        if review is not self._review:
            return
        if revision != review.revision:
            self._pause.start()
            return
        self._found = found
        self._done()
