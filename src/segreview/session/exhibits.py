"""Exhibits: the evidence from which a sample was suspected, and where on an item it is seen."""

from __future__ import annotations

from dataclasses import dataclass

from segreview.model.box import Box
from segreview.triage.inspection import Inspection
from segreview.triage.queue import Row
from segreview.triage.trace.spot import Spot
from segreview.triage.trace.trace import Trace, spots_of, traces_of


@dataclass(frozen=True, eq=False)
class Exhibits:
    """Evidence on the labels of a sample, as they were when they were last looked at.

    Parameters
    ----------
    inspections
        The evidence on each view; none for classes.
    spots
        Places whose class is contested, in segments that are much larger.
    """

    inspections: tuple[Inspection, ...] = ()
    spots: tuple[Spot, ...] = ()

    def traces(self, row: Row) -> tuple[Trace, ...]:
        """Where the reasons of what is suspected of a row's item are seen."""
        if row.gone or row.suspicion is None:
            return ()
        return traces_of(self.inspections, row.item, row.suspicion, self.spots)

    def spot_of(self, row: Row) -> Box:
        """Box of what is to be looked at in a row's item: all of it, or the place that is most suspect."""
        told = row.suspicion
        found = () if told is None else spots_of(self.spots, row.item, told)
        return found[0].box if found else row.item.box


NOTHING = Exhibits()
"""No evidence."""
