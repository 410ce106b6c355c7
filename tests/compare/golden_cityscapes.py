"""Figures of pixels and of instances against the frozen ones of cityscapesScripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from golden_folder import GOLDEN
from PIL import Image as Picture

from segreview.compare.evaluate import evaluate
from segreview.compare.metrics.evaluation import Evaluation
from segreview.errors import SegreviewError
from segreview.formats.classes import CITYSCAPES
from segreview.formats.registry import read

FILE = "cityscapes.json"

_NAMES = {category.id: category.name for category in CITYSCAPES}


def cases() -> list[dict[str, Any]]:
    """Cases of pixels, then those of instances."""
    index = json.loads((GOLDEN / FILE).read_text(encoding="utf-8"))
    return [*index["semantic"], *index["instance"]]


def _evaluated(case: dict[str, Any]) -> Evaluation:
    reference = read(GOLDEN / case["gt_instanceIds"])
    if "pred" in case:
        prediction = read(GOLDEN / case["pred"], classes="cityscapes", kind="semantic")
        return evaluate(reference, prediction, "cityscapes_semantic")
    masks = [
        (np.array(Picture.open(GOLDEN / one["mask"]).convert("L")), one["labelID"], one["confidence"])
        for one in case["predictions"]
    ]
    return evaluate(reference, masks, "cityscapes_instance")


def _figure(name: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        expected = float(case["expected"][name])
        assert _evaluated(case).figures[name] == pytest.approx(expected, abs=1e-9, nan_ok=True)

    return check


def _same(found: dict[str, float], expected: dict[str, float]) -> None:
    """Check that figures agree; the oracle's file leaves out those that are nan."""
    assert {name: value for name, value in found.items() if not np.isnan(value)} == pytest.approx(
        expected, abs=1e-9
    )


def _of_classes(key: str, name: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        found = {_NAMES[id_]: figures[name] for id_, figures in _evaluated(case).per_class.items()}
        _same(found, case["expected"][key])

    return check


def _of_categories(key: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        _same(_evaluated(case).figures[key], case["expected"][key])

    return check


def _instance_classes(case: dict[str, Any]) -> None:
    for name in ("ap", "ap50%"):
        found = {_NAMES[id_]: figures[name] for id_, figures in _evaluated(case).per_class.items()}
        _same(found, {label: figures[name] for label, figures in case["expected"]["classes"].items()})


def _by_overlap(case: dict[str, Any]) -> None:
    found = {_NAMES[id_]: figures["ap_by_overlap"] for id_, figures in _evaluated(case).per_class.items()}
    known = {name: aps for name, aps in found.items() if not np.isnan(aps[0])}
    assert known == {
        name: pytest.approx(aps, abs=1e-9) for name, aps in case["expected"]["ap_by_overlap"].items()
    }


def _refused(case: dict[str, Any]) -> None:
    """An id that Cityscapes does not have, over which the oracle breaks, is refused in words."""
    with pytest.raises(SegreviewError, match="label id 34"):
        _evaluated(case)


def _counted(case: dict[str, Any]) -> None:
    """Every pixel is counted, under ignored classes too: IoUs made of the oracle's counts are ours."""
    counts = np.zeros((34, 34), np.int64)
    for true, said, pixels in case["expected"]["confusion [gt,pred,px]"]:
        counts[true, said] = pixels
    for id_, figures in _evaluated(case).per_class.items():
        judged = [row for row in _evaluated(case).per_class if row != id_]
        whole = counts[id_].sum() + counts[judged, id_].sum()
        expected = counts[id_, id_] / whole if whole else np.nan
        assert figures["iou"] == pytest.approx(expected, abs=1e-9, nan_ok=True)


CHECKS = {
    "averageScoreClasses": _figure("averageScoreClasses"),
    "averageScoreInstClasses": _figure("averageScoreInstClasses"),
    "averageScoreCategories": _figure("averageScoreCategories"),
    "averageScoreInstCategories": _figure("averageScoreInstCategories"),
    "classScores": _of_classes("classScores", "iou"),
    "classInstScores": _of_classes("classInstScores", "iiou"),
    "categoryScores": _of_categories("categoryScores"),
    "categoryInstScores": _of_categories("categoryInstScores"),
    "confusion [gt,pred,px]": _counted,
    "raises": _refused,
    "message": _refused,
    "allAp": _figure("allAp"),
    "allAp50%": _figure("allAp50%"),
    "classes": _instance_classes,
    "ap_by_overlap": _by_overlap,
}

NOT_OURS: dict[str, str] = {}
