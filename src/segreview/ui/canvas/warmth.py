"""Warmth: the colours of a heatmap, drawn for the pixels of the screen alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segreview.session.heatmaps import Heatmap
from segreview.shape.fill import Ground
from segreview.shape.lattice import Lattice
from segreview.triage.heat import SCALES, Heat, Scale
from segreview.ui.canvas.viewport import Window
from segreview.ui.palette import HEAT_COLORS, SIGNED_COLORS, rgb

Limits = tuple[float, float]
"""Least size of the values that are drawn, and the one from which on the colour is the strongest."""

_LEVELS = 127
"""Colours of one direction."""
_OPACITY = (0.45, 0.85)
"""Of the weakest colour, and of those from a third of the scale on."""
_FULL_FROM = 1 / 3


class Warmth:
    """A heatmap in colours.

    Parameters
    ----------
    heat
        What it shows.
    heatmap
        Its values.

    Attributes
    ----------
    limits
        Between which sizes of values the colours lie.
    """

    def __init__(self, heat: Heat, heatmap: Heatmap) -> None:
        self.heat = heat
        self._heatmap = heatmap
        self.limits: Limits = self.scale.first
        self._colors = colors_of(self.scale)

    @property
    def scale(self) -> Scale:
        """What the values mean."""
        return SCALES[self.heat]

    def values(self, lattice: Lattice) -> np.ndarray:
        """Values at some pixels, float32."""
        return self._heatmap.values(lattice)

    def value_at(self, index: Sequence[int]) -> float:
        """Value of a pixel."""
        return float(self.values(Lattice.of_pixel(index)).item())

    def ground(self, window: Window, rows: np.ndarray, columns: np.ndarray) -> Ground:
        """Colours of these rows and columns of the screen; a pixel that is shown often is valued once."""
        (down, row_of), (across, column_of) = (
            np.unique(indices, return_inverse=True) for indices in (rows, columns)
        )
        values = window.flat(self.values(window.lattice(down, across)))
        levels = level_of(values, self.limits, signed=self.scale.signed)
        return Ground(levels.take(row_of, axis=0).take(column_of, axis=1), self._colors)


def level_of(values: np.ndarray, limits: Limits, *, signed: bool) -> np.ndarray:
    """Colour of each value, uint8: a row of `colors_of`, 0 for what is not drawn."""
    least, most = limits
    size = np.abs(values)
    share = np.clip((size - least) / max(most - least, 1e-9), 0, 1)
    level = 1 + np.round(share * (_LEVELS - 1)).astype(np.uint8)
    level[(size == 0) | (size < least)] = 0
    if signed:
        level[(values > 0) & (level > 0)] += _LEVELS
    return level


def colors_of(scale: Scale) -> np.ndarray:
    """Nothing, then the colours from weak to strong, uint8 RGBA; where signed, the negative ones first."""
    middle = len(SIGNED_COLORS) // 2
    ways = [SIGNED_COLORS[middle::-1], SIGNED_COLORS[middle:]] if scale.signed else [HEAT_COLORS]
    share = np.linspace(0, 1, _LEVELS)
    opacity = np.interp(share, (0, _FULL_FROM), _OPACITY)
    table = [np.zeros((1, 4))]
    for stops in ways:
        places = np.linspace(0, 1, len(stops))
        channels = [np.interp(share, places, channel) for channel in zip(*map(rgb, stops), strict=True)]
        table.append(np.stack([*channels, opacity], axis=1))
    return np.round(255 * np.concatenate(table)).astype(np.uint8)
