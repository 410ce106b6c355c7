"""One sample with what detectors look at, each part made when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from segreview.model.labels import LabelImage
from segreview.model.sample import Sample
from segreview.triage.systematic.agreement import EDGES, agreement, measure_of, pooled
from segreview.triage.systematic.edges import contour_edges, edge_map, edge_strength
from segreview.triage.systematic.offsets import Offsets, offsets_of

IMAGE, MODEL = "image", "model"
"""What masks are held against."""

WITNESS = {IMAGE: "the image's edges", MODEL: "the model"}
"""The same in words."""


@dataclass(frozen=True, eq=False)
class Case:
    """A sample under suspicion."""

    sample: Sample

    @property
    def name(self) -> str:
        """Name of the sample."""
        return self.sample.name

    @property
    def reference(self) -> LabelImage:
        """The masks that may be off."""
        return self.sample.reference

    @cached_property
    def prediction(self) -> LabelImage | None:
        """The model's masks, when there are any."""
        found = self.sample.prediction if self.sample.has_prediction else None
        return None if found is None or found.in_chunks else found

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape that the masks must have: the model's, else the image's, else their own."""
        if self.prediction is not None:
            return self.prediction.shape
        return self.sample.images[0].spatial_shape if self.sample.images else self.reference.shape

    @property
    def fits(self) -> bool:
        """Whether the reference has the shape that it must have."""
        return self.reference.shape == self.shape

    @cached_property
    def image_edges(self) -> np.ndarray | None:
        """Edges of the image, in the shape of the masks."""
        if not self.sample.images or self.sample.images[0].spatial_shape != self.shape:
            return None
        return edge_map(self.sample.images[0])

    @cached_property
    def model_edges(self) -> np.ndarray | None:
        """Contours of the model's masks, blurred, as if they were edges of an image."""
        return None if self.prediction is None else contour_edges(self.prediction)

    def edges(self, witness: str) -> np.ndarray | None:
        """Edges of the image or of the model; None without it, or where shapes differ."""
        edges = self.image_edges if witness == IMAGE else self.model_edges
        return edges if edges is not None and self.fits else None

    @cached_property
    def offsets(self) -> list[Offsets]:
        """Offsets of the reference's contours from the model's."""
        if self.prediction is None or not self.fits:
            return []
        return offsets_of(self.reference, self.prediction)

    def with_reference(self, labels: LabelImage) -> Case:
        """Same sample with other masks under suspicion."""
        other = Case(self.sample.with_reference(labels))
        for name in ("prediction", "shape", "image_edges", "model_edges"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other


def standing(cases: Sequence[Case]) -> float:
    """How well the references of cases agree with the model, or without one with the images' edges."""
    if all(case.prediction is not None for case in cases):
        return pooled((case.reference, case.prediction) for case in cases if case.prediction is not None)
    strengths = [
        edge_strength(case.reference, case.image_edges) for case in cases if case.image_edges is not None
    ]
    return float(np.mean(strengths)) if strengths else 0.0


def standing_of(case: Case, labels: LabelImage) -> float:
    """How well other masks would agree, in place of a case's reference; 0 in another shape."""
    if labels.shape != case.shape:
        return 0.0
    if case.prediction is not None:
        return agreement(labels, case.prediction).value
    return 0.0 if case.image_edges is None else edge_strength(labels, case.image_edges)


def measure(cases: Sequence[Case]) -> str:
    """Name of the figure that `standing` gives."""
    if all(case.prediction is not None for case in cases):
        return measure_of(cases[0].reference)
    return EDGES


def remade(labels: LabelImage, planes: Sequence[np.ndarray]) -> LabelImage:
    """Label image with other planes and the same facts."""
    return replace(labels, planes=tuple(np.ascontiguousarray(plane) for plane in planes))
