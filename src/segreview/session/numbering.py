"""Ids of labels whose files hold objects but not their ids, as the journal keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from segreview.model.labels import LabelImage
from segreview.session.codec import pack_planes, unpack_fields, unpack_planes


@dataclass(frozen=True, eq=False)
class Numbering:
    """Ids that objects had when they were written.

    Parameters
    ----------
    planes
        Label arrays as they were.
    order
        Id of each object in the order of the files; empty where that follows from the planes.
    hidden
        See `Origin.hidden`.
    """

    planes: tuple[np.ndarray, ...]
    order: tuple[int, ...] = ()
    hidden: tuple[np.ndarray, ...] = ()

    @classmethod
    def of_record(cls, record: bytes) -> Numbering:
        """What a record of the journal holds."""
        planes, told = unpack_planes(record), unpack_fields(record)
        own = len(planes) - told.get("hidden", 0)
        return cls(planes[:own], tuple(told.get("order", ())), planes[own:])

    def record(self, digests: Sequence[str]) -> bytes:
        """Record for the journal, of files with these digests."""
        told = {"digests": list(digests), "order": list(self.order), "hidden": len(self.hidden)}
        return pack_planes([*self.planes, *self.hidden], record="numbering", **told)

    def given_to(self, labels: LabelImage) -> LabelImage:
        """Labels that were read anew, with the ids that their objects had.

        Parameters
        ----------
        labels
            Labels of the very files that were written.
        """
        origin = labels.origin
        if origin is None or len(origin.order) != len(self.order):
            return replace(labels, planes=self.planes)
        ids = dict(zip(origin.order, self.order, strict=True))
        segments = {ids.get(id_, id_): segment for id_, segment in labels.segments.items()}
        return replace(
            labels,
            planes=self.planes,
            segments=MappingProxyType(segments),
            origin=replace(origin, order=self.order, hidden=self.hidden),
        )
