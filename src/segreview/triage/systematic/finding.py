"""What a detector of systematic errors finds: named, with its evidence in words and one fix for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from segreview.errors import SegreviewError
from segreview.model.box import Box, shape_text
from segreview.model.edit import Edit, difference
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Sample

EITHER = "either"
"""Side of a finding that says only that GT and model differ, not which of them is off."""

TOOL = "systematic"
"""Name of the edits."""


class Flaw(StrEnum):
    """Kinds of systematic errors."""

    PAIRING = "pairing"
    MIRRORED = "mirrored"
    ROTATED = "rotated"
    TRANSPOSED = "transposed"
    RESIZED = "resized"
    SHIFTED = "shifted"
    DILATED = "dilated"
    ERODED = "eroded"
    SWAPPED_CLASSES = "swapped classes"
    OFFSET_CLASSES = "class ids off"
    OFFSET_IDS = "object ids off"


@dataclass(frozen=True, eq=False)
class Finding:
    """One systematic error of some samples.

    Parameters
    ----------
    flaw
        What it is.
    text
        The evidence in words, for example ``"GT lies 2 px right of the model in 118 of 121 objects"``.
    strength
        How much of the evidence speaks for it, 0 to 1: the share of the objects or samples.
    side
        Whose masks are off: ``"reference"``, ``"prediction"`` or `EITHER`.
    samples
        Names of the samples that are concerned.
    measure
        What ``before`` and ``after`` are: ``"mean IoU"``, ``"mIoU"`` or ``"edge strength"``.
    before, after
        Agreement of the references of these samples with the model, or the image, now and after the fix.
    correct
        Gives the corrected reference of a sample that is concerned.
    """

    flaw: Flaw
    text: str
    strength: float
    side: str
    samples: tuple[str, ...]
    measure: str
    before: float
    after: float
    correct: Callable[[Sample], LabelImage]

    @property
    def mendable(self) -> bool:
        """Whether the reference may be what has to change."""
        return self.side != PREDICTION

    def edits(self, sample: Sample) -> list[Edit]:
        """Edits that correct the reference of a sample, one for each plane that changes: one undo step.

        Raises
        ------
        SegreviewError
            When the corrected masks have another shape: they can be written, but are no edit.
        """
        before, after = sample.reference, self.correct(sample)
        if before.shape != after.shape:
            raise SegreviewError(
                f"The corrected masks of {sample.name} are {shape_text(after.shape)} pixels large, "
                f"those under review {shape_text(before.shape)}.",
                "Write the corrected masks into a new folder and open that.",
            )
        whole = [Box.of_shape(before.shape)]
        changes = (
            tuple(difference(old, new, whole)) for old, new in zip(before.planes, after.planes, strict=True)
        )
        return [Edit(REFERENCE, n, patches, TOOL) for n, patches in enumerate(changes) if patches]
