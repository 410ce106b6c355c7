"""The strip of the tolerance lens below the queue: the slider, and what is jitter alone by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from segreview.compare.figures import finest
from segreview.compare.lens import LARGEST, ToleranceCurve
from segreview.session.jitter import Jitter
from segreview.session.review import Review
from segreview.ui.docks.elided import ElidedLabel
from segreview.ui.docks.filter_strip import CHIP
from segreview.ui.docks.queue_dock import QueueDock
from segreview.ui.docks.tolerance_bar import ToleranceBar
from segreview.ui.scrutiny import Scrutiny
from segreview.ui.units import length_texts
from segreview.ui.workbench import Workbench


class LensStrip(QWidget):
    """Slider of the tolerance; it is there while the lens is on.

    Parameters
    ----------
    bench
        What is worked on.
    queue
        Shows quietly what is jitter alone.

    Attributes
    ----------
    scrutiny
        What tells jitter from real errors.
    """

    def __init__(self, bench: Workbench, queue: QueueDock) -> None:
        super().__init__()
        self._bench, self._queue = bench, queue
        self._listed_for: Jitter | None = None  # whose rows the filter was applied to
        self._curve: ToleranceCurve | None = None  # as the bar shows it
        self.bar, self.text, self.count = ToleranceBar(), QLabel(), ElidedLabel()
        self.hide_them, self.suggested = QToolButton(), QToolButton()
        self.scrutiny = Scrutiny(bench.focus, bench.errands, lambda: bench.scene)
        self._lay_out()
        self.bar.moved.connect(self._on_moved)
        self.hide_them.clicked.connect(lambda _=False: self._filter(on=self.hide_them.isChecked()))
        self.suggested.clicked.connect(lambda _=False: self._take_suggestion())
        bench.changed.connect(self._show)
        self.scrutiny.stepped.connect(self._show)
        bench.focus.filtered.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        self.hide_them.setText("hide")
        self.hide_them.setCheckable(True)
        self.hide_them.setToolTip("List only what is more than jitter of outlines")
        for button in (self.hide_them, self.suggested):
            button.setStyleSheet(CHIP)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self.count, 1)
        below.addWidget(self.hide_them)
        below.addWidget(self.suggested)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.addWidget(QLabel("jitter"), 0, 0)
        grid.addWidget(self.bar, 0, 1)
        grid.addWidget(self.text, 0, 2)
        grid.addLayout(below, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    # ---------------------------------------------------------------- from the user
    def _on_moved(self, tolerance: float) -> None:
        self._bench.switch(tolerance=tolerance)
        if self._bench.focus.filter.tolerance:
            self._filter(on=True)

    def _take_suggestion(self) -> None:
        jitter = self.scrutiny.jitter
        if jitter is not None and jitter.suggestion is not None:
            self._on_moved(float(jitter.suggestion.pixels))

    def _filter(self, *, on: bool) -> None:
        """Hold back what is jitter alone, or list it again."""
        focus = self._bench.focus
        # at 0 px nothing is jitter, and the filter stays on for the next movement
        tolerance = max(self._bench.switches.tolerance, _LEAST) if on else 0.0
        focus.filter_by(replace(focus.filter, tolerance=tolerance))

    # ---------------------------------------------------------------- showing
    def _show(self) -> None:
        """Show tolerance, counts and suggestion as they are now; nothing while the lens is off."""
        bench = self._bench
        self.scrutiny.turn(on=bench.switches.lens)
        jitter = self.scrutiny.jitter
        has_model = bench.review is not None and bench.review.sample.has_prediction
        self.setVisible(jitter is not None and has_model)
        self._queue.model.show_quiet(None if jitter is None else jitter.alone(bench.switches.tolerance))
        if jitter is None:
            return
        self._list_again(jitter)
        self.bar.show_tolerance(bench.switches.tolerance)
        self._draw_curve(jitter.curve)
        self._show_length()
        self._show_count(jitter)
        self._show_suggestion(jitter)
        self.hide_them.setChecked(bool(bench.focus.filter.tolerance))

    def _list_again(self, jitter: Jitter) -> None:
        """Filter once more when all is known of a sample that has just been opened."""
        if jitter.known and self._listed_for is not jitter:
            self._listed_for = jitter
            if self._bench.focus.filter.tolerance:
                self._filter(on=True)

    def _draw_curve(self, curve: ToleranceCurve | None) -> None:
        """Draw the histogram of another curve."""
        if curve is not self._curve:
            self._curve = curve
            self.bar.show_reaches(np.zeros(0) if curve is None else curve.reaches)

    def _show_length(self) -> None:
        review, tolerance = self._bench.review, self._bench.switches.tolerance
        if review is not None:
            self.text.setText(_length_text(review, tolerance))
            longest = max((_length_text(review, k) for k in (LARGEST - 0.5, LARGEST)), key=len)
            self.text.setMinimumWidth(self.fontMetrics().horizontalAdvance(longest) + 4)

    def _show_count(self, jitter: Jitter) -> None:
        """Say how many items are jitter alone, and how much of the pixels; or how far it has come."""
        listing, tolerance = self._bench.focus.listing, self._bench.switches.tolerance
        if listing is None or jitter.curve is None:
            self.count.show_text(f"looking\u2026 {jitter.share:.0%}")
            return
        contested = listing.facts.contested
        alone = int(np.count_nonzero(jitter.alone(tolerance)[: contested.size] & contested))
        curve = jitter.curve
        share = (
            f"{curve.jitter(tolerance) / curve.total:.0%} of the pixels"
            if curve.total
            else "no pixels differ"
        )
        self.count.show_text(
            f"{alone:,} of {int(contested.sum()):,} only jitter",
            f"{alone:,} items are jitter alone at {tolerance:g} px, and {share} on which the sides differ",
        )

    def _show_suggestion(self, jitter: Jitter) -> None:
        suggestion = jitter.suggestion
        self.suggested.setVisible(suggestion is not None)
        self.bar.show_suggestion(None if suggestion is None else suggestion.pixels)
        if suggestion is not None:
            self.suggested.setText(f"suggested: {suggestion.pixels} px")
            self.suggested.setToolTip(suggestion.text)


def _length_text(review: Review, tolerance: float) -> str:
    """Tolerance in pixels, and in the unit of the sample where it has one."""
    labels = review.reference
    _, length = length_texts(review.sample, tolerance * finest(labels.spacing, labels.axes))
    return f"\u2264 {tolerance:g} px" + (f" ({length})" if length else "")


_LEAST = 1e-3
"""Tolerance of a filter that is on, in pixels: less than any outline can lie apart."""
