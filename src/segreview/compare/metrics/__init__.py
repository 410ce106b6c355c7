"""Figures of agreement, each by the rule of its reference implementation."""

from __future__ import annotations

from segreview.compare.metrics import (
    agreement,
    aji,
    boundary,
    box,
    cityscapes_instance,
    cityscapes_semantic,
    coco,
    matching,
    panoptic,
    seg,
    semantic,
)
from segreview.compare.metrics.convention import Convention

CONVENTIONS: tuple[Convention, ...] = (
    *matching.CONVENTIONS,
    *seg.CONVENTIONS,
    *aji.CONVENTIONS,
    *box.CONVENTIONS,
    *coco.CONVENTIONS,
    panoptic.PANOPTIC,
    cityscapes_semantic.CITYSCAPES_SEMANTIC,
    cityscapes_instance.CITYSCAPES_INSTANCE,
    semantic.SEMANTIC,
    *boundary.CONVENTIONS,
    *agreement.CONVENTIONS,
)
"""Every convention. A new module is named here; the laws in tests/contracts then hold for it."""
