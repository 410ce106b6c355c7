"""Traces: each sentence of a suspicion with the lines that show where it is seen.

Sentence and lines come from the same evidence on the same object, so that what is drawn is what is said.
Sentences about an object as a whole, such as its size, have no lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from segreview.compare.disagreement import Disagreement
from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.region import seen_for
from segreview.triage.evidence.table import standing_name
from segreview.triage.inspection import Inspection
from segreview.triage.judge import judges
from segreview.triage.suspicion import Opinions, Suspicion
from segreview.triage.trace.flaw import LARGEST, mark_lines, notch_lines, thin_lines, whisker_lines
from segreview.triage.trace.line import Line, Role, border_of
from segreview.triage.trace.seam import contact_lines, model_lines, neck_lines, seam_lines
from segreview.triage.trace.spot import Spot
from segreview.triage.trace.stretch import edge_stretches, opinion_stretches, weak_stretches


@dataclass(frozen=True, eq=False)
class Trace:
    """A reason, and where it is seen.

    Parameters
    ----------
    reason
        The sentence.
    lines
        What is drawn, in the pixels of the labels.
    """

    reason: str
    lines: tuple[Line, ...]


def traces_of(
    inspections: Iterable[Inspection],
    item: Disagreement,
    suspicion: Suspicion,
    spots: Iterable[Spot] = (),
) -> tuple[Trace, ...]:
    """Traces of an item's reasons, in their order, as far as they have a place.

    Parameters
    ----------
    inspections
        The evidence from which the suspicion was made.
    item
        The item; a region of classes has those of its spots alone.
    suspicion
        What is suspected of it.
    spots
        Places in segments, of which the suspicion may be.
    """
    if not suspicion.reasons:
        return ()
    found: dict[str, list[Line]] = {}
    for spot in spots_of(spots, item, suspicion):
        for reason in spot.suspicion.reasons:
            found.setdefault(reason, []).extend(spot.lines)
    for inspection in () if item.region else inspections:
        for rank in _ranks_of(inspection, item):
            for reason, lines in _lines_of(inspection, rank, suspicion.reasons).items():
                found.setdefault(reason, []).extend(line.at_time(inspection.view.frame) for line in lines)
    return tuple(Trace(reason, tuple(found[reason])) for reason in suspicion.reasons if found.get(reason))


def spots_of(spots: Iterable[Spot], item: Disagreement, suspicion: Suspicion) -> tuple[Spot, ...]:
    """Places in an item's segments of which a suspicion is: those with its reasons."""
    mine = (spot for spot in spots if spot.within(item))
    return tuple(spot for spot in mine if spot.suspicion.reasons == suspicion.reasons)


def _ranks_of(inspection: Inspection, item: Disagreement) -> Iterator[int]:
    """Ranks of an item's annotated objects in a view, but for those that are too large to be looked at."""
    ids, boxes = inspection.view.subject.ids, inspection.view.subject.boxes
    for number in item.reference_ids:
        place = int(ids.searchsorted(number))
        if place < len(ids) and ids[place] == number and boxes[place].size <= LARGEST:
            yield place + 1


def _lines_of(inspection: Inspection, rank: int, reasons: Iterable[str]) -> dict[str, list[Line]]:
    """Lines of some sentences about one object, by sentence."""
    wanted, view = set(reasons), inspection.view
    found = {text: lines for text, lines in mark_lines(view, rank).items() if text in wanted}
    place = int(inspection.annotated.ranks.searchsorted(rank))
    opinions = Opinions(inspection.annotated.part(place), judges()["annotated"])
    cutout = Cutout.of(view.subject, rank)
    for name, text in opinions.signs(0).items():
        if text in wanted:
            lines = _sign_lines(name, cutout, inspection)
            found[text] = [line.shifted(cutout.window.start) for line in lines]
    return found


def _sign_lines(name: str, cutout: Cutout, inspection: Inspection) -> list[Line]:
    """Lines of a rule or figure, in the window of the object."""
    if name in _OF_MASK:
        return _OF_MASK[name](cutout)
    if name in _OF_IMAGE and inspection.backdrop is not None:
        return _OF_IMAGE[name](cutout, inspection.backdrop)
    if name == "covers model objects" and inspection.relations is not None:
        return model_lines(cutout, inspection.relations)
    return []


def _seen_lines(cutout: Cutout, backdrop: Backdrop) -> list[Line]:
    """Border of what looks like the object."""
    return [] if backdrop.objects is None else border_of(seen_for(cutout, backdrop), Role.EDGE)


_OF_MASK: Mapping[str, Callable[[Cutout], list[Line]]] = {
    "whiskers": whisker_lines,
    "neck": neck_lines,
    "cut in two": contact_lines,
    "shares a model object": contact_lines,
    "solidity of both": contact_lines,
    "thin share": thin_lines,
    "notch share": notch_lines,
}
_OF_IMAGE: Mapping[str, Callable[[Cutout, Backdrop], list[Line]]] = {
    "seam within": seam_lines,
    "valley of the interior": seam_lines,
    "shifted": opinion_stretches,
    "dilated": opinion_stretches,
    "eroded": opinion_stretches,
    standing_name("opinion dilation"): opinion_stretches,
    "unlike what is seen": _seen_lines,
    "opinion IoU": _seen_lines,
    "opinion beyond": _seen_lines,
    "edge against the best": edge_stretches,
    standing_name("edge dilation"): edge_stretches,
    "weak edge": weak_stretches,
}
"""How the signs that have a place are drawn, by the names of rules and figures."""
