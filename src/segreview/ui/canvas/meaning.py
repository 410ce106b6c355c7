"""What lines, colours and signs on the canvas mean: the lines of the legend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from segreview.ui.canvas.tint import Entry
from segreview.ui.palette import GT_COLOR, MARK_COLOR, MODEL_COLOR, RELATION_SIGNS
from segreview.ui.switches import Coloring, Switches

_MOST = 14
"""Classes that are listed."""


@dataclass(frozen=True)
class Line:
    """One line of the legend: a sample of what is drawn, and its meaning.

    Parameters
    ----------
    text
        The meaning.
    color
        Colour of the sample; empty for none.
    look
        ``"line"``, ``"dashes"``, ``"area"``, ``"stripes"``, ``"heat"`` or ``"sign"``.
    width
        Width of a line.
    opacity
        Strength of the sample.
    sign
        What is written instead of a sample.
    """

    text: str
    color: str = ""
    look: str = "line"
    width: int = 2
    opacity: float = 1.0
    sign: str = ""


def legend_lines(
    switches: Switches, entries: Iterable[Entry], in_view: set[int], kinds: Iterable[str]
) -> list[Line]:
    """What the legend says.

    Parameters
    ----------
    switches
        What is switched on.
    entries
        Meaning of the colours of filled masks.
    in_view
        Tints that are to be seen now.
    kinds
        Kinds of items that there are; they are listed when the legend as a whole is asked for.
    """
    lines = [Line("GT", GT_COLOR), Line("model", MODEL_COLOR, "dashes")]
    if switches.legend:
        lines.append(Line("current item", GT_COLOR, width=4))
        lines.append(Line("current item, a region", MARK_COLOR, width=4))
        lines.append(Line("where a reason is seen", MARK_COLOR))
        lines.append(Line("sides agree", GT_COLOR, opacity=0.5))
    if switches.filled:
        lines += _fill_lines(switches.coloring, list(entries), in_view)
    signs = RELATION_SIGNS.items() if switches.legend else ()
    return lines + [Line(kind, look="sign", sign=sign) for kind, sign in signs if kind in kinds]


def _fill_lines(coloring: Coloring, entries: list[Entry], in_view: set[int]) -> list[Line]:
    """Meaning of the colours: the ramp as a whole, of all others those in view."""
    entries = [entry for entry in entries if entry.always or entry.tint in in_view]
    lines = [
        Line(entry.name, "#{:02X}{:02X}{:02X}".format(*entry.color), "stripes" if entry.hatched else "area")
        for entry in entries[:_MOST]
    ]
    if len(entries) > _MOST:
        lines.append(Line(f"and {len(entries) - _MOST} more classes in view", look="sign", sign="…"))
    if coloring == Coloring.CATEGORY and len(entries) > 1:
        lines.append(Line("stripes of two colours: classes differ", look="sign", sign="▨"))
    return lines
