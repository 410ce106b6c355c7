"""Average precision and recall against those of pycocotools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from golden_folder import GOLDEN, agrees, cases_of

from segreview.compare.evaluate import evaluate
from segreview.compare.metrics.evaluation import Evaluation

FILE = "coco.json"

CATEGORIES = [1, 2]


def cases() -> list[dict[str, Any]]:
    """All cases."""
    return cases_of(FILE)


def _evaluated(case: dict[str, Any]) -> Evaluation:
    masks = np.load(GOLDEN / case["masks"])
    sides = ([{**one, "segmentation": masks[one["mask"]]} for one in case[side]] for side in ("gt", "dt"))
    return evaluate(*sides, "coco", categories=CATEGORIES)


def _figure(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda case: agrees(_evaluated(case).figures[name], case["expected"][name])


def _per_category(case: dict[str, Any]) -> None:
    found = _evaluated(case).per_class
    for category, expected in case["expected"]["AP_per_category"].items():
        agrees(found[int(category)]["AP"], expected)


_NAMES = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")

CHECKS = {**{name: _figure(name) for name in _NAMES}, "AP_per_category": _per_category}

NOT_OURS: dict[str, str] = {}
