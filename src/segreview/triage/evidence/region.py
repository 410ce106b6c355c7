"""What the image shows within an object and around it."""

from __future__ import annotations

import numpy as np

from segreview.triage.evidence.backdrop import Backdrop, smoothed
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.field import Shares
from segreview.triage.evidence.shape import Parting, depth_of, parting

FEW = 3
"""A ring of no more pixels says nothing."""


def region_evidence(cutout: Cutout, backdrop: Backdrop) -> dict[str, float]:
    """Contrast of an object against the background around it, and its evenness."""
    grey = cutout.view(backdrop.grey)
    core = grey[cutout.core]
    ring = grey[cutout.ring] if cutout.ring.sum() > FEW else np.zeros(4, np.float32)
    middle, spread = float(core.mean()), float(core.std())
    contrast = middle - float(ring.mean())
    return {
        "brightness": middle,
        "contrast": contrast,
        "contrast over noise": contrast / (spread + float(ring.std()) + 0.05),
        "unevenness": spread,
        "brightest around": float(np.percentile(ring, 90)),
        "darkest within": float(np.percentile(core, 10)) - middle,
        "valley of grey": _grey_valley(cutout, grey) / (spread + 0.05),
    }


def _grey_valley(cutout: Cutout, grey: np.ndarray) -> float:
    smooth = smoothed(grey[None], max(0.7, 0.08 * cutout.radius), cutout.subject.aspect)[0]
    levels = np.percentile(smooth[cutout.mask], (5, 15, 25, 35, 50, 65, 80))
    return depth_of(_parted(cutout, smooth, levels))


def _parted(cutout: Cutout, window: np.ndarray, levels: np.ndarray) -> Parting | None:
    inner = cutout.inner.slices
    return parting(window[inner], cutout.mask[inner], levels)


def seam_within(cutout: Cutout, backdrop: Backdrop) -> Parting | None:
    """Parts of an object beside a valley in what looks like an interior, in its tight box; None without."""
    assert backdrop.soft is not None
    return _parted(cutout, cutout.view(backdrop.soft[1]), np.linspace(0.1, 0.9, 7))


def seen_for(cutout: Cutout, backdrop: Backdrop) -> np.ndarray:
    """Pixels near an object, and nearer to it than to any other, that look like an object."""
    assert backdrop.objects is not None
    reach = cutout.distance <= max(3.0, 0.5 * cutout.radius)
    seen: np.ndarray = (cutout.view(backdrop.objects) > 0.5) & cutout.own & reach
    return seen


def opinion_evidence(cutout: Cutout, backdrop: Backdrop) -> dict[str, float]:
    """What the second opinion makes of an object: is it one, is it one alone, and how large."""
    assert backdrop.classes is not None
    assert backdrop.objects is not None
    assert backdrop.soft is not None
    objects = cutout.view(backdrop.objects)
    mask = cutout.mask
    core, rim = objects[cutout.core], float(objects[cutout.rim].mean())
    ring = float(objects[cutout.ring].mean()) if cutout.ring.any() else 0.0
    seen = seen_for(cutout, backdrop)
    smooth = cutout.view(backdrop.soft[0])
    deep = cutout.depth > max(2.0, 0.25 * cutout.height)
    return {
        "opinion within": float(core.mean()),
        "opinion at its weakest": float(np.percentile(core, 10)),
        "opinion of the rim": rim,
        "opinion of the ring": ring,
        "opinion across the contour": rim - ring,
        "opinion IoU": float((seen & mask).sum() / max((seen | mask).sum(), 1)),
        "opinion beyond": float((seen & ~mask).sum() / cutout.area),
        "valley of the opinion": depth_of(_parted(cutout, smooth, np.linspace(0.2, 0.95, 6))),
        "valley of the interior": depth_of(seam_within(cutout, backdrop)),
        "edges within": _edges_within(cutout, backdrop.classes, deep),
        "opinion of the holes": float(objects[cutout.holes].mean()) if cutout.holes.any() else 0.0,
    }


def _edges_within(cutout: Cutout, classes: Shares | np.ndarray, deep: np.ndarray) -> float:
    """How much of the inside looks like a rim or a seam."""
    if not deep.any():
        return 0.0
    return float(sum(cutout.view(classes[code])[deep].mean() for code in (2, 3)))
