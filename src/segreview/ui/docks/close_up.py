"""The two sides of an item in close-up: outlines, and the pixels that only one side has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.unclaimed import Unclaimed
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.shape.outline import Outline, draw_outlines, lay_over, sample_view
from segreview.ui.docks.sight import View
from segreview.ui.palette import GT_COLOR, MARK_COLOR, MODEL_COLOR, rgb

_STRIPE = 6
"""Screen pixels from one stripe of the hatching to the next; a third of them are drawn."""
_TINT, _HATCH = 0.16, 0.5
"""Strength of the colour on what only one side has: between the stripes, and on them."""
_COLORS = {REFERENCE: rgb(GT_COLOR), PREDICTION: rgb(MODEL_COLOR)}


@dataclass(frozen=True, eq=False)
class CloseUp:
    """An item as a crop shows it.

    Parameters
    ----------
    review, item
        What is shown.
    region
        Mask of the item in its box where it is no object: a region of classes, or unclaimed; else None.
    view
        Where.
    ratio
        Pixels of the device for one of the screen.
    """

    review: Review
    item: Disagreement
    region: np.ndarray | None
    view: View
    ratio: float = 1.0

    def draw(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pictures of the GT and of the model, made from one of the image, ``(H, W, 3)`` uint8."""
        if self.view.empty:
            return picture, picture
        labels = {REFERENCE: self.review.reference, PREDICTION: self.review.prediction}
        views = {side: self._views(labels[side]) for side in labels}
        held = {side: self._held(side, views[side]) for side in views}
        drawn = []
        for side, other in ((REFERENCE, PREDICTION), (PREDICTION, REFERENCE)):
            only = held[side] if self.region is not None else held[side] & ~held[other]
            copy = picture.copy()
            part = copy[self.view.part]
            if self.review.sample.has_prediction and not self._is_unclaimed:
                self._hatch(part, only, side)
            lay_over(part, draw_outlines(self._outlines(side, views[side], held[side])))
            drawn.append(copy)
        return drawn[0], drawn[1]

    @property
    def _is_unclaimed(self) -> bool:
        """Whether neither side has the item: its outline has the colour of no side."""
        return isinstance(self.item, Unclaimed)

    def _views(self, labels: LabelImage) -> list[np.ndarray]:
        """Labels under the pixels of the crop, one array per plane."""
        view = self.view
        return [sample_view(view.window.section(plane), view.rows, view.columns) for plane in labels.planes]

    def _held(self, side: str, views: list[np.ndarray]) -> np.ndarray:
        """Pixels of the crop that one side of the item holds."""
        view = self.view
        if self.region is not None:
            if not view.window.holds(self.item.box):
                return np.zeros(views[0].shape, bool)
            return view.window.view_of(self.item.box, self.region, view.rows, view.columns) > 0
        ids = np.array(self.item.ids(side), np.int64)
        held = np.zeros(views[0].shape, bool)
        for seen in views:
            held |= np.isin(seen, ids[ids <= np.iinfo(seen.dtype).max].astype(seen.dtype))
        return held

    def _hatch(self, part: np.ndarray, only: np.ndarray, side: str) -> None:
        """Tint and hatch what only one side has; the two sides are hatched in two directions."""
        if not only.any():
            return
        period = max(3, round(_STRIPE * self.ratio))
        row, column = np.ogrid[: only.shape[0], : only.shape[1]]
        slant = row + column if side == REFERENCE else row - column
        strength = np.where(slant % period < period // 3, _HATCH, _TINT)[only][:, None]
        color = np.array(_COLORS[side]) * 255
        part[only] = part[only] * (1 - strength) + color * strength

    def _outlines(self, side: str, views: list[np.ndarray], held: np.ndarray) -> list[Outline]:
        """Outlines of one side: the item's stand out, those of other objects are quiet."""
        labels = self.review.reference if side == REFERENCE else self.review.prediction
        color = _bytes(_COLORS[side])
        current = () if self.region is not None else self.item.ids(side)
        present = np.unique(np.concatenate([np.unique(view) for view in views])).astype(np.int64)
        others = np.setdiff1d(present, np.array(current, np.int64))
        found = [Outline(views, color, False, labels.outside, others, current)]
        if self.region is not None:
            mark = _bytes(rgb(MARK_COLOR)) if self._is_unclaimed else color
            found.append(Outline([held.view(np.uint8)], mark, current=(1,)))
        return found


def _bytes(color: tuple[float, float, float]) -> tuple[int, int, int]:
    """Colour from shares to 0 to 255."""
    red, green, blue = (round(255 * part) for part in color)
    return red, green, blue
