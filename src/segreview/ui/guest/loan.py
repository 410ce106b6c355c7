"""Masks lent by the layers of someone's own napari: a review works on copies of them."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from napari.layers import Labels, Layer

from segreview.errors import EditRefused
from segreview.formats.raster import Raster, numbers_of
from segreview.formats.registry import read
from segreview.model.labels import Kind, LabelImage
from segreview.ui.guest.copies import copy_of
from segreview.ui.guest.holding import (
    array_of,
    axes_of,
    file_of,
    part_in_view,
    pixels,
    refuse_grey,
    shape_of,
    told_part,
)
from segreview.ui.guest.place import Place, World

_MOST_AXES = 3
"""A review takes a slice, a stack, or a series of slices."""

_REVIEWED = " reviewed"
"""What the name of a new layer of ours ends with."""

_KEPT = ("opacity", "blending", "colormap", "features")
"""What a new layer of ours takes over from the one that lent its masks, besides place and metadata."""


@dataclass(eq=False)
class Loan:
    """Masks of a layer, lent for a review: it works on a copy, and gives back what it corrected.

    Parameters
    ----------
    layer
        Whose masks they are.
    labels
        The copy.
    given
        The layer's numbers as they were lent, or last given back.
    at
        Index along the first axes of a layer with more axes than a review takes.
    place
        Where the layer lies.
    remark
        What the user should know; empty for nothing.
    as_stored
        Whether the layer holds the numbers of its file, where a review edits other ids: those of
        the connected components of a two-valued mask.
    ours
        Whether the file behind the labels is one of ours, because the layer's own is missing or
        holds other pixels.
    """

    layer: Layer
    labels: LabelImage
    given: np.ndarray
    at: tuple[int, ...]
    place: Place
    remark: str = ""
    as_stored: bool = False
    ours: bool = False

    @classmethod
    def of_layer(
        cls, layer: Layer, world: World, kind: Kind | None = None, *, ndim: int = 0, kept: bool = True
    ) -> Loan:
        """Loan of a layer.

        Parameters
        ----------
        layer
            The layer.
        world
            Where it is seen.
        kind
            How its labels are read; by the format or a stated rule when left out.
        ndim
            Number of its last axes that are wanted; as many as a review takes when left out.
        kept
            Whether labels without a file get one of ours, for the journal.

        Raises
        ------
        SegreviewError
            When the layer cannot be reviewed.
        """
        file, remark = file_of(layer, kind)
        at = part_in_view(layer, world, ndim or _axes_wanted(layer, file))
        data = pixels(layer, at).copy()
        refuse_grey(layer, data)
        place = Place.of_layer(layer, world, range(len(at), layer.ndim))
        remarks = [remark, told_part(layer, world, at)]
        if file is not None and len(file.planes) == 1 and math.prod(shape_of(layer)) == data.size:
            for stored, numbers in ((False, file.data), (True, numbers_of(file))):
                if np.array_equal(numbers, data):
                    return cls(layer, _put(file, place), data, at, place, _joined(remarks), stored)
            remarks.append(
                f"{file.path} holds other pixels than the layer {layer.name}. "
                "The review is of the layer; the file is left alone."
            )
        raster = Raster(data, axes_of(layer, world, data.ndim), place.spacing)
        labels = _put(copy_of(raster, layer.name, kind, kept=kept), place)
        stored = not np.array_equal(labels.data, data)
        return cls(layer, labels, data, at, place, _joined(remarks), stored, ours=True)

    def again(self) -> LabelImage:
        """The copy as its file holds it now: a save has changed the file, and with it the origin."""
        before = self.labels
        if self.ours or before.origin is None:
            return before
        now = read(before.origin.path, before.origin.format, kind=before.kind)
        return replace(now, spacing=before.spacing, offset=before.offset, unit=before.unit)

    # ---------------------------------------------------------------- giving back
    @property
    def locked(self) -> str:
        """Why the layer can never take masks, as the end of a sentence; empty when it can."""
        data = self.layer.data
        if not isinstance(self.layer, Labels):
            return "is an image, and no Labels layer"
        if not isinstance(data, np.ndarray) or not data.flags.writeable:
            return "cannot be written to"
        return "lies in a file on the disk, which would be written to at once" if _is_mapped(data) else ""

    @property
    def closed(self) -> str:
        """Why the layer takes no masks as it is now, as the end of a sentence; empty when it does."""
        if self.locked:
            return self.locked
        same_shape = shape_of(self.layer)[len(self.at) :] == self.given.shape
        same = same_shape and np.array_equal(array_of(self.layer)[self.at], self.given)
        return "" if same else "was changed since the review began"

    def hindrance(self, labels: LabelImage) -> str:
        """Why the layer itself cannot take these masks, as the end of a sentence; empty when it can."""
        if self.closed:
            return self.closed
        dtype, numbers = self.given.dtype, self._numbers(labels)
        fits = np.array_equal(numbers.astype(dtype), numbers)
        return "" if fits else f"holds {dtype} numbers, which are too small for some ids"

    def _numbers(self, labels: LabelImage) -> np.ndarray:
        """Corrected masks in the numbers of the layer."""
        return numbers_of(labels) if self.as_stored else labels.data

    def differs(self, labels: LabelImage) -> bool:
        """Whether the layer, as it was lent or last given back, holds other masks."""
        return not np.array_equal(self._numbers(labels), self.given)

    def give_back(self, labels: LabelImage) -> int:
        """Put corrected masks into the layer, as one step of its undo; return how many pixels changed.

        Raises
        ------
        EditRefused
            When the layer cannot take them.
        """
        why = self.hindrance(labels)
        if why:
            raise EditRefused(f"The layer {self.layer.name} {why}.")
        numbers = self._numbers(labels).astype(self.given.dtype)
        where = np.nonzero(numbers != self.given)
        if where[0].size:
            hidden = not self.layer.visible
            self.layer.visible = True  # napari leaves hidden layers in a slice of long ago
            leading = tuple(np.full(where[0].size, n) for n in self.at)
            try:
                self.layer.data_setitem((*leading, *where), numbers[where])
            finally:
                self.layer.visible = not hidden
        self.given = numbers
        return int(where[0].size)

    def as_new_layer(self, labels: LabelImage) -> Labels:
        """Corrected masks as a new layer beside the one that lent them, which takes its place here."""
        before, self.given = self.layer, self._numbers(labels).copy()
        name = before.name if before.name.endswith(_REVIEWED) else f"{before.name}{_REVIEWED}"
        kept = {fact: getattr(before, fact) for fact in _KEPT} if isinstance(before, Labels) else {}
        kept |= {"metadata": dict(before.metadata), **self._lying_there(before)}
        self.layer = Labels(self.given.copy(), name=name, **kept)
        self.at = ()
        return self.layer

    def _lying_there(self, layer: Layer) -> dict[str, Any]:
        """Place of the part of a layer that was lent, as napari is told it."""
        ndim, place = self.given.ndim, self.place
        if ndim == layer.ndim:
            names = ("scale", "translate", "rotate", "shear", "affine", "units", "axis_labels")
            return {name: getattr(layer, name) for name in names}
        affine = np.eye(ndim + 1)
        affine[:-1, :-1], affine[:-1, -1] = place.steps, place.corner
        return {"affine": affine, "units": place.units, "axis_labels": layer.axis_labels[-ndim:]}

    @property
    def digest(self) -> str:
        """SHA-256 of what the layer was given back, in hexadecimal."""
        return hashlib.sha256(np.ascontiguousarray(self.given).tobytes()).hexdigest()


def _axes_wanted(layer: Layer, file: LabelImage | None) -> int:
    """Number of axes of a layer that a review takes: those of its file, else as many as it can."""
    if file is not None and shape_of(layer)[-len(file.shape) :] == file.shape:
        return len(file.shape)
    return min(layer.ndim, _MOST_AXES)


def _put(labels: LabelImage, place: Place) -> LabelImage:
    """Same labels in another place, and in its unit; a file's own unit where the place has none."""
    unit = "pixel" if str(place.units[-1]) == "pixel" else f"{place.units[-1]:~}"
    if unit == "pixel" and labels.spacing == place.spacing:
        unit = labels.unit
    return replace(labels, spacing=place.spacing, offset=place.offset, unit=unit)


def _joined(remarks: list[str]) -> str:
    return "\n".join(remark for remark in remarks if remark)


def _is_mapped(data: Any) -> bool:
    """Whether an array is a window on a file."""
    while data is not None:
        if isinstance(data, np.memmap):
            return True
        data = getattr(data, "base", None)
    return False
