"""What all views look at: the review, the row of the queue that is current, and the rows in sight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from psygnal import Signal

from segreview.compare.disagreement import Relation
from segreview.compare.matching import HALF
from segreview.compare.sweep import FLOOR
from segreview.session.listing import Listing, Sorting
from segreview.session.review import Review
from segreview.session.walk import Walk
from segreview.triage.filter import Filter
from segreview.triage.queue import Row


class Focus:
    """The current review and row, and which rows are listed; all that views share besides the review.

    Attributes
    ----------
    leaving
        Emitted before another review or row comes, and before something is done with the current row: what
        was begun for it is kept now.
    focused
        Emitted after the review or the row has changed.
    filtered
        Emitted after another filter was chosen.
    selected
        Emitted when rows were selected elsewhere than in the table.
    pointed
        Emitted when the pointer is at another place.
    measured
        Emitted after another figure was chosen.
    thresholded
        Emitted after another IoU threshold was chosen.
    asked
        Emitted with the name of an action that a dock is to carry out.
    listing
        Rows of the review that pass the filter, in order; None without a review.
    walk
        What comes next in it; None without a review.
    filter, sorting
        What the listing goes by; they stay when another review comes.
    metric
        Figure whose expected gain is told; empty for the usual one. It stays, too.
    threshold
        IoU from which on figures call a pair a hit; kinds and queue keep to one half.
    picked
        Serial numbers of the rows that are selected, when they are more than the current one.
    pointer
        Array indices of the place that the pointer is at, in whatever picture; None for nowhere.
    pointing
        The view that the pointer is over.
    """

    leaving = Signal()
    focused = Signal()
    filtered = Signal()
    selected = Signal()
    pointed = Signal()
    measured = Signal()
    thresholded = Signal()
    asked = Signal(str)

    def __init__(self) -> None:
        self.review: Review | None = None
        self.row: Row | None = None
        self.listing: Listing | None = None
        self.walk: Walk | None = None
        self.filter = Filter()
        self.sorting = Sorting()
        self.metric = ""
        self.threshold = HALF
        self.picked: tuple[int, ...] = ()
        self.pointer: tuple[float, ...] | None = None
        self.pointing: object = None

    def on(self, review: Review | None, row: Row | None = None) -> None:
        """Look at another review."""
        self.settle()
        if self.listing is not None:
            self.listing.close()
        self.review, self.row, self.picked = review, row, ()
        self.listing = None if review is None else Listing(review, self.filter, self.sorting, self.metric)
        self.walk = None if self.listing is None else Walk(self.listing)
        self.point_at(None)
        self.focused.emit()

    def on_row(self, row: Row | None) -> None:
        """Look at another row of the same review, and at no others beside it."""
        if row is self.row:
            self.picked = ()
            return
        self.settle()
        self.row, self.picked = row, ()
        self.point_at(None)
        self.focused.emit()

    def settle(self) -> None:
        """Let the views keep what the user has begun for the current row."""
        self.leaving.emit()

    def point_at(self, index: tuple[float, ...] | None, view: object = None) -> None:
        """Point at another place, or nowhere.

        Parameters
        ----------
        index
            Its array indices.
        view
            The view that the pointer is over.
        """
        if index != self.pointer:
            self.pointer, self.pointing = index, view
            self.pointed.emit()

    @property
    def rows(self) -> list[Row]:
        """Rows that a command is meant for: those that are selected, or the current one."""
        if self.review is not None and self.picked:
            return [self.review.queue.row(number) for number in self.picked]
        return [] if self.row is None else [self.row]

    def pick(self, numbers: Iterable[int]) -> None:
        """Select rows by their serial numbers; the current row alone is no selection."""
        picked = tuple(numbers)
        alone = self.row is not None and picked == (self.row.number,)
        self.picked = () if alone else picked

    def select(self, rows: Iterable[Row]) -> None:
        """Select rows, and show them so."""
        self.pick(row.number for row in rows)
        self.selected.emit()

    def filter_by(self, wanted: Filter) -> None:
        """List the rows that pass another filter."""
        self.filter = wanted
        if self.listing is not None:
            self.listing.filter_by(wanted)
        self.filtered.emit()

    def narrow(self, **conditions: Any) -> None:
        """Set conditions of the filter, for rows that are in sight as figures: of every kind if need be.

        Parameters
        ----------
        conditions
            Fields of `Filter`.
        """
        everything = frozenset(Relation)
        kinds = self.filter.relations if self.filter.relations != everything else frozenset[Relation]()
        wanted = replace(self.filter, relations=kinds, **conditions)
        self.filter_by(wanted if self.listing is None else self.listing.with_rows(wanted))

    def set_threshold(self, threshold: Fraction) -> None:
        """Count hits from another IoU on."""
        threshold = min(max(threshold, FLOOR), Fraction(1))
        if threshold != self.threshold:
            self.threshold = threshold
            self.thresholded.emit()

    def measure_by(self, metric: str) -> None:
        """Tell what could be gained of another figure."""
        self.metric = metric
        if self.listing is not None:
            self.listing.measure_by(metric)
        self.measured.emit()

    def sort_by(self, sorting: Sorting) -> None:
        """Sort the rows by something else, or anew by the same."""
        self.sorting = sorting
        if self.listing is not None:
            self.listing.sort_by(sorting)
