"""Places that look like an object and that neither side claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segreview.compare.disagreement import Disagreement, Handle, Relation
from segreview.model.box import Box

_AXIS_BITS = 24
"""Bits of a coordinate in a handle."""


@dataclass(frozen=True, slots=True)
class Unclaimed(Disagreement):
    """A place that neither side claims; as it has no ids, it carries its own pixels.

    Parameters
    ----------
    plane
        Plane of the reference where it lies.
    bits
        Its pixels in its box, packed.
    """

    plane: int = 0
    bits: bytes = b""

    @classmethod
    def of_mask(cls, mask: np.ndarray, box: Box, plane: int = 0) -> Unclaimed:
        """Place of the pixels of a boolean mask, in the shape of its box."""
        area = int(np.count_nonzero(mask))
        bits = np.packbits(mask).tobytes()
        return cls(Relation.UNCLAIMED, (), (), box, 0.0, area, area, plane=plane, bits=bits)

    @property
    def mask(self) -> np.ndarray:
        """Boolean mask of its pixels, in the shape of its box."""
        flat = np.unpackbits(np.frombuffer(self.bits, np.uint8), count=self.box.size)
        return flat.astype(bool).reshape(self.box.shape)

    @property
    def handle(self) -> Handle:
        """Identity while it lives: below zero, by its first pixel, where regions have theirs above."""
        first = np.unravel_index(int(self.mask.argmax()), self.box.shape)
        number = self.plane
        for start, step in zip(self.box.start, first, strict=True):
            number = (number << _AXIS_BITS) + start + int(step)
        return Handle((), (), -1 - number)
