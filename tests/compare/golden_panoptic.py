"""Panoptic figures against the frozen ones of panopticapi."""

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
from segreview.model.labels import Kind, LabelImage, Segment

FILE = "panoptic.json"

AS_PANOPTICAPI = ("p08_two_crowds_same_class", "p13_large_rgb_ids")
"""Cases in which that program is peculiar, and ours follows only when asked to."""


def cases() -> list[dict[str, Any]]:
    """All cases, each with the class table of the file."""
    index = json.loads((GOLDEN / FILE).read_text(encoding="utf-8"))
    return [{**case, "categories": index["categories"]} for case in index["cases"]]


def _labels(png: str, segments: list[dict[str, Any]]) -> LabelImage:
    colours = np.array(Picture.open(GOLDEN / png)).astype(np.int64)
    return LabelImage(
        (colours @ (1, 256, 65536),),
        kind=Kind.PANOPTIC,
        background=None,
        void=frozenset({0}),
        segments={
            one["id"]: Segment(category=one["category_id"], iscrowd=bool(one["iscrowd"])) for one in segments
        },
    )


def _evaluated(case: dict[str, Any]) -> Evaluation:
    compat = "panopticapi" if case["name"] in AS_PANOPTICAPI else None
    reference = _labels(case["gt_png"], case["gt_segments"])
    prediction = _labels(case["pred_png"], case["pred_segments"])
    return evaluate(reference, prediction, "panoptic", categories=case["categories"], compat=compat)


def _figures(name: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        expected, found = case["expected"][name], _evaluated(case).figures[name]
        if "raises" in expected:  # the mean over no class at all
            assert found == pytest.approx({"pq": np.nan, "sq": np.nan, "rq": np.nan, "n": 0}, nan_ok=True)
        else:
            assert found == pytest.approx(expected, abs=1e-9)

    return check


def _per_class(name: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        found = _evaluated(case).per_class
        expected = case["expected"][name]
        assert {str(id_) for id_ in found} == set(expected)
        for id_, figures in found.items():
            wanted = expected[str(id_)]
            assert {key: figures[key] for key in wanted} == pytest.approx(wanted, abs=1e-9)

    return check


CHECKS = {
    "All": _figures("All"),
    "Things": _figures("Things"),
    "Stuff": _figures("Stuff"),
    "counts": _per_class("counts"),
    "per_class": _per_class("per_class"),
}

NOT_OURS: dict[str, str] = {}
