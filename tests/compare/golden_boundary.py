"""Figures of boundaries against those of four programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import nan
from typing import Any

import numpy as np
from golden_folder import GOLDEN, agrees, cases_of, raises

from segreview.compare.evaluate import evaluate

FILE = "boundary.json"


def cases() -> list[dict[str, Any]]:
    """All cases."""
    return cases_of(FILE)


def _figures(case: dict[str, Any], **options: Any) -> Mapping[str, Any]:
    sides = (np.load(GOLDEN / case[side]) for side in ("gt", "pred"))
    return evaluate(*sides, "boundary", spacing=case["spacing"], **options).figures


def _boundary_iou(ratio: float) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        expected = case["expected"][f"boundary_iou_api@{ratio}"]
        agrees(_figures(case, ratio=ratio)["boundary_iou"], expected["boundary_iou"])
        agrees(_figures(case, pixels=expected["d_px"])["boundary_iou"], expected["boundary_iou"])

    return check


def _metricsreloaded(case: dict[str, Any]) -> None:
    expected = case["expected"]["MetricsReloaded"]
    for width in (1, 2):
        found = _figures(case, tau=width, pixels=width, band="euclidean")
        directed = (found["asd_gt_to_pred"] + found["asd_pred_to_gt"]) / 2
        agrees(found["nsd"], expected[f"nsd_tau{width}"])
        agrees(found["boundary_iou"], expected[f"boundary_iou_d{width}"])
        agrees(directed, expected["masd"])
        for name in ("hd", "hd95", "assd"):
            agrees(found[name], expected[name])


def _medpy(case: dict[str, Any]) -> None:
    """It raises where a side is empty; we give what MetricsReloaded gives then."""
    found, expected = _figures(case, rule="medpy"), case["expected"]["medpy"]
    empty = 0.0 if case["name"] == "b06_both_empty" else nan
    for name in ("hd", "hd95", "assd", "asd_pred_to_gt"):
        agrees(found[name], empty if raises(expected[name]) else expected[name])


def _deepmind(case: dict[str, Any]) -> None:
    expected = case["expected"]["deepmind surface_distance"]
    for tau in ("0.5", "1", "2"):
        found = _figures(case, rule="deepmind", tau=float(tau))
        agrees(found["nsd"], expected[f"nsd_tau{tau}"])
        agrees(found["hd"], expected["hd100"])
        agrees(found["hd95"], expected["hd95"])
        agrees(found["asd_gt_to_pred"], expected["avg_gt_to_pred"])
        agrees(found["asd_pred_to_gt"], expected["avg_pred_to_gt"])


def _dice(case: dict[str, Any]) -> None:
    """Dice is a figure of agreement."""
    sides = [np.load(GOLDEN / case[side]) for side in ("gt", "pred")]
    agrees(evaluate(*sides, "agreement").figures["dice_mean"], case["expected"]["deepmind dice"])


CHECKS = {
    "boundary_iou_api@0.02": _boundary_iou(0.02),
    "boundary_iou_api@0.08": _boundary_iou(0.08),
    "MetricsReloaded": _metricsreloaded,
    "medpy": _medpy,
    "deepmind surface_distance": _deepmind,
    "deepmind dice": _dice,
}

NOT_OURS = {"SimpleITK Hausdorff": "runs over all pixels of the masks, not over their contours"}
