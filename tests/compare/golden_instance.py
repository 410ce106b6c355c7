"""Figures of objects against those of stardist, cellpose, HoVer-Net, py-ctcmetrics and others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from golden_folder import GOLDEN, agrees, cases_of, raises

from segreview.compare.evaluate import evaluate
from segreview.compare.match import match
from segreview.compare.objects import Disagreements
from segreview.compare.overlap import overlap_table

FILE = "instance.json"

FLOAT32 = 1e-6

NO_BACKGROUND = "i17_full_coverage_no_background"
"""cellpose, HoVer-Net, Caicedo's code and py-ctcmetrics take the lowest id for the background."""

AJI_WHERE_OTHERS_FAIL = {
    "i01_both_empty": 1.0,  # the sides agree
    "i03_pred_empty": 0.0,
    NO_BACKGROUND: (60 + 72) / (72 + 84),  # two pairs, nothing left over
}


def cases() -> list[dict[str, Any]]:
    """All cases."""
    return cases_of(FILE)


def _sides(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    return np.load(GOLDEN / case["gt"]), np.load(GOLDEN / case["pred"])


def _figures(case: dict[str, Any], convention: str, **options: Any) -> Any:
    return evaluate(*_sides(case), convention, **options).figures


def _stardist(case: dict[str, Any]) -> None:
    expected = case["expected"]["stardist.matching"]
    together = _figures(case, "stardist", threshold=list(expected))["per_threshold"]
    for (threshold, wanted), found in zip(expected.items(), together, strict=True):
        pairs = [tuple(pair) for pair in wanted.pop("tp_pairs")]
        assert found.pop("threshold") == wanted.pop("thresh")
        assert found == pytest.approx(wanted, abs=FLOAT32)
        assert _figures(case, "stardist", threshold=threshold) == found
        matches = [(one.reference_id, one.prediction_id, one.iou) for one in match(*_sides(case), threshold)]
        assert [one[:2] for one in matches] == [one[:2] for one in pairs]
        assert [one[2] for one in matches] == pytest.approx([one[2] for one in pairs], abs=FLOAT32)


def _window(case: dict[str, Any]) -> None:
    """The counts of the window, which are kept up to date by edits, are stardist's too."""
    table = overlap_table(*_sides(case))
    for threshold, wanted in case["expected"]["stardist.matching"].items():
        found = Disagreements(table, Fraction(threshold)).summary()
        counts = (found.hits, found.predictions - found.hits, found.references - found.hits)
        assert counts == (wanted["tp"], wanted["fp"], wanted["fn"]), threshold
        if found.hits:
            assert found.mean_iou == pytest.approx(wanted["mean_matched_score"], abs=FLOAT32)


def _stardist_and_window(case: dict[str, Any]) -> None:
    _window(case)
    _stardist(case)


def _cellpose(case: dict[str, Any]) -> None:
    for threshold, wanted in case["expected"]["cellpose.average_precision"].items():
        found = _figures(case, "cellpose", threshold=threshold)
        right = _counted_by_stardist(case, threshold) if case["name"] == NO_BACKGROUND else wanted
        for key in ("tp", "fp", "fn"):
            assert found[key] == right[key]
        agrees(found["AP"], right["ap"], FLOAT32)


def _counted_by_stardist(case: dict[str, Any], threshold: str) -> dict[str, float]:
    counts = case["expected"]["stardist.matching"][threshold]
    return {**counts, "ap": counts["accuracy"]}


def _aji(convention: str, key: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        expected = case["expected"][key]
        if raises(expected) or expected == "nan":
            expected = AJI_WHERE_OTHERS_FAIL[case["name"]]
        agrees(_figures(case, convention)["score"], expected)

    return check


def _panoptic_quality(case: dict[str, Any]) -> None:
    """Its parts are our F1 and the mean IoU of the pairs; HoVer-Net adds 1e-6 to denominators."""
    expected = case["expected"]["hover_net.pq@0.5 [dq,sq,pq]"]
    recognised = _figures(case, "f1", threshold="0.5")["score"]
    if raises(expected):
        assert recognised == {"i01_both_empty": 0.0, NO_BACKGROUND: 1.0}[case["name"]]
        return
    pairs = match(*_sides(case), "0.5", strict=True)
    segmented = sum(one.iou for one in pairs) / max(len(pairs), 1)
    agrees(recognised, expected[0])
    assert [segmented, recognised * segmented] == pytest.approx(expected[1:], abs=2e-6)


def _caicedo(case: dict[str, Any]) -> None:
    expected = dict(case["expected"]["caicedo2019 (split/merge IoU>0.1; f1,tp,fp,fn at IoU>0.7)"])
    if case["name"] == NO_BACKGROUND:
        expected["tp"] = 2
    pairs = match(*_sides(case), "0.7", strict=True)
    found = (len(pairs), len(pairs.unmatched_prediction), len(pairs.unmatched_reference))
    assert found == (expected["tp"], expected["fp"], expected["fn"])
    agrees(_figures(case, "f1", threshold="0.7")["score"], expected["f1"])
    table = overlap_table(*_sides(case))
    near = [pair for pair in table.pairs() if 10 * table.ratio(*pair)[0] > table.ratio(*pair)[1]]
    for place, key in enumerate(("splits", "merges")):
        assert sum(n > 1 for n in Counter(pair[place] for pair in near).values()) == expected[key]


def _seg(case: dict[str, Any]) -> None:
    expected = case["expected"]["ctc SEG"]
    found = evaluate(*_sides(case), "seg", per_object=True)
    if case["name"] == NO_BACKGROUND:
        expected = {"SEG": (60 / 72 + 72 / 84) / 2, "iou": [60 / 72, 72 / 84]}
    elif not found.objects:  # without an object there is no mean; py-ctcmetrics says 0
        expected = {"SEG": "nan", "iou": []}
    agrees(found.figures["score"], expected["SEG"])
    scores = [one["iou"] for one in found.objects if one["prediction_id"] is not None]
    assert scores == pytest.approx(expected["iou"], abs=1e-9)


def _dsb2018(case: dict[str, Any]) -> None:
    expected = case["expected"]["DSB2018 score (spec, hand-coded; not an oracle)"]
    agrees(_figures(case, "dsb2018")["score"], expected)


def _overlap(case: dict[str, Any]) -> None:
    expected = case["expected"]["overlap [gt,pred,px] (numpy.unique)"]
    found = overlap_table(*_sides(case)).pairs()
    assert found == {(r, p): n for r, p, n in expected if r and p}


CHECKS = {
    "stardist.matching": _stardist_and_window,
    "cellpose.average_precision": _cellpose,
    "hover_net.aji": _aji("aji", "hover_net.aji"),
    "hover_net.aji_plus": _aji("aji_plus", "hover_net.aji_plus"),
    "hover_net.pq@0.5 [dq,sq,pq]": _panoptic_quality,
    "caicedo2019 (split/merge IoU>0.1; f1,tp,fp,fn at IoU>0.7)": _caicedo,
    "ctc SEG": _seg,
    "DSB2018 score (spec, hand-coded; not an oracle)": _dsb2018,
    "overlap [gt,pred,px] (numpy.unique)": _overlap,
}

NOT_OURS = {
    "cellpose.aggregated_jaccard_index": "of that name only: one-to-one intersections over all foreground",
    "hover_net.dice2": "counts an object once for each partner; superseded by AJI in HoVer-Net itself",
    "skimage.adapted_rand_error [are,prec,rec]": "a figure of pairs of pixels, for traced neurons",
    "skimage.variation_of_information [H(g|p),H(p|g)]": "a figure of pairs of pixels, for traced neurons",
}
