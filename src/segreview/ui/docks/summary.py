"""What the last line of the window says, and what it leaves out where there is no room."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from segreview.compare.disagreement import Relation
from segreview.model.labels import Kind
from segreview.model.sample import REFERENCE
from segreview.session.pace import Pace, time_left_text
from segreview.session.review import Review
from segreview.triage.remainder import Remainder

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
    Relation.UNCLAIMED,
)
_ALWAYS = {Relation.MATCHED, Relation.MISSED, Relation.SPURIOUS, Relation.SPLIT, Relation.MERGED}


class Part(NamedTuple):
    """One fact of the line.

    Parameters
    ----------
    text
        What it says.
    weight
        Where there is no room for all, the parts that weigh least go first.
    link
        What a click on it does: ``"save"`` or ``"stop"``; empty for nothing.
    """

    text: str
    weight: int
    link: str = ""


Line = tuple[tuple[Part, ...], ...]
"""Parts in groups: dots stand between parts, bars between groups."""


def joined(line: Line, written: Callable[[Part], str] = lambda part: part.text) -> str:
    """Line as one text."""
    return " │ ".join(" · ".join(map(written, group)) for group in line if group)


def fitting(line: Line, width: float, measure: Callable[[str], float]) -> Line:
    """As much of a line as there is room for; a group that lost a part ends in an ellipsis.

    Parameters
    ----------
    line
        The whole line.
    width
        Room for it.
    measure
        Gives the width of a text.
    """
    dropped: set[Part] = set()
    weakest = sorted({part for group in line for part in group}, key=lambda part: part.weight)
    shown = line
    for part in weakest[:-1]:
        if measure(joined(shown)) <= width:
            break
        dropped.add(part)
        shown = tuple(_shortened(group, dropped) for group in line)
    return shown


def _shortened(group: tuple[Part, ...], dropped: Iterable[Part]) -> tuple[Part, ...]:
    kept = tuple(part for part in group if part not in dropped)
    return (*kept, Part("…", 0)) if kept and len(kept) < len(group) else kept


def summary_line(
    review: Review, pace: Pace, others: int = 0, aside: tuple[Part, ...] = (), left: tuple[Part, ...] = ()
) -> Line:
    """Line that sums up a review.

    Parameters
    ----------
    review
        The review.
    pace
        How fast verdicts are given.
    others
        Number of other samples of the data set with edits that no file holds.
    aside
        What goes on in the background, as `work_parts` tells it.
    left
        How much is left, as `left_parts` tells it.
    """
    progress = review.progress
    judged = [Part(f"{progress.done} of {progress.total} judged", 9)]
    seconds = pace.seconds_for(progress.total - progress.done)
    if seconds:
        judged.append(Part(time_left_text(seconds), 4))
    judged += left
    safety = (_safe(review), written_part(others + bool(review.unwritten)))
    if not review.sample.has_prediction:
        objects = len(review.table.areas(REFERENCE))
        return tuple(judged), (Part("no model's masks", 8), Part(f"{objects:,} GT objects", 5)), aside, safety
    iou = review.disagreements.summary().mean_iou
    figure = Part("IoU –" if math.isnan(iou) else f"IoU {iou:.3f}", 6)
    return tuple(judged), _counts(review), (figure,), aside, safety


def work_parts(said: str, *, stops: bool) -> tuple[Part, ...]:
    """What goes on in the background, and where it can be stopped a link that does; nothing for nothing."""
    if not stops:
        return (Part(said, 1),) if said else ()
    return (Part(said, 5), Part("stop", 4, link="stop")) if said else ()


def left_parts(left: Remainder | None, target: float) -> tuple[Part, ...]:
    """How many wrong annotations may be left, and whether that is few enough; nothing where nobody knows.

    Parameters
    ----------
    left
        What random checks tell; None where there are none.
    target
        Share of all items that may be wrong and left when the reviewer stops.
    """
    if left is None or not left.left:
        return ()
    if left.may_stop(target):
        return Part(str(left), 7), Part("you may stop", 8)
    return (Part(f"{left} what is left", 2) if left.is_early else Part(str(left), 7),)


def left_meaning(left: Remainder | None, target: float) -> str:
    """What `left_parts` means, in plain words, line by line; empty where it says nothing."""
    if left is None or not left.left:
        return ""
    checks = f"{left.picks:,} random check{'' if left.picks == 1 else 's'} ahead of the queue"
    bound = f"at most: so many of them have a wrong GT, {100 * left.confidence:.3g} % sure"
    if left.is_early:
        bound = "too early: there may be more wrong ones than a fifth of them"
    passed = f"; {left.passed:,} that you passed count as wrong" if left.passed else ""
    once = ":" if left.may_stop(target) else " once"
    lines = (
        f"left: {left.left:,} items without a verdict, those on which both sides agree among them",
        f"{bound}, by {checks}, {left.wrong or 'none'} of which found one{passed}",
        f"you may stop{once} at most {100 * target:.3g} % of all {left.items:,} items are wrong and left",
    )
    return "\n" + "\n".join(lines)


def _counts(review: Review) -> tuple[Part, ...]:
    counts = review.counts
    if review.reference.kind is Kind.SEMANTIC:
        return (Part(f"regions in another class {counts.get(Relation.CLASS, 0):,}", 5),)
    weights = {Relation.MATCHED: 3, Relation.MISSED: 5, Relation.SPURIOUS: 5}
    return tuple(
        Part(
            f"{relation} {counts.get(relation, 0):,}", weights.get(relation, 2 if relation in _ALWAYS else 1)
        )
        for relation in _SHOWN
        if relation in _ALWAYS or counts.get(relation, 0)
    )


def _safe(review: Review) -> Part:
    """When the work was last made safe in the journal."""
    last = review.journal.last_time
    return Part(f"safe {_ago(time.time() - last)}" if last else "nothing changed yet", 7)


def written_part(samples: int) -> Part:
    """How many samples have edits that no label file holds."""
    return Part(f"{samples:,} not written", 10, link="save") if samples else Part("all written", 8)


def _ago(seconds: float) -> str:
    for limit, unit, name in ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h")):
        if seconds < limit:
            return f"{int(max(seconds, 0) / unit)} {name} ago"
    return f"{int(seconds / 86400)} d ago"
