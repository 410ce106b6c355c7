"""segreview: review segmentation masks, ground truth against a model's, and put them right.

Public names are loaded when they are first used, so that ``import segreview`` stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from segreview.compare.evaluate import evaluate
    from segreview.compare.match import match
    from segreview.compare.overlap import overlap_table
    from segreview.errors import SegreviewError
    from segreview.formats.registry import read, write
    from segreview.model.labels import LabelImage
    from segreview.shape.segment import SegmentMask
    from segreview.triage.find import find_disagreements

_HOMES = {
    "LabelImage": "segreview.model.labels",
    "SegmentMask": "segreview.shape.segment",
    "SegreviewError": "segreview.errors",
    "evaluate": "segreview.compare.evaluate",
    "find_disagreements": "segreview.triage.find",
    "match": "segreview.compare.match",
    "overlap_table": "segreview.compare.overlap",
    "read": "segreview.formats.registry",
    "write": "segreview.formats.registry",
}

__all__ = [
    "LabelImage",
    "SegmentMask",
    "SegreviewError",
    "__version__",
    "evaluate",
    "find_disagreements",
    "match",
    "overlap_table",
    "read",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'segreview' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
