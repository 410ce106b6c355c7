"""The strip below the queue: how IoU is spread, the threshold of a hit, and one figure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, inf, isnan, nextafter

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from segreview.compare.matching import HALF
from segreview.compare.metrics.matching import stardist_figures
from segreview.compare.taxonomy import Relation
from segreview.session.change import Change, What
from segreview.session.review import Review
from segreview.triage.facts import RELATIONS
from segreview.triage.filter import ANY_IOU, Range
from segreview.ui.actions import Action, action
from segreview.ui.docks.filter_strip import CHIP
from segreview.ui.docks.threshold_bar import ThresholdBar
from segreview.ui.focus import Focus
from segreview.ui.units import threshold_text

_IGNORED = RELATIONS.index(Relation.IGNORED)


class IouStrip(QWidget):
    """Histogram of IoU with the threshold's slider; for classes, their mean IoU alone.

    Parameters
    ----------
    focus
        What all views look at; holds threshold and filter.
    run
        Runs an action; the button calls it.
    """

    def __init__(self, focus: Focus, run: Callable[[Action], object]) -> None:
        super().__init__()
        self._focus = focus
        self._review: Review | None = None
        self._unwatch: Callable[[], None] = lambda: None
        self.bar, self.text, self.more = ThresholdBar(), QLabel(), QToolButton()
        self._name = QLabel("IoU")
        shown = action("toggle_figures")
        self.more.setText("figures")
        self.more.setStyleSheet(CHIP)
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.setToolTip(shown.tooltip_with_keys)
        self.more.clicked.connect(lambda: run(shown))
        self.text.setMinimumWidth(self.fontMetrics().horizontalAdvance("F1 0.000") + 4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._name)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.text)
        layout.addWidget(self.more)
        self.bar.moved.connect(self._on_moved)
        self.bar.reset.connect(lambda: focus.set_threshold(HALF))
        self.bar.clicked.connect(self._on_clicked)
        focus.focused.connect(self._on_focus)
        focus.filtered.connect(self._show_items)
        focus.thresholded.connect(self._show_threshold)
        self._show_parts()

    # ---------------------------------------------------------------- from the user
    def _on_moved(self, value: float) -> None:
        self._focus.set_threshold(Fraction(round(value * 100), 100))

    def _on_clicked(self, bar: int, more: bool) -> None:
        """List the items of a bar alone, of several, or all again."""
        chosen = self.bar.chosen
        bars = (bar, bar)
        if more and chosen is not None:
            bars = min(bar, chosen[0]), max(bar, chosen[1])
        again = chosen == bars
        self._focus.narrow(iou=ANY_IOU if again else range_of(bars, self.bar.bins))

    # ---------------------------------------------------------------- following
    def _on_focus(self) -> None:
        if self._focus.review is not self._review:
            self._review = self._focus.review
            self._unwatch()
            self._unwatch = (lambda: None) if self._review is None else self._review.watch(self._on_change)
            self._show_parts()

    def _show_parts(self) -> None:
        """Show what there is for the review: without objects, one figure alone; without a model, nothing."""
        objects = self._review is not None and self._review.sweep is not None
        for part in (self.bar, self._name):
            part.setVisible(objects)
        self.setVisible(self._review is not None and self._review.sample.has_prediction)
        self._show_all()

    def _on_change(self, change: Change) -> None:
        if What.PIXELS in change.what:
            self._show_all()

    def _show_all(self) -> None:
        self._show_items()
        if self._review is not None and self._review.sweep is not None:
            self.bar.show_ticks(self._review.sweep.values())
        self._show_threshold()

    def _show_items(self) -> None:
        """Draw how the IoU of the items is spread, and which of them the filter lets through."""
        listing = self._focus.listing
        if listing is None or self._review is None or self._review.sweep is None:
            return
        facts = listing.facts
        there = facts.relation != _IGNORED
        self.bar.show_values(facts.iou[there], facts.iou[there & listing.filter.kinds(facts)])
        self.bar.show_chosen(bars_of(listing.filter.iou, self.bar.bins))

    def _show_threshold(self) -> None:
        """Show the threshold and the one figure."""
        review, threshold = self._review, self._focus.threshold
        if review is None:
            return
        if review.sweep is None:
            mean = review.disagreements.summary().mean_iou
            self.text.setText(f"mean IoU of the classes {_text(mean)}")
            return
        self.bar.show_threshold(float(threshold))
        f1 = stardist_figures(review.sweep.tally(threshold))["f1"]
        self.text.setText(f"\u2265 {threshold_text(threshold)}\nF1 {_text(f1)}")
        self.text.setToolTip(f"F1 = 2 TP / (2 TP + FP + FN); a pair is a hit where IoU \u2265 {threshold}")


def range_of(bars: tuple[int, int], bins: int) -> Range:
    """Least and largest IoU of the items in bars from one to another."""
    low, high = bars[0] / bins, (bars[1] + 1) / bins
    return low, high if high == 1 else nextafter(high, -inf)


def bars_of(chosen: Range, bins: int) -> tuple[int, int] | None:
    """Bars that a range of IoU is made of; None for the whole range."""
    if chosen == ANY_IOU:
        return None
    tiny = 1e-9  # ends may have been rounded
    first = min(int(chosen[0] * bins + tiny), bins - 1)
    return first, max(ceil(chosen[1] * bins - tiny) - 1, first)


def _text(share: float) -> str:
    return "\u2013" if isnan(share) else f"{share:.3f}"
