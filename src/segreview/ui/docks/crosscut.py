"""The image across the contour of the current item: on the mean, or where the pointer is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from segreview.compare.disagreement import Disagreement
from segreview.compare.pixels import foreground, object_mask
from segreview.compare.unclaimed import Unclaimed
from segreview.model.box import Box
from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.triage.trace.profile import LARGEST, MARGIN, REACH, Across, Profile, channels_in
from segreview.ui.docks.profile_plot import ProfilePlot
from segreview.ui.focus import Focus
from segreview.ui.palette import GT_COLOR, MARK_COLOR, MODEL_COLOR
from segreview.ui.units import unit_of

_NEAR = 3.0
"""Pixels from the contour within which the pointer asks for the profile there."""

Slice = tuple[int, ...]
"""Index on the leading axes."""


class Crosscut(ProfilePlot):
    """Profile across the contour of the item's GT, or where it has none, of the model or the region.

    Parameters
    ----------
    focus
        Knows where the pointer is.
    slice_of
        Gives the slice in which an item is shown.
    """

    def __init__(self, focus: Focus, slice_of: Callable[[Box], Slice]) -> None:
        super().__init__()
        self._focus = focus
        self._slice_of = slice_of
        self._review: Review | None = None
        self._item: Disagreement | None = None
        self._at: Slice = ()
        self._across: Across | None = None
        focus.pointed.connect(self._on_pointed)

    def show_item(self, review: Review | None, item: Disagreement | None) -> None:
        """Show an item, or nothing; it takes no room where there is no image."""
        self._review, self._item = review, item
        self.setVisible(review is not None and item is not None and bool(review.sample.images))
        self.look_again()

    def look_again(self) -> None:
        """Look at the pixels anew: they, or the slice, have changed."""
        self._across = None
        review, item = self._review, self._item
        if review is not None and item is not None and not self.isHidden():
            self._at = self._slice_of(item.box)
            self._across = _across(review, item, self._at)
        self._show(None if self._across is None else self._across.mean)

    def _on_pointed(self) -> None:
        index = self._focus.pointer
        if self._across is None or self.isHidden():
            return
        found = None
        if index is not None and tuple(map(round, index[:-2])) == self._at:
            found = self._across.at(index[-2:], _NEAR)
        if found is not None or (self.profile is not None and self.profile.place is not None):
            self._show(found or self._across.mean)

    def _show(self, profile: Profile | None) -> None:
        """Show a profile, and say of what; the tooltip has the figures."""
        side, colors = _side_of(self._item)
        text = f"image across the {side}, mean"
        if profile is not None and profile.place is not None:
            text = "image across the {}, at y {:.0f}, x {:.0f}".format(side, *profile.place)
        self.show_profile(profile, text, self._end_text(), colors)
        self.setToolTip(_told(side, profile))

    def _end_text(self) -> str:
        """How far the axis reaches, in the unit too where there is one."""
        review = self._review
        if review is None:
            return ""
        size, unit = unit_of(review.sample)
        length = REACH * min(review.reference.spacing[-2:]) * size
        return f"outside, {REACH:.0f} px" + ("" if unit == "px" else f" · {length:.3g} {unit}")


def _side_of(item: Disagreement | None) -> tuple[str, tuple[str, str]]:
    """What the contour at 0 is called, its colour and that of the other one."""
    if item is None or item.region or isinstance(item, Unclaimed):
        return "outline", (MARK_COLOR, MARK_COLOR)
    if item.reference_ids:
        return "GT's outline", (GT_COLOR, MODEL_COLOR)
    return "model's outline", (MODEL_COLOR, GT_COLOR)


def _told(side: str, profile: Profile | None) -> str:
    """What the marks say, line by line."""
    lines = [
        f"Grey values along the normals of the {side}, from {REACH:.0f} px inside to {REACH:.0f} px outside"
    ]
    if profile is not None:
        other = "GT's" if side.startswith("model") else "model's"
        for name, at in ((f"{other} outline", profile.other), ("steepest edge", profile.edge)):
            if at is not None:
                lines.append(f"{name}: {at:+.1f} px".replace("-", "−"))
    return "\n".join([*lines, "Point at the outline in a close-up or on the canvas for the values there."])


def _across(review: Review, item: Disagreement, at: Slice) -> Across | None:
    """Contour of an item in a slice; None where it has none, or is too large to be looked at."""
    box = Box((*at, *item.box.start[-2:]), (*(n + 1 for n in at), *item.box.stop[-2:]))
    window = box.grown(MARGIN, review.reference.shape)
    window = Box((*at, *window.start[-2:]), (*(n + 1 for n in at), *window.stop[-2:]))
    if window.size > LARGEST:
        return None
    flat = window.shape[-2:]
    mask, other, elsewhere = (part.reshape(flat) for part in _masks(review, item, window))
    labels = review.reference
    finest = min(labels.spacing[-2:])
    aspect = (labels.spacing[-2] / finest, labels.spacing[-1] / finest)
    channels = channels_in(review.sample.images, window)
    return Across(mask, channels, other, elsewhere, aspect, (window.start[-2], window.start[-1]))


def _masks(review: Review, item: Disagreement, window: Box) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The item's pixels, those of the other side, and those of other objects, in a window."""
    nothing = np.zeros(window.shape, bool)
    if item.region or isinstance(item, Unclaimed):
        mask = item.mask if isinstance(item, Unclaimed) else review.disagreements.mask(REFERENCE, item)
        shared = window & item.box
        found = nothing.copy()
        found[shared.relative_to(window).slices] = mask[shared.relative_to(item.box).slices]
        return found, nothing, nothing
    sides = (REFERENCE, PREDICTION) if item.reference_ids else (PREDICTION, REFERENCE)
    labels = {REFERENCE: review.reference, PREDICTION: review.prediction}
    mask, other = (object_mask(labels[side], item.ids(side), window) for side in sides)
    return mask, other, foreground(labels[sides[0]], window) & ~mask
