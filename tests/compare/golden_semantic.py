"""Semantic figures against the frozen ones of FCN's formulas and of scikit-learn."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from golden_folder import GOLDEN

from segreview.compare.evaluate import evaluate

FILE = "semantic.json"


def cases() -> list[dict[str, Any]]:
    """All cases."""
    found: list[dict[str, Any]] = json.loads((GOLDEN / FILE).read_text(encoding="utf-8"))["cases"]
    return found


def _evaluated(case: dict[str, Any]) -> Any:
    sides = (np.load(GOLDEN / case[side]) for side in ("gt", "pred"))
    return evaluate(*sides, "semantic", n_classes=case["n_classes"], ignore=case["ignore"])


def _figure(name: str, key: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        expected = float(case["expected"][key])
        assert _evaluated(case).figures[name] == pytest.approx(expected, abs=1e-9, nan_ok=True)

    return check


def _confusion(case: dict[str, Any]) -> None:
    assert _evaluated(case).figures["confusion"].tolist() == case["expected"]["confusion"]


def _ious(case: dict[str, Any]) -> None:
    found = [figures["iou"] for figures in _evaluated(case).per_class.values()]
    expected = [float(iou) for iou in case["expected"]["IoU per class"]]
    assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


def _weighted(case: dict[str, Any]) -> None:
    found, expected = _evaluated(case).figures["fwIoU"], case["expected"]["fwIoU"]
    if not np.sum(case["expected"]["confusion"]):  # a mean over nothing: 0 for FCN, nan for us
        assert np.isnan(found)
    else:
        assert found == pytest.approx(expected, abs=1e-9)


def _absent_counts_zero(case: dict[str, Any]) -> None:
    """scikit-learn's mean over all classes follows from ours, an absent class taken as 0."""
    expected = case["expected"]["sklearn jaccard macro (absent = 0)"]
    found = np.array([figures["iou"] for figures in _evaluated(case).per_class.values()])
    if isinstance(expected, dict):  # it raises without a pixel
        assert np.isnan(found).all()
    else:
        assert np.nan_to_num(found).mean() == pytest.approx(expected, abs=1e-9)


CHECKS = {
    "confusion": _confusion,
    "IoU per class": _ious,
    "mIoU nanmean (FCN score.py)": _figure("mIoU", "mIoU nanmean (FCN score.py)"),
    "pixel accuracy": _figure("pixel_accuracy", "pixel accuracy"),
    "mean class accuracy nanmean": _figure("mean_class_accuracy", "mean class accuracy nanmean"),
    "fwIoU": _weighted,
    "sklearn jaccard macro (absent = 0)": _absent_counts_zero,
}

NOT_OURS: dict[str, str] = {}
