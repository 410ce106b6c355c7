"""Place and scale that the three crops share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor

import numpy as np

from segreview.model.box import Box
from segreview.shape.outline import sample_grid
from segreview.ui.canvas.viewport import Window

FEWEST = 24
"""Fewest data pixels that a crop shows along a side at first: small objects keep some surroundings."""
SMALLEST, LARGEST = 1 / 64, 64.0
"""Screen pixels for a data pixel: as far out and as close as a crop can be brought."""

Point = tuple[float, float]
"""A place down and across: pixels of the screen, or of the data with the first one's centre at 0."""


@dataclass(frozen=True)
class Sight:
    """The part of a slice that the crops show.

    Parameters
    ----------
    center
        Data coordinates in the middle of the crops.
    zoom
        Screen pixels for a data pixel, along the axis with the finer ones.
    aspect
        Height and width of a data pixel, the smaller of them 1.
    """

    center: Point
    zoom: float
    aspect: Point = (1.0, 1.0)

    @classmethod
    def on(cls, box: Box, spacing: tuple[float, ...], size: Point, ratio: float = 1.0) -> Sight:
        """Sight of a box with a margin of about a third of its size.

        Large pixels are enlarged by whole numbers. Pixels are never shrunk to make room for a margin,
        only for an object that is larger than the crop.

        Parameters
        ----------
        box
            What must be seen; its last two axes count.
        spacing
            Size of a pixel along each axis.
        size
            Height and width of a crop on the screen.
        ratio
            Pixels of the device for one of the screen.
        """
        finest = min(spacing[-2:])
        aspect = spacing[-2] / finest, spacing[-1] / finest
        extent = [n * a for n, a in zip(box.shape[-2:], aspect, strict=True)]
        roomy = min(s / max(FEWEST, 1.6 * e + 4) for s, e in zip(size, extent, strict=True))
        tight = min(s / (1.04 * e + 2) for s, e in zip(size, extent, strict=True))
        step = 1 / ratio if roomy >= 4 else 0.25  # uneven pixels are seen only where pixels are large
        zoom = floor(roomy / step + 1e-9) * step if roomy >= 1 else min(1.0, tight)
        center = box.center[-2:]
        return cls((center[0], center[1]), min(max(zoom, SMALLEST), LARGEST), aspect)

    # ---------------------------------------------------------------- places
    def data_at(self, offset: Point) -> Point:
        """Data coordinates at a place of the screen, seen from the middle of a crop."""
        down, across = (
            c + o / (self.zoom * a) for c, o, a in zip(self.center, offset, self.aspect, strict=True)
        )
        return down, across

    def offset_of(self, place: Point) -> Point:
        """Place of the screen, seen from the middle of a crop, of data coordinates."""
        down, across = (
            (p - c) * self.zoom * a for p, c, a in zip(place, self.center, self.aspect, strict=True)
        )
        return down, across

    # ---------------------------------------------------------------- moving
    def zoomed(self, factor: float, offset: Point = (0.0, 0.0)) -> Sight:
        """Sight at another scale; what lies at an offset from the middle stays there."""
        kept = self.data_at(offset)
        closer = replace(self, zoom=min(max(self.zoom * factor, SMALLEST), LARGEST))
        moved = closer.offset_of(kept)
        return closer.moved((offset[0] - moved[0], offset[1] - moved[1]))

    def moved(self, by: Point) -> Sight:
        """Sight after the data were drawn along by so many pixels of the screen."""
        return replace(self, center=self.data_at((-by[0], -by[1])))

    # ---------------------------------------------------------------- drawing
    def view(self, at: tuple[int, ...], shape: tuple[int, ...], size: tuple[int, int], ratio: float) -> View:
        """View of a slice.

        Parameters
        ----------
        at
            Index on every leading axis.
        shape
            Shape of the data.
        size
            Height and width of a crop in pixels of the device.
        ratio
            Pixels of the device for one of the screen.
        """
        pitch = 1 / (self.zoom * ratio)
        corner = [c * a - n / 2 * pitch for c, a, n in zip(self.center, self.aspect, size, strict=True)]
        grids = [
            sample_grid(start, pitch, count, unit, length)
            for start, count, unit, length in zip(corner, size, self.aspect, shape[-2:], strict=True)
        ]
        (top, rows), (left, columns) = grids
        axes = len(shape) - 2, len(shape) - 1
        window = Window(axes, (*at, 0, 0), (corner[0], corner[1]), size, pitch)
        return View(window, (top, left), rows, columns)

    @property
    def text(self) -> str:
        """Scale in words: ``×6``, or ``1:2.5`` where data pixels are left out."""
        if self.zoom >= 1:
            return f"×{self.zoom:.3g}"
        return f"1:{1 / self.zoom:.3g}"


@dataclass(frozen=True, eq=False)
class View:
    """Which data pixel lies under each pixel of a crop.

    Parameters
    ----------
    window
        What the crop shows.
    first
        Row and column of the crop where the data begin.
    rows, columns
        Data index of each row and column of the crop from there on.
    """

    window: Window
    first: tuple[int, int]
    rows: np.ndarray
    columns: np.ndarray

    @property
    def part(self) -> tuple[slice, slice]:
        """Part of the crop that lies on the data."""
        top, left = self.first
        return slice(top, top + self.rows.size), slice(left, left + self.columns.size)

    @property
    def empty(self) -> bool:
        """Whether no data are in sight."""
        return not (self.rows.size and self.columns.size)
