"""Coming back to the items of verdicts that were taken back."""

from __future__ import annotations

from segreview.session.gesture import Gesture
from segreview.ui.focus import Focus


def come_back(focus: Focus, gesture: Gesture) -> int:
    """Go to the item of a gesture's verdict, or to the first of several, which are selected.

    Parameters
    ----------
    focus
        Goes there.
    gesture
        What has taken the verdicts back.

    Returns
    -------
    int
        Number of items; 0, and nothing done, for a gesture without verdicts.
    """
    review, walk = focus.review, focus.walk
    assert review is not None
    assert walk is not None
    found = {row.number: row for change in gesture.verdicts for row in review.rows_of(change)}
    rows = sorted(found.values(), key=review.queue.place_of)
    if rows:
        walk.come_back(rows[0])
        focus.on_row(rows[0])
    if len(rows) > 1:
        focus.select(rows)
    return len(rows)
