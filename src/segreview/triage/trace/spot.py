"""Spots: places within a segment of which something is suspected, where the segment is much larger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.model.box import Box
from segreview.triage.suspicion import Suspicion
from segreview.triage.trace.line import Line, border_of


@dataclass(frozen=True, eq=False)
class Spot:
    """A place whose class is contested.

    Parameters
    ----------
    object_id
        The annotated segment that has it, or for semantic labels the class.
    suspicion
        What is suspected of the annotation there.
    box
        Where it is, in the whole labels.
    mask
        Its pixels in its box.
    """

    object_id: int
    suspicion: Suspicion
    box: Box
    mask: np.ndarray

    @property
    def area(self) -> int:
        """Pixels."""
        return int(np.count_nonzero(self.mask))

    def within(self, item: Disagreement) -> bool:
        """Whether an item may hold it: by its segments, or its class, and its box."""
        return self.object_id in item.reference_ids and self.box & item.box == self.box

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its border."""
        return tuple(line.shifted(self.box.start) for line in border_of(self.mask))
