"""The detector of systematic errors: from the coarsest to the finest, each on what is sound so far.

A sample whose masks belong to another image, or that lie upside down, says nothing of a shift. So once a
sample is named in a finding it is left out of the finer ones; after a fix they are asked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from segreview.errors import Cancelled
from segreview.model.labels import Kind
from segreview.model.sample import Sample
from segreview.triage.systematic.case import Case
from segreview.triage.systematic.classes import find_classes
from segreview.triage.systematic.finding import Finding
from segreview.triage.systematic.growth import find_growth
from segreview.triage.systematic.ids import find_ids
from segreview.triage.systematic.pairing import find_pairing
from segreview.triage.systematic.pose import find_poses
from segreview.triage.systematic.shift import find_shifts
from segreview.triage.systematic.size import find_sizes

_Detector = Callable[[Sequence[Case]], list[Finding]]

DETECTORS: tuple[_Detector, ...] = (
    find_ids,
    find_classes,
    find_pairing,
    find_poses,
    find_sizes,
    find_shifts,
    find_growth,
)
"""In the order in which they are asked."""


def find_systematic_errors(
    samples: Iterable[Sample], proceed: Callable[[float], bool] = lambda _: True
) -> list[Finding]:
    """Systematic errors of one sample or of many.

    The reference is compared with the model's masks, and with the image where there is one; without
    either nothing is found. Samples of different axes and kinds are looked at apart, and labels that are
    read in chunks are passed over.

    Parameters
    ----------
    samples
        Samples with their names all different.
    proceed
        Told the share that is done, before every step; returns whether to go on.

    Raises
    ------
    Cancelled
        When ``proceed`` says no.
    """
    groups: dict[tuple[str, Kind], list[Case]] = defaultdict(list)
    for sample in samples:
        labels = sample.reference
        if not labels.in_chunks:
            groups[labels.axes, labels.kind].append(Case(sample))
    findings: list[Finding] = []
    for n, cases in enumerate(groups.values()):
        sound = cases
        for m, detector in enumerate(DETECTORS):
            if not proceed((n + m / len(DETECTORS)) / len(groups)):
                raise Cancelled
            found = detector(sound) if sound else []
            findings += found
            named = {name for finding in found for name in finding.samples}
            sound = [case for case in sound if case.name not in named]
    return findings
