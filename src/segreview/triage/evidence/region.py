"""What the image shows within an object and around it."""

from __future__ import annotations

import numpy as np

from segreview.triage.evidence.backdrop import Backdrop, smoothed
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.field import Shares
from segreview.triage.evidence.shape import valley

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
    return _valley_within(cutout, smooth, levels)


def _valley_within(cutout: Cutout, window: np.ndarray, levels: np.ndarray) -> float:
    inner = cutout.inner.slices
    return valley(window[inner], cutout.mask[inner], levels)


def opinion_evidence(cutout: Cutout, backdrop: Backdrop) -> dict[str, float]:
    """What the second opinion makes of an object: is it one, is it one alone, and how large."""
    assert backdrop.classes is not None
    assert backdrop.objects is not None
    assert backdrop.soft is not None
    objects = cutout.view(backdrop.objects)
    mask, own = cutout.mask, cutout.own
    core, rim = objects[cutout.core], float(objects[cutout.rim].mean())
    ring = float(objects[cutout.ring].mean()) if cutout.ring.any() else 0.0
    reach = cutout.distance <= max(3.0, 0.5 * cutout.radius)
    seen = (objects > 0.5) & own & reach
    smooth, interior = map(cutout.view, backdrop.soft)
    deep = cutout.depth > max(2.0, 0.25 * cutout.height)
    return {
        "opinion within": float(core.mean()),
        "opinion at its weakest": float(np.percentile(core, 10)),
        "opinion of the rim": rim,
        "opinion of the ring": ring,
        "opinion across the contour": rim - ring,
        "opinion IoU": float((seen & mask).sum() / max((seen | mask).sum(), 1)),
        "opinion beyond": float((seen & ~mask).sum() / cutout.area),
        "valley of the opinion": _valley_within(cutout, smooth, np.linspace(0.2, 0.95, 6)),
        "valley of the interior": _valley_within(cutout, interior, np.linspace(0.1, 0.9, 7)),
        "edges within": _edges_within(cutout, backdrop.classes, deep),
        "opinion of the holes": float(objects[cutout.holes].mean()) if cutout.holes.any() else 0.0,
    }


def _edges_within(cutout: Cutout, classes: Shares | np.ndarray, deep: np.ndarray) -> float:
    """How much of the inside looks like a rim or a seam."""
    if not deep.any():
        return 0.0
    return float(sum(cutout.view(classes[code])[deep].mean() for code in (2, 3)))
