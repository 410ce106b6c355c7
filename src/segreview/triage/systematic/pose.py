"""Masks that were mirrored, rotated or transposed, and masks of another size than their image.

Each candidate is undone and compared: with the model by the agreement of the masks, without one by the
strength of the image's edges along the contours. It is told when it beats the masks as they are by far.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from segreview.model.labels import LabelImage
from segreview.model.sample import REFERENCE, Sample
from segreview.shape.transform import BACK, POSES
from segreview.triage.systematic.case import Case, measure, remade, standing, standing_of
from segreview.triage.systematic.finding import Finding, Flaw

TIMES = {"image": 1.35, "model": 1.5}
"""How many times as well as before a candidate must fit."""

MORE = 0.1
"""And by how much, in units of the measure."""

TELLING = 1.4
"""Edges along contours must then be so much stronger than elsewhere."""


def find_poses(cases: Sequence[Case]) -> list[Finding]:
    """One finding for each pose that samples have, and these samples."""
    alike: dict[str, list[Case]] = defaultdict(list)
    gains: dict[str, float] = {}
    for case in cases:
        pose, gains[case.name] = _pose_of(case)
        if pose:
            alike[pose].append(case)
    groups = ((pose, _sure(group, len(cases), gains)) for pose, group in alike.items())
    return [_finding(group, pose, len(cases)) for pose, group in groups if group]


def _sure(group: Sequence[Case], total: int, gains: Mapping[str, float]) -> list[Case]:
    """Cases of one pose that are told: where only an image speaks, a few must gain more than many."""
    many = 2 * len(group) >= total
    return [case for case in group if many or case.prediction is not None or gains[case.name] >= _ALONE]


_ALONE = 2.0


def _pose_of(case: Case) -> tuple[str, float]:
    """Name of the pose that the masks of a case have, and how many times as well they fit when it is undone.

    The name is empty when they are upright.
    """
    now = standing_of(case, case.reference)
    pose, after = best_pose(case)
    if not pose or not is_far_better(case, now, after):
        return "", 1.0
    return pose, after / now if now else float("inf")


def best_pose(case: Case) -> tuple[str, float]:
    """Pose that explains the masks of a case best, and how they stand then; the name is empty for none."""
    upright = {"": standing_of(case, case.reference)}
    turns = {name: standing_of(case, turned(case.reference, BACK[name])) for name in _possible(case)}
    found = upright | turns
    best = max(found, key=found.__getitem__)
    return best, found[best]


def is_far_better(case: Case, before: float, after: float) -> bool:
    """Whether a fix raises the standing of a case so much that chance cannot."""
    witness = "image" if case.prediction is None else "model"
    if witness == "image" and after < TELLING:
        return False
    return after >= TIMES[witness] * before and after >= before + MORE


def _possible(case: Case) -> list[str]:
    """Poses that lead from masks of the right shape to the shape at hand."""
    depth = "Z" in case.reference.axes
    return [
        name
        for name in POSES
        if (depth or "depth" not in name) and _shape_of(case.reference.shape, name) == case.shape
    ]


def _shape_of(shape: tuple[int, ...], pose: str) -> tuple[int, ...]:
    swaps = "transposed" in pose or "90" in pose
    return (*shape[:-2], shape[-1], shape[-2]) if swaps else shape


def turned(labels: LabelImage, pose: str) -> LabelImage:
    """Labels in another pose."""
    return remade(labels, [POSES[pose](plane) for plane in labels.planes])


def _finding(cases: Sequence[Case], pose: str, total: int) -> Finding:
    def correct(sample: Sample) -> LabelImage:
        return turned(sample.reference, BACK[pose])

    fixed = Fixed.of(cases, correct)
    text = f"GT is {pose} in {len(cases)} of {total} samples: {fixed.told}"
    flaw = Flaw.TRANSPOSED if "transposed" in pose else Flaw.ROTATED if "rotated" in pose else Flaw.MIRRORED
    return fixed.finding(flaw, text, len(cases) / total)


@dataclass(frozen=True, eq=False)
class Fixed:
    """What a fix does to the standing of cases."""

    cases: Sequence[Case]
    correct: Callable[[Sample], LabelImage]
    before: float
    after: float

    @classmethod
    def of(cls, cases: Sequence[Case], correct: Callable[[Sample], LabelImage]) -> Fixed:
        """Measure a fix of the references of all cases."""
        after = [case.with_reference(correct(case.sample)) for case in cases]
        before = standing(cases) if all(case.fits for case in cases) else 0.0
        return cls(cases, correct, before, standing(after))

    @property
    def told(self) -> str:
        """The gain in words."""
        return f"{measure(self.cases)} {self.before:.2f} as it is, {self.after:.2f} when undone"

    def finding(self, flaw: Flaw, text: str, strength: float) -> Finding:
        """Finding that offers the fix."""
        names = tuple(case.name for case in self.cases)
        figures = (measure(self.cases), self.before, self.after)
        return Finding(flaw, text, strength, REFERENCE, names, *figures, self.correct)
