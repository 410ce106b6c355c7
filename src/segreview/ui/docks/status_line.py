"""The last line of the window: what is judged, what the figures are, and what is safe."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QLabel

from segreview.compare.disagreement import Relation
from segreview.model.labels import Kind
from segreview.session.change import Change
from segreview.session.review import Review
from segreview.ui.focus import Focus

_SHOWN = (
    Relation.MATCHED,
    Relation.BOUNDARY,
    Relation.POOR,
    Relation.MISSED,
    Relation.SPURIOUS,
    Relation.SPLIT,
    Relation.MERGED,
    Relation.MANY,
    Relation.CLASS,
)
_ALWAYS = {Relation.MATCHED, Relation.MISSED, Relation.SPURIOUS, Relation.SPLIT, Relation.MERGED}


class StatusLine(QLabel):
    """Progress, figures and safety of the current review, in one line."""

    def __init__(self, focus: Focus) -> None:
        super().__init__()
        self.setObjectName("review-status")
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setToolTip(
            "matched … class: numbers of items of each kind\n"
            "IoU: mean over the objects that hit (IoU ≥ 0.5)\n"
            "safe: the last edit or verdict is in the journal on disk\n"
            "not written: edits that no label file holds yet (Ctrl+S)"
        )
        self._focus = focus
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        focus.focused.connect(self._on_focus)
        self._timer = QTimer(self)
        self._timer.setInterval(5000)
        self._timer.timeout.connect(self.show_now)
        self._timer.start()

    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
            self.show_now()

    def _on_change(self, _: Change) -> None:
        self.show_now()

    def show_now(self) -> None:
        """Write the line anew."""
        self.setText("" if self._review is None else summary_text(self._review))


def summary_text(review: Review) -> str:
    """Line that sums up a review."""
    progress, summary = review.progress, review.disagreements.summary()
    counts = [
        f"{relation} {summary.counts.get(relation, 0)}"
        for relation in _SHOWN
        if relation in _ALWAYS or summary.counts.get(relation, 0)
    ]
    if review.reference.kind is Kind.SEMANTIC:
        counts = [f"regions in another class {summary.counts.get(Relation.CLASS, 0)}"]
    iou = "–" if math.isnan(summary.mean_iou) else f"{summary.mean_iou:.3f}"
    return " │ ".join(
        [
            f"{progress.done} of {progress.total} judged",
            " · ".join(counts),
            f"IoU {iou}",
            _safety_text(review),
        ]
    )


def _safety_text(review: Review) -> str:
    last = review.journal.last_time
    safe = f"safe {_ago(time.time() - last)}" if last else "nothing changed yet"
    return f"{safe} · {review.unwritten} not written" if review.unwritten else f"{safe} · all written"


def _ago(seconds: float) -> str:
    for limit, unit, name in ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h")):
        if seconds < limit:
            return f"{int(max(seconds, 0) / unit)} {name} ago"
    return f"{int(seconds / 86400)} d ago"
