"""Label images: integer arrays together with what the integers mean and where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from segreview.model.chunked import ChunkedArray, label_array
from segreview.model.ontology import Category, Ontology
from segreview.model.stamp import Stamp

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Kind(StrEnum):
    """What the integers of a label image stand for."""

    INSTANCE = "instance"
    SEMANTIC = "semantic"
    PANOPTIC = "panoptic"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Segment:
    """What is known of one id beside its pixels."""

    category: int | None = None
    score: float | None = None
    iscrowd: bool = False


@dataclass(frozen=True)
class Origin:
    """Where labels came from: all that is needed to write them back unchanged.

    Parameters
    ----------
    format
        Name of the format that read them.
    files
        Every file that holds them, the principal one first.
    digests
        SHA-256 in hexadecimal, as it was read: of each file in the same order, or, of a file that holds a
        whole data set, of what it says of this one image.
    facts
        What the format itself wants to remember; only the format reads it.
    largest
        Largest id that the files have a place for, where their type alone would hold more: a
        palette, or less than 8 bits.
    stamps
        Stamp of each file, taken before it was read, or None; empty when they are not known.
    place
        Address of the labels where it is not their principal file: a folder of files, or the file of
        a whole data set followed by the name of the one image in it, as if that were a folder.
    order
        Id of each object in the order of the files, in formats that keep objects but no ids of theirs.
    hidden
        Planes of what lay below other objects when labels were first seen from above, with the ids of the
        objects below; empty when nothing overlapped.
    """

    format: str
    files: tuple[Path, ...]
    digests: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    largest: int | None = None
    stamps: tuple[Stamp | None, ...] = ()
    place: Path | None = None
    order: tuple[int, ...] = ()
    hidden: tuple[np.ndarray, ...] = field(default=(), compare=False, repr=False)

    @property
    def path(self) -> Path:
        """Address of the labels: in most formats their principal file."""
        return self.files[0] if self.place is None else self.place


@dataclass(frozen=True, eq=False)
class LabelImage:
    """Segmentation masks as integer arrays.

    Parameters
    ----------
    planes
        One or more non-overlapping label arrays of equal shape, ``(Y, X)``, ``(Z, Y, X)`` or
        ``(T, Y, X)``, any integer dtype. Overlapping objects lie in different planes. Arrays in
        chunks (zarr, dask) are read piece by piece.
    axes
        One letter per array axis.
    spacing
        Size of a pixel along each axis, in ``unit``.
    kind
        What the integers stand for.
    background
        Id that stands for "no object", or None when every pixel is labelled.
    void
        Ids whose pixels take part in no figure.
    stored
        Type of the numbers in the file where it differs from the planes' (a two-valued mask is
        held as its connected components, whole-number floats as integers).
    segments
        What is known of single ids.
    ontology
        Class table, when there is one.
    origin
        Where the labels came from; None for labels made in memory.
    reading
        One line that says how the kind and the background were decided.
    offset
        Where the centre of the first pixel lies along each axis, in ``unit``.
    """

    planes: tuple[np.ndarray, ...]
    axes: str = "YX"
    spacing: tuple[float, ...] = ()
    unit: str = "pixel"
    kind: Kind = Kind.INSTANCE
    background: int | None = 0
    void: frozenset[int] = frozenset()
    stored: np.dtype[Any] | None = None
    segments: Mapping[int, Segment] = field(default_factory=lambda: _NOTHING)
    ontology: Ontology | None = None
    origin: Origin | None = None
    reading: str = ""
    offset: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not all(isinstance(plane, np.ndarray) for plane in self.planes):
            object.__setattr__(self, "planes", tuple(map(label_array, self.planes)))
        shapes = {plane.shape for plane in self.planes}
        if len(shapes) != 1:
            raise ValueError(f"a label image needs planes of one shape, not {sorted(shapes)}")
        if any(plane.dtype.kind not in "iu" for plane in self.planes):
            raise TypeError("label planes hold integers")
        if len(self.axes) != len(self.shape):
            raise ValueError(f"axes {self.axes!r} do not fit an array of shape {self.shape}")
        if not self.spacing:
            object.__setattr__(self, "spacing", (1.0,) * len(self.shape))
        if not self.offset:
            object.__setattr__(self, "offset", (0.0,) * len(self.shape))

    @classmethod
    def of_array(cls, data: np.ndarray, kind: Kind = Kind.INSTANCE, background: int | None = 0) -> LabelImage:
        """Label image around a plain array, which is not copied."""
        return cls((data,), axes="TZYX"[-data.ndim :], kind=kind, background=background)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of every plane."""
        return self.planes[0].shape

    @property
    def in_chunks(self) -> bool:
        """Whether the pixels are read piece by piece, and never all at once."""
        planes: tuple[object, ...] = self.planes
        return any(isinstance(plane, ChunkedArray) for plane in planes)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers in the file."""
        return self.planes[0].dtype if self.stored is None else self.stored

    @property
    def data(self) -> np.ndarray:
        """The one plane.

        Raises
        ------
        ValueError
            When objects overlap and there are several planes.
        """
        if len(self.planes) != 1:
            raise ValueError(f"objects overlap in {len(self.planes)} planes: use .planes")
        return self.planes[0]

    @property
    def path(self) -> Path | None:
        """Address of the labels, or None for labels made in memory."""
        return None if self.origin is None else self.origin.path

    @property
    def outside(self) -> frozenset[int]:
        """Ids that are no objects: the background and void."""
        return self.void if self.background is None else self.void | {self.background}

    def category_of(self, segment_id: int) -> int | None:
        """Class id of a segment, or None when it has no class."""
        segment = self.segments.get(segment_id)
        if segment is not None and segment.category is not None:
            return segment.category
        if self.kind is Kind.SEMANTIC:
            return segment_id
        return None if self.ontology is None else self.ontology.category_of(segment_id)

    def category(self, segment_id: int) -> Category | None:
        """Class of a segment, or None when it has no class or the table lacks it."""
        return None if self.ontology is None else self.ontology.get(self.category_of(segment_id))

    def is_instance(self, segment_id: int) -> bool:
        """Whether an id stands for one countable object, rather than a class or no object."""
        if segment_id in self.outside or self.kind is Kind.SEMANTIC:
            return False
        if self.ontology is not None and self.ontology.factor:
            return segment_id >= self.ontology.factor
        category = self.category(segment_id)
        return category is None or category.isthing

    def max_storable(self) -> int:
        """Largest id that the file can hold."""
        if self.kind is Kind.BINARY:
            return int(np.iinfo(self.planes[0].dtype).max)
        if self.origin is not None and self.origin.largest is not None:
            return self.origin.largest
        if self.dtype.kind == "b":
            return 1
        if self.dtype.kind == "f":
            return int(2 ** (np.finfo(self.dtype).nmant + 1))
        return int(np.iinfo(self.dtype).max)

    def copy(self) -> LabelImage:
        """Same labels with planes of their own."""
        return replace(self, planes=tuple(plane.copy() for plane in self.planes))
